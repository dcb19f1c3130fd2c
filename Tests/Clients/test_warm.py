"""Connections are there before the first request: a request after the start shakes no hands."""

import contextlib
import signal
import socket
import ssl
import time

import pytest
import trustme

from fake_provider import FakeProvider
from listener import Listener
from programs import Gateway, eventually, free_port
from test_tls import over_tls

CONFIGURATION = """\
server: {{ listen: "@LISTEN@"{server} }}
store: @STORE@
providers:
{providers}
prices:
{prices}
routes:
  r:
    targets:
{targets}
    max_output_tokens: 16
{routes}
keys:
  - {{ name: app, secret: tp_test_app_0123456789abcdef }}
"""


class Refuser(Listener):
    """Hangs up on everybody, and remembers when."""

    def __init__(self):
        self.times: list[float] = []
        super().__init__()

    def serve(self, connection):
        self.times.append(time.monotonic())


@pytest.fixture
def authority(tmp_path):
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    return made


@pytest.fixture
def context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def servers(context):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(FakeProvider(over_tls, tls=context)) for _ in range(4)]


@pytest.fixture
def start(tmp_path):
    gateways = []

    def start(ports: list[int], weights=(40, 30, 20, 10), server="", routes="") -> Gateway:
        configuration = CONFIGURATION.format(
            server=server, routes=routes,
            providers="\n".join(
                f'  p{place}: {{ dialect: openai, base_url: "https://localhost:{port}/v1", api_key: none }}'
                for place, port in enumerate(ports)),
            prices="\n".join(f"  p{place}/chat: {{ input: 1, output: 1 }}" for place in range(len(ports))),
            targets="\n".join(
                f"      - {{ target: p{place}/chat, weight: {weight} }}"
                for place, (_, weight) in enumerate(zip(ports, weights))))
        gateways.append(Gateway(tmp_path, configuration, SSL_CERT_FILE=str(tmp_path / "ca.pem")))
        gateways[-1].arguments += ["--threads", "2"]
        return gateways[-1].start()

    yield start
    for gateway in gateways:
        if gateway.process and gateway.process.poll() is None:
            gateway.stop()


LOOPS = 2


def handshakes(servers: list[FakeProvider]) -> list[int]:
    return [server.handshakes for server in servers]


def ask(gateway, model):
    answer = gateway.client().chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}])
    assert answer.choices[0].message.content == "over TLS"


def test_the_first_request_to_each_of_the_three_likeliest_targets_finds_a_connection(start, servers):
    gateway = start([server.port for server in servers])
    eventually("three are warm on both loops", lambda: handshakes(servers)[:3] == [LOOPS] * 3)
    for place in range(3):
        ask(gateway, f"p{place}/chat")
    assert [len(server.requests) for server in servers] == [1, 1, 1, 0]
    # No more hands were shaken for them, and none with the fourth.
    assert handshakes(servers) == [LOOPS, LOOPS, LOOPS, 0]
    # Nor by what comes behind.
    for place in range(3):
        ask(gateway, f"p{place}/chat")
    assert handshakes(servers)[3] == 0


def test_keep_warm_says_how_many_and_zero_is_none(start, servers):
    gateway = start([server.port for server in servers], server=", keep_warm: 0")
    ask(gateway, "p0/chat")
    assert handshakes(servers) == [1, 0, 0, 0]


def test_a_provider_that_is_down_delays_nothing_and_is_not_asked_all_the_time(start, servers):
    # Nobody listens on the second, and the third never answers.
    with Refuser() as refuser, socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        gateway = start([refuser.port, free_port(), silent.getsockname()[1], servers[0].port])
        assert time.monotonic() - began < 5
        ask(gateway, "p3/chat")
        time.sleep(4)
        # One at once, one after 0.5 to 1 s, one after 1 to 2 more, one after 2 to 4 more: on each loop.
        assert LOOPS <= len(refuser.times) <= LOOPS * 4
        assert gateway.stop() == 0


def test_what_is_hung_up_on_is_opened_again_and_so_is_what_a_new_configuration_leads_to(start, servers):
    for server in servers:
        server.idle_time = 1
    gateway = start([server.port for server in servers])
    eventually("the three are opened again", lambda: all(count >= 2 * LOOPS for count in handshakes(servers)[:3]), within=10)
    assert handshakes(servers)[3] == 0
    text = gateway.configuration.read_text().replace("weight: 10 }", "weight: 100 }")
    gateway.configuration.write_text(text)
    gateway.process.send_signal(signal.SIGHUP)
    eventually("the fourth is warm", lambda: servers[3].handshakes >= LOOPS, within=15)
