"""Providers that die as a whole: their targets are out within a check, and back without a stampede."""

import time

import pytest

from completions import completion, usage
from fake_provider import Answer, FakeProvider, Request, whole
from programs import Gateway, eventually, free_port

CONFIGURATION = """\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  hub: {{ dialect: openai, base_url: "http://127.0.0.1:{hub}/v1", api_key: secret-of-hub, tier: aggregator, health: {{ path: /models, every: {every} }} }}
  own: {{ dialect: openai, base_url: "http://127.0.0.1:{own}/v1", api_key: none }}
prices:
  hub/*: {{ input: 1, output: 1 }}
  own/*: {{ input: 1, output: 1 }}
routes:
  r:
    targets: [ own/chat, {{ target: hub/chat, weight: 1, priority: 7 }}, hub/other ]
    max_output_tokens: 16
    timeout: 2s
keys:
  - {{ name: app, secret: tp_test_app_0123456789abcdef }}
"""

EVERY = 0.4


class Provider(FakeProvider):
    def __init__(self, port: int = 0):
        self.status, self.is_deaf = 200, False
        super().__init__(self.say, port=port)

    def say(self, request: Request) -> Answer:
        silence = [3.0] if self.is_deaf else []
        return silence + whole({"data": []} if request.method == "GET" else completion("hello", usage(3, 2)), self.status)

    @property
    def checks(self) -> list[tuple[str, str]]:
        return [(request.path, request.headers["authorization"]) for request in self.requests if request.method == "GET"]

    @property
    def chats(self) -> int:
        return sum(request.method == "POST" for request in self.requests)


@pytest.fixture
def hub():
    with Provider() as provider:
        yield provider


@pytest.fixture
def own():
    with Provider() as provider:
        yield provider


@pytest.fixture
def start(tmp_path, own):
    gateways = []

    def start(port, every=f"{int(EVERY * 1000)}ms") -> Gateway:
        gateways.append(Gateway(tmp_path, CONFIGURATION.format(hub=port, own=own.port, every=every)).start())
        return gateways[-1]

    yield start
    for gateway in gateways:
        if gateway.process.poll() is None:
            gateway.stop()


def ask(gateway) -> str:
    """Who answers."""
    answer = gateway.client().chat.completions.with_raw_response.create(
        model="r", messages=[{"role": "user", "content": "hi"}])
    assert answer.headers["x-tuppence-attempts"] == "1"
    return answer.headers["x-tuppence-provider"]


def test_aggregators_go_first_whatever_their_priority(start, hub, own):
    gateway = start(hub.port)
    assert {ask(gateway) for _ in range(20)} == {"hub"}
    assert own.chats == 0


def test_a_check_is_one_question_with_the_providers_key_and_is_no_request_of_anybodys(start, hub):
    gateway = start(hub.port)
    began = time.monotonic()
    eventually("it is checked again and again", lambda: len(hub.checks) >= 6, within=15)
    # At intervals: a little earlier than said, so that it is never later.
    assert len(hub.checks) <= 3 + (time.monotonic() - began) / (EVERY * 0.8)
    assert set(hub.checks) == {("/v1/models", "Bearer secret-of-hub")}
    assert gateway.ledger() == [] and gateway.held() == 0 and hub.chats == 0


@pytest.mark.parametrize("death", ["errors", "silence"])
def test_a_provider_that_dies_is_out_within_an_interval_and_no_request_has_to_find_out(start, hub, own, death):
    gateway = start(hub.port)
    assert ask(gateway) == "hub"
    if death == "errors":
        hub.status = 503
    else:
        hub.is_deaf = True
    eventually("it is told", lambda: "provider.gone" in gateway.output(), within=10)
    chats = hub.chats
    assert {ask(gateway) for _ in range(20)} == {"own"}
    assert hub.chats == chats
    assert {entry["status"] for entry in gateway.ledger()} == {"completed"}


def test_a_provider_that_is_back_gets_its_requests_step_by_step(start, hub, own):
    hub.status = 500
    gateway = start(hub.port)
    eventually("it is out", lambda: "provider.gone" in gateway.output(), within=10)
    assert ask(gateway) == "own"
    hub.status = 200
    eventually("it is back", lambda: "provider.back" in gateway.output(), within=10)
    # One request of 64 at first, and twice as many every ten seconds.
    assert [ask(gateway) for _ in range(30)].count("hub") < 15
    eventually("it has a request", lambda: ask(gateway) == "hub", within=30, every=0.01)


def test_a_provider_nobody_listens_for_is_out_at_the_start_and_in_when_it_comes(start, own):
    port = free_port()
    gateway = start(port)
    eventually("it is out", lambda: "provider.gone" in gateway.output(), within=10)
    assert ask(gateway) == "own"
    with Provider(port):
        eventually("it is back", lambda: "provider.back" in gateway.output(), within=10)
        eventually("it has a request", lambda: ask(gateway) == "hub", within=30, every=0.01)


def test_a_key_that_is_refused_is_no_reason_to_think_that_a_provider_is_gone(start, hub):
    gateway = start(hub.port)
    eventually("it is checked", lambda: hub.checks)
    hub.status = 401
    count = len(hub.checks)
    eventually("it is checked again", lambda: len(hub.checks) > count + 1, within=10)
    assert "provider.gone" not in gateway.output()
