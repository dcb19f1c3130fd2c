"""Experiments on a route, the report on them, what callers score, and what other routes would have cost."""

import time
from collections import Counter, defaultdict

import openai
import pytest

from money import CHAT_LARGE
from programs import POOR, Gateway, eventually, tuppence, tuppence_json

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
  claude: { dialect: anthropic, base_url: "@SANDBOX@", api_key: none }
prices:
  claude/chat-small: { input: 1, output: 5 }
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/chat-large*: { input: 3, output: 15 }
routes:
  trial-llm:
    targets: [ sandbox/chat-large ]
    max_output_tokens: 64
    experiment:
      name: small-trial
      sticky: user
      arms:
        - { name: small, share: 40%, strategy: priority, targets: [ "sandbox/chat-small?status=503", sandbox/chat-small ] }
        - { name: other, share: 0%, route: plain }
  plain: { targets: [ sandbox/chat-small ] }
  counted:
    targets: [ claude/chat-small ]
    experiment: { name: away, arms: [ { name: other, share: 100%, targets: [ sandbox/chat-small ] } ] }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef }
"""


def ask(client, user, model="trial-llm", **more):
    answer = client.chat.completions.with_raw_response.create(
        model=model, user=user, max_tokens=20, messages=[{"role": "user", "content": f"Hello from {user}"}], **more)
    return answer.headers, answer.parse()


@pytest.fixture(scope="module")
def tried(tmp_path_factory, sandbox):
    """A gateway on whose experiment 150 users have made two requests each: the gateway, and the headers of the answers."""
    gateway = Gateway(tmp_path_factory.mktemp("experiments"), CONFIGURATION, sandbox).start()
    answers = defaultdict(list)
    with gateway.client() as client:
        for _ in range(2):
            for number in range(150):
                answers[f"user-{number}"].append(ask(client, f"user-{number}")[0])
    yield gateway, answers
    gateway.stop()
    finished = tuppence("ledger", "verify", "--config", gateway.configuration)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_user_stays_in_its_arm_and_the_ledger_says_which(tried):
    gateway, answers = tried
    arms = {user: {headers["x-tuppence-arm"] for headers in both} for user, both in answers.items()}
    assert all(len(both) == 1 for both in arms.values())
    counts = Counter(arm for both in arms.values() for arm in both)
    assert set(counts) == {"small-trial/small", "small-trial/control"}
    # 40 % of 150, and four standard deviations.
    assert 36 <= counts["small-trial/small"] <= 84
    for user, both in answers.items():
        for headers in both:
            expected = "chat-small" if headers["x-tuppence-arm"] == "small-trial/small" else "chat-large"
            # The arm's first target never answers: its fallback is its own.
            assert headers["x-tuppence-model"] == expected
    [line] = gateway.entries(answers["user-0"][0]["x-tuppence-request-id"])[:1]
    assert line["arm"] == answers["user-0"][0]["x-tuppence-arm"] and line["route"] == "trial-llm"


def test_a_quote_is_of_the_arm_that_would_answer(tried):
    gateway, answers = tried
    with gateway.client() as client:
        for user in ("user-0", "user-1", "user-2", "user-3"):
            body = {"model": "trial-llm", "user": user, "messages": [{"role": "user", "content": "Hello"}]}
            quoted = client.post("/quote", body=body, cast_to=object)
            assert quoted["arm"] == answers[user][0]["x-tuppence-arm"]
            assert len(quoted["targets"]) == (2 if quoted["arm"] == "small-trial/small" else 1)


def test_a_stream_says_its_arm_and_other_routes_say_none(tried):
    gateway, answers = tried
    with gateway.client() as client:
        stream = client.chat.completions.with_raw_response.create(
            model="trial-llm", user="user-3", stream=True, max_tokens=20, messages=[{"role": "user", "content": "Hello"}])
        for _ in stream.parse():
            pass
        assert stream.headers["x-tuppence-arm"] == answers["user-3"][0]["x-tuppence-arm"]
        headers, _ = ask(client, "user-3", model="plain")
        assert "x-tuppence-arm" not in headers


def test_tokens_are_estimated_where_the_arm_has_nobody_who_counts_them(tried):
    gateway, _ = tried
    body = {"model": "counted", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
    with gateway.client() as client:
        for _ in range(3):
            counted = client.post("/messages/count_tokens", body=body, cast_to=object)
            assert counted["input_tokens"] > 0
        headers, _ = ask(client, "user-1", model="counted")
        assert headers["x-tuppence-provider"] == "sandbox"


def report(gateway, *more):
    return tuppence_json("routes", "report", "--config", gateway.configuration, "--route", "trial-llm", *more)


def test_the_report_adds_up_to_the_ledger_and_says_what_differs(tried):
    gateway, _ = tried
    lines = [line for line in gateway.ledger() if line.get("arm")]
    found = report(gateway)
    [experiment] = found["experiments"]
    assert experiment["name"] == "small-trial" and experiment["unit"] == "user"
    for arm in experiment["arms"]:
        own = [line for line in lines if line["arm"] == f"small-trial/{arm['arm']}"]
        assert arm["count"] == len({line["request_id"] for line in own})
        assert arm["cost_nanodollars"] == sum(line["cost_nanodollars"] for line in own)
        assert arm["units"] == len({line["user"] for line in own})
        assert arm["errors"] == 0
        assert arm["total_ms"]["p50"] <= arm["total_ms"]["p95"]
    [comparison] = experiment["comparisons"]
    assert comparison["arm"] == "small" and comparison["base"] == "control" and comparison["called"]
    small, control = (next(arm for arm in experiment["arms"] if arm["arm"] == name) for name in ("small", "control"))
    ratio = (small["cost_nanodollars"] / small["count"]) / (control["cost_nanodollars"] / control["count"])
    assert comparison["cost"]["estimate"] == pytest.approx(ratio)
    assert comparison["cost"]["low"] <= ratio <= comparison["cost"]["high"] < 1
    assert "small is 9" in comparison["sentence"] and "% cheaper than control" in comparison["sentence"]
    assert "no difference in errors seen" in comparison["sentence"]
    # The targets' side: attempts in vain are there, too.
    vain = [line for line in found["targets"] if line["target"] == "sandbox/chat-small?status=503"]
    assert vain and vain[0]["errors"] == vain[0]["count"]
    text = tuppence("routes", "report", "--config", gateway.configuration).stdout
    assert comparison["sentence"] in text and "experiment small-trial on trial-llm, divided by user" in text


def score(client, request_id, score, **more):
    return client.post("/feedback", cast_to=object, body={"request_id": request_id, "score": score, **more})


def test_a_score_is_kept_and_the_last_one_counts(tried):
    gateway, answers = tried
    with gateway.client() as client:
        for user, both in answers.items():
            for headers in both:
                id = headers["x-tuppence-request-id"]
                assert score(client, id, 0, comment="too early to say") == {"object": "feedback", "request_id": id}
                better = headers["x-tuppence-arm"] == "small-trial/control"
                score(client, id, better if int(user[5:]) % 5 else 0.5)
    [experiment] = report(gateway)["experiments"]
    control, small = experiment["arms"]
    assert control["scores"] >= 2 * control["units"] - 1 and 0.8 < control["score"] < 1
    assert 0 < small["score"] < 0.2
    [comparison] = experiment["comparisons"]
    assert comparison["score"]["high"] < 0 and "scores are" in comparison["sentence"]


def test_only_a_request_of_ones_own_can_be_scored(tried):
    gateway, answers = tried
    id = answers["user-1"][0]["x-tuppence-request-id"]
    with gateway.client(POOR) as other, gateway.client() as client:
        for who, of in ((other, id), (client, "req_" + "0" * 32), (client, "req_" + id[4:-1] + ("0" if id[-1] != "0" else "1"))):
            with pytest.raises(openai.NotFoundError) as refused:
                score(who, of, 1)
            assert refused.value.code == "not_found"
        for body in ({"score": 1}, {"request_id": id}, {"request_id": "x", "score": 1}, {"request_id": id, "score": "good"},
                     {"request_id": id, "score": 1e9}, {"request_id": id, "score": 1, "comment": "x" * 5_000}):
            with pytest.raises(openai.BadRequestError):
                client.post("/feedback", cast_to=object, body=body)
        with pytest.raises(openai.AuthenticationError):
            score(gateway.client("tp_test_nobody"), id, 1)


def test_an_answer_may_be_scored_at_once(tried):
    gateway, _ = tried
    with gateway.client() as client:
        for number in range(20):
            headers, _ = ask(client, f"quick-{number}")
            scored = score(client, headers["x-tuppence-request-id"], True)
            assert scored["request_id"] == headers["x-tuppence-request-id"]


def test_simulate_prices_the_same_tokens_anew(tried, tmp_path):
    gateway, _ = tried
    lines = [line for line in gateway.ledger() if line["route"] == "trial-llm"]
    answered = [line for line in lines if line["status"] == "completed"]
    other = tmp_path / "other.yaml"
    other.write_text(CONFIGURATION.split("routes:")[0].replace("@LISTEN@", "127.0.0.1:1").replace("@STORE@", "sqlite:x.db")
                     .replace("@SANDBOX@", "http://127.0.0.1:9/v1") + "routes: { trial-llm: sandbox/chat-large }\n")
    found = tuppence_json(
        "routes", "simulate", "--config", other, "--ledger", gateway.configuration, "--flat", "200/month")
    [route] = [route for route in found["routes"] if route["route"] == "trial-llm"]
    assert route["requests"] == len(answered)
    assert route["did_nanodollars"] == sum(line["cost_nanodollars"] for line in lines)
    would = sum(
        (line["usage"]["input"] + line["usage"]["cached_input"]) * CHAT_LARGE.input
        + line["usage"]["output"] * CHAT_LARGE.output for line in answered)
    assert route["would_nanodollars"] == would
    others = {line["route"] for line in gateway.ledger()} - {"trial-llm"}
    assert sorted(line["model"] for line in found["unroutable"]) == sorted(others)
    assert 0 < found["flat"]["nanodollars"] < 200 * 10**9
    text = tuppence(
        "routes", "simulate", "--config", other, "--ledger", gateway.configuration, "--flat", "200/month").stdout
    assert "would cost" in text and "A subscription of $200.00/month" in text
    assert not (tmp_path / "x.db").exists()


SHADOWED = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/chat-large*: { input: 3, output: 15 }
routes:
  shadowed:
    targets: [ sandbox/chat-small ]
    max_output_tokens: 64
    experiment:
      name: look
      shadows:
        - { name: large, share: 100%, key: trials, targets: [ sandbox/chat-large ], concurrency: 2 }
        - { name: slow, share: 100%, key: trials, targets: [ "sandbox/chat-small?delay=3s" ], concurrency: 1 }
        - { name: broken, share: 100%, key: trials, targets: [ "sandbox/chat-small?status=503" ], concurrency: 1 }
        - { name: poor, share: 100%, key: broke, targets: [ sandbox/chat-large ] }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: trials, secret: tp_test_trials_0123456789abcde }
  - { name: broke, secret: tp_test_broke_0123456789abcdef }
budgets:
  - { name: own, scope: { key: app }, limit: $1, per: total }
  - { name: shadows, scope: { key: trials }, limit: $1, per: total }
  - { name: broke, scope: { key: broke }, limit: $0.000001, per: total }
  - { name: users, scope: { user: each }, limit: $1, per: total }
"""


def test_shadows_are_paid_by_their_own_key_and_delay_nobody(start_gateway):
    gateway = start_gateway(SHADOWED)
    times = []
    with gateway.client() as client:
        for number in range(30):
            start = time.monotonic()
            headers, answer = ask(client, f"u{number}", model="shadowed")
            times.append(time.monotonic() - start)
            assert headers["x-tuppence-arm"] == "look/control" and headers["x-tuppence-attempts"] == "1"
            assert headers["x-tuppence-model"] == "chat-small" and answer.usage
        stream = client.chat.completions.create(
            model="shadowed", user="s", stream=True, messages=[{"role": "user", "content": "Hello"}])
        assert sum(1 for _ in stream) > 1
    assert max(times) < 2

    eventually("nothing is on its way", lambda: gateway.held() == 0, within=10)
    lines = [line for line in gateway.ledger()]
    by_arm = defaultdict(list)
    for line in lines:
        by_arm[line["arm"]].append(line)
    # Nothing was sent that could not be paid.
    assert set(by_arm) == {"look/control", "look/~large", "look/~slow", "look/~broken"}
    # One that fails makes room for the next.
    assert len(by_arm["look/~broken"]) > 1 and {line["status"] for line in by_arm["look/~broken"]} == {"failed"}
    assert len(by_arm["look/control"]) == 31 and all(line["key"] == "app" for line in by_arm["look/control"])
    # One at a time, and three seconds each.
    assert 1 <= len(by_arm["look/~slow"]) <= 1 + sum(times) / 3
    large = by_arm["look/~large"]
    assert 1 <= len(large) <= 31
    for line in large:
        assert line["key"] == "trials" and "user" not in line and line["model"] == "chat-large"
        assert line["status"] == "completed" and not line["estimated"]
    assert len({line["request_id"] for line in lines}) == len(lines)
    assert gateway.budget("own")["spent_nanodollars"] == sum(line["cost_nanodollars"] for line in by_arm["look/control"])
    assert gateway.budget("shadows")["spent_nanodollars"] == sum(
        line["cost_nanodollars"] for line in lines if line["key"] == "trials")
    assert gateway.budget("broke")["spent_nanodollars"] == 0


LIMITED_SHADOW = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none, limits: { models: { chat-large: { rpm: 5 } } } }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/chat-large*: { input: 3, output: 15 }
routes:
  shadowed:
    targets: [ sandbox/chat-small ]
    max_output_tokens: 64
    experiment:
      name: look
      shadows: [ { name: large, share: 100%, key: trials, targets: [ sandbox/chat-large ], concurrency: 50 } ]
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: trials, secret: tp_test_trials_0123456789abcde }
budgets:
  - { name: shadows, scope: { key: trials }, limit: $1, per: total }
"""


def test_shadows_keep_to_the_operators_limits_and_leave_the_last_of_them_to_callers(start_gateway):
    gateway = start_gateway(LIMITED_SHADOW)
    with gateway.client() as client:
        for number in range(8):
            ask(client, f"u{number}", model="shadowed")
        eventually("the copies are over", lambda: gateway.held() == 0 and len(gateway.ledger()) == 12, within=10)
        impatient = client.with_options(max_retries=0)
        ask(impatient, "u", model="sandbox/chat-large")
        with pytest.raises(openai.RateLimitError):
            ask(impatient, "u", model="sandbox/chat-large")
    large = [line["key"] for line in gateway.ledger() if line["model"] == "chat-large"]
    assert sorted(large) == ["app"] + ["trials"] * 4
