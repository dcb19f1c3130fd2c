"""Who may come in: by address, by what trusted proxies say, and by the PROXY protocol."""

import contextlib
import signal
import socket
import struct
import time

import pytest
import trustme

from programs import APP, eventually
from secure_gateway import SecureGateway

CONFIGURATION = """\
server: { listen: "@LISTEN@", @ACCESS@ }
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

REQUEST = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n%s\r\n"


def ask(gateway, sent, address="127.0.0.1"):
    """What comes back until the connection is closed; nothing where it is closed without an answer."""
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5, source_address=(address, 0)) as connection:
        answer = b""
        with contextlib.suppress(ConnectionError):
            for piece in sent if isinstance(sent, list) else [sent]:
                connection.sendall(piece)
                time.sleep(0.005)
            while data := connection.recv(65_536):
                answer += data
        return answer


def status(answer):
    return int(answer.split()[1]) if answer else None


def from_(address, more=b"", field="x-forwarded-for"):
    return REQUEST % (f"{field}: {address}\r\n".encode() + more)


def line(source, kind="TCP4"):
    return f"PROXY {kind} {source} 192.0.2.9 56324 443\r\n".encode()


def version_2(source=None):
    signature = b"\r\n\r\n\0\r\nQUIT\n"
    if source is None:
        return signature + b"\x20\x00" + struct.pack(">H", 0)
    addresses = socket.inet_aton(source) + socket.inet_aton("192.0.2.9") + struct.pack(">HH", 56324, 443)
    return signature + b"\x21\x11" + struct.pack(">H", len(addresses) + 7) + addresses + b"\x04\x00\x04\0\0\0\0"


def test_only_those_who_are_named_come_in(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@ACCESS@", "allow: [ 127.0.0.1, 127.0.4.0/22 ]"))
    assert status(ask(gateway, REQUEST % b"")) == 200
    assert status(ask(gateway, REQUEST % b"", address="127.0.7.255")) == 200
    for address in ("127.0.0.2", "127.0.8.0", "127.0.3.255"):
        assert ask(gateway, REQUEST % b"", address=address) == b""
    assert "server.allow does not have the address" in gateway.output()
    # What callers say of themselves is no matter.
    assert ask(gateway, from_("127.0.0.1"), address="127.0.0.2") == b""
    assert status(ask(gateway, from_("192.0.2.1"))) == 200


def test_trusted_proxies_are_believed_and_nobody_else(start_gateway):
    access = "allow: [ 127.0.0.1, 10.0.0.0/8, '2001:db8::/32' ], trusted_proxies: [ 127.0.0.2, 127.0.0.3 ]"
    gateway = start_gateway(CONFIGURATION.replace("@ACCESS@", access))
    proxy = "127.0.0.2"
    for said, expected in [
            ("10.1.2.3", 200), ("203.0.113.1", 403), ("203.0.113.1, 10.1.2.3", 200), ("10.1.2.3, 203.0.113.1", 403),
            ("203.0.113.1, 10.1.2.3, 127.0.0.3", 200), ("[2001:db8::1]:4711", 200), ("10.1.2.3:80", 200),
            ("unknown", 403), ("", 403), ("10.1.2.3, garbage", 403)]:
        answer = ask(gateway, from_(said), address=proxy)
        assert status(answer) == expected, said
        assert (b"address_not_allowed" in answer) == (expected == 403)
    assert status(ask(gateway, from_('for="[2001:db8::1]:4711";proto=https', field="forwarded"), address=proxy)) == 200
    assert status(ask(gateway, from_("for=203.0.113.1", field="forwarded"), address=proxy)) == 403
    # Whichever of the two the proxy writes, the other one is the caller's: neither lets anybody in by itself.
    assert status(ask(gateway, from_("10.1.2.3", b"forwarded: for=203.0.113.1\r\n"), address=proxy)) == 403
    assert status(ask(gateway, from_("203.0.113.1", b"forwarded: for=10.1.2.3\r\n"), address=proxy)) == 403
    # A proxy that says nothing speaks for itself.
    assert status(ask(gateway, REQUEST % b"", address=proxy)) == 403
    # And one that is not trusted is a caller.
    assert status(ask(gateway, from_("203.0.113.1"))) == 200
    assert ask(gateway, from_("10.1.2.3"), address="127.0.0.4") == b""


def test_a_caller_that_is_not_let_in_reaches_no_provider(start_gateway, sandbox):
    access = "allow: [ 10.0.0.0/8 , 127.0.0.1 ], trusted_proxies: [ 127.0.0.2 ]"
    gateway = start_gateway(CONFIGURATION.replace("@ACCESS@", access))
    body = b'{"model":"fast-llm","messages":[{"role":"user","content":"hi"}]}'
    head = (f"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {APP}\r\nconnection: close\r\n"
            f"content-length: {len(body)}\r\nx-forwarded-for: ").encode()
    assert status(ask(gateway, head + b"203.0.113.1\r\n\r\n" + body, address="127.0.0.2")) == 403
    assert gateway.ledger() == []
    assert status(ask(gateway, head + b"10.0.0.1\r\n\r\n" + body, address="127.0.0.2")) == 200
    assert len(gateway.ledger()) == 1


def test_a_reload_changes_who_may_come_in_from_then_on(start_gateway):
    gateway = start_gateway(CONFIGURATION.replace("@ACCESS@", "allow: [ 127.0.0.1, 127.0.0.2 ]"))
    assert status(ask(gateway, REQUEST % b"", address="127.0.0.2")) == 200
    gateway.configuration.write_text(gateway.configuration.read_text().replace(", 127.0.0.2 ]", ", 127.0.0.3 ]"))
    gateway.process.send_signal(signal.SIGHUP)
    eventually("the list is in force", lambda: ask(gateway, REQUEST % b"", address="127.0.0.2") == b"")
    assert status(ask(gateway, REQUEST % b"", address="127.0.0.3")) == 200


@pytest.fixture
def behind_proxy(start_gateway):
    access = "allow: [ 127.0.0.1, 10.0.0.0/8 ], trusted_proxies: [ 127.0.0.2, 127.0.0.3 ], proxy_protocol: true"
    return start_gateway(CONFIGURATION.replace("@ACCESS@", access + ", limits: { connections_per_address: 2, head_timeout: 1s }"))


def test_the_proxy_protocol_says_who_a_connection_is_from(behind_proxy):
    for header, is_in in [
            (line("10.1.2.3"), True), (line("203.0.113.1"), False), (version_2("10.1.2.3"), True),
            (version_2("203.0.113.1"), False), (line("2001:db8::1", "TCP6").replace(b"192.0.2.9", b"::1"), False)]:
        assert status(ask(behind_proxy, header + REQUEST % b"", "127.0.0.2")) == (200 if is_in else None), header
        pieces = [bytes([byte]) for byte in header] + [REQUEST % b""]
        assert status(ask(behind_proxy, pieces, "127.0.0.2")) == (200 if is_in else None), header
    # It says it once: what comes in a request then is the caller's own.
    assert status(ask(behind_proxy, line("10.1.2.3") + from_("203.0.113.1"), "127.0.0.2")) == 200
    assert ask(behind_proxy, line("203.0.113.1") + from_("10.1.2.3"), "127.0.0.2") == b""


def test_a_proxy_on_its_own_behalf_has_to_be_allowed_itself(start_gateway):
    access = "allow: [ 127.0.0.2 ], trusted_proxies: [ 127.0.0.2, 127.0.0.3 ], proxy_protocol: true"
    gateway = None
    # Whoever asks whether it is ready comes from 127.0.0.1.
    gateway = start_gateway(CONFIGURATION.replace("@ACCESS@", access.replace("[ 127.0.0.2 ]", "[ 127.0.0.1, 127.0.0.2 ]")))
    for header in (version_2(), b"PROXY UNKNOWN\r\n"):
        assert status(ask(gateway, header + REQUEST % b"", "127.0.0.2")) == 200
        assert ask(gateway, header + REQUEST % b"", "127.0.0.3") == b""


@pytest.mark.parametrize("sent", [
    REQUEST % b"", b"PROXY TCP4 10.1.2.3\r\n" + REQUEST % b"", b"PROXY TCP4 10.1.2.256 10.0.0.1 1 2\r\n" + REQUEST % b"",
    b"PROXY TCP4 " + b"1" * 200, b"\r\n\r\n\0\r\nQUIT\n\x11\x11\0\0", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff" + b"x" * 70_000,
    line("10.1.2.3")[:-1] + b"X", line("10.1.2.3") * 2 + REQUEST % b"",
])
def test_a_trusted_proxy_that_says_something_else_gets_no_second_guess(behind_proxy, sent):
    assert status(ask(behind_proxy, sent, "127.0.0.2")) in (None, 400)


def test_whoever_is_not_trusted_speaks_http_alone(behind_proxy):
    assert status(ask(behind_proxy, REQUEST % b"")) == 200
    assert status(ask(behind_proxy, line("10.1.2.3") + REQUEST % b"")) == 400


def test_callers_behind_a_proxy_are_counted_one_by_one(behind_proxy):
    def connect(caller):
        connection = socket.create_connection(
            ("127.0.0.1", behind_proxy.port), timeout=5, source_address=("127.0.0.2", 0))
        connection.sendall(line(caller) + b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        try:
            return connection, connection.recv(1_000)
        except ConnectionError:
            return connection, b""

    with contextlib.ExitStack() as stack:
        answers = {}
        for caller in ("10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", "10.0.0.1"):
            connection, answer = connect(caller)
            stack.enter_context(connection)
            answers.setdefault(caller, []).append(status(answer))
        assert answers == {"10.0.0.1": [200, 200, None], "10.0.0.2": [200, 200]}


def test_a_header_of_the_proxy_protocol_has_the_time_of_a_head(behind_proxy):
    began = time.monotonic()
    assert ask(behind_proxy, b"PROXY TCP4 ", "127.0.0.2") == b""
    assert 0.9 < time.monotonic() - began < 5


def test_tls_begins_behind_the_header(tmp_path, sandbox):
    access = ("allow: [ 127.0.0.1, 10.0.0.0/8 ], trusted_proxies: [ 127.0.0.2 ], proxy_protocol: true, "
              'tls: { certificate: "@FOLDER@/cert.pem", key: "@FOLDER@/key.pem" }')
    gateway = SecureGateway(tmp_path, CONFIGURATION.replace("@ACCESS@", access), trustme.CA(), sandbox).start()
    try:
        for caller, is_in in [("10.1.2.3", True), ("203.0.113.1", False)]:
            with socket.create_connection(
                    ("127.0.0.1", gateway.port), timeout=5, source_address=("127.0.0.2", 0)) as plain:
                plain.sendall(line(caller))
                if not is_in:
                    with pytest.raises(OSError):
                        gateway.context.wrap_socket(plain, server_hostname="localhost")
                    continue
                with gateway.context.wrap_socket(plain, server_hostname="localhost") as secure:
                    secure.sendall(REQUEST % b"")
                    assert secure.recv(1_000).startswith(b"HTTP/1.1 200 OK")
    finally:
        gateway.stop()
