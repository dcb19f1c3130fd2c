"""Older answers in place of a refusal: what a budget does whose hard action is `cached`."""

import time

import openai
import pytest

from money import charged, nanodollars
from test_cache import bill, chat, stream, text_of, wish, words  # noqa: F401

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/embed-small: { input: 0.02 }
routes:
  fast-llm: { targets: [ sandbox/chat-small ], max_output_tokens: 20 }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: once, scope: { key: app }, limit: $0.00006, per: day, hard: @HARD@ }
cache: { ttl: @TTL@, stale_for: 1h }
"""


def test_it_needs_no_cache_in_the_configuration(start_gateway):
    written = "".join(line for line in CONFIGURATION.splitlines(True) if not line.startswith("cache:"))
    gateway = start_gateway(written.replace("@HARD@", "cached"))
    with gateway.client() as client:
        messages = words()
        assert "x-tuppence-cache" not in chat(client, messages, temperature=1)[0]
        spend(client)
        headers, _ = chat(client, messages, temperature=1)
        assert headers["x-tuppence-cache"] == "stale" and nanodollars(headers["x-tuppence-cost-usd"]) == 0


def start(start_gateway, ttl="1s", hard="cached"):
    return start_gateway(CONFIGURATION.replace("@TTL@", ttl).replace("@HARD@", hard))


def spend(client):
    """Uses the budget up."""
    with pytest.raises(openai.APIStatusError) as refused:
        for _ in range(50):
            chat(client, words(), temperature=1)
    assert refused.value.code == "budget_exceeded"


@pytest.mark.parametrize("temperature", [0, 1])
def test_an_older_answer_takes_the_place_of_a_refusal_and_says_so(start_gateway, bill, temperature):
    gateway = start(start_gateway)
    with gateway.client() as client:
        messages = words()
        _, first = chat(client, messages, temperature=temperature)
        spend(client)
        time.sleep(1.1)
        before = bill.requests
        headers, again = chat(client, messages, temperature=temperature)
        assert headers["x-tuppence-cache"] == "stale" and int(headers["age"]) >= 1
        assert headers["warning"].startswith("110")
        assert nanodollars(headers["x-tuppence-cost-usd"]) == 0 and charged(again.usage) == 0
        assert again.choices == first.choices
        assert bill.requests == before and gateway.held() == 0


def test_an_answer_given_in_place_of_a_refusal_is_marked_however_new_it_is(start_gateway):
    gateway = start(start_gateway, ttl="1h")
    with gateway.client() as client:
        messages = words()
        chat(client, messages, temperature=1)
        spend(client)
        assert chat(client, messages, temperature=1)[0]["x-tuppence-cache"] == "stale"


def test_a_stream_whose_budget_is_spent_gets_the_stale_answer_for_nothing(start_gateway):
    gateway = start(start_gateway)
    with gateway.client() as client:
        messages = words()
        _, first = stream(client, messages)
        spend(client)
        time.sleep(1.1)
        headers, again = stream(client, messages)
        assert headers["x-tuppence-cache"] == "stale"
        assert text_of(again) == text_of(first) and charged(again[-1].usage) == 0


def test_where_there_is_none_the_refusal_stands(start_gateway):
    gateway = start(start_gateway)
    with gateway.client() as client:
        spend(client)
        with pytest.raises(openai.APIStatusError) as refused:
            chat(client, words())
        assert refused.value.status_code == 402 and refused.value.code == "budget_exceeded"
        assert refused.value.body["budget"]["name"] == "once"
        with pytest.raises(openai.APIStatusError):
            stream(client, words())


def test_a_caller_who_wants_no_cache_gets_the_refusal(start_gateway):
    gateway = start(start_gateway)
    with gateway.client() as client:
        messages = words()
        chat(client, messages)
        spend(client)
        time.sleep(1.1)
        with pytest.raises(openai.APIStatusError) as refused:
            chat(client, messages, **wish("off"))
        assert refused.value.code == "budget_exceeded"


def test_a_caller_may_choose_it_where_the_budget_allows_it(start_gateway):
    gateway = start(start_gateway, hard="[reject, cached]")
    with gateway.client() as client:
        messages = words()
        chat(client, messages)
        spend(client)
        time.sleep(1.1)
        with pytest.raises(openai.APIStatusError):
            chat(client, messages)
        headers, _ = chat(client, messages, extra_headers={"x-tuppence-on-budget": "cached"})
        assert headers["x-tuppence-cache"] == "stale"


def test_an_answer_that_is_fresh_is_a_hit_even_without_money(start_gateway):
    gateway = start(start_gateway, ttl="1h")
    with gateway.client() as client:
        messages = words()
        chat(client, messages)
        spend(client)
        assert chat(client, messages)[0]["x-tuppence-cache"] == "hit"
