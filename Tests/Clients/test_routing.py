"""How routes choose among targets, and what they say of it before anything is sent."""

import base64
import json

import openai
import pytest

from programs import Gateway, tuppence

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  blind: &sandbox { dialect: openai, base_url: "@SANDBOX@", api_key: none }
  seeing: *sandbox
  long: *sandbox
  plain: *sandbox
  dear: *sandbox
prices:
  blind/chat-small: { input: 0.10, output: 0.40, context: 32000, can: [ tools, json_schema ] }
  seeing/chat-small: { input: 1, output: 4, context: 32000, can: [ vision, tools ] }
  long/chat-small: { input: 5, output: 20, context: 1000000, can: [ vision ] }
  plain/chat-small: { input: 2, output: 1, can: [] }
  plain/embed-small: { input: 0.02 }
  dear/embed-small: { input: 0.13 }
routes:
  cheap: { strategy: cheapest, targets: [ long/chat-small, seeing/chat-small, blind/chat-small ] }
  blind-only: { targets: [ blind/chat-small, plain/chat-small ] }
  vectors: { strategy: cheapest, targets: [ dear/embed-small, plain/embed-small ] }
  auto:
    strategy: complexity
    targets: [ long/chat-small, { target: plain/chat-small, up_to: 20 } ]
  shared: { sticky: customer, targets: [ seeing/chat-small, long/chat-small, plain/chat-small ] }
  strict: { require: [ json_schema ], targets: [ seeing/chat-small, blind/chat-small ] }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef, markup: 100% }
budgets:
  - { name: poor-daily, scope: { key: poor }, limit: $0.01, per: day, hard: clamp }
loops: off
"""
APP, POOR = "tp_test_app_0123456789abcdef", "tp_test_poor_0123456789abcdef"
# A GIF of one pixel.
PIXEL = "data:image/gif;base64," + base64.b64encode(bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")).decode()
TEXT = [{"role": "user", "content": "Hello."}]
IMAGE = [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": PIXEL}}]}]
SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object", "properties": {}}}}
TOOL = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, sandbox):
    running = Gateway(tmp_path_factory.mktemp("routing"), CONFIGURATION, sandbox).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(gateway):
    with gateway.client(APP) as client:
        yield client


def target(client, model, messages=TEXT, **more):
    headers = client.chat.completions.with_raw_response.create(model=model, messages=messages, max_tokens=20, **more).headers
    return headers["x-tuppence-provider"]


def quote(client, **body):
    return client.post("/quote", body=body, cast_to=object)


def test_the_cheapest_that_can_takes_each_request(client):
    assert target(client, "cheap") == "blind"
    assert target(client, "cheap", tools=[TOOL]) == "blind"
    assert target(client, "cheap", IMAGE) == "seeing"
    assert target(client, "cheap", [{"role": "user", "content": "word " * 90_000}]) == "long"
    assert target(client, "strict") == "blind"


def test_what_no_target_can_take_is_refused_before_anything_is_held_or_sent(gateway, client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model="blind-only", messages=IMAGE)
    assert refused.value.code == "invalid_request" and refused.value.param == "model"
    message = refused.value.body["message"]
    assert "It needs images (vision)." in message
    assert "blind/chat-small lacks vision; plain/chat-small lacks vision" in message
    assert refused.value.response.headers["x-should-retry"] == "false"
    with pytest.raises(openai.BadRequestError, match="lacks vision"):
        client.chat.completions.create(model="blind/chat-small", messages=IMAGE)


def test_a_prompt_that_is_too_long_for_all_is_refused_as_agents_understand_it(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model="blind/chat-small", messages=[{"role": "user", "content": "word " * 90_000}])
    assert refused.value.code == "context_length_exceeded"
    assert refused.value.body["message"].startswith("prompt is too long: ")
    assert "> 32000 maximum" in refused.value.body["message"]


def test_simple_requests_go_to_one_target_and_hard_ones_to_another(client):
    assert target(client, "auto") == "plain"
    hard = "Prove the theorem step by step, analyze the algorithm and compare:\n```python\nimport os\n```"
    assert target(client, "auto", [{"role": "user", "content": hard}]) == "long"


def test_a_customer_stays_with_one_target(client):
    seen = set()
    for customer in range(12):
        headers = {"x-tuppence-customer": f"customer-{customer}"}
        first = target(client, "shared", extra_headers=headers)
        assert all(target(client, "shared", extra_headers=headers) == first for _ in range(4))
        seen.add(first)
    assert len(seen) > 1


def test_a_quote_says_where_a_request_would_go_and_what_it_would_cost(gateway, client):
    answer = quote(client, model="cheap", messages=IMAGE, max_tokens=100)
    assert answer["object"] == "quote" and answer["endpoint"] == "chat/completions" and answer["strategy"] == "cheapest"
    assert answer["needs"] == ["vision"]
    assert answer["target"] == "seeing/chat-small"
    first, second, last = answer["targets"]
    assert [line["verdict"] for line in answer["targets"]] == ["chosen", "next", "dropped"]
    assert [line["target"] for line in answer["targets"]] == ["seeing/chat-small", "long/chat-small", "blind/chat-small"]
    assert (last["reason"], last["reason_text"], last["place"]) == ("capability", "lacks vision", None)
    # $1 and $4 a million tokens for one, $5 and $20 for the other; how long answers are is learned from those before.
    for line, price in [(first, 1), (second, 5)]:
        assert 0 < line["expected_output_tokens"] <= 100 == line["max_tokens"]
        expected = price * (line["expected_input_tokens"] + 4 * line["expected_output_tokens"]) / 1e6
        assert line["expected_usd"] == pytest.approx(expected)
        assert line["expected_usd"] < line["most_usd"]
    # No budget is short of anything: it would be held for at a rougher count of its input.
    assert first["most_usd"] <= answer["most_usd"]


def test_a_request_goes_where_its_quote_said_and_costs_no_more(gateway, client):
    answer = quote(client, model="cheap", messages=TEXT, max_tokens=50)
    sent = client.chat.completions.with_raw_response.create(model="cheap", messages=TEXT, max_tokens=50)
    assert sent.headers["x-tuppence-provider"] + "/chat-small" == answer["target"]
    assert float(sent.headers["x-tuppence-cost-usd"]) <= answer["most_usd"]


def test_a_quote_holds_and_sends_nothing(gateway, client):
    before = gateway.ledger()
    quote(client, model="cheap", messages=TEXT)
    assert gateway.ledger() == before
    assert gateway.held() == 0


def test_a_quote_says_what_budgets_would_say_and_what_the_caller_would_be_charged(gateway):
    with gateway.client(POOR) as poor:
        answer = quote(poor, model="seeing/chat-small", messages=TEXT, max_tokens=4000)
        assert answer["target"] == "seeing/chat-small" and answer["clamped"] is True
        assert 0 < answer["max_tokens"] < 4000
        line = answer["targets"][0]
        assert line["reason"] == "budget" and "'poor-daily' has $0.01 left" in line["reason_text"]
        # A markup of 100 %.
        assert line["expected_usd"] == pytest.approx(2 * (line["expected_input_tokens"] + 500 * 4) / 1e6, rel=0.01)
        refused = quote(poor, model="long/chat-small", messages=[{"role": "user", "content": "word " * 2_000}], max_tokens=10)
        assert refused["target"] is None
        assert refused["error"]["code"] == "budget_exceeded" and refused["error"]["status"] == 402


def test_a_quote_knows_what_a_body_is_for(client):
    answer = quote(client, model="vectors", input=["one", "two"])
    assert answer["endpoint"] == "embeddings" and answer["target"] == "plain/embed-small"
    assert quote(client, model="cheap", input="Hello.")["endpoint"] == "responses"
    assert quote(client, model="cheap", messages=TEXT, system="Be short.", max_tokens=10)["endpoint"] == "messages"
    assert quote(client, model="cheap", contents=[{"parts": [{"text": "Hello."}]}])["endpoint"] == "generateContent"
    named = client.post("/quote?endpoint=completions", body={"model": "cheap", "prompt": "Hello."}, cast_to=object)
    assert named["endpoint"] == "completions"
    for body, words in [({"model": "cheap"}, "has none of"), ({"model": "none", "messages": TEXT}, "No route")]:
        with pytest.raises(openai.APIStatusError, match=words):
            client.post("/quote", body=body, cast_to=object)


def test_the_score_of_complexity_comes_with_its_reasons(client):
    messages = [{"role": "user", "content": "Refactor this:\n```\nlet a = 1\n```"}]
    complexity = quote(client, model="auto", messages=messages, tools=[TOOL] * 4)["complexity"]
    assert complexity == {
        "score": 40,
        "reasons": [
            {"points": 20, "reason": "4 tools"}, {"points": 15, "reason": "code"},
            {"points": 5, "reason": "words of hard questions: refactor"},
        ],
    }


def test_the_command_explains_as_the_gateway_does(gateway, client, tmp_path):
    request = {"model": "cheap", "messages": IMAGE, "max_tokens": 100}
    file = tmp_path / "request.json"
    file.write_text(json.dumps(request))

    def explain(*more):
        finished = tuppence("routes", "explain", file, "--config", gateway.configuration, *more)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    explained, quoted = json.loads(explain("--json")), quote(client, **request)
    # What the gateway has learned of its targets the command does not know.
    for line in explained["targets"] + quoted["targets"]:
        for learned in ("expected_usd", "expected_output_tokens", "expected_wait_ms"):
            line.pop(learned, None)
    assert explained == quoted
    table = explain()
    assert "needs: vision" in table
    assert "dropped: lacks vision" in table
    assert "would go to seeing/chat-small with max_tokens 100, holding $" in table
    file.write_text(json.dumps({"model": "seeing/chat-small", "messages": TEXT, "max_tokens": 4000}))
    assert "lowered by a budget" in explain("--key", "poor")
    file.write_text("{}")
    refused = tuppence("routes", "explain", file, "--config", gateway.configuration)
    assert refused.returncode == 1 and "has none of 'messages'" in refused.stderr
