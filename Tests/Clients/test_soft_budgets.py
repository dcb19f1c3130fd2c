"""Thresholds below a budget's limit, other routes, families and tags, and limits that are raised."""

import signal
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from programs import Gateway, eventually

# A request with max_tokens=100 may cost a little more than $0.001 on chat-large, and a hundredth of that on chat-small.
CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.001, output: 0.1 }
  sandbox/chat-large*: { input: 0.1, output: 10 }
  sandbox/embed-small: { input: 0.02 }
routes:
  smart-llm: { targets: [ "sandbox/chat-large?tokens=100" ] }
  cheap-llm: { targets: [ "sandbox/chat-small?tokens=100" ], max_output_tokens: 40 }
keys:
  - { name: soft, secret: tp_test_soft_0123456789abcdefg }
  - { name: told, secret: tp_test_told_0123456789abcdefg }
  - { name: hard, secret: tp_test_hard_0123456789abcdefg, routes: [ smart-llm ] }
  - { name: choosy, secret: tp_test_choosy_0123456789abcde }
  - { name: tagged, secret: tp_test_tagged_0123456789abcde }
  - { name: raised, secret: tp_test_raised_0123456789abcde }
budgets:
  - { name: soft, scope: { key: soft }, limit: $0.01, per: total, soft: { at: 50%, degrade: cheap-llm } }
  - name: told
    scope: { key: told }
    limit: $0.03
    per: total
    soft: [ { at: 30% }, { at: 60% } ]
  - { name: hard, scope: { key: hard }, limit: $0.0025, per: total, hard: { degrade: cheap-llm } }
  - { name: choosy, scope: { key: choosy }, limit: $0.0005, per: total, hard: [ reject, { degrade: cheap-llm }, cached ] }
  - { name: team, scope: { key: tagged, tag: { team: each }, family: chat }, limit: $0.0015, per: total }
  - { name: raised, scope: { key: raised }, limit: $0.000001, per: total }
"""
SOFT, TOLD, HARD, CHOOSY, TAGGED, RAISED = (
    "tp_test_soft_0123456789abcdefg", "tp_test_told_0123456789abcdefg", "tp_test_hard_0123456789abcdefg",
    "tp_test_choosy_0123456789abcde", "tp_test_tagged_0123456789abcde", "tp_test_raised_0123456789abcde")
MESSAGES = [{"role": "user", "content": "hi"}]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, sandbox):
    running = Gateway(tmp_path_factory.mktemp("soft"), CONFIGURATION, sandbox).start()
    yield running
    running.stop()


def raw(gateway, key, model="smart-llm", headers=None, **options):
    completions = gateway.client(key).chat.completions
    return completions.with_raw_response.create(
        model=model, messages=MESSAGES, extra_headers=headers, **{"max_tokens": 100, **options})


def spent(gateway, name):
    """By budget, or by account where one has a budget for each value."""
    return sum(
        budget["spent_nanodollars"] for budget in gateway.spend()["budgets"]
        if budget["name"] == name or budget["name"].startswith(name + "/"))


def test_beyond_a_threshold_requests_go_to_the_other_route(gateway):
    degraded = None
    for _ in range(8):
        answer = raw(gateway, SOFT)
        if degraded := answer.headers.get("x-tuppence-degraded"):
            break
        assert answer.headers["x-tuppence-model"].startswith("chat-large")
    assert degraded == "cheap-llm"
    assert answer.headers["x-tuppence-model"].startswith("chat-small")
    assert spent(gateway, "soft") <= 5_000_000 + 100_000, "what is dear stays below the threshold"
    # A stream says so in its head, and without a limit of the caller's the route's own is what counts.
    with gateway.client(SOFT).chat.completions.with_streaming_response.create(
            model="smart-llm", messages=MESSAGES, stream=True, stream_options={"include_usage": True}) as response:
        assert response.headers["x-tuppence-degraded"] == "cheap-llm"
        chunks = list(response.parse())
    assert chunks[-1].usage.completion_tokens == 40


def test_a_threshold_is_told_of_once_however_many_settle_at_once(gateway):
    with ThreadPoolExecutor(10) as pool:
        answers = [answer for _ in range(2) for answer in pool.map(lambda _: raw(gateway, TOLD), range(12))]
    assert 18_000_000 <= spent(gateway, "told") < 30_000_000
    warnings = {answer.headers.get("x-tuppence-budget-warning") for answer in answers}
    assert None in warnings, "the first answers pass no threshold"
    assert any(warning and warning.startswith("told at ") for warning in warnings)
    lines = [line for line in gateway.output().splitlines() if "Budget 'told'" in line and "has passed" in line]
    assert len(lines) == 2, lines
    # The process that comes after it tells of nothing again.
    gateway.stop()
    gateway.start()
    warning = raw(gateway, TOLD).headers["x-tuppence-budget-warning"]
    assert 60 <= int(warning.removeprefix("told at ").removesuffix("%")) <= 100
    lines = [line for line in gateway.output().splitlines() if "Budget 'told'" in line and "has passed" in line]
    assert len(lines) == 2, lines


def test_a_budget_without_room_sends_requests_to_the_other_route_even_of_keys_that_may_not_name_it(gateway):
    finals = []
    for _ in range(4):
        answer = raw(gateway, HARD)
        finals.append(answer.headers.get("x-tuppence-budget-final"))
        if "x-tuppence-degraded" in answer.headers:
            break
    assert answer.headers["x-tuppence-degraded"] == "cheap-llm"
    assert "true" in finals[:-1], "the last dear answer has left too little for another one"
    with pytest.raises(openai.PermissionDeniedError):
        raw(gateway, HARD, model="cheap-llm")


def test_the_caller_chooses_among_the_hard_actions_and_a_refusal_is_told_of_once(gateway):
    for _ in range(2):
        with pytest.raises(openai.APIStatusError) as refused:
            raw(gateway, CHOOSY)
        assert refused.value.status_code == 402
    answer = raw(gateway, CHOOSY, headers={"x-tuppence-on-budget": "degrade"})
    assert answer.headers["x-tuppence-degraded"] == "cheap-llm"
    with pytest.raises(openai.APIStatusError) as refused:
        raw(gateway, CHOOSY, headers={"x-tuppence-on-budget": "cached", "x-tuppence-cache": "off"})
    assert refused.value.status_code == 402, "nothing is kept that could stand in"
    lines = [line for line in gateway.output().splitlines() if "Budget 'choosy'" in line and "has refused" in line]
    assert len(lines) == 1, lines


def test_a_family_is_limited_for_each_tag(gateway):
    for team in ("search", "ads"):
        tags = {"x-tuppence-tags": f"project=x, team={team}"}
        assert raw(gateway, TAGGED, headers=tags).status_code == 200
        with pytest.raises(openai.APIStatusError) as refused:
            raw(gateway, TAGGED, headers=tags)
        assert refused.value.body["budget"]["name"] == f"team/{team}"
        assert "tag:team=*" in refused.value.body["budget"]["scope"]
    # Without the tag, or of another family, the budget concerns nobody.
    assert raw(gateway, TAGGED).status_code == 200
    embeddings = gateway.client(TAGGED).embeddings
    assert embeddings.create(model="sandbox/embed-small", input="hi", extra_headers=tags).data
    with pytest.raises(openai.BadRequestError, match="'team' is there twice"):
        raw(gateway, TAGGED, headers={"x-tuppence-tags": "team=a,team=b"})


def test_a_raised_limit_admits_the_next_request_within_a_second(gateway):
    with pytest.raises(openai.APIStatusError) as refused:
        raw(gateway, RAISED)
    assert refused.value.status_code == 402
    written = gateway.configuration.read_text()
    gateway.configuration.write_text(written.replace("limit: $0.000001, per: total }", "limit: $1, per: total }"))
    gateway.process.send_signal(signal.SIGHUP)

    def is_admitted():
        try:
            return raw(gateway, RAISED).status_code == 200
        except openai.APIStatusError as error:
            assert error.status_code == 402, error
            return False

    eventually("the raised limit counts", is_admitted, within=1)
