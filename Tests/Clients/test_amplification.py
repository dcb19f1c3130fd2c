"""What callers and providers send costs in proportion, however it is written: in memory ten times its bytes and 64 KB at the most,
in processor time four times as much for four times the size. `TUPPENCE_FULL=1` has all of a size; else it is a quarter of that.

How much processor time a byte may cost is not asserted: that of a debug build says nothing. Lists of what has two bytes take more
memory while a thread translates them: up to 160 times their bytes, of bodies with 262,144 values at the most, of one at a time.
"""

import contextlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from amplifying import BRIEF, CALLERS, OTHER, OWN, PROVIDERS, Case, request
from fake_provider import FakeProvider
from hostile_upstream import TEXT, message, whole
from programs import FULL, Gateway
from wire import Wire, ask, sized

CONFIGURATION = """\
server: { listen: "@LISTEN@", late_usage: off }
store: @STORE@
providers:
  own: { dialect: openai, base_url: "http://127.0.0.1:@PORT@/v1", api_key: none }
  other: { dialect: anthropic, base_url: "http://127.0.0.1:@PORT@/v1", api_key: none }
prices:
  own/*: { input: 1, output: 1 }
  other/*: { input: 1, output: 1 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: all, scope: { key: app }, limit: $1000000, per: total, hard: reject }
"""

# At once, so that what one of them takes is well above what a process takes at any time.
AT_ONCE, BRIEF_AT_ONCE = 4, 8
PER_BYTE, PER_BRIEF_BYTE, PER_REQUEST = 10, 160, 64 << 10
# Of the gateway.
THREADS = 2
# What threads and connections take, whatever is asked.
SPARE = 4 << 20
# Four times the size is four times the work; where it is squared it would be sixteen times.
SMALLER, MOST_WORK = 4, 8
# Seconds of a processor, below which the same work takes now more and now less.
LEAST_WORK = 0.05
CLAUDE = {
    "id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": TEXT}], "usage": {"input_tokens": 10, "output_tokens": 5}}


class Provider(FakeProvider):
    """Answers with `pieces`, if there are any, after `pause` seconds, and counts what has gone out."""

    def __init__(self):
        self.sent, self.pieces, self.pause = 0, None, 0.0
        super().__init__(self.make)

    def make(self, asked):
        if self.pieces:
            return self.pieces()
        return [self.pause, whole(json.dumps(CLAUDE).encode() if asked.path.endswith("/messages") else message())]

    def send(self, connection, piece):
        super().send(connection, piece)
        if isinstance(piece, bytes):
            with self.lock:
                self.sent += len(piece)


@pytest.fixture(scope="module")
def provider():
    with Provider() as provider:
        yield provider


def memory(gateway: Gateway, what: str) -> int:
    status = Path(f"/proc/{gateway.process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", status)[1]) << 10


def work(gateway: Gateway) -> float:
    """Seconds that processors have worked for it."""
    threads = Path(f"/proc/{gateway.process.pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def ask_at_once(
        callers: ThreadPoolExecutor, gateway: Gateway, pieces: list[bytes], at_once: int = AT_ONCE) -> tuple[int, list[int]]:
    """How many bytes of it were taken, and the status of each answer."""
    def one(_) -> tuple[int, int]:
        with Wire(gateway.port, timeout=60) as wire:
            sent = wire.send_until_answered(pieces)
            answered = wire.read()
            assert answered, "the connection was closed without an answer"
            return sent, answered.status

    ended = list(callers.map(one, range(at_once)))
    return sum(sent for sent, _ in ended), [status for _, status in ended]


@contextlib.contextmanager
def frugal_gateway(folder: Path, provider: Provider):
    """One that gives back memory as soon as it has no use for it: what it has is what it needs."""
    text = CONFIGURATION.replace("@PORT@", str(provider.port))
    back = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536", "MALLOC_ARENA_MAX": "2"}
    program = Gateway(folder, text, **back)
    program.arguments += ["--threads", THREADS]
    program.start()
    with ThreadPoolExecutor(AT_ONCE) as callers:
        for model in (OWN, OTHER) * 4:
            assert set(ask_at_once(callers, program, [sized(request(model))])[1]) == {200}
    program.usual = memory(program, "VmRSS")
    yield program
    assert program.stop() == 0


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, provider):
    with frugal_gateway(tmp_path_factory.mktemp("amplification"), provider) as program:
        yield program


@pytest.fixture
def own_gateway(tmp_path, provider):
    """For what leaves holes in memory, which would count as the next one's."""
    with frugal_gateway(tmp_path, provider) as program:
        yield program


def check(
        gateway: Gateway, provider: Provider, case: Case, model: str, per_byte_each=0, at_once=AT_ONCE, fails_with=frozenset()):
    """Memory with the whole of it, beyond what a gateway has that has answered before; and the work with less of it beside that.

    `per_byte_each`: what is taken beside that by each thread, for one at a time."""
    size = case.size if FULL else case.size // 4
    worked = []
    with ThreadPoolExecutor(at_once) as callers:
        Path(f"/proc/{gateway.process.pid}/clear_refs").write_text("5")
        for part in (size, size // SMALLER):
            provider.pieces, provider.sent = case.answered and (lambda: case.answered(part)), 0
            pieces, before = list(case.sent(part, model)), work(gateway)
            sent, statuses = ask_at_once(callers, gateway, pieces, at_once)
            worked.append(work(gateway) - before)
            assert all(status < 500 or status in fails_with for status in statuses), statuses
            if part == size:
                grown, all_bytes = memory(gateway, "VmHWM") - gateway.usual, sent + provider.sent
    provider.pieces = None
    most = PER_BYTE * all_bytes + per_byte_each * THREADS * all_bytes // at_once + PER_REQUEST * at_once + SPARE
    assert grown <= most, f"{all_bytes:,} bytes took {grown:,}"
    assert worked[0] <= MOST_WORK * max(worked[1], LEAST_WORK), f"{size:,} took {worked[0]} s, {size // SMALLER:,} {worked[1]} s"


@pytest.mark.parametrize("model", [OWN, OTHER], ids=["as it is", "translated"])
@pytest.mark.parametrize("name", CALLERS)
def test_what_a_caller_sends_costs_in_proportion(gateway, provider, name, model):
    check(gateway, provider, CALLERS[name], model)


@pytest.mark.parametrize("name", BRIEF)
def test_what_is_written_briefly_costs_in_proportion(own_gateway, provider, name):
    check(own_gateway, provider, BRIEF[name], OWN)
    # All of them wait for the provider together, and nothing of what they were read into waits with them.
    provider.pause = 2.0
    try:
        check(own_gateway, provider, BRIEF[name], OTHER, per_byte_each=PER_BRIEF_BYTE, at_once=BRIEF_AT_ONCE)
    finally:
        provider.pause = 0.0


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_a_provider_sends_costs_in_proportion(gateway, provider, name):
    check(gateway, provider, PROVIDERS[name], OWN, fails_with={502, 503, 504})
    assert ask(gateway.port, sized(request(OWN))).status in (200, 503)
