"""Providers that mean harm: whatever they answer with, a caller gets an answer or an error of its own dialect, the hold is
settled, nothing hostile is passed on, no redirect is followed, and memory does not grow with what they send."""

import itertools
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fake_provider import End
from hostile_upstream import CHUNK, SMUGGLED, TEXT, Upstream, answer, bomb, message, whole
from programs import Gateway, eventually
from wire import Answer, Wire, ask, sized

CONFIGURATION = """\
server: { listen: "@LISTEN@", request_timeout: 3s, late_usage: off }
store: @STORE@
providers:
  p: { dialect: openai, base_url: "http://127.0.0.1:@PORT@/v1", api_key: none }
prices:
  p/*: { input: 1, output: 1 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: all, scope: { key: app }, limit: $1000, per: total, hard: reject }
"""


def sink() -> socket.socket:
    """Where no connection is ever to come."""
    return socket.create_server(("127.0.0.1", 0))


SINK = sink()
ELSEWHERE = f"http://127.0.0.1:{SINK.getsockname()[1]}/v1/chat/completions"
SECOND = whole(message(SMUGGLED))


def head(*lines: str) -> bytes:
    return "".join(line + "\r\n" for line in lines).encode("latin-1") + b"\r\n"


def chunked(body: bytes) -> bytes:
    return head("HTTP/1.1 200 OK", "content-type: application/json", "transfer-encoding: chunked") + body


def endless(start: bytes, piece: bytes):
    return lambda streams: itertools.chain([start], itertools.repeat(piece))


def said(*pieces):
    """The same, streamed or not, and nothing more."""
    return lambda streams: [*pieces, End.CLOSE]


def good(*fields: str, **options):
    return lambda streams: [answer(streams, *fields, **options)]


EVENTS = head("HTTP/1.1 200 OK", "content-type: text/event-stream", "transfer-encoding: chunked")

# What is no answer: the caller gets an error, and nothing of it.
BAD = {
    "a bomb of gzip": lambda streams: [
        whole(bomb(), "content-encoding: gzip", kind="text/event-stream" if streams else "application/json")],
    "a coding that nobody asked for": lambda streams: [answer(streams, "content-encoding: br")],
    "fields without end": endless(b"HTTP/1.1 200 OK\r\n", b"x-more: y\r\n" * 4_096),
    "a field of a hundred megabytes": lambda streams: [b"HTTP/1.1 200 OK\r\nx-long: ", *[CHUNK] * 1_600, b"\r\n\r\n"],
    "a status line without end": endless(b"HTTP/1.1 200 ", CHUNK),
    "a thousand fields": lambda streams: [answer(streams, *[f"x-{i}: y" for i in range(1_000)])],
    "a chunk line without end": endless(chunked(b"5;"), CHUNK),
    "trailers without end": endless(chunked(b"2\r\n{}\r\n0\r\n"), b"x-more: y\r\n" * 4_096),
    "an interim answer without end": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 64),
    "a switch of protocols": said(head("HTTP/1.1 101 Switching Protocols", "upgrade: h2c", "connection: upgrade")),
    "a field a second": lambda streams: itertools.chain(
        [b"HTTP/1.1 200 OK\r\n"], itertools.chain.from_iterable((b"x: y\r\n", 0.3) for _ in range(60))),
    "a reset within the head": lambda streams: [b"HTTP/1.1 200 OK\r\n", End.RESET],
    "no HTTP": said(b"220 mail.example ESMTP\r\n"),
    "HTTP/0.9": said(message()),
    "HTTP/2": said(b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x80\0\4\0\1\0\0\0\5\0\xff\xff\xff"),
    "HTTP/1.1 with LF alone": said(whole(message()).replace(b"\r\n", b"\n")),
    "NUL in a field": said(whole(message(), "x-nul: a\0b")),
    "a field without a colon": said(whole(message(), "nonsense")),
    "a folded field": said(whole(message(), "x-folded: a\r\n b")),
    "a status of four digits": said(whole(message(), status="2000 OK")),
    "a status below all": said(whole(message(), status="099 OK")),
    "two lengths": said(whole(message(), "content-length: 5")),
    "a list of lengths": said(head("HTTP/1.1 200 OK", "content-length: 5, 5") + b"hello"),
    "a negative length": said(head("HTTP/1.1 200 OK", "content-length: -1") + message()),
    "a length beyond counting": said(head("HTTP/1.1 200 OK", f"content-length: {2**64}") + message()),
    "length and chunks": said(whole(b"5\r\nhello\r\n0\r\n\r\n", "transfer-encoding: chunked")),
    "an unknown transfer coding": said(whole(message(), "transfer-encoding: cow")),
    "a chunk size beyond counting": said(chunked(b"1%016x\r\n%s\r\n0\r\n\r\n" % (len(message()), message()))),
    "a negative chunk size": said(chunked(b"-5\r\nhello\r\n0\r\n\r\n")),
    "a chunk that ends in LF": said(chunked(b"%x\r\n%s\n0\r\n\r\n" % (len(message()), message()))),
    "nothing": said(b""),
    "no body": said(whole(b"")),
    "204": said(head("HTTP/1.1 204 No Content")),
    "304": said(head("HTTP/1.1 304 Not Modified")),
    "a picture": said(whole(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), kind="image/png")),
    "brackets without end": said(whole(b"[" * 1_000_000)),
    "JSON that is no answer": said(whole(b"[]")),
    "null": said(whole(b"null")),
    **{f"a redirect by {status}": said(whole(b"", f"location: {ELSEWHERE}", status=f"{status} Moved"))
       for status in (300, 301, 302, 303, 307, 308)},
    "an event without end": endless(EVENTS, b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK)),
}

# Good answers with more to them than there should be: the answer is the caller's, the rest is nobody's.
USAGES = {
    "negative counts": '{"prompt_tokens":-10,"completion_tokens":-5,"total_tokens":-15}',
    "a count that is no number": '{"prompt_tokens":NaN,"completion_tokens":5}',
    "counts beyond counting": '{"prompt_tokens":99999999999999999999,"completion_tokens":1e400}',
    "counts in words": '{"prompt_tokens":"10","completion_tokens":"five"}',
    "counts of null": '{"prompt_tokens":null,"completion_tokens":null}',
    "counts with a fraction": '{"prompt_tokens":10.5,"completion_tokens":0.1}',
    "counts twice": '{"prompt_tokens":10,"prompt_tokens":1,"completion_tokens":5,"completion_tokens":1}',
    "usage that is a list": "[1,2]",
    "usage that is a word": '"much"',
    "more cached than there was": '{"prompt_tokens":1,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":1000000}}',
    "negative parts": '{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":-1000000}}',
    "a negative cost": '{"prompt_tokens":10,"completion_tokens":5,"cost":-5}',
    "a cost beyond counting": '{"prompt_tokens":10,"completion_tokens":5,"cost":1e308}',
}
ODD = {f"usage: {name}": good(usage=usage) for name, usage in USAGES.items()}
EXTRA = {
    "a second answer behind the first": lambda streams: [answer(streams) + SECOND],
    "a second answer, a moment later": lambda streams: [answer(streams), 0.05, SECOND],
    "a thousand answers": lambda streams: [answer(streams) + SECOND * 1_000],
    "answers while nobody asks": lambda streams: [answer(streams), 0.02, SECOND, 0.02, SECOND],
    "cookies and fields that are for others": good(
        "set-cookie: session=SMUGGLED", "x-smuggled: SMUGGLED", "server: SMUGGLED", "via: SMUGGLED", "www-authenticate: SMUGGLED",
        "x-tuppence-cost-usd: SMUGGLED", "x-request-id: SMUGGLED", "location: /SMUGGLED", "connection: SMUGGLED", "trailer: SMUGGLED",
        "access-control-allow-origin: SMUGGLED", "strict-transport-security: SMUGGLED", "alt-svc: SMUGGLED", "link: SMUGGLED"),
    "a reason of a thousand bytes": good(status="200 " + "SMUGGLED" * 125),
    "trailers": lambda streams: [
        head("HTTP/1.1 200 OK", f"content-type: {'text/event-stream' if streams else 'application/json'}", "transfer-encoding: chunked")
        + b"%x\r\n%s\r\n0\r\nset-cookie: SMUGGLED\r\nx-smuggled: SMUGGLED\r\n\r\n"
        % (len(body := answer(streams).partition(b"\r\n\r\n")[2]), body)],
}

LATER = ["a second answer, a moment later", "answers while nobody asks"]


@pytest.fixture(scope="module")
def upstream():
    upstream = Upstream(BAD | ODD | EXTRA | {"good": good()})
    yield upstream
    upstream.stop()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, upstream):
    program = Gateway(tmp_path_factory.mktemp("hostile"), CONFIGURATION.replace("@PORT@", str(upstream.port))).start()
    yield program
    eventually("nothing is held", lambda: program.held() == 0)
    assert len(program.ledger()) == ASKED.count, "an entry for each request"
    assert program.stop() == 0
    eventually("no connection is left", lambda: upstream.open == 0)
    SINK.setblocking(False)
    with pytest.raises(BlockingIOError):
        SINK.accept()


def peak_memory(gateway: Gateway) -> int:
    """The most that it has ever had at once, in bytes."""
    lines = Path(f"/proc/{gateway.process.pid}/status").read_text().splitlines()
    [peak] = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return peak * 1_024


def request(model: str, caller: str, streams: bool) -> bytes:
    body = json.dumps(
        {"model": f"p/{model}", "max_tokens": 20, "messages": [{"role": "user", "content": "hi"}], "stream": streams})
    return sized(body.encode(), target={"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}[caller])


def error(body: dict, caller: str) -> str:
    """The code of an error as the caller's dialect writes it."""
    assert caller == "openai" or body["type"] == "error", body
    assert body["error"]["message"] and body["error"]["type"], body
    return body["error"]["code"]


def read(answer: Answer, caller: str, streams: bool) -> tuple[str, str | None]:
    """What an answer says, and the code of the error that it ends in; fails if it is none of the caller's dialect."""
    if answer.status != 200:
        assert answer.status in (502, 503, 504), answer
        code = error(answer.json(), caller)
        assert answer.headers["x-tuppence-error-code"] == code
        return "", code
    if not streams:
        body = answer.json()
        return (body["choices"][0]["message"]["content"] if caller == "openai" else body["content"][0]["text"]), None
    text, code, ended = "", None, False
    for event in answer.body.decode().removesuffix("\n\n").split("\n\n"):
        assert not ended, answer
        [data] = [line[5:].strip() for line in event.split("\n") if line.startswith("data:")] or [None]
        if data == "[DONE]":
            ended = True
        elif data:
            body = json.loads(data)
            if "error" in body:
                code, ended = error(body, caller), True
            elif caller == "openai":
                text += "".join(choice["delta"].get("content") or "" for choice in body["choices"])
            else:
                text += body.get("delta", {}).get("text", "")
                ended = body["type"] == "message_stop"
    assert ended, answer
    return text, code


CALLERS = [(caller, streams) for caller in ("openai", "anthropic") for streams in (False, True)]


class Asked:
    """How many requests there have been; the ledger has as many entries."""

    count = 0


ASKED = Asked()


def ask_as_each_caller(gateway: Gateway, model: str) -> list[tuple[Answer, str, str | None]]:
    """What each kind of caller is answered, what that says, and the code of the error that it ends in; all ask at once."""
    def ask_as(caller: str, streams: bool):
        answered = ask(gateway.port, request(model, caller, streams))
        return answered, *read(answered, caller, streams)

    ASKED.count += len(CALLERS)
    with ThreadPoolExecutor(len(CALLERS)) as callers:
        return list(callers.map(lambda caller: ask_as(*caller), CALLERS))


@pytest.mark.parametrize("manner", BAD)
def test_what_is_no_answer_is_an_error_in_the_callers_dialect(gateway, upstream, manner):
    sent = upstream.sent
    for answered, text, code in ask_as_each_caller(gateway, manner):
        assert text == "" and code in ("upstream_invalid", "upstream_unavailable", "upstream_timeout"), answered
        assert SMUGGLED not in str(answered)
    # What is in the kernel's buffers on both sides was sent, too. Interim answers are read away until time is up.
    limit = {"an event without end": 160 << 20, "an interim answer without end": 1 << 40}.get(manner, 16 << 20)
    assert upstream.sent - sent < len(CALLERS) * limit


@pytest.mark.parametrize("manner", ODD)
def test_a_count_that_cannot_be_is_not_booked(gateway, manner):
    before = {entry["request_id"] for entry in gateway.ledger()}
    for answered, text, code in ask_as_each_caller(gateway, manner):
        assert (text, code) == (TEXT, None) or code == "upstream_invalid", answered
    eventually("nothing is held", lambda: gateway.held() == 0)
    entries = [entry for entry in gateway.ledger() if entry["request_id"] not in before]
    assert len(entries) == len(CALLERS)
    # Nothing is free by accident, and nothing costs more than was held for it.
    assert all(0 < entry["cost_nanodollars"] < 1_000_000 for entry in entries), entries


@pytest.mark.parametrize("caller, streams", CALLERS, ids=[
    f"{'a stream' if streams else 'an answer'} for {caller}" for caller, streams in CALLERS])
@pytest.mark.parametrize("manner", EXTRA)
def test_what_comes_beside_an_answer_reaches_nobody(gateway, manner, caller, streams):
    with Wire(gateway.port) as wire:
        for model in (manner, "good", manner, "good"):
            ASKED.count += 1
            wire.send(request(model, caller, streams))
            answered = wire.read()
            assert read(answered, caller, streams) == (TEXT, None)
            assert SMUGGLED not in str(answered)
            # What comes once somebody else is asking on the same connection is an answer: HTTP has no other sign of one.
            if manner in LATER and model == manner:
                time.sleep(0.3)


def test_memory_has_not_grown_with_what_was_sent(gateway, upstream):
    assert upstream.sent > 100 << 20, "little was sent, so this would prove nothing"
    assert peak_memory(gateway) < 400 << 20
