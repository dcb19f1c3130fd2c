"""What a gateway does with bytes that no SDK would send."""

import json
import time

import pytest

from programs import APP, eventually
from wire import Wire, ask, chunked, head, sized

GOOD = {"model": "fast-llm", "messages": [{"role": "user", "content": "hi"}]}
BODY = json.dumps(GOOD).encode()
N = len(BODY)
SIZE = f"Content-Length: {N}"
FIFTY_MEGABYTES = 50_000_000


@pytest.fixture(scope="module", autouse=True)
def the_gateway_still_answers_after_all_of_this(gateway):
    yield
    assert ask(gateway.port, sized(BODY)).status == 200
    eventually("nothing is held", lambda: gateway.held() == 0)


def refusal(answer, status: int, code: str | None = None) -> dict:
    """Checks that an answer is a refusal that says what to do, and returns its error."""
    assert answer.status == status, answer
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-request-id"]
    error = answer.json()["error"]
    assert error["code"] and error["message"]
    assert error["doc_url"].startswith("http")
    assert code is None or error["code"] == code
    return error


def with_body(**changes) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


# Bodies


@pytest.mark.parametrize("body", [
    b"", b" ", b"hello", b"{", BODY[:-1], BODY + b"}", b"[]", b"null", b'"fast-llm"', b"{'model': 'fast-llm'}",
    BODY.replace(b'"hi"', b'"h\ni"'), BODY.replace(b'"hi"', b'"\\x"'), BODY.replace(b'"hi"', b"NaN"), BODY + b"\0",
    BODY.replace(b'"hi"', b'"hi",'),
], ids=repr)
def test_400_for_a_body_that_is_no_json_object(gateway, body):
    refusal(ask(gateway.port, sized(body)), 400, "invalid_request")


@pytest.mark.parametrize("field, value", [
    ("model", 5), ("model", None), ("model", ["fast-llm"]), ("messages", "x"), ("messages", {}),
    ("stream", "yes"), ("stream", 1), ("n", -1), ("n", 0), ("n", "two"), ("n", 1.5),
    ("max_tokens", "many"), ("max_tokens", 0), ("max_tokens", -5), ("max_tokens", 1e30), ("max_tokens", 1.5),
    ("max_tokens", 2**64), ("max_completion_tokens", -5),
], ids=repr)
def test_400_names_the_field_with_a_wrong_value(gateway, field, value):
    error = refusal(ask(gateway.port, sized(with_body(**{field: value}))), 400, "invalid_request")
    assert error["param"] == field


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"], ids=repr)
def test_400_for_text_that_is_not_utf8(gateway, bad):
    refusal(ask(gateway.port, sized(BODY.replace(b"hi", bad))), 400, "invalid_request")


@pytest.mark.parametrize("body", [
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    BODY.replace(b'"hi"', b"[" * 100_000 + b"]" * 100_000),
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
], ids=["open", "closed", "in a message", "objects"])
def test_400_for_nesting_without_end(gateway, body):
    refusal(ask(gateway.port, sized(body)), 400, "invalid_request")


def test_400_for_two_models_in_one_body(gateway):
    """One reader would take the first and another the last: a key could be let in for one and served the other."""
    twice = BODY.replace(b'{"model"', b'{"model": "sandbox/chat-large", "model"')
    refusal(ask(gateway.port, sized(twice)), 400, "invalid_request")


def test_400_for_two_models_one_of_them_escaped(gateway):
    twice = BODY.replace(b'{"model"', b'{"mod\\u0065l": "sandbox/chat-large", "model"')
    refusal(ask(gateway.port, sized(twice)), 400, "invalid_request")


def test_an_escaped_field_name_is_understood(gateway):
    answer = ask(gateway.port, sized(BODY.replace(b'"model"', b'"mod\\u0065l"')))
    assert answer.status == 200, answer
    assert answer.headers["x-tuppence-model"] == "chat-small"


def test_a_bad_body_leaves_the_connection_usable(gateway):
    with Wire(gateway.port) as wire:
        wire.send(sized(b"hello"))
        refusal(wire.read(), 400, "invalid_request")
        wire.send(sized(BODY))
        assert wire.read().status == 200


# Sizes


def test_413_comes_before_the_body_does(gateway):
    with Wire(gateway.port, timeout=5) as wire:
        wire.send(head(f"Content-Length: {FIFTY_MEGABYTES}") + b" " * 65_536)
        [answer] = wire.read_until_closed()
    refusal(answer, 413, "request_too_large")


def test_413_can_be_read_by_a_client_that_sends_on(gateway):
    with Wire(gateway.port) as wire:
        wire.send(head(f"Content-Length: {FIFTY_MEGABYTES}"))
        wire.send_until_answered(b" " * 65_536 for _ in range(FIFTY_MEGABYTES // 65_536))
        [answer] = wire.read_until_closed()
    refusal(answer, 413, "request_too_large")


def test_413_for_chunks_without_end_comes_before_all_are_read(gateway):
    with Wire(gateway.port) as wire:
        wire.send(head("Transfer-Encoding: chunked"))
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        sent = wire.send_until_answered(chunk for _ in range(FIFTY_MEGABYTES // 65_536))
        [answer] = wire.read_until_closed()
    refusal(answer, 413, "request_too_large")
    assert sent < FIFTY_MEGABYTES - 65_536


def test_413_takes_the_place_of_100_continue(gateway):
    with Wire(gateway.port) as wire:
        wire.send(head(f"Content-Length: {FIFTY_MEGABYTES}", "Expect: 100-continue"))
        answer = wire.read()
    refusal(answer, 413, "request_too_large")
    assert answer.interim == []


@pytest.mark.parametrize("fields", [["X-Long: " + "x" * 100_000], [f"X-{i}: " + "x" * 100 for i in range(1_000)]],
                         ids=["one", "many"])
def test_431_for_100_kilobytes_of_header(gateway, fields):
    with Wire(gateway.port) as wire:
        wire.send_until_answered([head(*fields, SIZE) + BODY])
        [answer] = wire.read_until_closed()
    refusal(answer, 431)


@pytest.mark.slow
def test_a_head_of_one_byte_a_second_is_cut_off(gateway):
    with Wire(gateway.port) as wire:
        seconds = wire.seconds_until_closed(head("X-Slow: " + "x" * 100), most=15)
    assert seconds is not None, "still open after 15 s"
    assert seconds > 5, "a slow client is given some time"


# Keys, paths and methods


@pytest.mark.parametrize("key", [None, "tp_test_nobody_0123456789abcdef", "", "x" * 5_000], ids=["none", "unknown", "empty", "long"])
def test_401_without_a_key_that_is_known(gateway, key):
    fields = ["Authorization: Bearer "] if key == "" else []
    refusal(ask(gateway.port, sized(BODY, *fields, key=key)), 401, "invalid_api_key")


@pytest.mark.parametrize("field", [f"Authorization: Bearer {APP}", f"x-api-key: {APP}", f"x-goog-api-key: {APP}"])
def test_a_key_may_come_as_each_sdk_sends_it(gateway, field):
    assert ask(gateway.port, sized(BODY, field, key=None)).status == 200


def test_404_for_an_unknown_model(gateway):
    refusal(ask(gateway.port, sized(with_body(model="no-such-model"))), 404, "model_not_found")


@pytest.mark.parametrize("target", ["/nowhere", "/v1/nowhere", "/v1/../v1/models", "//v1/models"])
def test_404_for_an_unknown_path(gateway, target):
    refusal(ask(gateway.port, head(method="GET", target=target), "GET"), 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_405_for_another_method_says_which_is_allowed(gateway, method):
    answer = ask(gateway.port, head(method=method), method)
    refusal(answer, 405)
    assert "POST" in answer.headers["allow"]


def test_head_of_the_root_is_200_without_a_body(gateway):
    with Wire(gateway.port) as wire:
        wire.send(head(method="HEAD", target="/", key=None) + head(method="GET", target="/healthz"))
        probe, after = wire.read("HEAD"), wire.read("GET")
    assert (probe.status, probe.body) == (200, b"")
    assert after.status == 200, "no stray byte lies between the two answers"


def test_426_for_a_websocket(gateway):
    """Codex asks for one, and falls back to HTTP if it is told so at once."""
    fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    start = time.monotonic()
    answer = ask(gateway.port, head(*fields, method="GET", target="/v1/responses"), "GET")
    refusal(answer, 426)
    assert answer.headers["upgrade"] == "HTTP/1.1", "RFC 9110 section 15.5.22"
    assert time.monotonic() - start < 1


# HTTP that is unusual and right


@pytest.mark.parametrize("stream", [False, True])
def test_http_1_0_is_answered_without_chunks_and_closed(gateway, stream):
    with Wire(gateway.port) as wire:
        wire.send(sized(with_body(stream=stream), version="HTTP/1.0"))
        [answer] = wire.read_until_closed()
    assert answer.status == 200
    assert "transfer-encoding" not in answer.headers
    assert answer.body.endswith(b"data: [DONE]\n\n") if stream else answer.json()["choices"]


def test_connection_close_is_done(gateway):
    with Wire(gateway.port) as wire:
        wire.send(sized(BODY, "Connection: close"))
        [answer] = wire.read_until_closed()
    assert answer.status == 200


def test_pipelined_requests_are_answered_in_order(gateway):
    slow = sized(with_body(model="sandbox/chat-small?delay=300ms"))
    with Wire(gateway.port) as wire:
        wire.send(slow + sized(with_body(model="no-such-model")) + sized(BODY))
        answers = [wire.read() for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 404, 200]
    assert len({answer.headers["x-tuppence-request-id"] for answer in answers}) == 3


def test_100_continue_comes_before_the_body(gateway):
    with Wire(gateway.port) as wire:
        wire.send(head(SIZE, "Expect: 100-continue"))
        assert wire.receive() == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.send(BODY)
        assert wire.read().status == 200


@pytest.mark.parametrize("pieces", [[BODY], [BODY[:7], BODY[7:]], [bytes([byte]) for byte in BODY]], ids=["one", "two", "each"])
def test_a_body_in_chunks_is_read(gateway, pieces):
    answer = ask(gateway.port, head("Transfer-Encoding: chunked") + chunked(*pieces))
    assert answer.status == 200, answer


def test_a_request_that_arrives_byte_by_byte_is_read(gateway):
    with Wire(gateway.port) as wire:
        for byte in head("Transfer-Encoding: chunked") + chunked(*[bytes([byte]) for byte in BODY]):
            wire.send(bytes([byte]))
        assert wire.read().status == 200


# HTTP that is wrong: after it nobody knows where the next request would begin


def chunks(body: bytes) -> bytes:
    return head("Transfer-Encoding: chunked") + body


MALFORMED = {
    "two equal lengths": head(SIZE, SIZE) + BODY,
    "two different lengths": head(SIZE, f"Content-Length: {N + 3}") + BODY,
    "a list of lengths": head(f"Content-Length: {N}, {N}") + BODY,
    "a length with a plus": head(f"Content-Length: +{N}") + BODY,
    "a negative length": head("Content-Length: -1") + BODY,
    "a hexadecimal length": head(f"Content-Length: {N:#x}") + BODY,
    "a length with an underscore": head(f"Content-Length: {N}_") + BODY,
    "an empty length": head("Content-Length:") + BODY,
    "a length that overflows": head(f"Content-Length: {2**64 + N}") + BODY,
    "length and chunks": head(SIZE, "Transfer-Encoding: chunked") + BODY,
    "chunks and length": head("Transfer-Encoding: chunked", "Content-Length: 3") + chunked(BODY),
    "an unknown coding": head("Transfer-Encoding: xchunked") + chunked(BODY),
    "chunked, identity": head("Transfer-Encoding: chunked, identity") + chunked(BODY),
    "identity": head("Transfer-Encoding: identity", SIZE) + BODY,
    "chunked twice": head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + chunked(BODY),
    "chunked with a vertical tab": head("Transfer-Encoding: \x0bchunked") + chunked(BODY),
    "chunks in HTTP/1.0": head("Transfer-Encoding: chunked", version="HTTP/1.0") + chunked(BODY),
    "a space before the colon": head(f"Content-Length : {N}") + BODY,
    "a folded line": head("X-Folded: a\r\n b", SIZE) + BODY,
    "a field without a name": head(": x", SIZE) + BODY,
    "a field without a colon": head("nonsense", SIZE) + BODY,
    "a space in a name": head("X Y: z", SIZE) + BODY,
    "NUL in a value": head("X-Nul: a\0b", SIZE) + BODY,
    "a bare CR in a value": head("X-CR: a\rb", SIZE) + BODY,
    "a bare LF": head(SIZE).replace(b"tuppence\r\n", b"tuppence\n") + BODY,
    "two hosts": head("Host: other", SIZE) + BODY,
    "no host": head(SIZE, host="") + BODY,
    "a host with a path": head(SIZE, host="Host: a/b") + BODY,
    "HTTP/1.2": head(SIZE, version="HTTP/1.2") + BODY,
    "http/1.1": head(SIZE, version="http/1.1") + BODY,
    "HTTP/01.1": head(SIZE, version="HTTP/01.1") + BODY,
    "HTTP/2 on a port for 1.1": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a space in the target": head(SIZE, target="/v1/chat completions") + BODY,
    "a chunk size with 0x": chunks(b"0x%x\r\n%s\r\n0\r\n\r\n" % (N, BODY)),
    "a chunk size with a plus": chunks(b"+%x\r\n%s\r\n0\r\n\r\n" % (N, BODY)),
    "a negative chunk size": chunks(b"-%x\r\n%s\r\n0\r\n\r\n" % (N, BODY)),
    "a chunk size with a space": chunks(b"%x \r\n%s\r\n0\r\n\r\n" % (N, BODY)),
    "a chunk size that overflows": chunks(b"1%016x\r\n%s\r\n0\r\n\r\n" % (N, BODY)),
    "no chunk size": chunks(b"\r\n%s\r\n0\r\n\r\n" % BODY),
    "a chunk size line ending in LF": chunks(b"%x\n%s\r\n0\r\n\r\n" % (N, BODY)),
    "a chunk longer than its size": chunks(b"%x\r\n%s\r\n0\r\n\r\n" % (N - 1, BODY)),
    "a chunk ending in LF": chunks(b"%x\r\n%s\n0\r\n\r\n" % (N, BODY)),
    "a chunk extension of 64 KB": chunks(b"%x;%s\r\n%s\r\n0\r\n\r\n" % (N, b"x" * 65_536, BODY)),
    "a trailer without a name": chunks(b"%x\r\n%s\r\n0\r\n: x\r\n\r\n" % (N, BODY)),
}


@pytest.mark.parametrize("malformed", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_http_is_refused_once_and_nothing_after_it_is_read(gateway, sandbox, malformed):
    before = sandbox.bill()["requests"]
    with Wire(gateway.port, timeout=5) as wire:
        wire.send_until_answered([malformed + sized(BODY)])
        answers = wire.read_until_closed()
    assert len(answers) == 1, answers
    assert answers[0].status in (400, 501, 505)
    refusal(answers[0], answers[0].status)
    assert sandbox.bill()["requests"] == before, "a refused request, or the one hidden behind it, reached the provider"


@pytest.mark.parametrize("name, status", [
    ("two equal lengths", 400), ("two different lengths", 400), ("length and chunks", 400), ("chunks and length", 400),
    ("chunks in HTTP/1.0", 400), ("no host", 400), ("an unknown coding", 400), ("HTTP/1.2", 505),
])
def test_malformed_http_has_the_status_that_the_rfc_names(gateway, name, status):
    refusal(ask(gateway.port, MALFORMED[name]), status)
