"""A gateway with targets of every dialect, for the tests that look at them through official SDKs."""

import base64
import json

import anthropic
import pytest
from google import genai

from dialect_provider import DialectProvider
from programs import APP, Gateway
from speakers.words import CACHED, INPUT, OUTPUT

AWS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session_token": "a/session+token=="}
# The models stand for their dialects, whatever they can do themselves.
CAN = "[ tools, tool_choice, vision, pdf, audio_input, video_input, json_schema, reasoning ]"
RATES = f"{{ input: 1.00, cached_input: 0.25, output: 4.00, can: {CAN} }}"
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
EMBEDDING_TARGETS = [
    "cohere/embed-v4.0", "gemini/gemini-embedding-001", "vertex/text-embedding-005", "bedrock/us.cohere.embed-v4:0",
    "bedrock/amazon.titan-embed-text-v2:0", "mistral/mistral-embed", "gpt/text-embedding-3-small"]
FALLBACKS = [
    "gemini/gemini-2.5-flash", "vertex/claude-sonnet-4-5@20250929", "bedrock/us.amazon.nova-pro-v1:0",
    "cohere/command-a-03-2025", "mistral/mistral-large-latest", "azure/gpt-4o", "gpt/gpt-4.1"]
CONFIGURATION = f"""\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
{PROVIDERS}prices:
{chr(10).join(f'  "{target}": {RATES}' for target in [*TARGETS, *EMBEDDING_TARGETS])}
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
    key_file.write_text(provider.desk.key_file())
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


@pytest.fixture(scope="module")
def google(gateway):
    return genai.Client(api_key=APP, http_options={"base_url": gateway.url.removesuffix("/v1"), "timeout": 20_000})


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
