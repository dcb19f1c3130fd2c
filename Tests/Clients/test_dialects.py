"""Targets of every dialect behind the official OpenAI SDK: what leaves, what comes back, what is booked."""

import json

import openai
import pytest

from dialect_gateway import (
    ALL, FALLBACKS, PIXEL, TARGETS, check_booked, client, cost, forgetful, gateway, provider, say, speaker, tools)
from money import nanodollars
from programs import eventually
from speakers.words import CITIES, INPUT, OUTPUT, TEXT

PROMPT = "Say something. scenario:text"
HAS_NO_COMPLETIONS = pytest.mark.parametrize(
    "target", [target for target, kind in TARGETS.items() if kind not in ("azure", "responses")])

# OpenAI's callers.


@ALL
def test_an_openai_caller_gets_text_usage_and_cost(client, gateway, provider, target):
    raw = client.chat.completions.with_raw_response.create(model=target, max_tokens=50, messages=say())
    chat = raw.parse()
    assert (chat.choices[0].message.content, chat.choices[0].finish_reason) == ("".join(TEXT), "stop")
    assert (chat.usage.prompt_tokens, chat.usage.completion_tokens) == (INPUT, OUTPUT)
    assert nanodollars(chat.usage.model_extra["cost"]) == cost(target)
    assert raw.headers["x-tuppence-provider"] == target.split("/")[0]
    assert speaker(provider).limit(provider.last.json) == 50
    check_booked(gateway, raw.headers["x-tuppence-request-id"], target)


@ALL
def test_a_limit_leaves_although_nobody_gave_one(client, provider, target):
    client.chat.completions.create(model=target, messages=say())
    limit = speaker(provider).limit(provider.last.json)
    assert 1_000 < limit <= 8_192


@ALL
def test_an_openai_caller_gets_a_stream(client, gateway, target):
    options = {"include_usage": True}
    with client.chat.completions.create(
            model=target, max_tokens=50, messages=say(), stream=True, stream_options=options) as stream:
        request = stream.response.headers["x-tuppence-request-id"]
        chunks = list(stream)
    text = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert text == TEXT
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert (chunks[-1].usage.prompt_tokens, chunks[-1].usage.completion_tokens) == (INPUT, OUTPUT)
    assert nanodollars(chunks[-1].usage.model_extra["cost"]) == cost(target)
    check_booked(gateway, request, target)


@ALL
@pytest.mark.parametrize("streams", [False, True])
def test_an_openai_caller_gets_parallel_calls(client, provider, target, streams):
    asked = {"model": target, "max_tokens": 50, "messages": say("calls"), "tools": tools()}
    if streams:
        with client.chat.completions.stream(**asked) as stream:
            choice = stream.get_final_completion().choices[0]
    else:
        choice = client.chat.completions.create(**asked).choices[0]
    calls = choice.message.tool_calls
    assert [json.loads(call.function.arguments) for call in calls] == [{"city": city} for city in CITIES]
    assert {call.function.name for call in calls} == {"weather"} and len({call.id for call in calls}) == 2
    assert choice.finish_reason == "tool_calls"
    assert speaker(provider).tools(provider.last.json) == ["weather"]


@ALL
def test_results_of_calls_go_back(client, provider, target):
    first = client.chat.completions.create(model=target, max_tokens=50, messages=say("calls"), tools=tools())
    message = first.choices[0].message
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"sunny in {number}"}
        for number, call in enumerate(message.tool_calls)]
    messages = [*say("text"), message.model_dump(exclude_none=True), *results]
    last = client.chat.completions.create(model=target, max_tokens=50, messages=messages, tools=tools())
    assert last.choices[0].message.content == "".join(TEXT)
    assert b"sunny in 0" in provider.last.body and b"sunny in 1" in provider.last.body


@ALL
def test_an_image_arrives(client, provider, target):
    content = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}]
    client.chat.completions.create(model=target, max_tokens=50, messages=[{"role": "user", "content": content}])
    assert speaker(provider).image(provider.last.json) == [PIXEL]


# Errors.


@ALL
@pytest.mark.parametrize("streams", [False, True])
def test_a_busy_provider_is_told_in_the_callers_words(client, gateway, target, streams):
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model=target, max_tokens=50, messages=say("busy"), stream=streams)
    assert f"{TARGETS[target]} is busy" in caught.value.message
    assert caught.value.response.headers["x-tuppence-error-code"] == "rate_limited"
    if not target.startswith("bedrock"):
        assert caught.value.response.headers["retry-after"] == "7"
    [entry] = gateway.entries(caught.value.response.headers["x-tuppence-request-id"])
    assert (entry["status"], entry["cost_nanodollars"]) == ("failed", 0)


@ALL
def test_what_a_provider_does_not_like_is_no_reason_to_try_again(client, target):
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model=target, max_tokens=50, messages=say("wrong"))
    assert caught.value.status_code in (400, 422)
    assert f"{TARGETS[target]} does not like it" in caught.value.message
    assert caught.value.response.headers["x-tuppence-attempts"] == "1"


@ALL
@pytest.mark.parametrize("scenario", ["cut", "late"])
def test_a_stream_that_breaks_ends_in_an_error(client, gateway, target, scenario):
    with client.chat.completions.create(model=target, max_tokens=50, messages=say(scenario), stream=True) as stream:
        request = stream.response.headers["x-tuppence-request-id"]
        with pytest.raises(openai.APIError) as caught:
            list(stream)
    if scenario == "late":
        assert f"{TARGETS[target]} is overloaded" in str(caught.value)
    [entry] = gateway.entries(request)
    assert entry["status"] == "truncated" and entry["cost_nanodollars"] > 0


def test_every_dialect_falls_back_to_the_next(forgetful, provider):
    seen = len(provider.requests)
    with pytest.raises(openai.RateLimitError) as caught:
        forgetful.chat.completions.create(model="falls-through", max_tokens=50, messages=say("busy"))
    assert caught.value.response.headers["x-tuppence-attempts"] == "7"
    # The last word is the last provider's.
    assert "responses is busy" in caught.value.message
    speakers = [type(provider.speaker(request.path)).__name__ for request in provider.requests[seen:]]
    assert speakers == ["Gemini", "Claude", "Bedrock", "Cohere", "Mistral", "OpenAI", "Responses"]
    entries = forgetful.gateway.entries(caught.value.response.headers["x-tuppence-request-id"])
    assert [entry["status"] for entry in entries] == ["failed"] * 7
    # Bedrock alone has not asked to be left alone: the others are, and it answers.
    answer = forgetful.chat.completions.with_raw_response.create(model="falls-through", messages=say())
    assert answer.headers["x-tuppence-provider"] == "bedrock"
    assert len(provider.requests) - seen == len(FALLBACKS) + 1


def test_who_has_asked_to_be_left_alone_is(forgetful, provider):
    asked = {"model": "left-alone", "max_tokens": 50}
    with pytest.raises(openai.RateLimitError):
        forgetful.chat.completions.create(messages=say("busy"), **asked)
    seen = len(provider.requests)
    with pytest.raises(openai.RateLimitError) as caught:
        forgetful.chat.completions.create(messages=say(), **asked)
    assert caught.value.code == "rate_limited"
    assert 1 <= int(caught.value.response.headers["retry-after"]) <= 7
    assert len(provider.requests) == seen
    # Where there is nothing to choose, nothing is kept from the caller.
    assert forgetful.chat.completions.create(model="mistral/mistral-large-latest", messages=say(), max_tokens=50)


def test_a_stream_that_begins_with_an_error_is_no_answer_yet(forgetful, provider):
    seen = len(provider.requests)
    asked = {"model": "falls-through", "max_tokens": 50, "stream": True}
    with pytest.raises(openai.APIError) as caught:
        list(forgetful.chat.completions.create(messages=say("early"), **asked))
    assert "responses is overloaded" in str(caught.value)
    assert len(provider.requests) - seen == len(FALLBACKS)


@ALL
def test_who_leaves_a_stream_pays_for_what_the_provider_counts(client, gateway, provider, target):
    with client.chat.completions.create(model=target, max_tokens=50, messages=say("slow"), stream=True) as stream:
        request = stream.response.headers["x-tuppence-request-id"]
        next(iter(stream))
    [entry] = eventually("it is settled", lambda: gateway.entries(request), within=15, every=0.2)
    if target.startswith(("gemini", "vertex", "bedrock", "mistral")):
        # These finish what they have begun, by whatever name, and it is read on for its count.
        assert (entry["cost_nanodollars"], entry["estimated"]) == (cost(target), False)
    else:
        assert entry["estimated"] and entry["cost_nanodollars"] > 0
    assert entry["status"] == "aborted"


# What is lost on the way.


@pytest.mark.parametrize("target", ["gemini/gemini-2.5-flash", "cohere/command-a-03-2025", "bedrock/us.amazon.nova-pro-v1:0"])
def test_one_call_at_a_time_is_a_hint_to_those_who_cannot_be_told(client, provider, target):
    raw = client.chat.completions.with_raw_response.create(
        model=target, max_tokens=50, messages=say(), tools=tools(), parallel_tool_calls=False)
    assert raw.parse().choices[0].message.content == "".join(TEXT)
    assert raw.headers["x-tuppence-dropped"] == "parallel_tool_calls"
    assert b"parallel" not in provider.last.body


def test_what_a_target_cannot_do_is_refused_or_dropped_by_name(client, provider):
    asked = {"model": "bedrock/amazon.nova-pro-v1:0", "max_tokens": 50, "messages": say()}
    seen = len(provider.requests)
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**asked, logprobs=True)
    assert caught.value.param == "logprobs" and len(provider.requests) == seen
    raw = client.chat.completions.with_raw_response.create(
        **asked, logprobs=True, seed=1, extra_headers={"x-tuppence-drop": "allow"})
    assert raw.headers["x-tuppence-dropped"] == "logprobs, seed"
    assert b"seed" not in provider.last.body


@ALL
def test_a_budget_clamps_in_the_dialects_own_field(gateway, provider, target):
    with gateway.client(key="tp_test_small_0123456789abcdef") as client:
        with pytest.raises(openai.APIStatusError):
            client.chat.completions.create(model=target, max_tokens=50, messages=[{"role": "user", "content": "x y" * 4_000}])
        raw = client.chat.completions.with_raw_response.create(model=target, max_tokens=5_000, messages=[{"role": "user", "content": "hi"}])
    clamped = int(raw.headers["x-tuppence-clamped-max-tokens"])
    assert 0 < clamped < 500 and speaker(provider).limit(provider.last.json) == clamped


@HAS_NO_COMPLETIONS
def test_a_completion_is_what_is_said_to_the_prompt(client, gateway, provider, target):
    raw = client.completions.with_raw_response.create(model=target, max_tokens=50, prompt=PROMPT)
    completion = raw.parse()
    assert (completion.object, completion.choices[0].finish_reason) == ("text_completion", "stop")
    assert completion.choices[0].text == "".join(TEXT)
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (INPUT, OUTPUT)
    assert nanodollars(completion.usage.model_extra["cost"]) == cost(target)
    assert speaker(provider).limit(provider.last.json) == 50
    check_booked(gateway, raw.headers["x-tuppence-request-id"], target)


@HAS_NO_COMPLETIONS
def test_a_completion_comes_as_a_stream(client, target):
    chunks = list(client.completions.create(
        model=target, max_tokens=50, prompt=PROMPT, stream=True, stream_options={"include_usage": True}))
    assert [chunk.choices[0].text for chunk in chunks if chunk.choices and chunk.choices[0].text] == TEXT
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert (chunks[-1].usage.prompt_tokens, chunks[-1].usage.completion_tokens) == (INPUT, OUTPUT)


def test_what_no_chat_has_is_not_put_into_one(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.completions.create(model="cohere/command-a-03-2025", prompt="hi", echo=True)
    assert caught.value.param == "echo" and "has no completions" in caught.value.message
