"""`tuppence quote`: what a request would cost, before it is sent."""

import json

import pytest

from programs import APP, tuppence, tuppence_json

CHAT = {"model": "falls-over", "max_tokens": 100, "messages": [{"role": "user", "content": "How much?"}]}


@pytest.fixture
def body(tmp_path):
    file = tmp_path / "request.json"
    file.write_text(json.dumps(CHAT))
    return file


def test_each_target_has_its_price_the_cheapest_first(gateway, sandbox, body):
    before = sandbox.bill()["requests"]
    shown = tuppence("quote", body, "--config", gateway.configuration)
    assert shown.returncode == 0, shown.stderr
    lines = [line for line in shown.stdout.splitlines() if line.startswith("sandbox/")]
    assert [line.split()[0] for line in lines] == ["sandbox/chat-small?status=503", "sandbox/chat-large"]
    # 100 tokens of output for 15 USD a million, and the input.
    assert float(lines[1].split()[2].removeprefix("$")) >= 0.0015
    assert "would be held" in shown.stdout
    assert sandbox.bill()["requests"] == before, "a quote was sent"


def test_json_is_what_the_gateway_itself_says(gateway, body):
    told = tuppence_json("quote", body, "--config", gateway.configuration)
    with gateway.client(APP) as client:
        asked = client.post("/quote", body=CHAT, cast_to=object)
    assert told["object"] == asked["object"] == "quote" and told["endpoint"] == asked["endpoint"] == "chat/completions"
    prices = {line["target"]: line["most_usd"] for line in told["targets"]}
    assert len(prices) == 2 and prices == {line["target"]: line["most_usd"] for line in asked["targets"]}


def test_a_budget_that_has_no_room_is_said(gateway, body):
    shown = tuppence("quote", body, "--key", "poor", "--config", gateway.configuration)
    assert shown.returncode == 0, shown.stderr
    assert "refused with 402 budget_exceeded" in shown.stdout


@pytest.mark.parametrize("command", [("quote",), ("routes", "explain")])
def test_a_key_that_is_not_there_is_told(gateway, body, command):
    refused = tuppence(*command, body, "--key", "pooor", "--config", gateway.configuration)
    assert refused.returncode == 1 and not refused.stdout
    assert "no key 'pooor'" in refused.stderr and "'poor'" in refused.stderr, refused.stderr


def test_endpoints_have_short_names_and_wrong_ones_are_told(gateway, body):
    told = tuppence_json("quote", body, "--endpoint", "chat", "--config", gateway.configuration)
    assert told["endpoint"] == "chat/completions"
    refused = tuppence("quote", body, "--endpoint", "chats", "--config", gateway.configuration)
    assert refused.returncode == 1 and "chat/completions" in refused.stderr
