"""The official OpenAI SDK's Responses over providers that have none: of OpenAI's chats, and of Anthropic's dialect."""

import asyncio
import http.client
import json

import agents
import openai
import pydantic
import pytest

from money import CHAT_SMALL, nanodollars
from programs import APP, POOR, Gateway

OTHER = "tp_test_other_0123456789abcdef"

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  claude: { dialect: anthropic, base_url: "@SANDBOX@", api_key: none }
  chats: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
  own: { dialect: responses, base_url: "@SANDBOX@", api_key: none }
prices:
  claude/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  chats/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  own/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
routes:
  falls-over: { targets: [ "claude/chat-small?status=529", chats/chat-small ] }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: other, secret: tp_test_other_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef }
  - { name: tight, secret: tp_test_tight_0123456789abcdef }
budgets:
  - { name: poor-daily, scope: { key: poor }, limit: $0.000001, per: day, hard: reject }
  - { name: tight-daily, scope: { key: tight }, limit: $0.0002, per: day, hard: clamp }
"""

SAY = "Say something."
WEATHER = {
    "type": "function", "name": "weather", "description": "Looks it up.", "strict": True,
    "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
        "additionalProperties": False}}
TARGETS = pytest.mark.parametrize("provider", ["claude", "chats"])


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("responses"), CONFIGURATION, sandbox).start()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def client(gateway):
    with gateway.client() as client:
        yield client


def cost_of(usage) -> int:
    cached = usage.input_tokens_details.cached_tokens
    return (
        (usage.input_tokens - cached) * CHAT_SMALL.input + cached * CHAT_SMALL.cached_input
        + usage.output_tokens * CHAT_SMALL.output)


@TARGETS
def test_a_response_has_text_usage_and_cost_and_is_booked(client, gateway, provider):
    raw = client.responses.with_raw_response.create(
        model=f"{provider}/chat-small", input=SAY, instructions="Be brief.", max_output_tokens=50, metadata={"a": "b"})
    response = raw.parse()
    assert response.output_text and response.status == "completed" and response.id.startswith("resp_")
    assert (response.instructions, response.max_output_tokens, response.metadata) == ("Be brief.", 50, {"a": "b"})
    assert nanodollars(response.usage.model_extra["cost"]) == cost_of(response.usage) > 0
    [entry] = gateway.entries(raw.headers["x-request-id"])
    assert (entry["provider"], entry["status"], entry["estimated"]) == (provider, "completed", False)
    assert entry["cost_nanodollars"] == cost_of(response.usage)


@TARGETS
def test_the_events_of_a_stream_come_in_their_full_order(client, gateway, provider):
    events = list(client.responses.create(
        model=f"{provider}/chat-small?tokens=5", input=SAY, max_output_tokens=50, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    types = [event.type for event in events if event.type != "response.output_text.delta"]
    assert types == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]
    last = events[-1].response
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == last.output_text != ""
    assert nanodollars(last.usage.model_extra["cost"]) == cost_of(last.usage) > 0
    assert {event.response.id for event in events if hasattr(event, "response")} == {last.id}


@TARGETS
def test_the_stream_helper_gathers_the_answer(client, provider):
    with client.responses.stream(model=f"{provider}/chat-small?tokens=20", input=SAY, max_output_tokens=50) as stream:
        for _ in stream:
            pass
        response = stream.get_final_response()
    assert response.output_text and response.usage.output_tokens == 20


class City(pydantic.BaseModel):
    city: str


def test_an_answer_is_parsed_into_a_model(client):
    response = client.responses.parse(model="chats/chat-small", input=SAY, max_output_tokens=200, text_format=City)
    assert isinstance(response.output_parsed, City)


@TARGETS
def test_max_output_tokens_reaches_the_provider(client, provider):
    response = client.responses.create(model=f"{provider}/chat-small?tokens=100", input=SAY, max_output_tokens=20)
    assert response.usage.output_tokens == 20 and response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize("provider", ["claude", "chats"])
def test_a_budget_clamps_max_output_tokens(gateway, provider):
    with gateway.client("tp_test_tight_0123456789abcdef") as tight:
        raw = tight.responses.with_raw_response.create(
            model=f"{provider}/chat-small?tokens=20", input=SAY, max_output_tokens=100_000)
    clamped = int(raw.headers["x-tuppence-clamped-max-tokens"])
    assert 0 < clamped < 100_000 and raw.parse().usage.output_tokens == 20


@TARGETS
@pytest.mark.parametrize("streams", [False, True])
def test_a_loop_of_tools_comes_to_its_end(client, provider, streams):
    asked = {"model": f"{provider}/chat-small", "max_output_tokens": 200, "tools": [WEATHER], "store": False}
    items = [{"role": "user", "content": SAY}]
    if streams:
        with client.responses.stream(input=items, **asked) as stream:
            first = stream.get_final_response()
    else:
        first = client.responses.create(input=items, **asked)
    [call] = [item for item in first.output if item.type == "function_call"]
    assert call.name == "weather" and set(json.loads(call.arguments)) == {"city"}
    items += [item.model_dump(exclude_none=True) for item in first.output]
    items.append({"type": "function_call_output", "call_id": call.call_id, "output": "sunny"})
    last = client.responses.create(input=items, **asked)
    assert last.output_text and last.status == "completed"


@TARGETS
@pytest.mark.parametrize("status, kind", [
    (400, openai.BadRequestError), (403, openai.PermissionDeniedError), (404, openai.NotFoundError),
    (429, openai.RateLimitError), (500, openai.InternalServerError),
])
def test_a_providers_error_is_the_exception_that_the_sdk_has_for_it(client, provider, status, kind):
    with pytest.raises(kind) as raised:
        client.responses.create(model=f"{provider}/chat-small?status={status}", input=SAY, max_output_tokens=20)
    assert "The sandbox was asked" in raised.value.body["message"]


def test_our_own_refusals_are_errors_of_openais_schema(client, gateway):
    with pytest.raises(openai.NotFoundError) as raised:
        client.responses.create(model="nobody", input=SAY)
    assert raised.value.code == "model_not_found"
    with gateway.client(POOR) as poor, pytest.raises(openai.APIStatusError) as raised:
        poor.responses.create(model="claude/chat-small", input=SAY)
    assert (raised.value.status_code, raised.value.code) == (402, "budget_exceeded")
    assert raised.value.body["budget"]["name"] == "poor-daily"


@pytest.mark.parametrize("more, parameter", [
    ({"background": True}, "background"), ({"conversation": "conv_1"}, "conversation"),
    ({"prompt": {"id": "pmpt_1"}}, "prompt"), ({"tools": [{"type": "code_interpreter", "container": "x"}]}, "tools[0]"),
    ({"input": [{"id": "rs_1"}]}, "input"), ({"max_output_tokens": 0}, "max_output_tokens"),
])
def test_what_cannot_be_held_for_is_refused(client, more, parameter):
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(**{"model": "chats/chat-small", "input": SAY, **more})
    assert (raised.value.code, raised.value.param) == ("invalid_request", parameter)


@TARGETS
def test_a_stream_that_breaks_off_says_so(client, provider):
    events = list(client.responses.create(
        model=f"{provider}/chat-small?cut=5", input=SAY, max_output_tokens=50, stream=True))
    assert [event.type for event in events[-2:]] == ["error", "response.failed"]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-2].code == "upstream_unavailable" or events[-2].code.startswith("upstream_")


def test_a_route_falls_back_from_one_dialect_to_the_other(client):
    raw = client.responses.with_raw_response.create(model="falls-over", input=SAY, max_output_tokens=50)
    assert raw.headers["x-tuppence-provider"] == "chats" and raw.parse().output_text


def test_a_websocket_is_refused_at_once(gateway):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
    connection.request("GET", "/v1/responses", headers={
        "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "authorization": f"Bearer {APP}"})
    assert connection.getresponse().status == 426
    connection.close()


# Going on from an earlier answer


@TARGETS
@pytest.mark.parametrize("streams", [False, True])
def test_a_request_goes_on_from_an_earlier_answer(client, gateway, provider, streams):
    asked = {"model": f"{provider}/chat-small", "max_output_tokens": 200, "tools": [WEATHER]}
    if streams:
        with client.responses.stream(input=SAY, instructions="First.", **asked) as stream:
            first = stream.get_final_response()
    else:
        first = client.responses.create(input=SAY, instructions="First.", **asked)
    [call] = [item for item in first.output if item.type == "function_call"]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    second = client.responses.create(previous_response_id=first.id, input=[result], **asked)
    # The sandbox answers in words once the result is behind its call.
    assert second.output_text and second.previous_response_id == first.id and second.instructions is None
    third = client.responses.create(previous_response_id=second.id, input="And now?", **asked)
    assert third.usage.input_tokens > second.usage.input_tokens
    items = list(client.responses.input_items.list(third.id, order="asc"))
    assert [item.type for item in items] == ["message", "function_call", "function_call_output", "message", "message"]
    # Page by page, with what was said as a string in full.
    pages = client.responses.input_items.list(third.id, order="asc", limit=2)
    assert len(pages.data) == 2 and pages.has_more and [item.id for item in pages] == [item.id for item in items]
    assert [item.content[0].text for item in items if item.type == "message" and item.role == "user"] == [SAY, "And now?"]


@pytest.mark.parametrize("provider", ["claude", "chats", "own"])
def test_the_input_is_counted_at_no_cost(client, gateway, provider):
    spent = sum(entry["cost_nanodollars"] for entry in gateway.ledger())
    short = client.responses.input_tokens.count(model=f"{provider}/chat-small", input=SAY)
    assert short.object == "response.input_tokens"
    longer = client.responses.input_tokens.count(model=f"{provider}/chat-small", input=SAY * 50, tools=[WEATHER])
    assert 0 < short.input_tokens < longer.input_tokens
    assert sum(entry["cost_nanodollars"] for entry in gateway.ledger()) == spent


def test_an_answer_is_found_again_by_its_own_key_alone_until_it_is_deleted(client, gateway):
    first = client.responses.create(model="claude/chat-small", input=SAY, max_output_tokens=50)
    assert client.responses.retrieve(first.id).output_text == first.output_text
    with gateway.client(OTHER) as other:
        for ask in (
                lambda: other.responses.retrieve(first.id), lambda: other.responses.delete(first.id),
                lambda: other.responses.create(model="claude/chat-small", input=SAY, previous_response_id=first.id)):
            with pytest.raises(openai.NotFoundError):
                ask()
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError) as raised:
        client.responses.create(model="claude/chat-small", input=SAY, previous_response_id=first.id)
    assert (raised.value.code, raised.value.param) == ("not_found", "previous_response_id")


@TARGETS
@pytest.mark.parametrize("streams", [False, True])
def test_items_are_referred_to_as_vercels_sdk_does(client, gateway, provider, streams):
    asked = {"model": f"{provider}/chat-small", "max_output_tokens": 200, "tools": [WEATHER]}
    said = {"role": "user", "content": [{"type": "input_text", "text": SAY}]}
    first = client.responses.create(input=[said], **asked)
    [call] = [item for item in first.output if item.type == "function_call"]
    items = [said] + [{"type": "item_reference", "id": item.id} for item in first.output]
    items.append({"type": "function_call_output", "call_id": call.call_id, "output": "sunny"})
    if streams:
        with client.responses.stream(input=items, **asked) as stream:
            second = stream.get_final_response()
    else:
        second = client.responses.create(input=items, **asked)
    assert second.output_text and second.previous_response_id is None
    items += [{"type": "item_reference", "id": item.id} for item in second.output] + [said]
    third = client.responses.create(input=items, **asked)
    assert third.usage.input_tokens > second.usage.input_tokens
    kept = list(client.responses.input_items.list(third.id, order="asc"))
    assert [item.type for item in kept] == ["message", "function_call", "function_call_output", "message", "message"]
    with gateway.client(OTHER) as other, pytest.raises(openai.NotFoundError) as raised:
        other.responses.create(input=items, **asked)
    assert (raised.value.code, raised.value.param) == ("not_found", "input")


@TARGETS
def test_a_kept_answer_is_streamed_again(client, provider):
    streamed = list(client.responses.create(
        model=f"{provider}/chat-small?tokens=20", input=SAY, max_output_tokens=50, stream=True))
    first = streamed[-1].response
    again = list(client.responses.retrieve(first.id, stream=True))
    assert [event.sequence_number for event in again] == list(range(len(again)))
    assert [event.type for event in again] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
        "response.output_text.delta", "response.output_text.done", "response.content_part.done",
        "response.output_item.done", "response.completed"]
    assert again[-1].response.output_text == again[4].delta == first.output_text != ""
    assert again[-1].response.usage == first.usage
    rest = list(client.responses.retrieve(first.id, stream=True, starting_after=6))
    assert [event.type for event in rest] == ["response.output_item.done", "response.completed"]


@TARGETS
def test_a_kept_call_is_put_together_by_the_stream_helper(client, provider):
    first = client.responses.create(model=f"{provider}/chat-small", input=SAY, max_output_tokens=200, tools=[WEATHER])
    with client.responses.stream(response_id=first.id, tools=[WEATHER]) as stream:
        for _ in stream:
            pass
        again = stream.get_final_response()
    [call], [kept] = [[item for item in answer.output if item.type == "function_call"] for answer in (again, first)]
    assert (call.call_id, call.name, call.arguments) == (kept.call_id, kept.name, kept.arguments)


def test_what_is_not_to_be_stored_is_not_found_again(client):
    first = client.responses.create(model="claude/chat-small", input=SAY, max_output_tokens=50, store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)


def test_an_earlier_conversation_is_held_for(gateway):
    with gateway.client("tp_test_tight_0123456789abcdef") as tight, gateway.client() as client:
        long = {"model": "chats/chat-small?tokens=1", "max_output_tokens": 20}
        first = tight.responses.create(input="One. " * 300, **long)
        with pytest.raises(openai.APIStatusError) as raised:
            tight.responses.create(input="Two. " * 600, previous_response_id=first.id, **long)
        assert raised.value.status_code == 402
        assert tight.responses.create(input="Three.", **long).status in ("completed", "incomplete")


def test_answers_are_kept_across_a_restart(start_gateway):
    gateway = start_gateway(CONFIGURATION)
    with gateway.client() as client:
        first = client.responses.create(model="chats/chat-small", input=SAY, max_output_tokens=50)
    gateway.stop()
    gateway.start()
    with gateway.client() as client:
        assert client.responses.retrieve(first.id).output_text == first.output_text


# An agent framework


def test_an_agent_loops_over_tools_of_its_own(gateway):
    agents.set_tracing_disabled(True)
    asked = []

    @agents.function_tool
    def weather(city: str) -> str:
        """Looks the weather of a city up."""
        asked.append(city)
        return "sunny"

    async def run():
        async with gateway.async_client() as client:
            model = agents.OpenAIResponsesModel(model="claude/chat-small", openai_client=client)
            agent = agents.Agent(name="Weatherman", instructions="Say how the weather is.", tools=[weather], model=model)
            return await agents.Runner.run(agent, SAY, max_turns=4)

    result = asyncio.run(run())
    assert len(asked) == 1 and result.final_output
