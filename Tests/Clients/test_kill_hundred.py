"""kill -9 a hundred times at random instants under load: every answer that a caller saw complete is in the ledger at its
cost, nothing is half booked, and nothing stays held."""

import http.client
import json
import random
import time

import pytest

from money import CHAT_SMALL, nanodollars
from programs import APP, eventually, tuppence, tuppence_json
from test_crash import CONFIGURATION, HOLD_LASTS, Load, check_books

KILLS = 100
LONGEST_ROUND = 0.6  # seconds of load before a kill; the shortest are killed before anything is answered


class Purchases(Load):
    """Callers that remember what each answer they got to its last byte said that it cost."""

    def ask(self, connection: http.client.HTTPConnection, stream: bool) -> tuple[str, int]:
        model = "sandbox/chat-small?tokens=20&" + ("drip=1ms" if stream else "delay=10ms")
        body = {"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": stream}
        if stream:
            body["stream_options"] = {"include_usage": True}
        connection.request(
            "POST", "/v1/chat/completions", json.dumps(body),
            {"Authorization": f"Bearer {APP}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        received = answer.read()  # raises if the last byte, or the last chunk, is missing
        assert answer.status == 200, received
        if stream:
            *_, last, done, _ = received.split(b"\n\n")
            assert done == b"data: [DONE]"
            received = last.removeprefix(b"data: ")
        usage = json.loads(received)["usage"]
        cost = int(nanodollars(usage["cost"]))
        assert cost == usage["prompt_tokens"] * CHAT_SMALL.input + usage["completion_tokens"] * CHAT_SMALL.output
        return answer.headers["x-tuppence-request-id"], cost


@pytest.mark.slow
def test_a_hundred_kills_lose_no_answer_and_half_book_nothing(start_gateway):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    gateway = start_gateway(CONFIGURATION)
    answered: dict[str, int] = {}
    for _ in range(KILLS):
        load = Purchases(gateway).start()
        time.sleep(chance.uniform(0, LONGEST_ROUND))
        load.crash(gateway)
        assert load.failures == []
        answered |= dict(load.completed)
        gateway.start()

    print(f"{len(answered)} answers")
    assert len(answered) > KILLS, "too few answers to mean anything"
    eventually("all holds have expired", lambda: gateway.held() == 0, within=HOLD_LASTS + 5)
    assert tuppence_json("holds", "--config", gateway.configuration) == []
    ledger = gateway.ledger()
    booked = {entry["request_id"]: entry["cost_nanodollars"] for entry in ledger if entry["status"] == "completed"}
    missing = {request: cost for request, cost in answered.items() if booked.get(request) != cost}
    assert missing == {}
    assert {entry["status"] for entry in ledger} <= {"completed", "expired"}
    assert any(entry["status"] == "expired" for entry in ledger), "the kills left nothing in flight, so they prove nothing"
    check_books(gateway)
    check_chain(gateway)


def check_chain(gateway):
    verified = tuppence("ledger", "verify", "--config", gateway.configuration)
    assert verified.returncode == 0, verified.stdout + verified.stderr
