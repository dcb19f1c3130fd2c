"""The gateway's own TLS: who gets in, how a certificate is replaced, and what is said of bad files."""

import contextlib
import datetime
import http.client
import socket
import ssl
import time

import openai
import pytest
import trustme

from programs import eventually, tuppence
from secure_gateway import SecureGateway

CONFIGURATION = """\
server:
  listen: "@LISTEN@"
  tls: { certificate: "@FOLDER@/cert.pem", key: "@FOLDER@/key.pem"@MORE@ }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, output: 0.40 }
routes:
  fast-llm: { targets: [ sandbox/chat-small ], max_output_tokens: 256 }
  talkative: { targets: [ "sandbox/chat-small?tokens=5000" ], max_output_tokens: 5000 }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
"""


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@contextlib.contextmanager
def running(folder, authority, sandbox, more="", **options):
    gateway = SecureGateway(folder, CONFIGURATION.replace("@MORE@", more), authority, sandbox, **options).start()
    try:
        yield gateway
    finally:
        gateway.stop()


@pytest.fixture
def gateway(tmp_path, authority, sandbox):
    with running(tmp_path, authority, sandbox) as gateway:
        yield gateway


def say_hello(client, model="fast-llm", **options):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hello"}], **options)


def serial(gateway, context=None):
    """The serial number of the certificate that a new connection is shown."""
    context = context or gateway.context
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            return secure.getpeercert()["serialNumber"]


def test_an_sdk_is_answered_whole_streamed_and_refused_over_one_connection(gateway):
    eventually("it is said where", lambda: f"https://127.0.0.1:{gateway.port}/v1" in gateway.output())
    assert "https://localhost:" not in gateway.output()
    with gateway.client() as client:
        for _ in range(3):
            assert say_hello(client).choices[0].message.content
        chunks = [chunk for chunk in say_hello(client, "talkative", stream=True) if chunk.choices]
        assert len(chunks) > 1_000 and chunks[-1].choices[0].finish_reason
        with pytest.raises(openai.NotFoundError) as raised:
            say_hello(client, "nothing")
        assert raised.value.body["doc_url"] == f"https://localhost:{gateway.port}/errors/model_not_found"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_these_versions_are_spoken(gateway, authority, version):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            assert secure.selected_alpn_protocol() == "http/1.1"
            secure.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: secure.recv(65_536), b""))
            assert answer.startswith(b"HTTP/1.1 200 OK") and answer.endswith(b'{"status":"ok"}')


def test_versions_of_TLS_below_1_2_are_refused(gateway, authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        gateway.ask(context=context)


def test_a_caller_without_tls_gets_no_answer_and_others_do(gateway):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    connection.request("GET", "/healthz")
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.getresponse()
    assert gateway.ask()[0] == 200


def test_a_certificate_is_replaced_without_a_restart_and_without_breaking_what_is_open(gateway, authority):
    with gateway.client() as client:
        say_hello(client)
        old = serial(gateway)
        gateway.show(authority.issue_cert("localhost"))
        eventually("the new certificate is shown", lambda: serial(gateway) != old)
        assert "the certificate was replaced" in gateway.output()
        say_hello(client)


def test_a_broken_file_keeps_the_certificate_and_is_said_once_and_a_good_one_is_taken_after_it(gateway, authority):
    old = serial(gateway)
    gateway.write_chain(b"-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n")
    eventually("it is said", lambda: "the certificate was not replaced" in gateway.output())
    time.sleep(2.5)
    assert serial(gateway) == old
    assert gateway.output().count("the certificate was not replaced") == 1
    assert "cannot be read as certificates in PEM" in gateway.output()
    (gateway.folder / "cert.pem").unlink()
    eventually("it is said", lambda: "there is no file" in gateway.output())
    assert serial(gateway) == old
    gateway.show(authority.issue_cert("localhost"))
    eventually("the new certificate is shown", lambda: serial(gateway) != old)


def test_an_expired_certificate_does_not_take_the_place_of_a_good_one(gateway, authority):
    old = serial(gateway)
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    gateway.show(
        authority.issue_cert("localhost", not_before=yesterday - datetime.timedelta(days=1), not_after=yesterday))
    eventually("it is said", lambda: "has expired" in gateway.output())
    assert serial(gateway) == old


def test_only_callers_with_a_certificate_of_the_authority_come_in(tmp_path, authority, sandbox):
    authority.cert_pem.write_to_path(tmp_path / "clients.pem")
    known = authority.issue_cert("caller@example.org")
    with running(
            tmp_path, authority, sandbox, more=', clients: "@FOLDER@/clients.pem"', client_certificate=known) as gateway:
        assert say_hello(gateway.client()).choices[0].message.content
        without, foreign = ssl.create_default_context(), ssl.create_default_context()
        for context in (without, foreign):
            authority.configure_trust(context)
        trustme.CA().issue_cert("caller@example.org").configure_cert(foreign)
        for context in (without, foreign):
            with pytest.raises(OSError):
                gateway.ask(context=context)
        assert gateway.ask()[0] == 200


def test_it_stops_in_order_with_connections_open(gateway):
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", gateway.port), timeout=5))
            secure = stack.enter_context(gateway.context.wrap_socket(plain, server_hostname="localhost"))
        stack.enter_context(socket.create_connection(("127.0.0.1", gateway.port), timeout=5))
        began = time.monotonic()
        assert gateway.stop() == 0
        assert time.monotonic() - began < 5
        assert secure.recv(1) == b""


def bad_file(folder, authority, case):
    """Writes files that are good but for one thing."""
    certificate = authority.issue_cert("localhost")
    if case == "expired":
        day = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        certificate = authority.issue_cert("localhost", not_before=day - datetime.timedelta(days=1), not_after=day)
    (folder / "cert.pem").write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    key = authority.issue_cert("localhost") if case == "foreign key" else certificate
    key.private_key_pem.write_to_path(folder / "key.pem")
    authority.cert_pem.write_to_path(folder / "clients.pem")
    match case:
        case "no certificate": (folder / "cert.pem").unlink()
        case "no files": (folder / "cert.pem").unlink(), (folder / "key.pem").unlink()
        case "empty certificate": (folder / "cert.pem").write_bytes(b"")
        case "no key": (folder / "key.pem").write_text("a key")
        case "no authority": (folder / "clients.pem").write_text("an authority")


@pytest.mark.parametrize("case, sentences", [
    ("no certificate", ["server.tls.certificate: there is no file '@FOLDER@/cert.pem'"]),
    ("no files", ["server.tls.certificate: there is no file", "server.tls.key: there is no file"]),
    ("empty certificate", ["server.tls.certificate: '@FOLDER@/cert.pem' cannot be read as certificates in PEM."]),
    ("no key", ["server.tls.key: '@FOLDER@/key.pem' cannot be read as a private key in PEM."]),
    ("foreign key", ["the key in '@FOLDER@/key.pem' does not fit the first certificate in '@FOLDER@/cert.pem'"]),
    ("no authority", ["server.tls.clients: '@FOLDER@/clients.pem' cannot be read as certificates in PEM."]),
    ("expired", ["server.tls.certificate: the certificate in '@FOLDER@/cert.pem' has expired, on 20"]),
])
def test_check_says_what_is_wrong_with_the_files_and_nothing_starts_on_unusable_ones(
        tmp_path, authority, case, sentences):
    text = CONFIGURATION.replace("@MORE@", ', clients: "@FOLDER@/clients.pem"')
    for mark, value in [
            ("@FOLDER@", tmp_path), ("@LISTEN@", "127.0.0.1:0"), ("@STORE@", "sqlite:tuppence.db"),
            ("@SANDBOX@", "http://127.0.0.1:1/v1")]:
        text = text.replace(mark, str(value))
    (tmp_path / "tuppence.yaml").write_text(text)
    bad_file(tmp_path, authority, "nothing")
    good = tuppence("check", cwd=tmp_path)
    assert good.returncode == 0 and "certificate: until 3000-01-01T00:00:00Z" in good.stdout
    bad_file(tmp_path, authority, case)
    for command in ["check"] if case == "expired" else ["check", "serve"]:
        finished = tuppence(command, cwd=tmp_path)
        assert finished.returncode == 1
        for sentence in sentences:
            assert sentence.replace("@FOLDER@", str(tmp_path)) in finished.stderr
