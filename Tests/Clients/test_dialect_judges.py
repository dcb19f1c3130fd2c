"""Requests in every dialect, held against their makers' own libraries."""

import json

import pytest

import judges
from dialect_gateway import CITY, PIXEL, TARGETS, client, gateway, provider, say, tools
from speakers.bedrock import Bedrock
from speakers.words import CITIES


JUDGES = {
    "gemini": judges.gemini, "claude": judges.claude, "bedrock": judges.bedrock, "responses": judges.responses,
    "azure": judges.chat}
JUDGED = pytest.mark.parametrize("target", [target for target in TARGETS if TARGETS[target] in JUDGES])
SCHEMA = {"name": "place", "schema": {**CITY, "additionalProperties": False}, "strict": True}
PICTURE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}", "detail": "low"}}
CONVERSATION = [
    {"role": "system", "content": "Be brief."}, {"role": "developer", "content": "And kind."},
    {"role": "user", "content": [{"type": "text", "text": "Where is this?"}, PICTURE]},
    {"role": "assistant", "content": "I look it up.", "tool_calls": [
        {"id": f"call_{city}", "type": "function", "function": {"name": "weather", "arguments": json.dumps({"city": city})}}
        for city in CITIES]},
    *[{"role": "tool", "tool_call_id": f"call_{city}", "content": "sunny"} for city in CITIES],
    {"role": "user", "content": "And now?"}]
ASKED = {
    "plain": {"messages": say(), "temperature": 0.5, "top_p": 0.9, "stop": ["END"], "user": "u-1"},
    "conversation": {"messages": CONVERSATION, "tools": tools()},
    "forced": {"messages": CONVERSATION, "tools": tools(), "tool_choice": "required", "parallel_tool_calls": False},
    "named": {"messages": say(), "tools": tools(), "tool_choice": {"type": "function", "function": {"name": "weather"}}},
    "none": {"messages": CONVERSATION, "tools": tools(), "tool_choice": "none"},
    "schema": {"messages": say(), "response_format": {"type": "json_schema", "json_schema": SCHEMA}},
    "thinking": {"messages": say(), "reasoning_effort": "high", "max_tokens": 8_000},
    "everything else": {
        "messages": say(), "seed": 7, "n": 1, "logprobs": True, "presence_penalty": 0.5, "frequency_penalty": 0.5,
        "metadata": {"a": "b"}, "store": True, "service_tier": "auto", "logit_bias": {"5": 1}},
}


@JUDGED
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("streams", [False, True])
def test_requests_are_what_their_makers_take(client, provider, target, asked, streams):
    answer = client.chat.completions.create(
        model=target, stream=streams, extra_headers={"x-tuppence-drop": "allow"}, **{"max_tokens": 500, **ASKED[asked]})
    if streams:
        list(answer)
    JUDGES[TARGETS[target]](provider.last.json)


def test_the_answers_here_are_what_bedrock_gives():
    for scenario in ("text", "calls"):
        judges.converse(judges.CONVERSE.output_shape, Bedrock().whole(scenario))
