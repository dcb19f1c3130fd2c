"""The official Google GenAI SDK over providers that speak other dialects."""

import http.client
import json

import pydantic
import pytest
from google import genai
from google.genai import errors, types

from money import CHAT_SMALL, nanodollars
from programs import APP, POOR, Gateway

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  claude: { dialect: anthropic, base_url: "@SANDBOX@", api_key: none }
  chats: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  claude/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  chats/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
routes:
  falls-over: { targets: [ "claude/chat-small?status=529", chats/chat-small ] }
  small: { targets: [ claude/chat-small ] }
  twenty: { targets: [ "claude/chat-small?tokens=20" ] }
  hundred-claude: { targets: [ "claude/chat-small?tokens=100" ] }
  hundred-chats: { targets: [ "chats/chat-small?tokens=100" ] }
  cut-claude: { targets: [ "claude/chat-small?cut=5" ] }
  cut-chats: { targets: [ "chats/chat-small?cut=5" ] }
  busy: { targets: [ "claude/chat-small?status=429" ] }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef }
  - { name: tight, secret: tp_test_tight_0123456789abcdef }
budgets:
  - { name: poor-daily, scope: { key: poor }, limit: $0.000001, per: day, hard: reject }
  - { name: tight-daily, scope: { key: tight }, limit: $0.0002, per: day, hard: clamp }
"""

SAY = "Say something."
TARGETS = pytest.mark.parametrize("provider", ["claude", "chats"])
WEATHER = types.Tool(function_declarations=[types.FunctionDeclaration(
    name="weather", description="Looks it up.",
    parameters=types.Schema(type="OBJECT", properties={"city": types.Schema(type="STRING")}, required=["city"]))])


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("google"), CONFIGURATION, sandbox).start()
    yield program
    program.stop()


def google_client(gateway, key=APP):
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=gateway.url.removesuffix("/v1"), timeout=20_000))


@pytest.fixture(scope="module")
def client(gateway):
    return google_client(gateway)


def raw(gateway, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    try:
        connection.request(
            "GET" if body is None else "POST", path, None if body is None else json.dumps(body),
            {"content-type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


BODY = {"contents": [{"role": "user", "parts": [{"text": SAY}]}]}


def cost_of(usage: dict) -> int:
    cached = usage.get("cachedContentTokenCount", 0)
    return (
        (usage["promptTokenCount"] - cached) * CHAT_SMALL.input + cached * CHAT_SMALL.cached_input
        + (usage["candidatesTokenCount"] + usage.get("thoughtsTokenCount", 0)) * CHAT_SMALL.output)


@TARGETS
def test_content_has_text_usage_and_cost_and_is_booked(client, gateway, provider):
    answer = client.models.generate_content(
        model=f"{provider}/chat-small", contents=SAY,
        config=types.GenerateContentConfig(system_instruction="Be brief.", max_output_tokens=50))
    assert answer.text and answer.candidates[0].finish_reason == types.FinishReason.STOP
    headers = answer.sdk_http_response.headers
    [entry] = gateway.entries(headers["x-tuppence-request-id"])
    assert (entry["provider"], entry["status"], entry["estimated"]) == (provider, "completed", False)
    assert entry["cost_nanodollars"] == (
        answer.usage_metadata.prompt_token_count * CHAT_SMALL.input
        - (answer.usage_metadata.cached_content_token_count or 0) * (CHAT_SMALL.input - CHAT_SMALL.cached_input)
        + answer.usage_metadata.candidates_token_count * CHAT_SMALL.output)


@TARGETS
def test_usage_has_its_cost(gateway, provider):
    status, _, body = raw(
        gateway, f"/v1beta/models/{provider}%2Fchat-small:generateContent", BODY, {"x-goog-api-key": APP})
    usage = json.loads(body)["usageMetadata"]
    assert status == 200 and nanodollars(usage["cost"]) == cost_of(usage) > 0


@TARGETS
def test_a_stream_gives_its_text_piece_by_piece(client, provider):
    chunks = list(client.models.generate_content_stream(
        model=f"hundred-{provider}", contents=SAY, config=types.GenerateContentConfig(max_output_tokens=20)))
    assert len(chunks) > 2 and "".join(chunk.text or "" for chunk in chunks)
    assert chunks[-1].usage_metadata.candidates_token_count == 20
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.MAX_TOKENS


def test_without_alt_sse_a_stream_is_one_array(gateway):
    status, headers, body = raw(
        gateway, "/v1beta/models/twenty:streamGenerateContent", BODY, {"x-goog-api-key": APP})
    chunks = json.loads(body)
    assert status == 200 and headers["content-type"].startswith("application/json") and len(chunks) > 2
    usage = chunks[-1]["usageMetadata"]
    assert usage["candidatesTokenCount"] == 20 and nanodollars(usage["cost"]) == cost_of(usage)


@TARGETS
def test_functions_are_called_until_the_answer_is_there(client, provider):
    config = types.GenerateContentConfig(tools=[WEATHER], max_output_tokens=200)
    contents = [types.Content(role="user", parts=[types.Part(text=SAY)])]
    first = client.models.generate_content(model=f"{provider}/chat-small", contents=contents, config=config)
    [call] = first.function_calls
    assert call.name == "weather" and set(call.args) == {"city"}
    contents.append(first.candidates[0].content)
    contents.append(types.Content(role="user", parts=[
        types.Part.from_function_response(name=call.name, response={"output": "sunny"})]))
    last = client.models.generate_content(model=f"{provider}/chat-small", contents=contents, config=config)
    assert last.text and not last.function_calls


def test_the_sdk_calls_python_functions_by_itself(client):
    asked = []

    def weather(city: str) -> str:
        """Looks the weather of a city up."""
        asked.append(city)
        return "sunny"

    answer = client.models.generate_content(
        model="small", contents=SAY, config=types.GenerateContentConfig(tools=[weather], max_output_tokens=200))
    assert len(asked) == 1 and answer.text


class City(pydantic.BaseModel):
    city: str


def test_an_answer_has_the_structure_that_was_asked_for(client):
    answer = client.models.generate_content(
        model="chats/chat-small", contents=SAY,
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_schema=City, max_output_tokens=200))
    assert isinstance(answer.parsed, City)


@TARGETS
def test_tokens_are_counted_without_cost(client, gateway, provider):
    before = len(gateway.ledger())
    short = client.models.count_tokens(model=f"{provider}/chat-small", contents=SAY).total_tokens
    assert 0 < short < client.models.count_tokens(model=f"{provider}/chat-small", contents=SAY * 50).total_tokens
    assert len(gateway.ledger()) == before


def test_models_are_listed_and_found(client):
    names = [model.name for model in client.models.list(config={"page_size": 2})]
    assert "models/small" in names and len(names) == len(set(names)) > 2
    assert client.models.get(model="small").name == "models/small"


def test_a_budget_clamps_the_output_limit(gateway):
    status, headers, body = raw(
        gateway, "/v1beta/models/twenty:generateContent", {**BODY, "generationConfig": {"maxOutputTokens": 100_000}},
        {"x-goog-api-key": "tp_test_tight_0123456789abcdef"})
    assert status == 200 and 0 < int(headers["x-tuppence-clamped-max-tokens"]) < 100_000
    assert json.loads(body)["usageMetadata"]["candidatesTokenCount"] == 20


def test_a_key_may_stand_in_the_query(gateway):
    assert raw(gateway, f"/v1beta/models/small:generateContent?key={APP}", BODY)[0] == 200
    status, headers, body = raw(gateway, "/v1beta/models/small:generateContent?key=nobody", BODY)
    assert (status, headers["x-tuppence-error-code"]) == (401, "invalid_api_key")
    assert json.loads(body)["error"]["status"] == "UNAUTHENTICATED"
    # Nowhere else is it looked for.
    assert raw(gateway, f"/v1/models?key={APP}")[0] == 401


def test_our_own_refusals_are_errors_of_googles_schema(client, gateway):
    with pytest.raises(errors.ClientError) as raised:
        client.models.generate_content(model="nobody", contents=SAY)
    assert (raised.value.code, raised.value.status) == (404, "NOT_FOUND")
    poor = google_client(gateway, POOR)
    with pytest.raises(errors.ClientError) as raised:
        poor.models.generate_content(model="small", contents=SAY)
    assert (raised.value.code, raised.value.status) == (402, "RESOURCE_EXHAUSTED")
    [details] = [detail for detail in raised.value.details["error"]["details"] if "metadata" in detail]
    assert details["reason"] == "BUDGET_EXCEEDED"
    assert (details["metadata"]["code"], details["metadata"]["budget"]) == ("budget_exceeded", "poor-daily")


def test_a_providers_error_is_the_exception_that_the_sdk_has_for_it(client):
    with pytest.raises(errors.ClientError) as raised:
        client.models.generate_content(model="busy", contents=SAY)
    assert (raised.value.code, raised.value.status) == (429, "RESOURCE_EXHAUSTED")


@TARGETS
@pytest.mark.parametrize("alt", ["?alt=sse", ""])
def test_a_stream_that_breaks_off_ends_in_an_error(gateway, provider, alt):
    status, _, body = raw(
        gateway, f"/v1beta/models/cut-{provider}:streamGenerateContent{alt}", BODY, {"x-goog-api-key": APP})
    if alt:
        chunks = [json.loads(line.removeprefix(b"data: ")) for line in body.splitlines() if line.startswith(b"data: ")]
    else:
        chunks = json.loads(body)
    assert status == 200 and "candidates" in chunks[0] and chunks[-1]["error"]["details"][0]["domain"] == "tuppence"


def test_a_cached_content_is_refused(gateway):
    status, _, body = raw(
        gateway, "/v1beta/models/small:generateContent", {**BODY, "cachedContent": "cachedContents/1"},
        {"x-goog-api-key": APP})
    assert status == 400 and json.loads(body)["error"]["details"][0]["metadata"]["param"] == "cachedContent"


def test_a_route_falls_back_from_one_dialect_to_the_other(client):
    answer = client.models.generate_content(model="falls-over", contents=SAY)
    assert answer.text and answer.sdk_http_response.headers["x-tuppence-provider"] == "chats"
