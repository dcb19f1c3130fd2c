"""The first page of the console: whether it tells what the ledger does, and stays whole whatever names callers give things."""

import html.parser
import re

import openai
import pytest

from conftest import CONFIGURATION
from console_client import Browser, first_token
from programs import Gateway

MESSAGES = [{"role": "user", "content": "Hello!"}]
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Page(html.parser.HTMLParser):
    """Every element of a page, and its texts; fails where elements are not closed in their order."""

    VOID = {"meta", "link", "input", "img", "br"}

    def __init__(self, text: str):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> within {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())

    def of(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def own(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    yield program
    program.stop()


def overview(gateway: Gateway) -> Page:
    browser = Browser(gateway.console_port)
    assert browser.sign_in(first_token(gateway)).status == 303
    answer = browser.get("/")
    assert answer.status == 200
    return Page(answer.text)


def dollars(text: str) -> float:
    return float(text.removeprefix("$").replace(",", ""))


def test_an_empty_ledger_is_told_so(own):
    page = overview(own)
    assert any("Nothing has been spent this month" in text for text in page.texts)
    assert "$0.00" in page.texts


def test_its_figures_are_those_of_the_ledger(own):
    client = own.client()
    for _ in range(3):
        client.chat.completions.create(model="sandbox/chat-large", messages=MESSAGES)
    client.chat.completions.create(model="falls-over", messages=MESSAGES, extra_headers={"x-tuppence-customer": "acme"})
    page = overview(own)
    spend = own.spend()
    total = spend["total"]["cost_nanodollars"] / 1e9
    for card in ("Today", "This month"):
        shown, note = page.texts[page.texts.index(card) + 1:][:2]
        assert dollars(shown) == pytest.approx(total, rel=1e-3)
        assert note.startswith(f"{spend['total']['requests']} requests")
    assert "25.0 % of requests took another target" in page.texts
    [budget] = [budget for budget in spend["budgets"] if budget["name"] == "app-daily"]
    [bar] = [bar for bar in page.of("svg") if "of $1,000.00" in bar.get("aria-label", "")]
    assert dollars(bar["aria-label"].split(" ")[0]) == pytest.approx(budget["spent_nanodollars"] / 1e9, rel=1e-3)
    for name in ("sandbox/chat-large", "acme", "app", "falls-over", "sandbox"):
        assert name in page.texts, name
    [ill] = [place for place, text in enumerate(page.texts) if text == "sandbox/chat-small?status=503" and page.texts[place + 1] != "$0.00"]
    assert page.texts[ill + 1] == "recovering"


def test_a_full_budget_says_that_nothing_is_left(tmp_path, sandbox):
    configuration = CONFIGURATION.replace(
        "{ name: poor-daily, scope: { key: poor }, limit: $0.000001,",
        "{ name: tight, scope: { key: app }, limit: $0.0001, hard: clamp,").replace("clamp, per: day, hard: reject", "clamp, per: day")
    program = Gateway(tmp_path, configuration, sandbox).start()
    try:
        with pytest.raises(openai.APIStatusError):
            for _ in range(50):
                program.client().chat.completions.create(model="fast-llm", messages=MESSAGES)
        page = overview(program)
        # What is nearest to its end stands first.
        names = [text for text in page.texts if text in ("tight", "app-daily")]
        assert names[0] == "tight"
    finally:
        program.stop()


def test_names_that_callers_give_stay_text(own):
    client = own.client()
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model=f"sandbox/chat-small{EVIL}", messages=MESSAGES)
    # Joined to the mark before it, the bracket is a part of one letter to those who look at letters.
    joined = "sandbox/chat-small\u0600<i>\u06dd<u>"
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model=joined, messages=MESSAGES)
    client.chat.completions.create(
        model="fast-llm", messages=MESSAGES, user=EVIL, extra_headers={"x-tuppence-customer": "<b>bold</b>"})
    page = overview(own)
    assert f"sandbox/chat-small{EVIL}" in page.texts
    assert "<b>bold</b>" in page.texts
    assert joined in page.texts
    assert not any(page.of(tag) for tag in ("img", "b", "i", "u"))
    assert page.of("script") == [{"src": "/assets/console.js", "defer": None}]
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes), attributes


def test_nothing_comes_from_another_host(own):
    browser = Browser(own.console_port)
    browser.sign_in(first_token(own))
    for path in ("/", "/signin", "/assets/console.css", "/assets/console.js", "/assets/icon.svg"):
        text = browser.get(path).text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|url\(|@import|//[a-z]", text), path
    page = Page(browser.get("/").text)
    for tag, name in (("link", "href"), ("script", "src"), ("form", "action"), ("a", "href")):
        for attributes in page.of(tag):
            assert attributes[name].startswith(("/", "#")) and not attributes[name].startswith("//")


def test_what_is_drawn_is_said(own):
    own.client().chat.completions.create(model="fast-llm", messages=MESSAGES)
    page = overview(own)
    for picture in page.of("svg"):
        assert picture.get("aria-hidden") == "true" or (picture["role"] == "img" and picture["aria-label"])
    assert len(page.of("h1")) == 1 and page.of("html")[0]["lang"] == "en"
    for column in page.of("th"):
        assert column["scope"] in ("row", "col")
    sign_in = Page(Browser(own.console_port).get("/signin").text)
    labels = {label["for"] for label in sign_in.of("label")}
    assert {field["id"] for field in sign_in.of("input")} == labels
