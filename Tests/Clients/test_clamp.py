"""Budgets that lower the output limit, and providers that ignore it."""

import openai
import pytest

from programs import Gateway, eventually

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 1, output: 10 }
routes:
  long: { targets: [ "sandbox/chat-small?tokens=5000" ] }
  runaway: { targets: [ "sandbox/chat-small?tokens=5000&ignore_limit&drip=20ms" ] }
keys:
  - { name: clamped, secret: tp_test_clamped_0123456789abcd }
  - { name: choosy, secret: tp_test_choosy_0123456789abcde }
  - { name: free, secret: tp_test_free_0123456789abcdefg }
budgets:
  - { name: clamped, scope: { key: clamped }, limit: $0.01, per: total, hard: clamp }
  - { name: choosy, scope: { key: choosy }, limit: $0.01, per: total, hard: [reject, clamp] }
  - { name: free, scope: { key: free }, limit: $5, per: total }
"""
CLAMPED, CHOOSY, FREE = (
    "tp_test_clamped_0123456789abcd", "tp_test_choosy_0123456789abcde", "tp_test_free_0123456789abcdefg")
MESSAGES = [{"role": "user", "content": "Tell me a long story."}]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, sandbox):
    running = Gateway(tmp_path_factory.mktemp("clamp"), CONFIGURATION, sandbox).start()
    yield running
    running.stop()


def raw(gateway, key, model="long", headers=None, **options):
    completions = gateway.client(key).chat.completions
    return completions.with_raw_response.create(model=model, messages=MESSAGES, extra_headers=headers, **options)


def test_a_clamping_budget_pays_for_what_it_can_until_nothing_of_use_is_left(gateway):
    first = raw(gateway, CLAMPED, max_tokens=4000)
    limit = int(first.headers["x-tuppence-clamped-max-tokens"])
    assert 900 < limit < 1000, "a cent is a thousand tokens of output, less the bound of the input"
    assert first.headers["x-tuppence-budget-final"] == "true"
    answer = first.parse()
    assert answer.usage.completion_tokens == limit
    assert answer.choices[0].finish_reason == "length"
    # What the input's bound held too much is left, and too little for an answer of sixteen tokens comes in the end.
    for _ in range(20):
        try:
            again = raw(gateway, CLAMPED, max_tokens=4000)
            assert int(again.headers["x-tuppence-clamped-max-tokens"]) < limit
        except openai.APIStatusError as error:
            assert error.status_code == 402
            assert error.response.headers["x-should-retry"] == "false"
            assert error.body["budget"]["affordable_max_tokens"] < 16
            break
    else:
        pytest.fail("a cent lasts for ever")
    budget = gateway.budget("clamped")
    assert budget["spent_nanodollars"] <= 10_000_000
    assert budget["held_nanodollars"] == 0


def test_a_request_that_names_no_limit_is_clamped_too_and_streamed(gateway):
    with gateway.client(CHOOSY).chat.completions.with_streaming_response.create(
            model="long", messages=MESSAGES, stream=True, stream_options={"include_usage": True},
            extra_headers={"x-tuppence-on-budget": "clamp"}) as response:
        limit = int(response.headers["x-tuppence-clamped-max-tokens"])
        chunks = list(response.parse())
    assert chunks[-1].usage.completion_tokens == limit


def test_the_caller_may_ask_for_what_the_operator_allows(gateway):
    with pytest.raises(openai.APIStatusError) as refused:
        raw(gateway, CHOOSY, max_tokens=4000)
    assert refused.value.status_code == 402
    with pytest.raises(openai.APIStatusError) as refused:
        raw(gateway, CLAMPED, max_tokens=4000, headers={"x-tuppence-on-budget": "reject"})
    assert refused.value.status_code == 402
    with pytest.raises(openai.BadRequestError, match="'reject', 'clamp', 'degrade' or 'cached'"):
        raw(gateway, CHOOSY, max_tokens=4, headers={"x-tuppence-on-budget": "beg"})


def test_a_provider_that_ignores_the_limit_is_cut_at_the_hold(gateway, sandbox):
    # Digits are held for one by one and cost the sandbox's fourth of that: the rest is the stream's room.
    digits = [{"role": "user", "content": "7" * 600}]
    stream = gateway.client(FREE).chat.completions.create(
        model="runaway", messages=digits, stream=True, max_tokens=50)
    held = gateway.budget("free")["held_nanodollars"]
    assert held > 50 * 10_000
    pieces = 0
    with pytest.raises(openai.APIError, match="went on beyond the output limit"):
        for chunk in stream:
            pieces += bool(chunk.choices and chunk.choices[0].delta.content)
    assert 50 < pieces <= 50 + 50 // 8 + 17
    [entry] = eventually("the line is there", lambda: [e for e in gateway.ledger() if e["key"] == "free"])
    assert entry["status"] == "truncated"
    assert pieces <= entry["usage"]["output"], "what came is booked, and what was on its way"
    assert entry["cost_nanodollars"] <= held, "and no more than was held"
    assert gateway.budget("free")["held_nanodollars"] == 0
