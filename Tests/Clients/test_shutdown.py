"""What callers and balancers see of a gateway that is told to stop."""

import http.client
import json
import signal
import socket
import time

import pytest

from programs import APP, eventually, request, tuppence

CONFIGURATION = """\
server: { listen: "@LISTEN@", shutdown_delay: DELAY }
store: "@STORE@"
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
"""


def ask(connection: http.client.HTTPConnection, key: str = APP) -> http.client.HTTPResponse:
    body = {"model": "sandbox/chat-small", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 20}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {
        "authorization": f"Bearer {key}", "content-type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer


def is_leaving(port: int) -> bool:
    status, body = request(port, "GET", "/readyz")
    return status == 503 and json.loads(body)["reasons"] == ["shutting down"]


def is_closed(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_requests_are_taken_for_the_delay_and_a_second_signal_ends_it(start_gateway, second):
    # Far longer than the test waits for its end.
    gateway = start_gateway(CONFIGURATION.replace("DELAY", "10m"))
    kept = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    assert ask(kept).headers["connection"] != "close"
    gateway.process.send_signal(signal.SIGTERM)
    eventually("/readyz says so", lambda: is_leaving(gateway.port))
    assert is_leaving(gateway.console_port)
    assert request(gateway.port, "GET", "/healthz")[0] == 200
    # Whoever has a connection is answered, and comes back by another one, which may lead elsewhere.
    answer = ask(kept)
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    with gateway.client() as client:
        stream = client.chat.completions.create(
            model="sandbox/chat-small?tokens=20", messages=[{"role": "user", "content": "hi"}], max_tokens=20, stream=True)
        assert list(stream)
    # What others change counts still.
    made = tuppence("keys", "create", "late", "--config", gateway.configuration)
    assert made.returncode == 0, made.stderr
    secret = next(word for word in made.stdout.split() if word.startswith("tp_"))
    eventually("the new key counts", lambda: ask(kept, secret).status == 200)
    assert gateway.process.poll() is None
    gateway.process.send_signal(second)
    assert gateway.process.wait(timeout=20) == 0
    with pytest.raises(ConnectionRefusedError):
        request(gateway.port, "GET", "/healthz")
    assert gateway.held() == 0


def test_the_delay_ends_by_itself_and_what_is_under_way_is_let_come_to_its_end(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("DELAY", "500ms"))
    with gateway.client() as client:
        stream = client.chat.completions.create(
            model="sandbox/chat-small?tokens=100&drip=20ms", messages=[{"role": "user", "content": "hi"}],
            max_tokens=100, stream=True)
        next(stream)
        request_id = stream.response.headers["x-tuppence-request-id"]
        gateway.process.send_signal(signal.SIGTERM)
        assert [choice.finish_reason for chunk in stream for choice in chunk.choices][-1] in ("stop", "length")
    assert gateway.process.wait(timeout=20) == 0
    [entry] = gateway.entries(request_id)
    assert entry["status"] == "completed"


def test_without_a_delay_nothing_is_taken_any_more_before_the_console_is_gone(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("DELAY", "off"))
    gateway.process.send_signal(signal.SIGTERM)

    eventually("the console is gone", lambda: is_closed(gateway.console_port), every=0.001)
    assert is_closed(gateway.port)
    assert gateway.process.wait(timeout=20) == 0


def slow_stream(client):
    """One of fifty seconds, whose first event has come."""
    stream = client.chat.completions.create(
        model="sandbox/chat-small?tokens=1000&drip=50ms", messages=[{"role": "user", "content": "hi"}], max_tokens=1000,
        stream=True)
    next(stream)
    return stream


@pytest.mark.parametrize("patience, signals", [("300ms", 1), ("off", 1), ("10m", 2)])
def test_answers_go_on_for_as_long_as_the_configuration_says_or_until_a_second_signal(start_gateway, patience, signals):
    gateway = start_gateway(CONFIGURATION.replace("shutdown_delay: DELAY", f"drain_timeout: {patience}"))
    with gateway.client() as client:
        stream = slow_stream(client)
        request_id = stream.response.headers["x-tuppence-request-id"]
        gateway.process.send_signal(signal.SIGTERM)
        if signals > 1:
            # It has a console as long as it answers, which says what becomes of it.
            eventually("/readyz says so", lambda: is_leaving(gateway.console_port))
            assert gateway.process.poll() is None
            # The second is heard once the first has closed the port.
            eventually("it takes nothing new", lambda: is_closed(gateway.port))
            time.sleep(0.5)
            assert gateway.process.poll() is None
            gateway.process.send_signal(signal.SIGTERM)
        # Sooner than the eight seconds that it gives unless told otherwise.
        assert gateway.process.wait(timeout=6) == 0
    [entry] = gateway.entries(request_id)
    assert entry["status"] != "completed"
