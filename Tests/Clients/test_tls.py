"""Providers over TLS: who is believed, who is not, and what a caller hears of it."""

import contextlib
import socket
import ssl

import openai
import pytest
import trustme

from completions import usage
from connect_proxy import ConnectProxy
from fake_provider import FakeProvider, head, saying
from listener import Listener
from programs import Gateway, free_port, tuppence

CONFIGURATION = """\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  secure: {{ dialect: openai, base_url: "https://localhost:{port}/v1", api_key: none }}
prices:
  secure/chat: {{ input: 1, output: 1 }}
routes:
  r: {{ targets: [ secure/chat ], max_output_tokens: 16 }}
keys:
  - {{ name: app, secret: tp_test_app_0123456789abcdef }}
"""

over_tls = saying("over TLS", usage(3, 2))


def provider(authority: trustme.CA, name: str) -> FakeProvider:
    """Its certificate is for `name`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return FakeProvider(over_tls, tls=context)


@pytest.fixture
def authority(tmp_path):
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    return made


@contextlib.contextmanager
def gateway(tmp_path, port, **environment):
    running = Gateway(tmp_path, CONFIGURATION.format(port=port), **environment).start()
    try:
        yield running
    finally:
        running.stop()


def ask(gateway, **options):
    return gateway.client().chat.completions.create(model="r", messages=[{"role": "user", "content": "hi"}], **options)


def test_a_provider_whose_certificate_is_vouched_for_answers_whole_and_streamed(tmp_path, authority):
    with provider(authority, "localhost") as server:
        environment = {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        with gateway(tmp_path, server.port, **environment) as running:
            for _ in range(3):
                assert ask(running).choices[0].message.content == "over TLS"
            text = "".join(c.choices[0].delta.content or "" for c in ask(running, stream=True) if c.choices)
            assert text == "over TLS"
            assert len(server.requests) == 4


def test_a_provider_nobody_vouches_for_gets_nothing_and_costs_nothing(tmp_path, authority):
    with provider(authority, "localhost") as server:
        with gateway(tmp_path, server.port) as running:
            with pytest.raises(openai.InternalServerError) as raised:
                ask(running)
            assert raised.value.status_code == 503
            assert "no TLS" in raised.value.message and "CERTIFICATE_VERIFY_FAILED" in raised.value.message
            assert server.requests == []
            assert [entry["cost_nanodollars"] for entry in running.ledger()] == [0]


def test_a_certificate_for_another_name_is_refused(tmp_path, authority):
    with provider(authority, "elsewhere.example") as server:
        environment = {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}
        with gateway(tmp_path, server.port, **environment) as running:
            with pytest.raises(openai.InternalServerError) as raised:
                ask(running)
            assert "no TLS" in raised.value.message
            assert server.requests == []


# A name that leads nowhere: only the proxy knows it.
BEHIND = CONFIGURATION.replace("https://localhost:{port}/v1", "https://provider.invalid:{port}/v1")


@contextlib.contextmanager
def gateway_behind(tmp_path, proxy, **environment):
    environment = {"HTTPS_PROXY": f"http://ada:p%40ss@127.0.0.1:{proxy.port}", **environment}
    running = Gateway(tmp_path, BEHIND.format(port=443), SSL_CERT_FILE=str(tmp_path / "ca.pem"), **environment).start()
    try:
        yield running
    finally:
        running.stop()


def test_a_provider_is_reached_through_a_proxy_that_learns_nothing_but_its_name(tmp_path, authority):
    with provider(authority, "provider.invalid") as server, ConnectProxy({"provider.invalid:443": server.port}) as proxy:
        with gateway_behind(tmp_path, proxy) as running:
            for _ in range(3):
                assert ask(running).choices[0].message.content == "over TLS"
            text = "".join(c.choices[0].delta.content or "" for c in ask(running, stream=True) if c.choices)
            assert text == "over TLS" and len(server.requests) == 4
        head = b"CONNECT provider.invalid:443 HTTP/1.1\r\nHost: provider.invalid:443\r\nProxy-Authorization: Basic YWRhOnBAc3M=\r\n\r\n"
        # Connections are kept, and each is asked for once.
        assert set(proxy.heads) == {head} and len(proxy.heads) < 4


@pytest.mark.parametrize("status", [b"407 Proxy Authentication Required", b"403 Forbidden"])
def test_a_proxy_that_refuses_is_told_and_costs_nothing(tmp_path, authority, status):
    with ConnectProxy({}, status=status) as proxy, gateway_behind(tmp_path, proxy) as running:
        with pytest.raises(openai.InternalServerError) as raised:
            ask(running)
        assert raised.value.status_code == 503 and "HTTPS_PROXY" in raised.value.message
        assert status[:3].decode() in raised.value.message and "p@ss" not in raised.value.message + running.output()
        assert [entry["cost_nanodollars"] for entry in running.ledger()] == [0]


def test_what_no_proxy_names_goes_without_it(tmp_path, authority):
    with ConnectProxy({}) as proxy, gateway_behind(tmp_path, proxy, NO_PROXY="example.com,.invalid") as running:
        with pytest.raises(openai.InternalServerError):
            ask(running)
        assert not proxy.heads


def test_a_provider_that_never_answers_the_handshake_is_given_up_in_time(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with gateway(tmp_path, silent.getsockname()[1]) as running:
            with pytest.raises(openai.InternalServerError, match="no TLS: no answer in time"):
                ask(running)


def test_a_provider_that_speaks_no_tls_is_told_apart(tmp_path):
    class Plain(Listener):
        def serve(self, connection: socket.socket):
            connection.recv(65_536)
            connection.sendall(head(400, {"content-length": 0}))

    with Plain() as server, gateway(tmp_path, server.port) as running:
        with pytest.raises(openai.InternalServerError, match="no TLS: (?!no answer in time)"):
            ask(running)


@pytest.mark.parametrize("content", [None, "", "these are no certificates"])
def test_a_file_of_authorities_that_is_none_is_said_at_once(tmp_path, content):
    (tmp_path / "tuppence.yaml").write_text(
        CONFIGURATION.format(port=1)
        .replace("@LISTEN@", f"127.0.0.1:{free_port()}")
        .replace("@STORE@", "sqlite:tuppence.db"))
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    finished = tuppence("serve", cwd=tmp_path, SSL_CERT_FILE=str(file))
    assert finished.returncode != 0
    assert f"SSL_CERT_FILE names '{file}', which cannot be read as certificates in PEM." in finished.stderr
