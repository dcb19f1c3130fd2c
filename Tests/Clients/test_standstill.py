"""A gateway that stood still (SIGSTOP, a paused machine) wakes to everything at once: answers that came in time, callers who gave
up, and deadlines that have passed. What came in time is answered, and what the provider bills is booked."""

import time

import pytest

from node_faults import stopped
from programs import Gateway, Sandbox, eventually

TOKENS = 60
# Three seconds of it.
MODEL = f"sandbox/chat-small?tokens={TOKENS}&drip=50ms"
CALLERS = 40
# seconds: request_timeout, late_usage and hold_grace below
HOLD_LASTS = 4 + 1 + 1

CONFIGURATION = """\
server: { listen: "@LISTEN@", request_timeout: 4s, late_usage: 1s, hold_grace: 1s }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none, on_disconnect: @HABIT@ }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $1000, per: day, hard: reject }
"""


@pytest.fixture
def own_sandbox(tmp_path):
    """Its bill is of this test alone."""
    program = Sandbox(tmp_path).start()
    yield program
    program.stop()


@pytest.mark.parametrize("habit", ["stop", "stop_streams", "finish"])
def test_what_came_while_a_gateway_stood_still_is_answered_and_booked(own_sandbox, tmp_path, habit):
    gateway = Gateway(tmp_path, CONFIGURATION.replace("@HABIT@", habit), own_sandbox).start()
    try:
        client = gateway.client()
        streams = [
            client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "hi"}], stream=True, stream_options={"include_usage": True})
            for _ in range(CALLERS)]
        for stream in streams:
            next(stream)
        with stopped(gateway):
            assert len(gateway.ledger()) < CALLERS / 2, "too few were in flight, so it proves nothing"
            time.sleep(HOLD_LASTS + 1)
            for stream in streams[::2]:
                stream.close()
        for stream in streams[1::2]:
            *_, last = stream
            assert last.usage.completion_tokens == TOKENS

        def booked():
            return [entry for entry in gateway.ledger() if entry["status"] != "expired"]

        eventually("all are booked", lambda: len(booked()) == CALLERS, within=HOLD_LASTS + 5)
        assert [entry for entry in booked() if entry["estimated"]] == []
        assert {entry["usage"]["output"] for entry in booked()} == {TOKENS}
        assert own_sandbox.bill()["completion_tokens"] == CALLERS * TOKENS
        assert gateway.held() == 0
    finally:
        gateway.stop()
