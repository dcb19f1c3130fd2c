"""Several gateways that share one store, and callers who go to all of them."""

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from pathlib import Path

from money import CHAT_SMALL, nanodollars
from programs import APP, BillingProvider, Gateway, Sandbox, eventually, tuppence

CALLERS = 12
HOLD_LASTS = 3 + 1 + 1  # seconds: request_timeout, late_usage and hold_grace below

CONFIGURATION = """\
server: { listen: "@LISTEN@", request_timeout: 3s, late_usage: 1s, hold_grace: 1s }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $1000, per: day, hard: reject }
  - { name: everyone-monthly, scope: { provider: sandbox }, limit: $1000, per: month, hard: reject }
"""


class Nodes:
    """Gateways with a folder each; all else they share."""

    def __init__(self, folder: Path, configuration: str, sandbox: Sandbox | BillingProvider, store: str, count: int = 3):
        self.gateways = []
        for number in range(count):
            own = folder / f"node-{number}"
            own.mkdir()
            self.gateways.append(Gateway(own, configuration, sandbox, store))

    def start(self) -> "Nodes":
        for gateway in self.gateways:
            gateway.start()
        return self

    def stop(self):
        for gateway in self.gateways:
            if gateway.process and gateway.process.poll() is None:
                gateway.stop()

    def __getitem__(self, number: int) -> Gateway:
        return self.gateways[number]

    def __iter__(self):
        return iter(self.gateways)

    def verify(self, seal: str | None = None) -> str:
        """Every page, seal, posting and balance of the books that they share, and that there is a page with `seal`; returns the
        last page's seal."""
        noted = ["--seal", seal] if seal else []
        verified = tuppence("ledger", "verify", "--config", self[0].configuration, *noted, "--json")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        return json.loads(verified.stdout)["seal"]

    def check_books(self, answered: dict[str, int]):
        """Nothing is booked twice, what callers got to its last byte is booked at what they were told, and the balances are the
        sum of the entries."""
        entries, spend = self[0].ledger(), self[0].spend()
        attempts = [(entry["request_id"], entry["attempt"]) for entry in entries]
        assert len(set(attempts)) == len(attempts)
        booked = {entry["request_id"]: entry["cost_nanodollars"] for entry in entries if entry["status"] == "completed"}
        assert {id: cost for id, cost in answered.items() if booked.get(id) != cost} == {}
        total = sum(entry["cost_nanodollars"] for entry in entries)
        assert spend["total"]["cost_nanodollars"] == total
        assert {budget["name"]: budget["spent_nanodollars"] for budget in spend["budgets"]} == {
            "app-daily": total, "everyone-monthly": total}
        self.verify()


class Callers:
    """Ask node after node as fast as they are answered, half of them for streams, and go on whatever becomes of a request."""

    def __init__(self, nodes: Nodes):
        self.ports = [gateway.port for gateway in nodes]
        # What was answered to the last byte, and what it is said to cost.
        self.answered: dict[str, int] = {}
        # Of each node, how many it has answered.
        self.counts: Counter[int] = Counter()
        # Whatever else callers were told, by status and code, or by what broke off.
        self.refusals: Counter[str] = Counter()
        # Answers that were not as they should be.
        self.troubles: list[str] = []
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.call, args=(number,), daemon=True) for number in range(CALLERS)]

    def __enter__(self) -> "Callers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(timeout=30)
            assert not thread.is_alive()
        assert self.troubles == []

    def call(self, number: int):
        for turn in itertools.count(number):
            if self.ending.is_set():
                return
            node = turn % len(self.ports)
            try:
                refusal = self.ask(node, stream=number % 2 == 1)
            except (OSError, http.client.HTTPException) as error:
                refusal = type(error).__name__
            except Exception as error:
                self.troubles.append(repr(error))
                return
            if refusal:
                self.refusals[refusal] += 1
                time.sleep(0.05)

    def ask(self, node: int, stream: bool) -> str | None:
        """- Returns: what it was refused with; None where it was answered."""
        model = "sandbox/chat-small?tokens=20&" + ("drip=5ms" if stream else "delay=20ms")
        body = {"model": model, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 20, "stream": stream}
        if stream:
            body["stream_options"] = {"include_usage": True}
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[node], timeout=15)
        try:
            connection.request(
                "POST", "/v1/chat/completions", json.dumps(body),
                {"Authorization": f"Bearer {APP}", "Content-Type": "application/json"})
            answer = connection.getresponse()
            received = answer.read()  # raises if the last byte, or the last chunk, is missing
        finally:
            connection.close()
        if answer.status != 200:
            is_ours = answer.headers.get_content_type() == "application/json"
            return f"{answer.status} {json.loads(received)['error']['code'] if is_ours else 'of the balancer'}"
        if stream:
            *_, last, done, _ = received.split(b"\n\n")
            if done != b"data: [DONE]":
                return "a stream that ends with an error"
            received = last.removeprefix(b"data: ")
        usage = json.loads(received)["usage"]
        cost = int(nanodollars(usage["cost"]))
        assert cost == usage["prompt_tokens"] * CHAT_SMALL.input + usage["completion_tokens"] * CHAT_SMALL.output
        self.answered[answer.headers["x-tuppence-request-id"]] = cost
        self.counts[node] += 1
        return None

    def wait_for(self, more: int, *numbers: int, within: float = 20):
        """Until each of these nodes has answered `more` from now on."""
        before = Counter(self.counts)
        eventually(
            f"nodes {numbers} have answered {more} more, beside {dict(self.refusals)}",
            lambda: all(self.counts[number] - before[number] >= more for number in numbers), within=within)
