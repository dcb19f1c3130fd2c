"""Targets of every dialect behind the official OpenAI and Anthropic SDKs: what leaves, what comes back, what is booked."""

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anthropic
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import openai
import pytest
from google import genai

import judges
from dialect_provider import CACHED, CITIES, INPUT, OUTPUT, TEXT, Bedrock, DialectProvider
from money import nanodollars
from programs import APP, Gateway, eventually, tuppence

AWS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session_token": "a/session+token=="}
RATES = "{ input: 1.00, cached_input: 0.25, output: 4.00 }"
PROVIDERS = f"""\
providers:
  gemini: {{ base_url: "@URL@", api_key: gemini-key }}
  vertex: {{ base_url: "@URL@", project: acme, location: europe-west4, credentials: "@KEYFILE@" }}
  vertex-token: {{ dialect: gemini, host: vertex, base_url: "@URL@", project: acme, access_token: ya29.static }}
  bedrock: {{ base_url: "@URL@", region: eu-central-1, access_key_id: {AWS["access_key_id"]}, secret_access_key: "{AWS["secret_access_key"]}", session_token: "{AWS["session_token"]}" }}
  bedrock-key: {{ dialect: bedrock, base_url: "@URL@", api_key: bedrock-key }}
  cohere: {{ base_url: "@URL@", api_key: cohere-key }}
  mistral: {{ base_url: "@URL@/mistral/v1", api_key: mistral-key }}
  azure: {{ base_url: "@URL@", api_key: azure-key, api_version: 2024-10-21 }}
  azure-v1: {{ dialect: openai, host: azure, base_url: "@URL@", access_token: entra-token }}
  gpt: {{ dialect: responses, base_url: "@URL@/gpt/v1", api_key: gpt-key }}
"""
# Every kind of target: the model, and the words that its errors begin with.
TARGETS = {
    "gemini/gemini-2.5-flash": "gemini", "vertex/gemini-2.5-flash": "gemini", "vertex-token/gemini-2.5-pro": "gemini",
    "vertex/claude-sonnet-4-5@20250929": "claude", "bedrock/us.amazon.nova-pro-v1:0": "bedrock",
    "bedrock-key/amazon.nova-lite-v1:0": "bedrock", "cohere/command-a-03-2025": "cohere",
    "mistral/mistral-large-latest": "mistral", "azure/my gpt": "azure", "azure-v1/gpt-4o": "azure", "gpt/gpt-4.1": "responses"}
FALLBACKS = [
    "gemini/gemini-2.5-flash", "vertex/claude-sonnet-4-5@20250929", "bedrock/us.amazon.nova-pro-v1:0",
    "cohere/command-a-03-2025", "mistral/mistral-large-latest", "azure/gpt-4o", "gpt/gpt-4.1"]
CONFIGURATION = f"""\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
{PROVIDERS}prices:
{chr(10).join(f'  "{target}": {RATES}' for target in TARGETS)}
routes:
  falls-through: {{ targets: {json.dumps(FALLBACKS)}, strategy: priority }}
  left-alone: {{ targets: [ cohere/command-a-03-2025, mistral/mistral-large-latest ] }}
loops: off
keys:
  - {{ name: app, secret: {APP} }}
  - {{ name: small, secret: tp_test_small_0123456789abcdef }}
budgets:
  - {{ name: small-daily, scope: {{ key: small }}, limit: $0.002, per: day, hard: clamp }}
"""
ALL = pytest.mark.parametrize("target", TARGETS)
PIXEL = base64.b64encode(bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")).decode()
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@pytest.fixture(scope="module")
def provider():
    provider = DialectProvider()
    yield provider
    provider.stop()


def start(folder, provider, configuration=CONFIGURATION):
    key_file = folder / "account.json"
    key_file.write_text(provider.desk.key_file(f"{provider.url}/token"))
    filled = configuration.replace("@URL@", provider.url).replace("@KEYFILE@", str(key_file))
    return Gateway(folder, filled).start()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, provider):
    program = start(tmp_path_factory.mktemp("dialects"), provider)
    yield program
    program.stop()


@pytest.fixture
def forgetful(tmp_path, provider):
    """A gateway that has seen no failure yet."""
    program = start(tmp_path, provider)
    with program.client() as client:
        client.gateway = program
        yield client
    program.stop()


@pytest.fixture(scope="module")
def client(gateway):
    with gateway.client() as client:
        yield client


@pytest.fixture(scope="module")
def claude(gateway):
    with anthropic.Anthropic(base_url=gateway.url.removesuffix("/v1"), api_key=APP, max_retries=0, timeout=20) as client:
        yield client


def say(scenario="text"):
    return [{"role": "system", "content": "Be brief."}, {"role": "user", "content": f"Say something. scenario:{scenario}"}]


def ask(scenario="text"):
    return [{"role": "user", "content": f"Say something. scenario:{scenario}"}]


def tools():
    return [{"type": "function", "function": {"name": "weather", "description": "Looks it up.", "parameters": CITY}}]


def is_cohere(target):
    return target.startswith("cohere/")


def cost(target) -> int:
    """Of the answer that every dialect gives, in nanodollars: Cohere bills all of the input alike."""
    cached = 0 if is_cohere(target) else CACHED
    return (INPUT - cached) * 1_000 + cached * 250 + OUTPUT * 4_000


def check_booked(gateway, request_id, target):
    [entry] = gateway.entries(request_id)
    assert (entry["provider"], entry["model"]) == tuple(target.split("/", 1))
    assert (entry["status"], entry["estimated"]) == ("completed", False)
    assert entry["cost_nanodollars"] == cost(target)
    usage = entry["usage"]
    cached = usage.get("cached_input", 0)
    assert (usage["input"] + cached, cached) == (INPUT, 0 if is_cohere(target) else CACHED)
    assert usage.get("output", 0) + usage.get("reasoning", 0) == OUTPUT


def speaker(provider):
    return provider.speaker(provider.last.path)


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
    if target.split("/")[0] in ("gemini", "vertex", "bedrock", "mistral"):
        # These finish what they have begun, and it is read on for its count.
        assert (entry["cost_nanodollars"], entry["estimated"]) == (cost(target), False)
    else:
        assert entry["estimated"] and entry["cost_nanodollars"] > 0
    assert entry["status"] == "aborted"


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


@pytest.fixture(scope="module")
def google(gateway):
    return genai.Client(api_key=APP, http_options={"base_url": gateway.url.removesuffix("/v1"), "timeout": 20_000})


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


# Whose requests they are.


@pytest.mark.parametrize("target, field, value", [
    ("gemini/gemini-2.5-flash", "x-goog-api-key", "gemini-key"),
    ("vertex-token/gemini-2.5-pro", "authorization", "Bearer ya29.static"),
    ("bedrock-key/amazon.nova-lite-v1:0", "authorization", "Bearer bedrock-key"),
    ("cohere/command-a-03-2025", "authorization", "Bearer cohere-key"),
    ("mistral/mistral-large-latest", "authorization", "Bearer mistral-key"),
    ("azure/my gpt", "api-key", "azure-key"), ("azure-v1/gpt-4o", "authorization", "Bearer entra-token"),
    ("gpt/gpt-4.1", "authorization", "Bearer gpt-key")])
def test_each_gets_its_key_in_its_own_field_and_no_other(client, provider, target, field, value):
    client.chat.completions.create(model=target, max_tokens=50, messages=say())
    fields = {name: provider.last.headers.get(name) for name in ("authorization", "x-goog-api-key", "api-key", "x-api-key")}
    assert fields == {name: value if name == field else None for name in fields}


@pytest.mark.parametrize("target, path, streamed", [
    ("gemini/gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent",
     "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
    ("vertex/gemini-2.5-flash", "/v1/projects/acme/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent",
     "/v1/projects/acme/locations/europe-west4/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
    ("vertex/claude-sonnet-4-5@20250929",
     "/v1/projects/acme/locations/europe-west4/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict",
     "/v1/projects/acme/locations/europe-west4/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict"),
    ("bedrock/us.amazon.nova-pro-v1:0", "/model/us.amazon.nova-pro-v1%3A0/converse",
     "/model/us.amazon.nova-pro-v1%3A0/converse-stream"),
    ("azure/my gpt", "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21", None),
    ("azure-v1/gpt-4o", "/openai/v1/chat/completions", None), ("gpt/gpt-4.1", "/gpt/v1/responses", None)])
def test_each_is_asked_at_its_own_address(client, provider, target, path, streamed):
    client.chat.completions.create(model=target, max_tokens=50, messages=say())
    assert provider.last.path == path
    list(client.chat.completions.create(model=target, max_tokens=50, messages=say(), stream=True))
    assert provider.last.path == (streamed or path)


def test_claude_at_vertex_has_its_version_in_the_body(claude, provider):
    claude.messages.create(model="vertex/claude-sonnet-4-5", max_tokens=50, messages=ask())
    body = provider.last.json
    assert body["anthropic_version"] == "vertex-2023-10-16" and "model" not in body
    assert "anthropic-version" not in provider.last.headers


def test_claude_at_vertex_answers_anthropics_callers_in_its_own_bytes(claude, gateway):
    raw = claude.messages.with_raw_response.create(
        model="vertex/claude-sonnet-4-5@20250929", max_tokens=50, messages=ask())
    # Nobody here has heard of it.
    assert raw.parse().model_extra["of_a_later_day"] == {"is": "kept"}
    check_booked(gateway, raw.headers["request-id"], "vertex/claude-sonnet-4-5@20250929")


@pytest.mark.parametrize("stream", [False, True])
def test_botocore_comes_to_the_same_signature(client, provider, stream):
    answer = client.chat.completions.create(
        model="bedrock/us.amazon.nova-pro-v1:0", max_tokens=50, messages=say(), stream=stream,
        extra_headers={"x-title": "not signed"})
    if stream:
        list(answer)
    request = provider.last
    scheme, _, rest = request.headers["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(", "))
    signed = parts["SignedHeaders"].split(";")
    assert scheme == "AWS4-HMAC-SHA256" and {"host", "x-amz-date", "x-amz-security-token"} <= set(signed)
    judge = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials(AWS["access_key_id"], AWS["secret_access_key"], AWS["session_token"]),
        "bedrock", "eu-central-1")
    copy = botocore.awsrequest.AWSRequest(
        method="POST", url=provider.url + request.path, data=request.body,
        headers={name: request.headers[name] for name in signed})
    copy.context["timestamp"] = request.headers["x-amz-date"]
    text = judge.string_to_sign(copy, judge.canonical_request(copy))
    assert parts["Signature"] == judge.signature(text, copy)
    assert parts["Credential"] == f"AKIDEXAMPLE/{request.headers['x-amz-date'][:8]}/eu-central-1/bedrock/aws4_request"


# Tokens of service accounts.

VERTEX = f"""\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  vertex: {{ base_url: "@URL@", credentials: "@KEYFILE@" }}
  cohere: {{ base_url: "@URL@", api_key: cohere-key }}
prices:
  vertex/*: {RATES}
  cohere/*: {RATES}
routes:
  either: {{ targets: [ vertex/gemini-2.5-flash, cohere/command-a-03-2025 ], strategy: priority }}
loops: off
keys: [ {{ name: app, secret: {APP} }} ]
"""


@pytest.fixture
def vertex(tmp_path):
    provider = DialectProvider()
    provider.gateway = start(tmp_path, provider, VERTEX)
    yield provider
    provider.gateway.stop()
    provider.stop()


def chat(provider, model="vertex/gemini-2.5-flash"):
    with provider.gateway.client() as client:
        return client.chat.completions.create(model=model, max_tokens=50, messages=say())


def test_fifty_requests_wait_for_one_token(vertex):
    vertex.desk.delay = 0.3
    barrier = threading.Barrier(50)

    def one(_):
        barrier.wait()
        return chat(vertex).choices[0].message.content

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(one, range(50))) == {"".join(TEXT)}
    [assertion] = vertex.desk.assertions
    claims = assertion["claims"]
    assert assertion["grant_type"] == "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
    assert (claims["iss"], claims["aud"]) == ("robot@example.iam.gserviceaccount.com", f"{vertex.url}/token")
    assert claims["exp"] - claims["iat"] == 3_600 and assertion["head"]["kid"] == "key-1"
    assert {request.headers["authorization"] for request in vertex.requests} == {"Bearer ya29.token-1"}
    # The key file's own project, where none is given.
    assert "/projects/file-project/locations/global/" in vertex.last.path


def test_a_new_token_is_fetched_before_the_end_of_the_old_one_which_serves_meanwhile(vertex):
    # Four minutes are left of it from the beginning.
    vertex.desk.expires_in = 240
    chat(vertex)
    assert [chat(vertex).object, len(vertex.desk.assertions)] == ["chat.completion", 1]
    time.sleep(10.1)
    vertex.desk.delay = 0.5
    chat(vertex)
    assert vertex.last.headers["authorization"] == "Bearer ya29.token-1"
    eventually("a second token is fetched", lambda: len(vertex.desk.assertions) == 2)
    eventually(
        "it is used", lambda: chat(vertex) and vertex.last.headers["authorization"] == "Bearer ya29.token-2")


def test_a_token_that_is_refused_is_replaced(vertex):
    chat(vertex)
    vertex.refused_tokens.add("ya29.token-1")
    with pytest.raises(openai.AuthenticationError):
        chat(vertex)
    time.sleep(10.1)
    # It has been good for a while: now it may have been revoked.
    with pytest.raises(openai.AuthenticationError) as caught:
        chat(vertex)
    assert "this token is no more" in caught.value.message
    chat(vertex)
    assert vertex.last.headers["authorization"] == "Bearer ya29.token-2" and len(vertex.desk.assertions) == 2


def test_who_comes_after_the_end_of_a_token_waits_for_the_next(vertex):
    vertex.desk.expires_in = 1
    chat(vertex)
    assert len(vertex.desk.assertions) == 1
    time.sleep(1.2)
    chat(vertex)
    assert len(vertex.desk.assertions) == 2
    assert vertex.last.headers["authorization"] == "Bearer ya29.token-2"


def test_without_a_token_the_next_target_is_tried(vertex):
    vertex.desk.fails = True
    answer = chat(vertex, "either")
    assert answer.choices[0].message.content == "".join(TEXT)
    assert vertex.last.path == "/v2/chat" and len(vertex.requests) == 1
    with pytest.raises(openai.APIStatusError) as caught:
        chat(vertex)
    assert caught.value.status_code == 503 and "no access token" in caught.value.message
    assert "invalid_grant: Invalid JWT Signature.)" in caught.value.message
    assert "PRIVATE KEY" not in vertex.gateway.output()


def test_a_token_that_takes_too_long_is_waited_for_by_nobody_who_has_gone(vertex):
    vertex.desk.delay = 1.5
    with pytest.raises(openai.APITimeoutError), vertex.gateway.client(timeout=0.3) as client:
        client.chat.completions.create(model="vertex/gemini-2.5-flash", max_tokens=50, messages=say())
    # Nothing is sent for him when it comes, and others have it.
    time.sleep(1.5)
    assert vertex.requests == []
    assert chat(vertex).choices and len(vertex.desk.assertions) == 1
    assert vertex.gateway.held() == 0


# What their makers' own libraries say.

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


# What is lost on the way.


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


def test_what_is_no_chat_is_not_put_into_another_dialect(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model="cohere/embed-v4.0", input="hi")
    assert "speaks another dialect" in caught.value.message


# Mistakes in the file.


@pytest.mark.parametrize("provider_line, problem", [
    ("bedrock: { access_key_id: a, secret_access_key: b }", "has no 'region', and AWS_REGION is not set"),
    ("bedrock: { region: us-east-1, access_key_id: a }", "has no 'secret_access_key'"),
    ("bedrock: { region: us-east-1 }", "neither are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ("vertex: { project: p }", "GOOGLE_APPLICATION_CREDENTIALS is not set"),
    ("vertex: { project: p, credentials: /nowhere/key.json }", "there is no file '/nowhere/key.json'"),
    ("azure: { api_key: k }", "every resource of Azure has one of its own"),
    ("gemini: { api_key: k, region: x }", "'region' is for providers of Bedrock's dialect alone"),
])
def test_what_is_missing_is_told(tmp_path, provider_line, problem):
    file = tmp_path / "tuppence.yaml"
    file.write_text(f"providers:\n  {provider_line}\n")
    checked = tuppence("check", "--config", file)
    assert checked.returncode != 0 and problem in checked.stderr + checked.stdout
