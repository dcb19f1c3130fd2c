"""Callers who hang up, and what the ledger says that they owe: what the provider charges, wherever it finishes anyway."""

import json
import socket
import struct

import openai
import pytest

from programs import Gateway, Sandbox, eventually
from wire import Wire, sized

CONFIGURATION = """\
server: { listen: "@LISTEN@", late_usage: @LATE@ }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none, on_disconnect: @HABIT@ }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: app, scope: { key: app }, limit: $1, per: total }
"""


@pytest.fixture
def provider(tmp_path):
    """A sandbox of the test's own: its bill is that of one request."""
    program = Sandbox(tmp_path).start()
    yield program
    program.stop()


@pytest.fixture
def start(tmp_path, provider):
    gateways = []

    def start(late_usage="30s", habit="stop_streams") -> Gateway:
        configuration = CONFIGURATION.replace("@LATE@", late_usage).replace("@HABIT@", habit)
        gateways.append(Gateway(tmp_path, configuration, provider).start())
        return gateways[-1]

    yield start
    for gateway in gateways:
        if gateway.process.poll() is None:
            gateway.stop()


def ask(faults: str, **options) -> bytes:
    messages = [{"role": "user", "content": "Say what you say when nobody listens any more."}]
    body = {"model": f"sandbox/chat-small?{faults}", "messages": messages, "max_tokens": 60, **options}
    return sized(json.dumps(body).encode())


def leave(gateway, request: bytes, behind: bytes = b""):
    """Asks, reads until `behind` has come, and hangs up."""
    with Wire(gateway.port) as wire:
        wire.send(request)
        seen = b""
        while behind not in seen:
            seen += wire.receive()
        if not behind:
            eventually("the hold is taken", gateway.held)
        # So that the other side hears of it at once, and not when it writes next.
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def line(gateway) -> dict:
    [entry] = eventually("the ledger has a line", gateway.ledger, within=10)
    return entry


def test_a_whole_answer_whose_caller_hangs_up_costs_what_the_provider_charges(start, provider):
    gateway = start()
    leave(gateway, ask("delay=1s"))
    entry = line(gateway)
    assert (entry["status"], entry["http_status"], entry["estimated"]) == ("aborted", 200, False)
    bill = provider.bill()
    assert bill["requests"] == 1
    assert entry["usage"]["output"] == bill["completion_tokens"] > 0
    assert entry["cost_nanodollars"] == bill["nanodollars"] > 0
    assert gateway.held() == 0


def test_a_caller_of_the_sdk_that_runs_out_of_patience_is_billed_exactly(start, provider):
    gateway = start()
    with pytest.raises(openai.APITimeoutError):
        gateway.client(timeout=0.4).chat.completions.create(
            model="sandbox/chat-small?delay=1s", messages=[{"role": "user", "content": "hello"}], max_tokens=40)
    entry = line(gateway)
    assert (entry["status"], entry["estimated"]) == ("aborted", False)
    assert entry["cost_nanodollars"] == provider.bill()["nanodollars"] > 0


def test_a_stream_left_behind_its_last_word_is_billed_exactly(start, provider):
    gateway = start()
    leave(gateway, ask("tokens=3&drip=400ms", stream=True), behind=b'"finish_reason":"')
    entry = line(gateway)
    assert (entry["status"], entry["estimated"]) == ("aborted", False)
    assert entry["cost_nanodollars"] == provider.bill()["nanodollars"] > 0


@pytest.mark.parametrize("habit", ["stop_streams", "finish"])
def test_a_stream_left_in_the_middle_is_stopped_unless_that_saves_nothing(start, provider, habit):
    gateway = start(habit=habit)
    leave(gateway, ask("tokens=20&drip=100ms", stream=True), behind=b'"content":"')
    entry = line(gateway)
    assert (entry["status"], entry["estimated"]) == ("aborted", habit == "stop_streams")
    written = provider.bill()["completion_tokens"]
    if habit == "finish":
        assert written == 20
        assert entry["cost_nanodollars"] == provider.bill()["nanodollars"]
    else:
        assert 0 < written < 20
    assert gateway.held() == 0


def test_without_late_usage_what_was_seen_is_billed_and_marked(start):
    gateway = start(late_usage="off")
    leave(gateway, ask("delay=1s"))
    entry = line(gateway)
    assert (entry["status"], entry["estimated"], entry["usage"]["output"]) == ("aborted", True, 0)
    assert gateway.held() == 0


def test_a_count_that_does_not_come_is_waited_for_no_longer_than_allowed(start):
    gateway = start(late_usage="500ms")
    leave(gateway, ask("hang"))
    entry = line(gateway)
    assert (entry["status"], entry["estimated"]) == ("aborted", True)
    assert 500 <= entry["duration_ms"] < 5_000
    assert gateway.held() == 0


def test_what_waits_for_a_connection_when_its_caller_hangs_up_is_not_sent_and_costs_nothing(tmp_path):
    with socket.socket() as deaf:
        # It takes no connection, and its queue is full: who connects next waits.
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        queue = [socket.socket() for _ in range(4)]
        for waiting in queue:
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        configuration = CONFIGURATION.replace("@LATE@", "30s").replace("@HABIT@", "finish")
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        gateway = Gateway(tmp_path, configuration.replace("@SANDBOX@", url)).start()
        leave(gateway, ask("tokens=1"))
        entry = line(gateway)
        assert (entry["status"], entry["estimated"], entry["cost_nanodollars"]) == ("aborted", False, 0)
        assert gateway.held() == 0
        gateway.stop()
        for waiting in queue:
            waiting.close()


def test_a_gateway_that_is_stopped_waits_for_the_count(start, provider):
    gateway = start()
    leave(gateway, ask("delay=2s"))
    assert gateway.stop() == 0
    entry = line(gateway)
    assert (entry["status"], entry["estimated"]) == ("aborted", False)
    assert entry["cost_nanodollars"] == provider.bill()["nanodollars"] > 0
