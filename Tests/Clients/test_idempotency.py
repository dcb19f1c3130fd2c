"""Requests with an `idempotency-key`, by the official OpenAI SDK: each happens once, however often it is sent."""

import contextlib
import io
import sqlite3
import wave
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from programs import Gateway, eventually

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/transcribe-small*: { input: 0, audio_minute: 0.006 }
routes:
  slow: { targets: [ "sandbox/chat-small?delay=300ms" ] }
  drips: { targets: [ "sandbox/chat-small?drip=20ms" ] }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: daily, scope: { key: app }, limit: $5, per: day, hard: reject }
"""

MESSAGES = [{"role": "user", "content": "Say something."}]


@pytest.fixture()
def gateway(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    yield program
    program.stop()


def kept(file):
    """How many answers are in the file."""
    if not file.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM answers").fetchone()[0]


def ask(client, key, model="slow", **more):
    answer = client.chat.completions.with_raw_response.create(
        model=model, messages=MESSAGES, max_tokens=40, extra_headers={"idempotency-key": key}, **more)
    return answer.headers, answer.parse()


def test_twins_of_many_threads_are_one_request_each_and_all_have_its_answer(gateway, sandbox):
    before = sandbox.bill()["requests"]
    with gateway.client(max_retries=20) as client, ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(lambda number: ask(client, f"order-{number % 20}"), range(20 * 16)))
    assert sandbox.bill()["requests"] - before == 20
    for number in range(20):
        twins = answers[number::20]
        assert len({headers["x-request-id"] for headers, _ in twins}) == 1
        assert len({answer.model_dump_json() for _, answer in twins}) == 1
        assert sum("idempotent-replayed" not in headers for headers, _ in twins) == 1
    assert len(gateway.ledger()) == 20
    assert gateway.budget("daily")["held_nanodollars"] == 0


def test_the_sdk_has_its_own_errors_for_it(gateway):
    with gateway.client(max_retries=0) as client, ThreadPoolExecutor(1) as thread:
        first = thread.submit(ask, client, "one")
        eventually("the first one is under way", lambda: gateway.budget("daily")["held_nanodollars"] > 0)
        with pytest.raises(openai.ConflictError) as in_use:
            ask(client, "one")
        assert in_use.value.code == "idempotency_key_in_use" and in_use.value.response.headers["retry-after"] == "1"
        first.result()
        with pytest.raises(openai.UnprocessableEntityError) as reused:
            ask(client, "one", temperature=1)
        assert reused.value.code == "idempotency_key_reused"


def test_what_was_answered_is_known_after_a_crash(gateway, sandbox):
    with gateway.client() as client:
        headers, answer = ask(client, "one")
    # It is on disk a moment after it went out.
    file = gateway.cwd / "tuppence-idempotency.db"
    eventually("the answer is kept", lambda: kept(file) == 1)
    gateway.kill()
    gateway.start()
    before = sandbox.bill()["requests"]
    with gateway.client() as client:
        again, twin = ask(client, "one")
    assert again["idempotent-replayed"] == "true" and again["x-request-id"] == headers["x-request-id"]
    assert twin == answer and sandbox.bill()["requests"] == before


def test_a_caller_who_leaves_mid_stream_finds_all_of_it_later(gateway, sandbox):
    before = sandbox.bill()["requests"]
    with gateway.client() as client:
        stream = client.chat.completions.create(
            model="drips", messages=MESSAGES, max_tokens=40, stream=True, extra_headers={"idempotency-key": "one"})
        start = next(iter(stream)).id
        stream.close()
        entry = eventually("it is settled", lambda: gateway.ledger())[0]
        assert entry["status"] == "completed" and not entry["estimated"]
        chunks = list(client.chat.completions.create(
            model="drips", messages=MESSAGES, max_tokens=40, stream=True, extra_headers={"idempotency-key": "one"}))
    assert chunks[0].id == start and chunks[-1].choices[0].finish_reason
    assert sandbox.bill()["requests"] - before == 1 and len(gateway.ledger()) == 1


def test_the_same_form_is_the_same_request_though_its_boundary_is_new(gateway, sandbox):
    before = sandbox.bill()["requests"]

    def hear(seconds):
        recording = io.BytesIO()
        with wave.open(recording, "wb") as file:
            file.setparams((1, 1, 8_000, 0, "NONE", ""))
            file.writeframes(bytes([128]) * 8_000 * seconds)
        with gateway.client() as client:
            raw = client.audio.transcriptions.with_raw_response.create(
                model="sandbox/transcribe-small", file=("said.wav", recording.getvalue()),
                extra_headers={"idempotency-key": "form"})
            return raw.headers, raw.parse().text

    first, text = hear(3)
    again, same = hear(3)
    assert again["idempotent-replayed"] == "true" and same == text and "idempotent-replayed" not in first
    with pytest.raises(openai.UnprocessableEntityError):
        hear(4)
    assert sandbox.bill()["requests"] - before == 1
