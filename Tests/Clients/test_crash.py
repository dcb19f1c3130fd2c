"""kill -9 in the middle of everything: what a caller was given is in the ledger, and what was held comes back."""

import contextlib
import http.client
import json
import threading
import time

import openai
import pytest

from nodes import CONFIGURATION, HOLD_LASTS
from programs import APP, Gateway, eventually

THREADS = 16


class Load:
    """Callers that ask as fast as they are answered, and remember the requests whose answer they got to its last byte."""

    def __init__(self, gateway: Gateway):
        self.port = gateway.port
        self.completed: list[str] = []
        self.failures: list[str] = []
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.call, args=(index % 2 == 1,), daemon=True) for index in range(THREADS)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def call(self, stream: bool):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            while not self.ending.is_set():
                self.completed.append(self.ask(connection, stream))
        except (OSError, http.client.HTTPException, AssertionError) as error:
            # Once the gateway is being killed, every failure is as it should be.
            if not self.ending.is_set():
                self.failures.append(repr(error))
        finally:
            connection.close()

    def ask(self, connection: http.client.HTTPConnection, stream: bool) -> str:
        model = "sandbox/chat-small?tokens=20&" + ("drip=5ms" if stream else "delay=20ms")
        body = {"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": stream}
        connection.request(
            "POST", "/v1/chat/completions", json.dumps(body),
            {"Authorization": f"Bearer {APP}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        received = answer.read()  # raises if the last byte, or the last chunk, is missing
        assert answer.status == 200, received
        assert received.endswith(b"data: [DONE]\n\n") if stream else json.loads(received)["choices"]
        return answer.headers["x-tuppence-request-id"]

    def crash(self, gateway: Gateway):
        self.ending.set()
        gateway.kill()
        for thread in self.threads:
            thread.join(timeout=15)
            assert not thread.is_alive()


def check_books(gateway: Gateway):
    """No attempt is booked twice, and the balances are the sum of the entries."""
    entries, spend = gateway.ledger(), gateway.spend()
    attempts = [(entry["request_id"], entry["attempt"]) for entry in entries]
    assert len(set(attempts)) == len(attempts)
    total = sum(entry["cost_nanodollars"] for entry in entries)
    assert spend["total"]["cost_nanodollars"] == total
    assert {budget["name"]: budget["spent_nanodollars"] for budget in spend["budgets"]} == {
        "app-daily": total, "everyone-monthly": total}


def test_kill_9_loses_no_answered_request_and_pins_no_hold(start_gateway):
    gateway = start_gateway(CONFIGURATION)
    answered: list[str] = []
    for _ in range(3):
        load = Load(gateway).start()
        eventually("enough requests are answered", lambda: load.failures or len(load.completed) >= 100, within=20)
        load.crash(gateway)
        assert load.failures == []
        answered += load.completed
        assert gateway.held() > 0, "the crash left nothing in flight, so it would prove nothing"

        gateway.start()
        booked = {entry["request_id"] for entry in gateway.ledger() if entry["status"] == "completed"}
        assert set(answered) <= booked
        eventually("all holds have expired", lambda: gateway.held() == 0, within=HOLD_LASTS + 5)
        assert "expired" in {entry["status"] for entry in gateway.ledger()}, "an expiry is a posting of its own"
        check_books(gateway)


def test_a_gateway_that_was_killed_serves_again_at_once(start_gateway):
    gateway = start_gateway(CONFIGURATION)
    with gateway.client() as client:
        def ask():
            return client.chat.completions.create(model="sandbox/chat-small", messages=[{"role": "user", "content": "hi"}])

        assert ask().choices
        gateway.kill()
        start = time.monotonic()
        gateway.start()
        assert ask().choices
        assert time.monotonic() - start < 5


@pytest.mark.parametrize("tokens", [20, 2_000], ids=["short", "long"])
def test_SIGTERM_settles_a_stream_that_is_under_way(start_gateway, tokens):
    """A short one may finish; one that would outlast the patience of whoever stops the gateway is broken off."""
    gateway = start_gateway(CONFIGURATION)
    with gateway.client() as client:
        stream = client.chat.completions.create(
            model=f"sandbox/chat-small?tokens={tokens}&drip=20ms", messages=[{"role": "user", "content": "hi"}],
            max_tokens=tokens, stream=True)
        request_id = stream.response.headers["x-tuppence-request-id"]
        next(stream)
        reader = threading.Thread(target=read_to_the_end, args=(stream,), daemon=True)
        reader.start()
        assert gateway.stop() == 0
        reader.join(timeout=10)
        assert not reader.is_alive()
    [entry] = gateway.entries(request_id)
    assert entry["cost_nanodollars"] > 0
    assert gateway.held() == 0
    check_books(gateway)


def read_to_the_end(stream):
    # How a stream that is broken off looks is for other tests to say.
    with contextlib.suppress(openai.APIError):
        for _ in stream:
            pass
