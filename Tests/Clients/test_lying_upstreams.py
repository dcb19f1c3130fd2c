"""A thousand streaming callers after five dollars, with upstreams that run away, abort, reset and keep their counts to
themselves: what these say they are owed is never more than the budget, nor more than the ledger says."""

import asyncio
import json
import resource
import threading
from collections import Counter
from pathlib import Path

import pytest

from money import NANODOLLARS
from programs import Gateway, Helper, eventually, request, tuppence_json

LIMIT = 5 * NANODOLLARS
INPUT, OUTPUT = 50_000, 300_000  # nanodollars per token: a thousandth of the prices below
CALLERS = 1_000
MAX_TOKENS = 24
KEY = "tp_test_crowd_0123456789abcdef"
MANNERS = ["honest", "runaway", "abort", "reset", "silent", "refuse"]
PROMPT = "Tell me, in a few words and without any hurry, what became of the five dollars that we had in the morning. "

CONFIGURATION = f"""\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  liar: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/v1", api_key: none }}
prices:
  liar/*: {{ input: 50, output: 300 }}
keys:
  - {{ name: crowd, secret: {KEY} }}
budgets:
  - {{ name: crowd, scope: {{ key: crowd }}, limit: $5, per: total, hard: reject }}
"""


class Upstream(Helper):
    def __init__(self, folder: Path):
        super().__init__("lying_upstream.py", folder)

    def bill(self) -> list[dict]:
        status, body = request(self.port, "GET", "/bill")
        assert status == 200
        return json.loads(body)


@pytest.fixture
def upstream(tmp_path):
    program = Upstream(tmp_path).start()
    yield program
    program.kill()


@pytest.fixture
def gateway(tmp_path, upstream):
    # A thousand callers, and as many connections to the upstream.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard < 8_192 else 8_192, hard))
    program = Gateway(tmp_path, CONFIGURATION.replace("@PORT@", str(upstream.port))).start()
    yield program
    program.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def ask(port: int, user: str, manner: str, max_tokens: int, prompt: str) -> tuple[int, dict[str, str], bytes]:
    """One streamed request on a connection of its own, read to its end, whatever that is."""
    body = json.dumps({
        "model": f"liar/{manner}", "stream": True, "max_tokens": max_tokens, "user": user,
        "messages": [{"role": "user", "content": prompt}]}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nhost: tuppence\r\nconnection: close\r\n"
            b"authorization: Bearer %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
            % (KEY.encode(), len(body), body))
        head, _, received = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    status, *lines = head.decode("latin-1").split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), received


async def one_caller(port: int, index: int, seen: Counter):
    """Asks until it is served or the money is spent; waits as long as it is told while others hold the rest."""
    manner = MANNERS[index % len(MANNERS)]
    while True:
        status, fields, received = await ask(port, f"caller-{index}", manner, MAX_TOKENS, PROMPT)
        seen[status, fields.get("x-tuppence-error-code")] += 1
        if status != 429:
            if status == 200:
                assert (b"data: [DONE]" in received) == (manner in ("honest", "silent")), received[-400:]
            return
        await asyncio.sleep(int(fields["retry-after-ms"]) / 1000)


async def crowd(port: int) -> Counter:
    seen = Counter()
    callers = [one_caller(port, index, seen) for index in range(CALLERS)]
    await asyncio.wait_for(asyncio.gather(*callers), timeout=120)
    return seen


class Auditor(threading.Thread):
    """Reads the balance over and over, as an operator would."""

    def __init__(self, gateway: Gateway):
        super().__init__(daemon=True)
        self.gateway, self.seen, self.finished = gateway, [], threading.Event()

    def run(self):
        while not self.finished.wait(0.2):
            budget = self.gateway.budget("crowd")
            self.seen.append((budget["spent_nanodollars"], budget["held_nanodollars"]))


def cost(line: dict) -> int:
    return line["input"] * INPUT + line["output"] * OUTPUT


@pytest.mark.slow
def test_a_thousand_callers_of_lying_upstreams_owe_no_more_than_the_budget(gateway, upstream):
    auditor = Auditor(gateway)
    auditor.start()
    seen = asyncio.run(crowd(gateway.port))
    eventually("everything is settled", lambda: gateway.held() == 0, within=10)
    auditor.finished.set()
    auditor.join(timeout=30)
    print(dict(seen))

    assert set(seen) <= {
        (200, None), (402, "budget_exceeded"), (429, "budget_held"), (503, "upstream_unavailable")}
    assert seen[402, "budget_exceeded"] > 0, "the budget was never short, so this would prove nothing"
    assert len(auditor.seen) >= 3
    assert all(spent + held <= LIMIT for spent, held in auditor.seen), auditor.seen
    assert tuppence_json("holds", "--config", gateway.configuration) == []

    bill = upstream.bill()
    ledger = gateway.ledger()
    entries = {entry["user"]: entry for entry in ledger}
    assert len(entries) == len(ledger) == seen[200, None] + seen[503, "upstream_unavailable"]
    refused = {entry["user"] for entry in ledger if entry["model"] == "refuse"}
    assert {entries[user]["cost_nanodollars"] for user in refused} == {0}
    assert entries.keys() - refused == {line["user"] for line in bill}
    assert len(bill) == seen[200, None]
    spent = sum(entry["cost_nanodollars"] for entry in ledger)
    assert gateway.budget("crowd")["spent_nanodollars"] == spent
    figures = Counter()
    for line in bill:
        entry = entries[line["user"]]
        figures[line["manner"], "bill"] += cost(line)
        figures[line["manner"], "ledger"] += entry["cost_nanodollars"]
        if line.get("reported"):
            assert (entry["cost_nanodollars"], entry["estimated"]) == (cost(line), False), line
        else:
            assert entry["estimated"]
            assert entry["cost_nanodollars"] >= cost(line), (line, entry)
    print(dict(figures))
    assert sum(cost(line) for line in bill) <= spent <= LIMIT
    assert {line["manner"] for line in bill if line.get("reported")} == {"honest"}, "a runaway came to its own end"
    ran = max(line["output"] for line in bill if line["manner"] == "runaway")
    assert ran > MAX_TOKENS, "nobody ran away"
    check_money_left_is_served(gateway)


def check_money_left_is_served(gateway: Gateway):
    """Whatever is left is paid out to whoever wants no more than that."""
    def ask_for(turn: int, max_tokens: int) -> tuple[int, bytes]:
        # The text alone is held for: one for all makes one bound.
        status, _, received = asyncio.run(ask(gateway.port, f"late-{turn:02}", "honest", max_tokens, "hi"))
        return status, received

    for turn in range(20):
        status, received = ask_for(turn, 100_000)
        assert status == 402
        affordable = json.loads(received)["error"]["budget"]["affordable_max_tokens"]
        if affordable == 0:
            return
        assert ask_for(turn, affordable + 1)[0] == 402
        assert ask_for(turn, affordable)[0] == 200
    pytest.fail("five dollars last for ever")
