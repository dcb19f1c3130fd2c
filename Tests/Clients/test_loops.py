"""Callers that repeat themselves, and the notices that are posted about them."""

import base64
import json

import openai
import pytest
import standardwebhooks

from fake_provider import FakeProvider, in_turn, whole
from programs import Gateway, eventually

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
LOOPING, CALM = "tp_test_looping_0123456789abcd", "tp_test_calm_0123456789abcdefg"
CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 1, output: 10 }
  sandbox/embed-small: { input: 0.02 }
routes:
  fast-llm: { targets: [ "sandbox/chat-small" ], max_output_tokens: 16 }
loops: { slow_after: 4, stop_after: 8, within: 1m, delay: 50ms, stop_for: 10m }
keys:
  - { name: looping, secret: tp_test_looping_0123456789abcd }
  - { name: calm, secret: tp_test_calm_0123456789abcdefg, loops: off }
notifications: { url: "@NOTICES@", secret: "@SECRET@" }
"""


class Receiver(FakeProvider):
    """Takes notices in, and answers with the statuses that it was given, the last one over and over."""

    def __init__(self, *statuses: int):
        super().__init__(in_turn(*(whole(status=status, fields={"location": "/elsewhere"}) for status in statuses)))

    @property
    def hook(self) -> str:
        return f"{self.url}/hook?token=t"

    @property
    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.requests]


@pytest.fixture
def start(tmp_path, sandbox):
    """A gateway whose notices go to a receiver that answers as it is told."""
    running = []

    def start(*statuses: int, secret: str = SECRET) -> tuple[Gateway, Receiver]:
        receiver = Receiver(*statuses)
        running.append(receiver)
        text = CONFIGURATION.replace("@NOTICES@", receiver.hook).replace("@SECRET@", secret)
        if not secret:
            text = text.replace(', secret: ""', "")
        gateway = Gateway(tmp_path, text, sandbox).start()
        running.append(gateway)
        return gateway, receiver

    yield start
    for program in reversed(running):
        program.stop()


def ask(gateway, key=LOOPING, text="Are we there yet?", **options):
    return gateway.client(key).chat.completions.create(
        model="fast-llm", messages=[{"role": "user", "content": text}], max_tokens=4, **options)


def loop(gateway):
    """Sends nearly the same request until it is refused; returns how many were answered, and the refusal."""
    for number in range(20):
        try:
            ask(gateway, text=f"It is 2026-11-24T10:33:{number + 10}Z. Are we there yet?")
        except openai.RateLimitError as error:
            return number, error
    pytest.fail("it goes round for ever")


def check_signature(fields, body: bytes):
    """As a receiver does it, by Standard Webhooks' own library; nothing that was changed on the way passes."""
    webhook = standardwebhooks.Webhook(SECRET)
    head = {name: fields[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    assert webhook.verify(body, head) == json.loads(body)
    for changed in (body + b" ", body.replace(b"loop", b"pool")):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            webhook.verify(changed, head)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        webhook.verify(body, {**head, "webhook-id": "ntc_another"})


def test_a_loop_is_slowed_then_refused_and_both_are_told_once(start):
    gateway, receiver = start(204)
    answered, error = loop(gateway)
    assert answered == 8
    assert error.code == "loop_detected"
    assert error.response.headers["x-should-retry"] == "false"
    assert 590 <= int(error.response.headers["retry-after"]) <= 600
    assert "x-tuppence-repeats: allow" in error.body["message"]
    assert len(gateway.ledger()) == 8
    assert ask(gateway, text="Then let us stop for tea.").choices
    eventually("two notices came", lambda: len(receiver.requests) == 2)
    notices = [request.json for request in receiver.requests]
    assert sorted(notice["type"] for notice in notices) == ["loop.slowed", "loop.stopped"]
    assert {notice["data"]["key"] for notice in notices} == {"looping"}
    for request in receiver.requests:
        assert request.path == "/hook?token=t"
        assert request.headers["content-type"] == "application/json"
        assert request.headers["webhook-id"] == request.json["id"]
        check_signature(request.headers, request.body)
    # The log has them as well, and neither the rest of the address nor the secret.
    log = gateway.output()
    assert all(notice["id"] in log for notice in notices)
    assert "token=t" not in log and SECRET not in log


def test_the_error_is_explained_where_its_doc_url_says(start):
    gateway, _ = start(204)
    _, error = loop(gateway)
    import urllib.request
    with urllib.request.urlopen(error.body["doc_url"], timeout=10) as page:
        assert b"loop_detected" in page.read()


def test_who_means_it_may_repeat(start):
    gateway, receiver = start(204)
    for _ in range(12):
        ask(gateway, extra_headers={"x-tuppence-repeats": "allow"})
        ask(gateway, key=CALM)
        gateway.client(LOOPING).embeddings.create(model="sandbox/embed-small", input="two pence")
    assert receiver.requests == []


def test_a_notice_is_posted_again_until_it_is_taken(start):
    gateway, receiver = start(500, 302, 200)
    loop(gateway)
    eventually("both were taken", lambda: len(receiver.requests) >= 4, within=30)
    assert len(set(receiver.ids)) == 2
    assert {request.path for request in receiver.requests} == {"/hook?token=t"}
    for request in receiver.requests:
        check_signature(request.headers, request.body)


def test_an_address_that_is_gone_gets_nothing_more(start):
    gateway, receiver = start(410)
    loop(gateway)
    eventually("the log says so", lambda: "wants no more notices (410)" in gateway.output())
    # Both may have been on their way when the answer came; neither is tried again, at the end neither.
    assert gateway.stop() == 0
    assert len(receiver.ids) == len(set(receiver.ids))


def test_without_a_secret_notices_are_unsigned_and_the_log_says_so(start):
    gateway, receiver = start(204, secret="")
    assert "notices are posted unsigned" in gateway.output()
    loop(gateway)
    eventually("both came", lambda: len(receiver.requests) == 2)
    assert all("webhook-signature" not in request.headers for request in receiver.requests)


def test_undelivered_notices_are_tried_once_more_at_the_end(start):
    gateway, receiver = start(500)
    loop(gateway)
    eventually("both were tried", lambda: len(set(receiver.ids)) == 2)
    receiver.answer = lambda _: whole(status=204)
    assert gateway.stop() == 0
    assert "before the end" not in gateway.output()
    assert len(set(receiver.ids)) == 2 and len(receiver.ids) >= 4
