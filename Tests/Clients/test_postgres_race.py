"""Three gateways on one PostgreSQL, and callers of all of them after the same money: by the provider's own count nobody gets
more than there is."""

import asyncio
import threading
from collections import Counter

import openai
import pytest

from money import NANODOLLARS
from nodes import Nodes
from programs import Sandbox

SHARED_LIMIT = 1 * NANODOLLARS
SMALL_LIMIT = NANODOLLARS // 100
# Nanodollars per token: a thousandth of the prices below.
SHARED_INPUT, SHARED_OUTPUT = 100_000, 2_000_000
SMALL_INPUT, SMALL_OUTPUT = 10_000, 200_000

SHARED_CALLERS = 90
SMALL_KEYS = 30

SHARED = "tp_test_shared_0123456789abcdef"
CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-large*: { input: 100, output: 2000 }
  sandbox/chat-small*: { input: 10, output: 200 }
loops: off
keys:
  - { name: shared, secret: tp_test_shared_0123456789abcdef }
@KEYS@
budgets:
  - { name: shared, scope: { key: shared }, limit: $1, per: day, hard: reject }
@BUDGETS@
"""


def small(number: int) -> str:
    return f"tp_test_small{number:03}_0123456789abc"


def configuration() -> str:
    keys = [f"  - {{ name: small-{number}, secret: {small(number)} }}" for number in range(SMALL_KEYS)]
    budgets = [
        f"  - {{ name: small-{number}, scope: {{ key: small-{number} }}, limit: $0.01, per: day, hard: reject }}"
        for number in range(SMALL_KEYS)
    ]
    return CONFIGURATION.replace("@KEYS@", "\n".join(keys)).replace("@BUDGETS@", "\n".join(budgets))


@pytest.fixture
def sandbox(tmp_path):
    """A provider of this test's own, so that its bill counts nobody else."""
    program = Sandbox(tmp_path).start()
    yield program
    program.stop()


async def ask_until_spent(client: openai.AsyncOpenAI, model: str, answers: Counter, times: int):
    """Streams answer after answer, `times` at the most; waits as long as it is told while others hold the rest."""
    while times > 0:
        try:
            stream = await client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": "hi"}], max_tokens=10, stream=True)
            async for _ in stream:
                pass
            answers[200] += 1
            times -= 1
        except openai.RateLimitError as error:
            assert error.code == "budget_held"
            answers[429] += 1
            await asyncio.sleep(int(error.response.headers["retry-after-ms"]) / 1000)
        except openai.APIStatusError as error:
            assert (error.status_code, error.code) == (402, "budget_exceeded"), error
            answers[402] += 1
            return


async def race(nodes: Nodes) -> dict[str, Counter]:
    answers = {"shared": Counter(), "small": Counter()}
    clients = []

    def client(node: int, key: str) -> openai.AsyncOpenAI:
        clients.append(nodes[node % 3].async_client(key, timeout=60))
        return clients[-1]

    shared = [client(node, SHARED) for node in range(3)]
    callers = [
        ask_until_spent(shared[number % 3], "sandbox/chat-large?tokens=10&delay=300ms", answers["shared"], times=1)
        for number in range(SHARED_CALLERS)
    ]
    # Each of these keys is used on all nodes at once.
    callers += [
        ask_until_spent(client(node, small(number)), "sandbox/chat-small?tokens=10&delay=50ms", answers["small"], times=9)
        for number in range(SMALL_KEYS) for node in range(3)
    ]
    try:
        await asyncio.wait_for(asyncio.gather(*callers), timeout=60)
    finally:
        for each in clients:
            await each.close()
    return answers


class Auditor(threading.Thread):
    """Reads all balances over and over, as an operator of one node would, while the race is on."""

    def __init__(self, nodes: Nodes):
        super().__init__(daemon=True)
        self.nodes, self.seen, self.finished = nodes, [], threading.Event()

    def run(self):
        while not self.finished.is_set():
            self.seen += self.nodes[0].spend()["budgets"]

    def stop(self) -> list[dict]:
        self.finished.set()
        self.join(timeout=30)
        assert not self.is_alive()
        return self.seen


@pytest.mark.slow
def test_callers_of_three_nodes_cannot_spend_more_than_there_is(start_nodes, postgres, sandbox):
    nodes = start_nodes(postgres, configuration())
    auditor = Auditor(nodes)
    auditor.start()
    answers = asyncio.run(race(nodes))
    seen = auditor.stop()

    def together(budget: dict) -> int:
        return budget["spent_nanodollars"] + budget["held_nanodollars"]

    assert len(seen) >= 3 * (1 + SMALL_KEYS), "the auditor looked too rarely to mean anything"
    assert [budget for budget in seen if together(budget) > budget["limit_nanodollars"]] == []
    assert any(budget["held_nanodollars"] > 0 for budget in seen), "what is in flight is shown as held"

    bill = sandbox.bill()["by_model"]
    large, little = bill["chat-large"], bill["chat-small"]
    shared_bill = large["prompt_tokens"] * SHARED_INPUT + large["completion_tokens"] * SHARED_OUTPUT
    small_bill = little["prompt_tokens"] * SMALL_INPUT + little["completion_tokens"] * SMALL_OUTPUT
    for node in nodes:
        budgets = {budget["name"]: budget for budget in node.spend()["budgets"]}
        assert [budget for budget in budgets.values() if budget["held_nanodollars"] != 0] == []
        assert budgets["shared"]["spent_nanodollars"] == shared_bill <= SHARED_LIMIT
        spent = [budgets[f"small-{number}"]["spent_nanodollars"] for number in range(SMALL_KEYS)]
        assert sum(spent) == small_bill
        assert max(spent) <= SMALL_LIMIT
        assert min(spent) >= 0.6 * SMALL_LIMIT and shared_bill >= 0.6 * SHARED_LIMIT, "most of each budget is usable"

    assert (large["requests"], little["requests"]) == (answers["shared"][200], answers["small"][200])
    assert answers["shared"][200] + answers["shared"][402] == SHARED_CALLERS
    assert answers["shared"][402] > 0 and answers["small"][402] > 0
    entries = nodes[2].ledger()
    assert sum(entry["cost_nanodollars"] for entry in entries) == shared_bill + small_bill
    assert Counter(entry["status"] for entry in entries) == {"completed": large["requests"] + little["requests"]}
    nodes.verify()
