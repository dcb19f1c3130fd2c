"""What people were told of late, as the console shows it: with its remedy, and whether a webhook took it."""

import html
import re

import openai
import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from fake_provider import FakeProvider, whole
from programs import Gateway, eventually
from test_console_overview import Page

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(scope="module")
def receiver():
    with FakeProvider(lambda request: whole(status=204 if request.path.startswith("/well") else 500)) as receiver:
        yield receiver.url


@pytest.fixture(scope="module")
def own(tmp_path_factory, sandbox, receiver):
    configuration = CONFIGURATION + f"""\
  - {{ name: narrow-daily, scope: {{ key: narrow }}, limit: $0.0002, per: day, hard: reject, soft: {{ at: 1%, notify: "{receiver}/ill?token=secret" }} }}
notifications: {{ url: "{receiver}/well?token=secret" }}
"""
    program = Gateway(tmp_path_factory.mktemp("alerts"), configuration, sandbox).start()
    yield program
    program.stop()


def notices(gateway: Gateway) -> list[dict]:
    return API(gateway.console_port, first_token(gateway)).call("GET", "/admin/v1/notices").json()["data"]


def page(gateway: Gateway) -> str:
    browser = Browser(gateway.console_port)
    assert browser.sign_in(first_token(gateway)).status == 303
    answer = browser.get("/alerts")
    assert answer.status == 200
    return answer.text


def articles(text: str) -> list[str]:
    return [
        html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", article)))
        for article in re.findall(r"<article.*?</article>", text, re.S)
    ]


def test_what_was_told_stands_there_the_newest_first_with_its_deliveries(own, receiver):
    assert notices(own) == [] and "Nothing has had to be told" in page(own)
    own.client("tp_test_narrow_0123456789abcde").chat.completions.create(model="fast-llm", messages=MESSAGES)
    [threshold] = eventually("the threshold is told", lambda: notices(own))
    assert threshold["type"] == "budget.threshold" and "narrow-daily" in threshold["message"]
    [delivery] = eventually("it was tried", lambda: [
        one for one in notices(own)[0]["deliveries"] if one.get("reason")])
    # Its path and query may be a secret.
    assert delivery == {"origin": receiver, "state": "waiting", "tries": delivery["tries"], "reason": "status 500"}

    with pytest.raises(openai.APIStatusError):
        own.client("tp_test_poor_0123456789abcdef").chat.completions.create(model="fast-llm", messages=MESSAGES)
    told = eventually("the end is told and delivered", lambda: [
        one for one in notices(own) if one["type"] == "budget.exhausted"
        and one["deliveries"] == [{"origin": receiver, "state": "delivered"}]])
    assert "poor-daily" in told[0]["message"]
    text = page(own)
    [first, second] = articles(text)
    assert "A budget is used up" in first and "delivered" in first and "Raise its limit" in first
    assert "A budget nears its end" in second and "status 500; it is tried again" in second
    assert "secret" not in text and 'href="/budgets"' in text
    assert "What this process has told since its start" in text


def test_what_is_only_logged_says_so_and_what_callers_give_stays_text(tmp_path, sandbox):
    configuration = CONFIGURATION + "  - { name: each, scope: { customer: each }, limit: $0.000001, per: day, hard: reject }\n"
    program = Gateway(tmp_path, configuration, sandbox).start()
    try:
        evil = "<img src=x onerror=alert(1)>"
        with pytest.raises(openai.APIStatusError):
            program.client().chat.completions.create(
                model="fast-llm", messages=MESSAGES, extra_headers={"x-tuppence-customer": evil})
        with pytest.raises(openai.APIStatusError):
            program.client().chat.completions.create(model="sandbox/chat-small?status=402", messages=MESSAGES)
        eventually("both are told", lambda: len(notices(program)) == 2)
        text = page(program)
        [refused, exhausted] = articles(text)
        assert "A provider refuses our account" in refused and "Only logged" in refused
        assert evil in exhausted and not Page(text).of("img")
        assert 'href="/routes"' in text and 'href="/budgets"' in text
    finally:
        program.stop()


def test_nobody_sees_them_who_is_not_signed_in(own):
    answer = Browser(own.console_port).get("/alerts")
    assert (answer.status, answer.headers["location"]) == (303, "/signin")
    assert API(own.console_port, None).call("GET", "/admin/v1/notices").code == "not_signed_in"
