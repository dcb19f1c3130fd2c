"""The official OpenAI SDK with its base URL and key changed, and nothing else."""

import asyncio
import json
import time

import openai
import pytest

from money import CHAT_LARGE, CHAT_SMALL, EMBED_SMALL, charged, nanodollars
from programs import NARROW, POOR, eventually

SAY = [{"role": "user", "content": "Say something."}]
SAY_MUCH = [{"role": "user", "content": "Say something. " * 50}]


def chat(client, model="fast-llm", messages=SAY, **options):
    return client.chat.completions.create(model=model, messages=messages, **options)


def text_of(chunks) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def raised_by(call, kind):
    with pytest.raises(kind) as raised:
        call()
    return raised.value


# Whole answers


def test_a_whole_answer_has_content_an_end_and_usage(client):
    completion = chat(client)
    assert completion.object == "chat.completion"
    assert completion.choices[0].message.role == "assistant"
    assert completion.choices[0].message.content
    assert completion.choices[0].finish_reason == "stop"
    usage = completion.usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


@pytest.mark.parametrize("model, price", [("sandbox/chat-small", CHAT_SMALL), ("sandbox/chat-large", CHAT_LARGE)])
def test_the_cost_in_a_body_is_tokens_times_rates(client, model, price):
    usage = chat(client, model).usage
    assert charged(usage) == price.of(usage) > 0
    assert usage.model_extra["cost_details"]


def test_headers_say_who_answered_at_what_cost(client):
    raw = client.chat.completions.with_raw_response.create(model="fast-llm", messages=SAY)
    usage = raw.parse().usage
    assert raw.headers["x-tuppence-provider"] == "sandbox"
    assert raw.headers["x-tuppence-model"] == "chat-small"
    assert raw.headers["x-tuppence-attempts"] == "1"
    assert raw.headers["x-request-id"] and raw.headers["x-tuppence-request-id"]
    assert nanodollars(raw.headers["x-tuppence-cost-usd"]) == CHAT_SMALL.of(usage)


def test_the_ledger_has_an_answers_cost_as_soon_as_the_answer_is_read(client, gateway):
    raw = client.chat.completions.with_raw_response.create(model="fast-llm", messages=SAY)
    usage = raw.parse().usage
    [entry] = gateway.entries(raw.headers["x-tuppence-request-id"])
    assert (entry["key"], entry["route"], entry["provider"], entry["model"]) == ("app", "fast-llm", "sandbox", "chat-small")
    assert (entry["status"], entry["estimated"]) == ("completed", False)
    assert entry["cost_nanodollars"] == CHAT_SMALL.of(usage)
    assert entry["usage"]["input"] + entry["usage"]["cached_input"] == usage.prompt_tokens
    assert entry["usage"]["output"] + entry["usage"]["reasoning"] == usage.completion_tokens


def test_the_remaining_budget_in_a_header_is_what_the_store_says(client, gateway):
    eventually("nothing is in flight", lambda: gateway.held() == 0)
    raw = client.chat.completions.with_raw_response.create(model="fast-llm", messages=SAY)
    budget = gateway.budget("app-daily")
    assert budget["limit_nanodollars"] == nanodollars(1000)
    remaining = budget["limit_nanodollars"] - budget["spent_nanodollars"]
    assert nanodollars(raw.headers["x-tuppence-budget-remaining-usd"]) == remaining


def test_the_callers_output_limit_reaches_the_provider(client):
    completion = chat(client, "sandbox/chat-small?tokens=100", max_tokens=7)
    assert completion.usage.completion_tokens == 7
    assert completion.choices[0].finish_reason == "length"


def test_a_routes_output_limit_holds_where_the_caller_gave_none(client):
    completion = chat(client, "talkative")
    assert completion.usage.completion_tokens == 50
    assert completion.choices[0].finish_reason == "length"


def test_n_choices_come_with_their_indices_and_are_all_paid_for(client):
    completion = chat(client, n=2)
    assert [choice.index for choice in completion.choices] == [0, 1]
    assert all(choice.message.content for choice in completion.choices)
    assert charged(completion.usage) == CHAT_SMALL.of(completion.usage)


def test_json_mode_answers_json(client):
    completion = chat(client, response_format={"type": "json_object"}, messages=[{"role": "user", "content": "JSON, please."}])
    assert isinstance(json.loads(completion.choices[0].message.content), dict)


def test_a_field_that_tuppence_does_not_know_passes_through(client):
    assert chat(client, extra_body={"a_field_of_tomorrow": {"deep": [1, 2.50, "ü"]}}).choices[0].message.content


# Streams


def test_a_stream_without_include_usage_shows_no_usage_and_no_empty_choices(client):
    chunks = list(chat(client, stream=True))
    assert text_of(chunks)
    assert all(chunk.choices for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]


def test_a_stream_with_include_usage_ends_with_one_usage_chunk_that_has_the_cost(client):
    chunks = list(chat(client, stream=True, stream_options={"include_usage": True}))
    [usage_chunk] = [chunk for chunk in chunks if chunk.usage is not None]
    assert usage_chunk is chunks[-1]
    assert usage_chunk.choices == []
    assert charged(usage_chunk.usage) == CHAT_SMALL.of(usage_chunk.usage) > 0
    assert usage_chunk.usage.model_extra["cost_details"]


def test_a_stream_is_booked_from_the_providers_own_count_though_the_caller_did_not_ask_for_it(client, gateway):
    stream = chat(client, "sandbox/chat-small?tokens=20", stream=True)
    list(stream)
    [entry] = gateway.entries(stream.response.headers["x-tuppence-request-id"])
    assert (entry["status"], entry["estimated"]) == ("completed", False)
    assert entry["usage"]["output"] == 20


def test_a_stream_whose_provider_reports_no_usage_is_booked_as_an_estimate(client, gateway):
    stream = chat(client, "sandbox/chat-small?tokens=20&usage=none", stream=True)
    list(stream)
    [entry] = gateway.entries(stream.response.headers["x-tuppence-request-id"])
    assert (entry["status"], entry["estimated"]) == ("completed", True)
    assert entry["cost_nanodollars"] > 0


def test_events_arrive_as_the_provider_sends_them(client):
    """20 tokens, 50 ms apart: a gateway that gathered them would show all of them at once."""
    stream = chat(client, "sandbox/chat-small?tokens=20&drip=50ms", stream=True)
    arrivals = [time.monotonic() for _ in stream]
    assert arrivals[-1] - arrivals[0] > 0.5


def test_streamed_choices_keep_their_indices(client):
    chunks = list(chat(client, n=2, stream=True))
    for index in (0, 1):
        own = [choice for chunk in chunks for choice in chunk.choices if choice.index == index]
        assert "".join(choice.delta.content or "" for choice in own)
        assert own[-1].finish_reason == "stop"


# Tools


def tool(name, **properties):
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


WEATHER = tool("get_weather", city={"type": "string"})
TIME = tool("get_time", zone={"type": "string"})


def assembled(chunks) -> list[dict]:
    """Streamed tool calls put together as the SDK's documentation tells: by index, arguments appended."""
    calls: dict[int, dict] = {}
    for delta in [delta for chunk in chunks for choice in chunk.choices for delta in choice.delta.tool_calls or []]:
        call = calls.setdefault(delta.index, {"id": delta.id, "name": delta.function.name, "arguments": ""})
        call["arguments"] += delta.function.arguments or ""
    return [calls[index] for index in sorted(calls)]


def as_dicts(message) -> list[dict]:
    return [{"id": c.id, "name": c.function.name, "arguments": c.function.arguments} for c in message.tool_calls or []]


def check_calls(calls: list[dict], names: list[str]):
    assert sorted(call["name"] for call in calls) == sorted(names)
    assert all(call["id"] for call in calls)
    assert len({call["id"] for call in calls}) == len(calls)
    for call in calls:
        assert isinstance(json.loads(call["arguments"]), dict)


def test_a_tool_call_has_an_id_and_json_arguments(client):
    choice = chat(client, tools=[WEATHER], tool_choice="required").choices[0]
    check_calls(as_dicts(choice.message), ["get_weather"])
    assert choice.finish_reason == "tool_calls"


def test_parallel_tool_calls_come_together(client):
    choice = chat(client, tools=[WEATHER, TIME], tool_choice="required", parallel_tool_calls=True).choices[0]
    check_calls(as_dicts(choice.message), ["get_weather", "get_time"])


def test_streamed_tool_calls_can_be_assembled(client):
    chunks = list(chat(client, tools=[WEATHER, TIME], tool_choice="required", parallel_tool_calls=True, stream=True))
    check_calls(assembled(chunks), ["get_weather", "get_time"])


@pytest.mark.parametrize("stream", [False, True])
def test_tools_that_are_flat_reach_a_provider_that_refuses_them(client, sandbox, stream):
    flat = [{"type": "function", **tool["function"]} for tool in (WEATHER, TIME)]
    forced = {"type": "function", "name": "get_time"}
    with openai.OpenAI(base_url=sandbox.url, api_key="none", max_retries=0) as direct:
        error = raised_by(lambda: chat(direct, "chat-small", tools=flat), openai.BadRequestError)
        assert error.param == "tools[0].function" and "Missing required parameter: 'tools[0].function'." in str(error)
        error = raised_by(lambda: chat(direct, "chat-small", tools=[WEATHER], tool_choice=forced), openai.BadRequestError)
        assert error.param == "tool_choice.function"
    answer = chat(client, tools=flat, tool_choice=forced, stream=stream)
    check_calls(assembled(list(answer)) if stream else as_dicts(answer.choices[0].message), ["get_time"])


@pytest.mark.parametrize("stream", [False, True])
def test_a_forced_tool_is_the_one_that_is_called(client, stream):
    forced = {"type": "function", "function": {"name": "get_time"}}
    answer = chat(client, tools=[WEATHER, TIME], tool_choice=forced, stream=stream)
    check_calls(assembled(list(answer)) if stream else as_dicts(answer.choices[0].message), ["get_time"])


# Other endpoints


def test_a_completion_has_text_and_cost(client):
    completion = client.completions.create(model="fast-llm", prompt="Once upon a time", max_tokens=16)
    assert completion.choices[0].text
    assert charged(completion.usage) == CHAT_SMALL.of(completion.usage) > 0


@pytest.mark.parametrize("asked", [False, True])
def test_a_streamed_completion_shows_usage_only_if_asked(client, asked):
    options = {"stream_options": {"include_usage": True}} if asked else {}
    chunks = list(client.completions.create(model="fast-llm", prompt="Once", max_tokens=16, stream=True, **options))
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices)
    with_usage = [chunk for chunk in chunks if chunk.usage is not None]
    assert len(with_usage) == (1 if asked else 0)
    assert all(chunk.choices for chunk in chunks if chunk.usage is None)
    if asked:
        assert charged(with_usage[0].usage) == CHAT_SMALL.of(with_usage[0].usage) > 0


def test_embeddings_are_the_same_as_base64_and_as_floats(client):
    """The SDK asks for base64 unless told otherwise, and decodes it without saying so."""
    silent = client.embeddings.create(model="sandbox/embed-small", input="two pence")
    floats = client.embeddings.create(model="sandbox/embed-small", input="two pence", encoding_format="float")
    assert silent.data[0].embedding
    assert silent.data[0].embedding == pytest.approx(floats.data[0].embedding, rel=1e-5, abs=1e-6)
    for usage in (silent.usage, floats.usage):
        assert charged(usage) == EMBED_SMALL.of(usage) > 0


def test_many_inputs_come_back_in_order(client):
    inputs = ["a penny", "two pence", "three pence"]
    batch = client.embeddings.create(model="sandbox/embed-small", input=inputs, encoding_format="float")
    assert [item.index for item in batch.data] == [0, 1, 2]
    alone = client.embeddings.create(model="sandbox/embed-small", input=inputs[2], encoding_format="float")
    assert batch.data[2].embedding == pytest.approx(alone.data[0].embedding)


def test_models_are_listed(client):
    models = {model.id for model in client.models.list()}
    assert {"fast-llm", "falls-over", "limited"} <= models


def test_a_key_sees_only_the_models_it_may_use(gateway):
    with gateway.client(NARROW) as narrow:
        assert {model.id for model in narrow.models.list()} == {"fast-llm"}


@pytest.mark.parametrize("model", ["fast-llm", "sandbox/chat-small"])
def test_a_model_is_retrieved_by_its_name(client, model):
    """The SDK sends `sandbox%2Fchat-small`."""
    assert client.models.retrieve(model).id == model


def test_an_unknown_model_is_not_retrieved(client):
    assert raised_by(lambda: client.models.retrieve("no-such-model"), openai.NotFoundError).code == "model_not_found"


def test_the_async_client_streams_and_waits_at_once(gateway):
    async def whole(client):
        return (await chat(client)).choices[0].message.content

    async def streamed(client):
        return text_of([chunk async for chunk in await chat(client, stream=True)])

    async def main():
        async with gateway.async_client() as client:
            return await asyncio.gather(*[call(client) for call in (whole, streamed) * 5])

    assert all(asyncio.run(main()))


# Errors


@pytest.mark.parametrize("key", ["tp_test_nobody_0123456789abcdef", "sk-of-someone-else"])
def test_401_for_an_unknown_key(gateway, key):
    with gateway.client(key) as stranger:
        assert raised_by(lambda: chat(stranger), openai.AuthenticationError).code == "invalid_api_key"


def test_404_for_an_unknown_model(client):
    error = raised_by(lambda: chat(client, "no-such-model"), openai.NotFoundError)
    assert error.code == "model_not_found"
    assert "no-such-model" in error.message


@pytest.mark.parametrize("model", ["sandbox/chat-small", "limited"])
def test_403_for_a_model_that_the_key_may_not_use(gateway, model):
    with gateway.client(NARROW) as narrow:
        assert chat(narrow, "fast-llm").choices
        assert raised_by(lambda: chat(narrow, model), openai.PermissionDeniedError).code == "model_not_allowed"


@pytest.mark.parametrize("body, field", [
    ({"model": "fast-llm"}, "messages"),
    ({"model": "fast-llm", "messages": "x"}, "messages"),
    ({"messages": SAY}, "model"),
    ({"model": "fast-llm", "messages": SAY, "max_tokens": "many"}, "max_tokens"),
])
def test_400_names_the_field_at_fault(client, body, field):
    error = raised_by(lambda: client.post("/chat/completions", cast_to=object, body=body), openai.BadRequestError)
    assert error.code == "invalid_request"
    assert error.param == field


def counting_client(gateway, key):
    """A client with the SDK's own retries, and the list of the requests that it sends."""
    sent = []
    http = openai.DefaultHttpxClient(event_hooks={"request": [sent.append]})
    return gateway.client(key, max_retries=2, http_client=http), sent


@pytest.mark.parametrize("stream", [False, True])
def test_402_tells_the_budget_and_is_not_retried(gateway, stream):
    client, sent = counting_client(gateway, POOR)
    with client:
        error = raised_by(lambda: chat(client, messages=SAY_MUCH, stream=stream), openai.APIStatusError)
    assert error.status_code == 402
    assert error.code == "budget_exceeded"
    assert error.response.headers["x-should-retry"] == "false"
    assert set(error.body["budget"]) >= {
        "scope", "limit", "spent", "held", "remaining", "resets_at", "affordable_max_tokens"}
    assert error.body["budget"]["affordable_max_tokens"] == 0
    assert len(sent) == 1


def test_a_refused_request_never_reaches_the_provider(gateway, sandbox):
    before = sandbox.bill()["requests"]
    with gateway.client(POOR) as poor:
        assert raised_by(lambda: chat(poor), openai.APIStatusError).status_code == 402
    assert sandbox.bill()["requests"] == before
    assert gateway.budget("poor-daily")["spent_nanodollars"] == 0


def test_429_of_the_provider_reaches_the_caller_byte_for_byte(client, sandbox):
    with openai.OpenAI(base_url=sandbox.url, api_key="none", max_retries=0) as direct:
        itself = raised_by(lambda: chat(direct, "chat-small?status=429"), openai.RateLimitError)
    error = raised_by(lambda: chat(client, "limited"), openai.RateLimitError)
    assert error.response.content == itself.response.content
    assert error.response.headers["x-tuppence-error-code"]


def test_the_sdk_gets_its_answer_through_one_failure_of_the_provider(gateway):
    with gateway.client(max_retries=2) as client:
        assert chat(client, "sandbox/chat-small?status=503&times=1").choices[0].message.content


def test_413_for_a_request_of_50_megabytes(client):
    huge = [{"role": "user", "content": "x" * 50_000_000}]
    error = raised_by(lambda: chat(client, messages=huge), openai.APIStatusError)
    assert (error.status_code, error.code) == (413, "request_too_large")


# Each route is used once: a target that failed is avoided for a while.
@pytest.mark.parametrize("route, stream", [("falls-over", False), ("breaks-early", True)])
def test_the_next_target_answers_when_the_first_fails(client, gateway, route, stream):
    raw = client.chat.completions.with_raw_response.create(model=route, messages=SAY, stream=stream)
    answer = raw.parse()
    assert text_of(list(answer)) if stream else answer.choices[0].message.content
    assert raw.headers["x-tuppence-model"] == "chat-large"
    assert raw.headers["x-tuppence-attempts"] == "2"
    entries = sorted(gateway.entries(raw.headers["x-tuppence-request-id"]), key=lambda entry: entry["attempt"])
    assert [entry["status"] for entry in entries] == ["failed", "completed"]
    assert entries[1]["model"] == "chat-large"


def test_a_provider_that_resets_the_connection_is_an_upstream_error(client):
    error = raised_by(lambda: chat(client, "sandbox/chat-small?reset&tokens=1"), openai.InternalServerError)
    assert error.code in ("upstream_unavailable", "upstream_invalid")


@pytest.mark.parametrize("fault", ["cut=4", "error_after=4"])
def test_a_stream_that_breaks_after_its_first_word_ends_with_an_honest_error(client, gateway, fault):
    stream = chat(client, f"sandbox/chat-small?{fault}&tokens=40", stream=True)
    seen = []
    with pytest.raises(openai.APIError) as raised:
        for chunk in stream:
            seen.append(chunk)
    error = raised.value
    assert text_of(seen)
    assert not isinstance(error, openai.APIConnectionError), "the error came as an event, not as a broken connection"
    assert error.message
    [entry] = gateway.entries(stream.response.headers["x-tuppence-request-id"])
    assert (entry["status"], entry["estimated"]) == ("truncated", True)
    assert entry["cost_nanodollars"] > 0


# Callers who leave


def test_a_caller_who_leaves_a_stream_pays_for_what_was_produced(client, gateway):
    stream = chat(client, "sandbox/chat-small?drip=50ms&tokens=200", stream=True)
    for _ in range(3):
        next(stream)
    assert gateway.held() > 0, "a request in flight holds money"
    stream.close()

    request_id = stream.response.headers["x-tuppence-request-id"]
    [entry] = eventually("the abandoned stream is in the ledger", lambda: gateway.entries(request_id))
    assert (entry["status"], entry["estimated"]) == ("aborted", True)
    assert 0 < entry["cost_nanodollars"] < 200 * CHAT_SMALL.output
    assert gateway.held() == 0


def test_a_caller_who_stops_waiting_leaves_no_hold(client, gateway):
    model = "chat-small?delay=1s&times=1"
    raised_by(lambda: chat(client, f"sandbox/{model}", timeout=0.5), openai.APITimeoutError)
    [entry] = eventually("the abandoned request is in the ledger", lambda: [e for e in gateway.ledger() if e["model"] == model])
    assert (entry["status"], entry["estimated"]) == ("aborted", False)
    assert gateway.held() == 0
