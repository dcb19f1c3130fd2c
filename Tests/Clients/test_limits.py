"""What the gateway puts up with before it turns callers away: connections, slow heads and bodies, open files."""

import contextlib
import re
import signal
import socket
import time

import trustme

from programs import APP, eventually, request
from secure_gateway import SecureGateway

CONFIGURATION = """\
server: { listen: "@LISTEN@", limits: { @LIMITS@ } }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, output: 0.40 }
routes:
  fast-llm: { targets: [ sandbox/chat-small ], max_output_tokens: 256 }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
"""


def connect(gateway, address="127.0.0.1"):
    return socket.create_connection(("127.0.0.1", gateway.port), timeout=5, source_address=(address, 0))


def is_served(connection):
    try:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        return connection.recv(65_536).startswith(b"HTTP/1.1 200 OK")
    except ConnectionError:
        return False


def test_a_connection_beyond_the_limit_is_closed_at_once_and_one_has_room_when_another_ends(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", "connections: 3"))
    with contextlib.ExitStack() as stack:
        def come_in():
            connection = stack.enter_context(connect(gateway))
            return connection if is_served(connection) else None

        # Whoever asked whether it is ready may not have left yet.
        open_ones = [eventually("there is room", come_in) for _ in range(3)]
        refused = [stack.enter_context(connect(gateway)) for _ in range(5)]
        assert not any(is_served(connection) for connection in refused)
        # Once, whatever their number.
        assert gateway.output().count("connections are refused") == 1
        assert "server.limits.connections allows 3" in gateway.output()
        open_ones[0].close()
        eventually("there is room", come_in)


def test_one_address_does_not_crowd_out_others(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", "connections_per_address: 2"))
    with contextlib.ExitStack() as stack:
        for address in ("127.0.0.1", "127.0.0.2"):
            assert all(is_served(stack.enter_context(connect(gateway, address))) for _ in range(2))
            assert not is_served(stack.enter_context(connect(gateway, address)))


def test_many_connections_from_this_machine_are_no_matter_by_default(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", ""))
    limit = int(re.search(r"Max open files +(\d+) +(\d+)", open(f"/proc/{gateway.process.pid}/limits").read())[1])
    hard = int(re.search(r"Max open files +(\d+) +(\d+)", open(f"/proc/{gateway.process.pid}/limits").read())[2])
    assert limit == hard
    with contextlib.ExitStack() as stack:
        # As many as a process may have that raises no limit.
        connections = [stack.enter_context(connect(gateway)) for _ in range(400)]
        assert all(is_served(connection) for connection in connections)


def test_a_reload_puts_other_limits_in_force(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", ""))
    head = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: " + b"y" * 3_000 + b"\r\n\r\n"

    def answer():
        with connect(gateway) as caller:
            caller.sendall(head)
            return closed_after(caller, 0)[1]

    assert answer().startswith(b"HTTP/1.1 200 ")
    text = gateway.configuration.read_text()
    gateway.configuration.write_text(text.replace("limits: {  }", "max_body: 1KB, limits: { head: 2KB, in_flight: 1 }"))
    gateway.process.send_signal(signal.SIGHUP)
    eventually("the limit is in force", lambda: answer().startswith(b"HTTP/1.1 431 "))
    with connect(gateway) as caller:
        caller.sendall(
            f"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {APP}\r\n"
            "content-length: 2000\r\n\r\n".encode())
        assert b"larger than 1024 bytes" in closed_after(caller, 0)[1]


def test_a_reload_says_what_needs_a_restart(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", ""))
    text = gateway.configuration.read_text()
    gateway.process.send_signal(signal.SIGHUP)
    eventually("it is reloaded", lambda: "the configuration was reloaded" in gateway.output())
    assert "restart" not in gateway.output()
    line = next(line for line in text.splitlines() if line.startswith("store:"))
    gateway.configuration.write_text(text.replace(line, "store: sqlite:other.db"))
    gateway.process.send_signal(signal.SIGHUP)
    eventually("it says so", lambda: re.search(r"settings=store .*after a restart", gateway.output()))
    assert "server.listen" not in gateway.output()


def closed_after(connection, began):
    """Seconds from `began` to the end of what comes, and what came."""
    connection.settimeout(20)
    answer = b""
    with contextlib.suppress(ConnectionError):
        while data := connection.recv(65_536):
            answer += data
    return time.monotonic() - began, answer


def test_heads_have_a_time_and_a_size(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", "head: 2KB, head_timeout: 1s"))
    with connect(gateway) as slow:
        began = time.monotonic()
        slow.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n")
        elapsed, answer = closed_after(slow, began)
        assert answer.startswith(b"HTTP/1.1 408 ") and 0.5 < elapsed < 6
    for size, status in [(1_900, b"200"), (2_100, b"431")]:
        with connect(gateway) as caller:
            head = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: "
            caller.sendall(head + b"y" * (size - len(head) - 4) + b"\r\n\r\n")
            assert closed_after(caller, 0)[1].startswith(b"HTTP/1.1 " + status)


def test_bodies_have_a_time_and_a_pace(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", "body_timeout: 1s, body_rate: 1KB"))
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {APP}\r\ncontent-length: 100000\r\n\r\n"
    with connect(gateway) as slow:
        began = time.monotonic()
        slow.sendall(head.encode() + b"{")
        elapsed, answer = closed_after(slow, began)
        assert answer.startswith(b"HTTP/1.1 408 ") and b"1024 bytes a second" in answer and 0.9 < elapsed < 6


def test_a_handshake_has_the_time_of_a_head(tmp_path, sandbox):
    tls = 'listen: "@LISTEN@", tls: { certificate: "@FOLDER@/cert.pem", key: "@FOLDER@/key.pem" }'
    text = CONFIGURATION.replace('listen: "@LISTEN@"', tls).replace("@LIMITS@", "head_timeout: 1s")
    gateway = SecureGateway(tmp_path, text, trustme.CA(), sandbox).start()
    try:
        with connect(gateway) as silent:
            began = time.monotonic()
            elapsed, answer = closed_after(silent, began)
            assert 0.9 < elapsed < 6
        with connect(gateway) as plain, gateway.context.wrap_socket(plain, server_hostname="localhost") as secure:
            # Once it stands, a connection may rest.
            time.sleep(3)
            assert is_served(secure)
    finally:
        gateway.stop()


def test_an_unread_body_of_a_request_that_needs_no_key_takes_no_memory(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@LIMITS@", ""))

    def resident():
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{gateway.process.pid}/status").read())[1]) * 1024

    before = resident()
    body = b" " * (30 << 20)
    with contextlib.ExitStack() as stack:
        for _ in range(5):
            caller = stack.enter_context(connect(gateway))
            caller.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % (len(body) + 1) + body)
        time.sleep(1)
        assert resident() - before < 40 << 20
    assert request(gateway.port, "GET", "/healthz")[0] == 200
