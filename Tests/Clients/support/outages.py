"""A bad day: five providers, four of them in trouble of its own kind, behind one route, under a steady load.

`hub`, an aggregator, dies as a whole and comes back and dies again; `busy` throttles at fifty requests a second and says so with
each answer; `flapping` is up for two seconds and down for two; `slow` takes two seconds to its first token in the median;
`near` and `far` are well. All are processes of their own, and death is kill -9.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from programs import APP, Gateway, MoodyProvider
from steady_load import Answer, Callers, at_an_even_pace

# As docs/concepts/routing.md advises, "A route for bad days".
CONFIGURATION = """\
server: { listen: "@LISTEN@", queue: on }
store: @STORE@
providers:
  hub: { base_url: "http://127.0.0.1:@hub@/free/v1", tier: aggregator, health: { every: 1s } }
  busy: { base_url: "http://127.0.0.1:@busy@/says/v1" }
  flapping: { base_url: "http://127.0.0.1:@flapping@/free/v1" }
  slow: { base_url: "http://127.0.0.1:@slow@/free/v1" }
  near: { base_url: "http://127.0.0.1:@near@/free/v1" }
  far: { base_url: "http://127.0.0.1:@far@/free/v1" }
prices:
  hub/*: { input: 1, output: 1 }
  busy/*: { input: 0.5, output: 0.5 }
  flapping/*: { input: 1, output: 1 }
  slow/*: { input: 1, output: 1 }
  near/*: { input: 1, output: 1 }
  far/*: { input: 1, output: 1 }
routes:
  chat:
    targets:
      - hub/m
      - { target: busy/m, weight: 60 }
      - { target: flapping/m, weight: 10 }
      - { target: slow/m, weight: 10 }
      - { target: near/m, weight: 10 }
      - { target: far/m, weight: 10 }
    max_output_tokens: 100
    timeout: 10s
    deadline: 30s
    first_token_within: 400ms
keys:
  - { name: app, secret: @KEY@ }
budgets:
  - { name: app, scope: { key: app }, limit: $10, per: total }
"""

SPREAD = 0.35
PROVIDERS = {
    "hub": ["--first-token", 0.15, "--spread", SPREAD],
    "busy": ["--first-token", 0.15, "--spread", SPREAD, "--limit", 50],
    "flapping": ["--first-token", 0.15, "--spread", SPREAD, "--flap", 2],
    "slow": ["--first-token", 2, "--spread", SPREAD],
    "near": ["--first-token", 0.15, "--spread", SPREAD],
    "far": ["--first-token", 0.18, "--spread", SPREAD],
}
WELL = ["near", "far"]


@dataclass
class Figures:
    """What came of it."""

    answers: list[Answer]
    # Of those that are well, asked without a gateway at the same time.
    direct: dict[str, list[Answer]]
    # Of the one that throttles: how many it was asked and refused, by the second since the load began.
    busy: dict[int, tuple[int, int]]
    # (provider, status) of the attempts in the ledger.
    attempts: Counter
    held: int
    spent: int
    cost: int
    log: str = field(repr=False)

    @property
    def failed(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.is_whole]

    def refused(self, since: int) -> tuple[int, int]:
        """How many the one that throttles was asked from that second on, and how many of them it refused."""
        counts = [counts for second, counts in self.busy.items() if second >= since]
        return sum(asked for asked, _ in counts), sum(refused for _, refused in counts)

    def first_token(self, share: float) -> float:
        """In seconds; so large a share of the streams had it by then."""
        return percentile(self.answers, share)

    def slowest(self, share: float) -> list[Answer]:
        """The streams that are beyond that, the slowest first."""
        streams = [answer for answer in self.answers if answer.streams and answer.is_whole]
        streams.sort(key=lambda answer: answer.seconds_to_first_token, reverse=True)
        return streams[:int(len(streams) * (1 - share))]

    def first_token_directly(self, share: float) -> dict[str, float]:
        return {name: percentile(answers, share) for name, answers in self.direct.items()}


def percentile(answers: list[Answer], share: float) -> float:
    times = sorted(answer.seconds_to_first_token for answer in answers if answer.streams and answer.is_whole)
    return times[min(len(times) - 1, int(len(times) * share))]


class BadDay:
    """`hub_dies` and `hub_returns`: at which seconds."""

    def __init__(self, folder: Path, hub_dies: list[float], hub_returns: list[float], seed: int = 1):
        self.folder, self.hub_dies, self.hub_returns = folder, hub_dies, hub_returns
        self.providers = {
            name: MoodyProvider(folder, *options, "--seed", seed + place)
            for place, (name, options) in enumerate(PROVIDERS.items())}

    def run(self, count: int, rate: float) -> Figures:
        """So many requests, so many a second; every fifth asks for its answer in one piece."""
        try:
            for provider in self.providers.values():
                provider.start()
            configuration = CONFIGURATION.replace("@KEY@", APP)
            for name, provider in self.providers.items():
                configuration = configuration.replace(f"@{name}@", str(provider.port))
            gateway = Gateway(self.folder, configuration).start()
            try:
                return asyncio.run(self.ask(gateway, count, rate))
            finally:
                gateway.stop()
        finally:
            for provider in self.providers.values():
                if provider.process and provider.process.poll() is None:
                    provider.stop()

    async def ask(self, gateway: Gateway, count: int, rate: float) -> Figures:
        callers = Callers(gateway.port, key=APP)
        direct = {name: Callers(self.providers[name].port, "/free/v1/chat/completions") for name in WELL}
        began = time.time()
        fate = asyncio.create_task(self.hub())
        answers, *controls = await asyncio.gather(
            at_an_even_pace(count, rate, lambda number: callers.ask("chat", number, number % 5 != 0)),
            *(at_an_even_pace(count // 10, rate / 10, lambda number, to=to: to.ask("m", number, True)) for to in direct.values()))
        fate.cancel()
        for all_of_one in (callers, *direct.values()):
            all_of_one.close()
        ledger = await asyncio.to_thread(self.settled, gateway)
        return Figures(
            answers, dict(zip(direct, controls)), self.busy(began),
            Counter((entry["provider"], entry["status"]) for entry in ledger), gateway.held(),
            gateway.budget("app")["spent_nanodollars"], sum(entry["cost_nanodollars"] for entry in ledger), gateway.output())

    @staticmethod
    def settled(gateway: Gateway) -> list[dict]:
        """The ledger, once nothing is read on any more."""
        end = time.monotonic() + 15
        while gateway.held() and time.monotonic() < end:
            time.sleep(0.2)
        return gateway.ledger()

    async def hub(self):
        began = time.monotonic()
        fate = sorted([(at, "kill") for at in self.hub_dies] + [(at, "start") for at in self.hub_returns])
        for at, what in fate:
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            await asyncio.to_thread(getattr(self.providers["hub"], what))

    def busy(self, began: float) -> dict[int, tuple[int, int]]:
        seconds = self.providers["busy"].seconds("says")
        return {int(second) - int(began): tuple(counts) for second, counts in seconds.items()}
