"""The official Anthropic SDK, and OpenAI's over a provider of Anthropic's dialect: each sees its own protocol."""

import json

import anthropic
import openai
import pytest

from money import CHAT_SMALL, nanodollars
from programs import APP, Gateway

POOR = "tp_test_poor_0123456789abcdef"

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  claude: { dialect: anthropic, base_url: "@SANDBOX@", api_key: none }
  other: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  claude/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  other/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
routes:
  falls-over: { targets: [ "claude/chat-small?status=529", other/chat-small ] }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef }
budgets:
  - { name: poor-daily, scope: { key: poor }, limit: $0.000001, per: day, hard: reject }
"""

SAY = [{"role": "user", "content": "Say something."}]
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
# Each target is spoken to in its own dialect; the caller cannot tell.
TARGETS = pytest.mark.parametrize("provider", ["claude", "other"])


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("anthropic"), CONFIGURATION, sandbox).start()
    yield program
    program.stop()


def anthropic_client(gateway, key=APP):
    return anthropic.Anthropic(base_url=gateway.url.removesuffix("/v1"), api_key=key, max_retries=0, timeout=20)


@pytest.fixture(scope="module")
def client(gateway):
    with anthropic_client(gateway) as client:
        yield client


def cost_of(usage) -> int:
    cached = usage.cache_read_input_tokens or 0
    return (
        usage.input_tokens * CHAT_SMALL.input + cached * CHAT_SMALL.cached_input + usage.output_tokens * CHAT_SMALL.output)


@TARGETS
def test_a_message_has_text_usage_and_cost_and_is_booked(client, gateway, provider):
    raw = client.messages.with_raw_response.create(model=f"{provider}/chat-small", max_tokens=50, messages=SAY)
    message = raw.parse()
    assert message.content[0].text and message.stop_reason == "end_turn"
    assert raw.headers["request-id"] == raw.headers["x-tuppence-request-id"] == message._request_id
    assert nanodollars(message.usage.model_extra["cost"]) == cost_of(message.usage) > 0
    [entry] = gateway.entries(raw.headers["request-id"])
    assert (entry["provider"], entry["status"], entry["estimated"]) == (provider, "completed", False)
    assert entry["cost_nanodollars"] == cost_of(message.usage)


@TARGETS
def test_a_stream_helper_gathers_the_same_message(client, gateway, provider):
    with client.messages.stream(model=f"{provider}/chat-small?tokens=20", max_tokens=50, messages=SAY) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
        request = stream.response.headers["request-id"]
    assert message.content[0].text == text != ""
    assert message.usage.output_tokens == 20 and message.usage.input_tokens > 0
    [entry] = gateway.entries(request)
    assert (entry["status"], entry["estimated"], entry["usage"]["output"]) == ("completed", False, 20)


@TARGETS
def test_max_tokens_reaches_the_provider(client, provider):
    message = client.messages.create(model=f"{provider}/chat-small?tokens=100", max_tokens=7, messages=SAY)
    assert (message.usage.output_tokens, message.stop_reason) == (7, "max_tokens")


@TARGETS
@pytest.mark.parametrize("streams", [False, True])
def test_a_loop_of_tools_comes_to_its_end(client, provider, streams):
    tools = [{"name": "weather", "description": "Looks it up.", "input_schema": CITY}]
    asked = {"model": f"{provider}/chat-small", "max_tokens": 200, "tools": tools}
    messages = list(SAY)
    if streams:
        with client.messages.stream(messages=messages, **asked) as stream:
            first = stream.get_final_message()
    else:
        first = client.messages.create(messages=messages, **asked)
    assert first.stop_reason == "tool_use"
    [call] = [block for block in first.content if block.type == "tool_use"]
    assert call.name == "weather" and set(call.input) == {"city"}
    messages.append({"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in first.content]})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
    messages.append({"role": "user", "content": [result]})
    last = client.messages.create(messages=messages, **asked)
    assert last.stop_reason == "end_turn" and last.content[0].text


@TARGETS
def test_the_tool_runner_goes_on_without_a_thread(gateway, provider):
    asked = []

    @anthropic.beta_tool
    def weather(city: str) -> str:
        """Looks it up.

        Args:
            city: where
        """
        return "sunny"

    def note(request):
        asked.append((json.loads(request.content), request.headers.get("anthropic-beta", "")))

    http_client = anthropic.DefaultHttpxClient(event_hooks={"request": [note]})
    with anthropic.Anthropic(
            base_url=gateway.url.removesuffix("/v1"), api_key=APP, max_retries=0, timeout=20, http_client=http_client) as client:
        runner = client.beta.messages.tool_runner(
            model=f"{provider}/chat-small", max_tokens=200, system="Be brief.", tools=[weather], messages=SAY)
        assert [message.stop_reason for message in runner] == ["tool_use", "end_turn"]
    # The SDK asks for a thread unasked; once that is refused it sends all that was said.
    assert [(body.get("thread", {}).get("type"), len(body["messages"])) for body, _ in asked] == [("create", 1), (None, 1), (None, 3)]
    assert "message-threads" in asked[0][1] and all(body["tools"] and body["system"] for body, _ in asked)


@TARGETS
def test_a_thread_is_refused_and_nothing_is_held(client, gateway, provider):
    for ask in (
            lambda body: client.beta.messages.create(model=f"{provider}/chat-small", max_tokens=9, messages=SAY, extra_body=body),
            lambda body: client.messages.count_tokens(model=f"{provider}/chat-small", messages=SAY, extra_body=body)):
        with pytest.raises(anthropic.BadRequestError) as raised:
            ask({"thread": {"type": "continue", "previous_message_id": "msg_1"}})
        error = raised.value.body["error"]
        assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", "invalid_request", "thread")
        assert error["details"] == {"error_code": "thread_unsupported_request"}
        assert raised.value.response.headers["x-tuppence-error-code"] == "invalid_request"


@TARGETS
def test_a_bill_to_somebody_else_is_refused(client, provider):
    with pytest.raises(anthropic.BadRequestError) as raised:
        client.beta.messages.create(
            model=f"{provider}/chat-small", max_tokens=9, messages=SAY,
            billing_policy={"type": "billing_policy", "bill_to": "user_profile"})
    assert raised.value.body["error"]["param"] == "billing_policy"


def test_a_compaction_is_not_asked_of_who_cannot_make_one(client):
    with pytest.raises(anthropic.BadRequestError) as raised:
        client.messages.create(
            model="other/chat-small", max_tokens=9, messages=SAY, extra_body={"compaction": {"type": "enabled"}})
    assert raised.value.body["error"]["param"] == "compaction"


@TARGETS
def test_tokens_are_counted_without_cost(client, provider):
    short = client.messages.count_tokens(model=f"{provider}/chat-small", messages=SAY).input_tokens
    longer = [{"role": "user", "content": "Say something. " * 50}]
    assert 0 < short < client.messages.count_tokens(model=f"{provider}/chat-small", messages=longer).input_tokens


@TARGETS
@pytest.mark.parametrize("status, kind", [
    (400, anthropic.BadRequestError), (403, anthropic.PermissionDeniedError), (404, anthropic.NotFoundError),
    (429, anthropic.RateLimitError), (500, anthropic.InternalServerError),
])
def test_a_providers_error_is_the_exception_that_the_sdk_has_for_it(client, provider, status, kind):
    with pytest.raises(kind) as raised:
        client.messages.create(model=f"{provider}/chat-small?status={status}", max_tokens=9, messages=SAY)
    assert raised.value.body["type"] == "error" and "The sandbox was asked" in raised.value.body["error"]["message"]


def test_our_own_refusals_are_the_exceptions_that_the_sdk_has_for_them(client, gateway):
    with pytest.raises(anthropic.NotFoundError) as raised:
        client.messages.create(model="nobody", max_tokens=9, messages=SAY)
    assert raised.value.body["error"]["code"] == "model_not_found"
    with anthropic_client(gateway, "tp_test_nobody") as stranger, pytest.raises(anthropic.AuthenticationError):
        stranger.messages.create(model="claude/chat-small", max_tokens=9, messages=SAY)
    with anthropic_client(gateway, POOR) as poor, pytest.raises(anthropic.APIStatusError) as raised:
        poor.messages.create(model="claude/chat-small", max_tokens=9, messages=SAY)
    assert raised.value.status_code == 402
    error = raised.value.body["error"]
    assert (error["type"], error["code"], error["budget"]["name"]) == ("billing_error", "budget_exceeded", "poor-daily")


@TARGETS
def test_a_stream_that_breaks_off_raises(client, provider):
    with pytest.raises(anthropic.APIStatusError):
        with client.messages.stream(model=f"{provider}/chat-small?cut=5", max_tokens=50, messages=SAY) as stream:
            stream.get_final_message()


def test_a_route_falls_back_from_one_dialect_to_the_other(client):
    raw = client.messages.with_raw_response.create(model="falls-over", max_tokens=50, messages=SAY)
    assert raw.headers["x-tuppence-provider"] == "other" and raw.parse().content[0].text


def test_models_are_listed_page_by_page(client):
    names = [model.id for model in client.models.list(limit=1)]
    assert names[0] == "falls-over" and len(names) == len(set(names))
    one = client.models.retrieve("falls-over")
    assert one.display_name == "falls-over" and set(one.model_extra["pricing"]) >= {"prompt", "completion"}


# OpenAI's SDK over Anthropic's dialect


@pytest.fixture(scope="module")
def chats(gateway):
    with gateway.client() as client:
        yield client.chat.completions


def test_openais_sdk_gets_a_completion_with_its_cost(chats, gateway):
    raw = chats.with_raw_response.create(model="claude/chat-small", messages=SAY, max_tokens=50)
    completion = raw.parse()
    assert completion.object == "chat.completion" and completion.choices[0].finish_reason == "stop"
    assert nanodollars(completion.usage.model_extra["cost"]) == CHAT_SMALL.of(completion.usage) > 0
    [entry] = gateway.entries(raw.headers["x-tuppence-request-id"])
    assert entry["cost_nanodollars"] == CHAT_SMALL.of(completion.usage) and not entry["estimated"]


def test_openais_sdk_gets_a_stream_with_one_usage_chunk(chats):
    chunks = list(chats.create(
        model="claude/chat-small?tokens=20", messages=SAY, max_tokens=50, stream=True,
        stream_options={"include_usage": True}))
    assert "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    [usage] = [chunk.usage for chunk in chunks if chunk.usage is not None]
    assert usage.completion_tokens == 20
    assert nanodollars(usage.model_extra["cost"]) == CHAT_SMALL.of(usage)


@pytest.mark.parametrize("streams", [False, True])
def test_openais_sdk_comes_to_the_end_of_a_loop_of_tools(chats, streams):
    tools = [{"type": "function", "function": {"name": "weather", "parameters": CITY}}]
    asked = {"model": "claude/chat-small", "tools": tools, "max_tokens": 200}
    messages = list(SAY)
    if streams:
        call, arguments = None, ""
        for chunk in chats.create(messages=messages, stream=True, **asked):
            for piece in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
                call = call or piece
                arguments += piece.function.arguments or ""
        call = {"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": arguments}}
    else:
        completion = chats.create(messages=messages, **asked)
        assert completion.choices[0].finish_reason == "tool_calls"
        call = completion.choices[0].message.tool_calls[0].model_dump()
    assert set(json.loads(call["function"]["arguments"])) == {"city"}
    messages += [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "sunny"},
    ]
    last = chats.create(messages=messages, **asked)
    assert last.choices[0].finish_reason == "stop" and last.choices[0].message.content


def test_openais_sdk_raises_its_own_exceptions(chats):
    with pytest.raises(openai.RateLimitError) as raised:
        chats.create(model="claude/chat-small?status=429", messages=SAY)
    assert raised.value.code == raised.value.response.headers["x-tuppence-error-code"] == "rate_limited"
    assert raised.value.body["doc_url"].endswith("/errors/rate_limited")
    with pytest.raises(openai.BadRequestError) as raised:
        chats.create(model="claude/chat-small", messages=SAY, n=2)
    assert raised.value.param == "n"


def test_what_the_target_cannot_do_is_dropped_for_those_who_allow_it(chats):
    raw = chats.with_raw_response.create(
        model="claude/chat-small", messages=SAY, n=2, seed=1, extra_headers={"x-tuppence-drop": "allow"})
    assert len(raw.parse().choices) == 1
    assert set(raw.headers["x-tuppence-dropped"].split(", ")) == {"n", "seed"}
