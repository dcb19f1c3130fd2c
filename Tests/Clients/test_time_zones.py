"""The gateway as its clock passes the ends of days that are not 24 hours long, by libfaketime. Every zone and period there is, in
values of the clock, has TimeZoneWindowTests."""

import json
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from programs import Gateway
from wire import ask, head, sized

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
pytestmark = pytest.mark.skipif(not LIBRARIES, reason="libfaketime is missing: apt-get install faketime")

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/*: { input: 1, output: 1 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: daily, scope: { key: app }, limit: $1, per: day, timezone: @ZONE@, hard: reject }
"""
CHAT = sized(json.dumps({
    "model": "sandbox/chat-small", "max_tokens": 20, "messages": [{"role": "user", "content": "hi"}]}).encode())
# In Santiago clocks change at midnight: the one that begins summer time is never shown, before the one that ends it is an hour twice.
DAYS = [
    ("Europe/Berlin", "2026-03-29", 23), ("Europe/Berlin", "2026-10-25", 25),
    ("America/Santiago", "2026-09-06", 23), ("America/Santiago", "2026-04-04", 25)]
# Of an instant, in seconds.
BEFORE, AFTER = 1.1, 0.4


class Clock:
    """The wall clock of one process. What it waits by is as it was."""

    def __init__(self, file: Path):
        self.file, self.ahead = file, 0.0
        self.environment = {
            "LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def set(self, instant: float):
        self.ahead = instant - time.time()
        # In one step, as it is read at any time.
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.ahead:+.3f}\n")
        new.replace(self.file)

    @property
    def now(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def start(tmp_path, sandbox):
    started = []

    def start(zone: str, at: float) -> tuple[Gateway, Clock]:
        clock = Clock(tmp_path / "clock")
        clock.set(at)
        gateway = Gateway(tmp_path, CONFIGURATION.replace("@ZONE@", zone), sandbox, **clock.environment)
        # The library writes to the environment of the first program that it is in, where Swift would not find its arguments afterwards.
        gateway.wrapper = ["env"]
        started.append(gateway.start())
        return gateway, clock

    yield start
    for gateway in started:
        gateway.stop()


def midnight(day: str, later: int, zone: str) -> float:
    """When that day begins, or a later one: the first instant that bears its date."""
    wanted = datetime.fromisoformat(day).date() + timedelta(days=later)
    first = datetime.combine(wanted, datetime.min.time(), ZoneInfo("UTC")).timestamp() - 14 * 3600
    hours = (first + quarter * 900 for quarter in range(4 * 28))
    return next(instant for instant in hours if datetime.fromtimestamp(instant, ZoneInfo(zone)).date() == wanted)


def changes(begins: float, ends: float, zone: str) -> set[float]:
    """When its clocks are set."""
    def offset(instant: float):
        return datetime.fromtimestamp(instant, ZoneInfo(zone)).utcoffset()

    quarters = (begins + quarter * 900 for quarter in range(int(ends - begins) // 900 + 1))
    return {instant for instant in quarters if offset(instant - 900) != offset(instant)}


class Budget:
    """How the one budget stands, as the gateway says."""

    def __init__(self, gateway: Gateway):
        answered = ask(gateway.port, head(method="GET", target="/v1/usage"), "GET")
        assert answered.status == 200, answered
        [budget] = answered.json()["budgets"]
        self.spent = budget["spent_usd"]
        self.resets_at = datetime.fromisoformat(budget["resets_at"]).timestamp()


def spend(gateway: Gateway) -> Budget:
    assert ask(gateway.port, CHAT).status == 200
    return Budget(gateway)


def pass_by(gateway: Gateway, clock: Clock, instant: float) -> list[Budget]:
    """How it stands while the clock goes over an instant. That it was set the gateway sees within a second."""
    clock.set(instant - BEFORE)
    seen = []
    while clock.now < instant + AFTER:
        seen.append(Budget(gateway))
        time.sleep(0.02)
    return seen


@pytest.mark.parametrize("zone, day, hours", DAYS)
def test_a_day_that_is_not_24_hours_long_has_one_budget(start, zone, day, hours):
    begins, ends, next_ends = (midnight(day, later, zone) for later in range(3))
    assert ends - begins == hours * 3600 and next_ends - ends == 24 * 3600
    assert len(changes(begins, ends, zone)) == 1
    gateway, clock = start(zone, begins - 60)
    assert spend(gateway).resets_at == begins

    seen = pass_by(gateway, clock, begins)
    assert [budget.resets_at for budget in seen] == sorted(budget.resets_at for budget in seen)
    assert {(budget.resets_at, budget.spent > 0) for budget in seen} == {(begins, True), (ends, False)}

    spent = spend(gateway).spent
    assert spent > 0
    # Where its clocks change, and where a day of 24 hours would have ended.
    for instant in sorted({*changes(begins, ends, zone), begins + 24 * 3600} - {begins, ends}):
        if instant < ends:
            assert {budget.resets_at for budget in pass_by(gateway, clock, instant)} == {ends}
            budget = spend(gateway)
            assert budget.resets_at == ends and budget.spent > spent
            spent = budget.spent

    seen = pass_by(gateway, clock, ends)
    assert {(budget.resets_at, budget.spent > 0) for budget in seen} == {(ends, True), (next_ends, False)}
    assert [budget.resets_at for budget in seen] == sorted(budget.resets_at for budget in seen)
    assert spend(gateway).resets_at == next_ends
