"""What the console's /metrics says, read by Prometheus' own parser and held against the ledger."""

import collections
import re
import subprocess
from decimal import Decimal

import openai
import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import CONFIGURATION
from programs import Gateway, clean_environment, eventually, request, BINARY

MESSAGES = [{"role": "user", "content": "Hello!"}]


class Metrics:
    """One scrape. Values stay text until they are compared: an amount is exact."""

    def __init__(self, gateway: Gateway):
        status, body = request(gateway.console_port, "GET", "/metrics")
        assert status == 200
        self.text = body.decode()
        self.families = {family.name: family for family in text_string_to_metric_families(self.text)}

    def samples(self, name: str) -> dict[tuple, Decimal]:
        """Values by their labels, sorted."""
        found = {}
        for line in self.text.splitlines():
            match = re.fullmatch(re.escape(name) + r"(?:\{(.*)\})? (\S+)", line)
            if match:
                labels = tuple(sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[1] or "")))
                assert labels not in found, f"the same series twice: {line}"
                found[labels] = Decimal(match[2])
        return found

    def sum(self, name: str, **labels: str) -> Decimal:
        return sum((value for key, value in self.samples(name).items() if labels.items() <= dict(key).items()), Decimal(0))


@pytest.fixture
def own(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    yield program
    program.stop()


def test_every_line_is_what_prometheus_reads(own):
    own.client().chat.completions.create(model="fast-llm", messages=MESSAGES)
    metrics = Metrics(own)
    lines = [line for line in metrics.text.splitlines() if not line.startswith("#")]
    assert len(lines) == sum(len(family.samples) for family in metrics.families.values())
    for family in metrics.families.values():
        assert family.documentation and family.type in ("counter", "gauge", "histogram"), family.name
        assert family.name.startswith(("tuppence_", "process_")), family.name
        for sample in family.samples:
            assert sample.value >= 0
        if family.type == "histogram":
            check_histogram(family)


def check_histogram(family):
    """Buckets only grow, end at infinity, and the last one is the count."""
    series = collections.defaultdict(dict)
    for sample in family.samples:
        labels = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
        kind = sample.name.removeprefix(family.name)
        if kind == "_bucket":
            series[labels].setdefault("buckets", []).append((float(sample.labels["le"]), sample.value))
        else:
            series[labels][kind] = sample.value
    for labels, parts in series.items():
        bounds, counts = zip(*parts["buckets"])
        assert list(bounds) == sorted(bounds) and bounds[-1] == float("inf"), labels
        assert list(counts) == sorted(counts) and counts[-1] == parts["_count"], labels
        assert parts["_sum"] >= 0


def test_counts_are_those_of_the_ledger(own):
    client = own.client()
    for _ in range(3):
        client.chat.completions.create(model="fast-llm", messages=MESSAGES)
    for stream in (True, False):
        answer = client.chat.completions.create(model="falls-over", messages=MESSAGES, stream=stream)
        if stream:
            list(answer)
    # No route at all: the target by its own name.
    client.chat.completions.create(model="sandbox/chat-large", messages=MESSAGES)
    client.embeddings.create(model="sandbox/embed-small", input="Hello!")
    with pytest.raises(openai.APIStatusError) as refused:
        own.client("tp_test_poor_0123456789abcdef").chat.completions.create(model="fast-llm", messages=MESSAGES)
    assert refused.value.status_code == 402
    with pytest.raises(openai.AuthenticationError):
        own.client("tp_test_nobody").chat.completions.create(model="fast-llm", messages=MESSAGES)

    metrics, ledger = Metrics(own), own.ledger()

    attempts = collections.Counter((f"{line['provider']}/{line['model']}", line["status"]) for line in ledger)
    told = {
        (dict(key)["target"], dict(key)["outcome"]): value
        for key, value in metrics.samples("tuppence_attempts_total").items() if value
    }
    assert told == attempts and attempts

    for target in {target for target, _ in attempts}:
        lines = [line for line in ledger if f"{line['provider']}/{line['model']}" == target]
        cost = sum(line["cost_nanodollars"] for line in lines)
        assert metrics.sum("tuppence_cost_usd_total", target=target) == Decimal(cost) / 10**9
        for kind in ("input", "output", "cached_input", "reasoning"):
            assert metrics.sum("tuppence_tokens_total", target=target, kind=kind) == sum(line["usage"][kind] for line in lines)

    requests = {
        tuple(dict(key)[name] for name in ("route", "target", "protocol", "code")): value
        for key, value in metrics.samples("tuppence_requests_total").items()
    }
    assert requests == {
        ("fast-llm", "sandbox/chat-small", "openai", "200"): 3,
        ("falls-over", "sandbox/chat-large", "openai", "200"): 2,
        ("direct call", "sandbox/chat-large", "openai", "200"): 1,
        ("direct call", "sandbox/embed-small", "openai", "200"): 1,
        ("fast-llm", "", "openai", "402"): 1,
        ("", "", "openai", "401"): 1,
    }
    assert metrics.sum("tuppence_request_duration_seconds_count") == 8
    # What was refused before it was sent has no provider to be compared with.
    assert metrics.sum("tuppence_overhead_seconds_count") == 7
    assert metrics.sum("tuppence_overhead_seconds_sum") < metrics.sum("tuppence_request_duration_seconds_sum")
    assert metrics.sum("tuppence_time_to_first_token_seconds_count") == sum(
        1 for line in ledger if line.get("first_content_ms") is not None)

    assert metrics.sum("tuppence_holds_granted_total") == len(ledger)
    assert metrics.sum("tuppence_holds_denied_total") == 1
    assert metrics.sum("tuppence_holds_open") == 0
    budget = own.budget("app-daily")
    assert metrics.sum("tuppence_budget_spent_usd", budget="app-daily") == Decimal(budget["spent_nanodollars"]) / 10**9
    assert metrics.sum("tuppence_budget_limit_usd", budget="app-daily") == 1000
    assert metrics.sum("tuppence_store_commit_duration_seconds_count") > 0


def test_a_caller_who_leaves_is_counted_as_gone(own):
    client = own.client(timeout=0.3)
    with pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(model="sandbox/chat-small?delay=3s", messages=MESSAGES)
    eventually(
        "the request is counted", lambda: Metrics(own).sum("tuppence_requests_total", code="499") == 1)


def test_what_callers_write_cannot_break_a_line_and_has_no_end(own):
    """Names of models become labels. Whatever they are made of they are read back, and there are so many and no more."""
    client = own.client()
    # Line breaks are refused before they can become a label.
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="sandbox/chat-small\n# TYPE x counter", messages=MESSAGES)
    strange = 'sandbox/chat-small"}\\ 1 # TYPE x counter'
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model=strange, messages=MESSAGES)
    families = Metrics(own).families
    targets = {sample.labels["target"] for sample in families["tuppence_attempts"].samples}
    assert strange in targets
    for number in range(1, 231):
        client.chat.completions.create(model=f"sandbox/chat-small?tokens={number}", messages=MESSAGES, max_tokens=1)
    metrics = Metrics(own)
    targets = {dict(key)["target"] for key in metrics.samples("tuppence_attempts_total")}
    assert "other" in targets and len(targets) <= 201
    assert metrics.sum("tuppence_attempts_total") == 231
    assert metrics.sum("tuppence_requests_total") == 232
    assert len([line for line in metrics.text.splitlines() if not line.startswith("#")]) < 10_000


def test_a_reload_forgets_no_count(own):
    own.client().chat.completions.create(model="fast-llm", messages=MESSAGES)
    own.configuration.write_text(own.configuration.read_text().replace("  fast-llm:", "  quick-llm:", 1).replace(
        "routes: [fast-llm]", "routes: [quick-llm]"))
    own.process.send_signal(1)
    eventually("the reload is told", lambda: "the configuration was reloaded" in own.output())
    own.client().chat.completions.create(model="quick-llm", messages=MESSAGES)
    metrics = Metrics(own)
    assert metrics.sum("tuppence_requests_total", route="fast-llm", code="200") == 1
    assert metrics.sum("tuppence_requests_total", route="quick-llm", code="200") == 1


def test_the_console_is_alive_and_ready(own):
    for path in ("/healthz", "/livez", "/readyz"):
        assert request(own.console_port, "GET", path)[0] == 200
    assert request(own.console_port, "GET", "/nothing")[0] == 404


def test_the_console_can_be_left_out(tmp_path, sandbox):
    program = Gateway(
        tmp_path, CONFIGURATION.replace('listen: "@LISTEN@"', 'listen: "@LISTEN@", console: off'), sandbox).start()
    try:
        assert "console" not in program.output()
    finally:
        program.stop()


def test_a_console_on_a_taken_port_says_so(tmp_path, own):
    program = Gateway(
        tmp_path,
        CONFIGURATION.replace('"@LISTEN@"', f'"@LISTEN@", console: "127.0.0.1:{own.console_port}"').replace(
            "@STORE@", f"sqlite:{tmp_path}/other.db").replace("@SANDBOX@", "http://127.0.0.1:9/v1"))
    finished = subprocess.run(
        [BINARY, *program.arguments], cwd=tmp_path, env=clean_environment(tmp_path), capture_output=True, text=True,
        timeout=30)
    assert finished.returncode != 0
    assert f"127.0.0.1:{own.console_port} is in use by another program" in finished.stderr
    assert "console" in finished.stderr
