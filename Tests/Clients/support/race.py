"""Callers of several gateways after the same money, and what the provider's own bill says of it in the end.

A third of them share one key and its budget. The others go through keys with a cent each, three at a time: one at each gateway,
until the cent is spent.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from money import NANODOLLARS, Price
from nodes import Nodes
from programs import BillingProvider
from steady_load import Answer, Callers

NODES = 3
SMALL_LIMIT = NANODOLLARS // 100
MOST_TOKENS = 20
# A thousandth of those below. Input is cheap, as its bound is wide where a model is not known; an answer comes to a tenth of a cent or so.
PRICE = Price(input=100, cached_input=100, output=60_000)
# No answer comes to more: the provider counts ten tokens of input each time.
MOST_COST = 10 * PRICE.input + MOST_TOKENS * PRICE.output
PAUSE = 0.5

CONFIGURATION = """\
server: { listen: "@LISTEN@", request_timeout: @TIMEOUT@s, late_usage: @LATE@s, hold_grace: @GRACE@s }
store: @STORE@
providers:
  bank: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  bank/*: { input: 0.1, output: 60 }
loops: off
keys:
@KEYS@
budgets:
@BUDGETS@
"""


@dataclass(frozen=True)
class Size:
    callers: int
    shared_limit: int
    small_keys: int
    # Seconds, as in the configuration; their sum is how long a hold may last.
    request_timeout: int = 20
    late_usage: int = 5
    hold_grace: int = 10

    @property
    def hold_lasts(self) -> int:
        return self.request_timeout + self.late_usage + self.hold_grace

    @property
    def limits(self) -> dict[str, int]:
        """Of each key, in nanodollars. `probe` is for whoever looks whether there are answers."""
        return {"shared": self.shared_limit, "probe": 10 * NANODOLLARS} | {
            f"small-{number}": SMALL_LIMIT for number in range(self.small_keys)}

    @property
    def configuration(self) -> str:
        keys = [f"  - {{ name: {name}, secret: {secret(name)} }}" for name in self.limits]
        budgets = [
            f"  - {{ name: {name}, scope: {{ key: {name} }}, limit: ${limit / NANODOLLARS:g}, per: total, hard: reject }}"
            for name, limit in self.limits.items()]
        return (CONFIGURATION.replace("@KEYS@", "\n".join(keys)).replace("@BUDGETS@", "\n".join(budgets))
                .replace("@TIMEOUT@", str(self.request_timeout)).replace("@LATE@", str(self.late_usage))
                .replace("@GRACE@", str(self.hold_grace)))


def secret(name: str) -> str:
    return f"tp_test_{name.replace('-', '')}_0123456789abcdef"


@dataclass
class Account:
    """What came of one key's money, in nanodollars."""

    limit: int
    spent: int
    held: int
    # What the ledger's lines of the key add up to, and what of it was settled after its hold had expired.
    booked: int = 0
    late: int = 0
    # Attempts of which the ledger knows no more than that their holds have expired.
    lost: int = 0
    # By the provider.
    billed: int = 0

    @property
    def unexplained(self) -> int:
        """What the provider has charged beyond what is booked and what lost attempts can have come to."""
        return max(0, self.billed - self.booked - self.lost * MOST_COST)

    @property
    def overshoot(self) -> int:
        """Beyond the limit, by the books or by the bill, but for what came of holds that had expired."""
        return max(0, self.booked - self.late - self.limit, self.billed - self.late - self.lost * MOST_COST - self.limit)


@dataclass
class Race:
    nodes: Nodes
    provider: BillingProvider
    size: Size
    # What was answered to the last byte, and what it was said to cost.
    answered: dict[str, int] = field(default_factory=dict)
    # Of each node, how many streams it has answered.
    counts: Counter = field(default_factory=Counter)
    # By code, or what broke off.
    refusals: Counter = field(default_factory=Counter)
    is_over: bool = False

    async def run(self, meanwhile=None):
        """Until all is spent, or until `await meanwhile(spending)` is done, which is told the future of all callers."""
        self.callers = [Callers(node.port) for node in self.nodes]
        shared = [self.spend(number % NODES, "shared") for number in range(self.size.callers // 3)]
        groups = (self.size.callers - len(shared)) // NODES
        small = [self.spend_cents(node, group, groups) for group in range(groups) for node in range(NODES)]
        spending = asyncio.gather(*shared, *small)
        if meanwhile:
            try:
                await meanwhile(spending)
            finally:
                self.is_over = True
        await spending
        for callers in self.callers:
            callers.close()

    async def spend_cents(self, node: int, group: int, groups: int):
        for number in range(group, self.size.small_keys, groups):
            await self.spend(node, f"small-{number}")

    async def spend(self, node: int, name: str):
        """Asks for stream after stream until the money is spent; waits as long as it is told while others hold the rest."""
        while not self.is_over:
            answer = await self.ask(node, name, streams=True)
            if answer.is_whole:
                self.counts[node] += 1
            elif answer.code == "budget_exceeded":
                return
            else:
                self.refusals[answer.code] += 1
                await asyncio.sleep(answer.retry_after or PAUSE)

    async def ask(self, node: int, name: str, streams: bool) -> Answer:
        fields = {"stream_options": {"include_usage": True}} if streams else {}
        answer = await self.callers[node].ask(f"bank/{name}", 1, streams, secret(name), max_tokens=MOST_TOKENS, **fields)
        if answer.is_whole:
            assert answer.cost is not None and answer.request_id not in self.answered, answer
            self.answered[answer.request_id] = answer.cost
        return answer

    async def until_all_answer(self, within: float = 60) -> float:
        """Seconds until each node has answered once."""
        began = time.monotonic()

        async def answers(node: int):
            while not (answer := await self.ask(node, "probe", streams=False)).is_whole:
                assert time.monotonic() < began + within, f"node {node} does not answer: {answer}"
                await asyncio.sleep(0.1)

        await asyncio.gather(*map(answers, range(NODES)))
        return time.monotonic() - began

    def accounts(self) -> dict[str, Account]:
        """Of each key. Asserts that nothing is booked twice, and that what was answered to the last byte is booked at what it was
        said to cost."""
        budgets = {budget["name"]: budget for budget in self.nodes[0].spend()["budgets"]}
        accounts = {
            name: Account(limit, budgets[name]["spent_nanodollars"], budgets[name]["held_nanodollars"])
            for name, limit in self.size.limits.items()}
        lines = self.nodes[0].ledger()
        entries = {(entry["request_id"], entry["attempt"]): entry for entry in lines}
        assert len(entries) == len(lines), "an attempt is booked twice"
        told = dict(self.answered)
        for (request_id, attempt), entry in entries.items():
            account, cost = accounts[entry["key"]], entry["cost_nanodollars"]
            account.booked += cost
            if attempt > LATE:
                account.late += cost
            elif entry["status"] == "expired" and (request_id, attempt + LATE) not in entries:
                account.lost += 1
            if told.get(request_id) == cost:
                del told[request_id]
        assert not told, f"{len(told)} answers are not booked at what they were said to cost: {list(told.items())[:3]}"
        for name, line in self.provider.bill().items():
            accounts[name].billed = line["prompt_tokens"] * PRICE.input + line["completion_tokens"] * PRICE.output
        return accounts


# What a late line's number has on top of its attempt's.
LATE = 1_000
