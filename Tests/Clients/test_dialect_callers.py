"""Targets of every dialect behind Anthropic's SDK, Google's, and OpenAI's for Responses."""

import json

import anthropic
import pytest

from dialect_gateway import (
    ALL, CITY, TARGETS, ask, check_booked, claude, client, cost, gateway, google, is_cohere, provider, speaker, tools)
from money import nanodollars
from speakers.words import CACHED, CITIES, INPUT, OUTPUT, TEXT

# Anthropic's callers.


@ALL
def test_an_anthropic_caller_gets_a_message(claude, gateway, provider, target):
    raw = claude.messages.with_raw_response.create(model=target, max_tokens=50, system="Be brief.", messages=ask())
    message = raw.parse()
    assert ([block.text for block in message.content], message.stop_reason) == (["".join(TEXT)], "end_turn")
    cached = 0 if is_cohere(target) else CACHED
    assert (message.usage.input_tokens, message.usage.output_tokens) == (INPUT - cached, OUTPUT)
    assert (message.usage.cache_read_input_tokens or 0) == cached
    assert nanodollars(message.usage.model_extra["cost"]) == cost(target)
    assert speaker(provider).limit(provider.last.json) == 50
    check_booked(gateway, raw.headers["request-id"], target)


@ALL
def test_an_anthropic_caller_streams_parallel_calls(claude, provider, target):
    tool = {"name": "weather", "description": "Looks it up.", "input_schema": CITY}
    with claude.messages.stream(model=target, max_tokens=50, messages=ask("calls"), tools=[tool]) as stream:
        message = stream.get_final_message()
    calls = [block for block in message.content if block.type == "tool_use"]
    assert [call.input for call in calls] == [{"city": city} for city in CITIES]
    assert message.stop_reason == "tool_use" and message.usage.output_tokens == OUTPUT
    assert speaker(provider).tools(provider.last.json) == ["weather"]


@ALL
def test_an_anthropic_caller_is_told_of_errors(claude, target):
    with pytest.raises(anthropic.RateLimitError) as caught:
        claude.messages.create(model=target, max_tokens=50, messages=ask("busy"))
    assert caught.value.body["error"]["type"] == "rate_limit_error"
    assert f"{TARGETS[target]} is busy" in caught.value.body["error"]["message"]
    for scenario in ("cut", "late"):
        with pytest.raises(anthropic.APIError) as caught:
            with claude.messages.stream(model=target, max_tokens=50, messages=ask(scenario)) as stream:
                stream.get_final_message()
    assert f"{TARGETS[target]} is overloaded" in str(caught.value)


# OpenAI's callers of Responses, and Google's: of their own dialect, too.


@ALL
def test_a_caller_of_responses_gets_text_usage_and_cost(client, gateway, provider, target):
    raw = client.responses.with_raw_response.create(
        model=target, max_output_tokens=50, instructions="Be brief.", input=ask())
    answer = raw.parse()
    assert (answer.output_text, answer.status) == ("".join(TEXT), "completed")
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (INPUT, OUTPUT)
    assert nanodollars(answer.usage.model_extra["cost"]) == cost(target)
    assert speaker(provider).limit(provider.last.json) == 50
    check_booked(gateway, raw.headers["x-request-id"], target)


@ALL
def test_a_caller_of_responses_streams_parallel_calls(client, target):
    tool = {"type": "function", "name": "weather", "description": "Looks it up.", "parameters": CITY}
    events = list(client.responses.create(
        model=target, max_output_tokens=50, input=ask("calls"), tools=[tool], stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events[:2]] == ["response.created", "response.in_progress"]
    calls = [item for item in events[-1].response.output if item.type == "function_call"]
    assert [json.loads(call.arguments) for call in calls] == [{"city": city} for city in CITIES]
    assert events[-1].type == "response.completed" and events[-1].response.usage.output_tokens == OUTPUT


@ALL
def test_a_google_caller_gets_text_usage_and_cost(google, gateway, provider, target):
    answer = google.models.generate_content(
        model=target.replace(" ", "%20"), contents=ask()[0]["content"],
        config={"max_output_tokens": 50, "system_instruction": "Be brief."})
    assert (answer.text, answer.candidates[0].finish_reason.name) == ("".join(TEXT), "STOP")
    usage = answer.usage_metadata
    assert usage.prompt_token_count == INPUT
    assert usage.candidates_token_count + (usage.thoughts_token_count or 0) == OUTPUT
    assert speaker(provider).limit(provider.last.json) == 50
    check_booked(gateway, answer.sdk_http_response.headers["x-request-id"], target)


@ALL
def test_a_google_caller_streams_parallel_calls(google, target):
    tool = {"function_declarations": [{"name": "weather", "description": "Looks it up.", "parameters_json_schema": CITY}]}
    chunks = list(google.models.generate_content_stream(
        model=target.replace(" ", "%20"), contents=ask("calls")[0]["content"],
        config={"max_output_tokens": 50, "tools": [tool]}))
    calls = [call for chunk in chunks for call in chunk.function_calls or []]
    assert [call.args for call in calls] == [{"city": city} for city in CITIES]
    usage = chunks[-1].usage_metadata
    assert usage.candidates_token_count + (usage.thoughts_token_count or 0) == OUTPUT


# Providers of the caller's own dialect: nothing is lost on the way.


@pytest.mark.parametrize("streams", [False, True])
def test_a_caller_of_responses_goes_on_from_an_answer_of_their_provider(client, provider, streams):
    asked = {"model": "gpt/gpt-4.1", "max_output_tokens": 50}
    first = client.responses.create(input=ask(), **asked)
    assert first.model_extra["of_a_later_day"] == {"is": "kept"}
    if streams:
        events = list(client.responses.create(input="And now?", previous_response_id=first.id, stream=True, **asked))
        told = [event.response for event in events if hasattr(event, "response")]
        assert {one.previous_response_id for one in told} == {first.id}
        second = told[-1]
    else:
        second = client.responses.create(input="And now?", previous_response_id=first.id, **asked)
    assert second.previous_response_id == first.id and second.output_text == "".join(TEXT)
    # Their provider is not asked to remember: the conversation goes along.
    assert provider.last.json["previous_response_id"] is None
    assert [item.get("role") for item in provider.last.json["input"]] == ["user", "assistant", "user"]
    assert client.responses.retrieve(second.id).model_extra["of_a_later_day"] == {"is": "kept"}
    client.responses.delete(second.id)
