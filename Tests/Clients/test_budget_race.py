"""200 callers after one dollar: no interleaving may spend more than the budget, and the provider's own count decides."""

import asyncio
import threading
from collections import Counter

import openai
import pytest

from money import NANODOLLARS
from programs import Gateway, Sandbox

LIMIT = 1 * NANODOLLARS
INPUT, OUTPUT = 100_000, 2_000_000  # nanodollars per token: a thousandth of the prices below
CALLERS = 200

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-large*: { input: 100, output: 2000 }
loops: off
keys:
  - { name: racer, secret: tp_test_racer_0123456789abcdef }
budgets:
  - { name: racer-daily, scope: { key: racer }, limit: $1, per: day, hard: reject }
"""

# Ten tokens at $0.002 and a short prompt: about $0.02 each, so that some forty of two hundred can be served.
MODEL = "sandbox/chat-large?tokens=10&delay=500ms"
REQUEST = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 10}


@pytest.fixture
def sandbox(tmp_path):
    """A provider of this test's own, so that its bill counts nobody else."""
    program = Sandbox(tmp_path).start()
    yield program
    program.stop()


async def one_caller(client: openai.AsyncOpenAI, stream: bool, answers: Counter):
    """Asks until there is an answer or the money is spent; waits as long as it is told while others hold the rest."""
    while True:
        try:
            answer = await client.chat.completions.create(**REQUEST, stream=stream)
            if stream:
                async for _ in answer:
                    pass
            answers[200] += 1
            return
        except openai.RateLimitError as error:
            assert error.code == "budget_held"
            assert error.response.headers["retry-after"]
            answers[429] += 1
            await asyncio.sleep(int(error.response.headers["retry-after-ms"]) / 1000)
        except openai.APIStatusError as error:
            assert (error.status_code, error.code) == (402, "budget_exceeded")
            answers[402] += 1
            return


async def race(gateway: Gateway) -> Counter:
    answers = Counter()
    async with gateway.async_client("tp_test_racer_0123456789abcdef", timeout=60) as client:
        callers = [one_caller(client, stream=index % 2 == 1, answers=answers) for index in range(CALLERS)]
        await asyncio.wait_for(asyncio.gather(*callers), timeout=60)
    return answers


class Auditor(threading.Thread):
    """Reads the balance over and over, as an operator would, while the race is on."""

    def __init__(self, gateway: Gateway):
        super().__init__(daemon=True)
        self.gateway, self.seen, self.finished = gateway, [], threading.Event()

    def run(self):
        while not self.finished.is_set():
            budget = self.gateway.budget("racer-daily")
            self.seen.append((budget["spent_nanodollars"], budget["held_nanodollars"]))

    def stop(self) -> list[tuple[int, int]]:
        self.finished.set()
        self.join(timeout=30)
        return self.seen


def test_two_hundred_callers_cannot_spend_more_than_the_budget(start_gateway, sandbox):
    gateway = start_gateway(CONFIGURATION)
    auditor = Auditor(gateway)
    auditor.start()
    answers = asyncio.run(race(gateway))
    balances = auditor.stop()

    assert len(balances) >= 3, "the auditor looked too rarely to mean anything"
    assert all(spent + held <= LIMIT for spent, held in balances), balances
    assert any(held > 0 for _, held in balances), "what is in flight is shown as held"

    bill = sandbox.bill()
    billed = bill["prompt_tokens"] * INPUT + bill["completion_tokens"] * OUTPUT
    budget = gateway.budget("racer-daily")
    assert budget["spent_nanodollars"] == billed
    assert budget["held_nanodollars"] == 0
    assert billed <= LIMIT
    assert billed >= 0.6 * LIMIT, "most of the budget is usable"

    assert bill["requests"] == answers[200]
    assert answers[200] + answers[402] == CALLERS
    assert answers[402] > 0
    entries = gateway.ledger()
    assert sum(entry["cost_nanodollars"] for entry in entries) == billed
    assert Counter(entry["status"] for entry in entries) == {"completed": answers[200]}
