"""Requests that are nearly right, as Hypothesis thinks them up: each begins as one that is, of which a few things are changed."""

import copy
import json
from dataclasses import dataclass

from hypothesis import strategies as st

IMAGE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "enum": ["a", "b"]}}, "required": ["city"]}

CHAT = {
    "model": "", "max_tokens": 20, "temperature": 0.5, "n": 1, "stop": ["x"], "stream": False, "user": "ada", "seed": 1,
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "text", "text": "hi"}, {"type": "image_url", "image_url": {"url": IMAGE, "detail": "low"}}]},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"a\"}"}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "sunny"}],
    "tools": [{"type": "function", "function": {"name": "weather", "description": "Looks.", "parameters": SCHEMA, "strict": True}}],
    "tool_choice": "auto", "parallel_tool_calls": True, "reasoning_effort": "low", "stream_options": {"include_usage": True},
    "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": SCHEMA}}, "metadata": {"a": "b"},
}
MESSAGES = {
    "model": "", "max_tokens": 20, "temperature": 0.5, "stop_sequences": ["x"], "stream": False, "metadata": {"user_id": "ada"},
    "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        {"role": "user", "content": [
            {"type": "text", "text": "hi"}, {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}}]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
            {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "a"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "sunny"}]}],
    "tools": [{"name": "weather", "description": "Looks.", "input_schema": SCHEMA}], "tool_choice": {"type": "auto"},
}
RESPONSES = {
    "model": "", "max_output_tokens": 20, "temperature": 0.5, "stream": False, "store": False, "instructions": "Be brief.",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}, {"type": "input_image", "image_url": IMAGE}]},
        {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "sunny"}],
    "tools": [{"type": "function", "name": "weather", "parameters": SCHEMA, "strict": False}], "tool_choice": "auto",
    "reasoning": {"effort": "low"}, "text": {"format": {"type": "text"}},
}
EMBEDDINGS = {"model": "", "input": ["hi", "there"], "dimensions": 8, "encoding_format": "float", "user": "ada"}
CONTENTS = {
    "contents": [
        {"role": "user", "parts": [{"text": "hi"}, {"inlineData": {"mimeType": "image/png", "data": IMAGE.partition(",")[2]}}]},
        {"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {"city": "a"}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "weather", "response": {"result": "sunny"}}}]}],
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "generationConfig": {"maxOutputTokens": 20, "temperature": 0.5, "stopSequences": ["x"], "thinkingConfig": {"thinkingBudget": 0}},
    "tools": [{"functionDeclarations": [{"name": "weather", "description": "Looks.", "parameters": SCHEMA}]}],
    "toolConfig": {"functionCallingConfig": {"mode": "AUTO"}},
}


@dataclass(frozen=True)
class Imagined:
    target: str
    body: bytes


TEXT_MODELS = [*(f"{name}/chat-small" for name in ("sandbox", "responses", "claude", "gemini", "cohere", "bedrock")), "any"]
VECTOR_MODELS = ["sandbox/embed-small", "gemini/embed-small", "cohere/embed-small"]
# By the end of the path that they are for, and whom they may be for.
SEEDS = {
    "/v1/chat/completions": (CHAT, TEXT_MODELS), "/v1/messages": (MESSAGES, TEXT_MODELS),
    "/v1/messages/count_tokens": (MESSAGES, TEXT_MODELS), "/v1/responses": (RESPONSES, TEXT_MODELS),
    "/v1/embeddings": (EMBEDDINGS, VECTOR_MODELS), ":generateContent": (CONTENTS, TEXT_MODELS),
    ":streamGenerateContent": (CONTENTS, TEXT_MODELS), ":countTokens": (CONTENTS, TEXT_MODELS),
}
WORDS = [
    "", "auto", "none", "required", "user", "assistant", "tool", "text", "function", "image_url", "json_object", "null", "a" * 300,
    "\0", "\ud83d\ude00", "𝕏"]
NUMBERS = [0, -1, 1, 2**31, 2**53 + 1, 2**63, -2**63, 2**64, 10**30, 0.1, -0.0, 1e308, 1e-320, True]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.integers(-9, 99), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS), st.text(max_size=8))
NAMES = st.sampled_from(WORDS) | st.text(max_size=4)
VALUES = st.recursive(
    SCALARS, lambda value: st.lists(value, max_size=3) | st.dictionaries(NAMES, value, max_size=3), max_leaves=6)


def places(value, place=()) -> list[tuple]:
    """Where there is something in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place] + [found for key, one in inner for found in places(one, (*place, key))]


def within(value, place: tuple):
    for key in place:
        value = value[key]
    return value


def change(draw, body: dict, names: list[str]):
    *above, key = draw(st.sampled_from(places(body)[1:]))
    holder = within(body, above)
    match draw(st.sampled_from(["put", "put", "take away", "move", "double", "wrap", "add"])):
        case "put":
            holder[key] = draw(VALUES)
        case "take away":
            del holder[key]
        case "move":
            holder[key] = copy.deepcopy(within(body, draw(st.sampled_from(places(body)[1:]))))
        case "double" if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case "wrap":
            holder[key] = draw(st.sampled_from([[holder[key]], {str(key): holder[key]}]))
        case "add" if isinstance(holder, dict):
            holder[draw(st.sampled_from(names))] = draw(VALUES)


@st.composite
def requests(draw) -> Imagined:
    end = draw(st.sampled_from(sorted(SEEDS)))
    seed, models = SEEDS[end]
    model, body = draw(st.sampled_from(models)), copy.deepcopy(seed)
    if "model" in body:
        body["model"] = model
    if "stream" in body:
        body["stream"] = draw(st.booleans())
    # A member that is there elsewhere is more likely to be read than any other.
    names = sorted({key for place in places(seed) for key in place if isinstance(key, str)})
    for _ in range(draw(st.integers(1, 4))):
        if places(body)[1:]:
            change(draw, body, names)
    data = json.dumps(body, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        cut = draw(st.integers(0, len(data)))
        data = data[:cut] + draw(st.binary(max_size=3)) + data[cut + draw(st.integers(0, 2)):]
    return Imagined(f"/v1beta/models/{model}{end}" if end.startswith(":") else end, data)
