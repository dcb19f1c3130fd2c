"""Spending in any time and by anything, and the audit log: each page's address has the whole question in it."""

import html
import re
import urllib.parse

import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import Gateway, tuppence_json
from test_console_overview import Page, dollars

MESSAGES = [{"role": "user", "content": "Hello!"}]
DIMENSIONS = {
    "key": "keys", "customer": "customers", "provider": "providers", "model": "models", "family": "families",
    "route": "routes", "user": "users", "tag": "tags"}


@pytest.fixture(scope="module")
def own(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("spending"), CONFIGURATION, sandbox).start()
    for model, customer, tags in [("fast-llm", "acme", "team=blue"), ("falls-over", "acme", "team=red"),
                                  ("sandbox/chat-large", "umbrella", "team=blue,job=night")]:
        program.client().chat.completions.create(
            model=model, messages=MESSAGES, user="Ada",
            extra_headers={"x-tuppence-customer": customer, "x-tuppence-tags": tags})
    yield program
    program.stop()


@pytest.fixture(scope="module")
def browser(own) -> Browser:
    """Of somebody who may only look."""
    token = tuppence_json("console", "token", "create", "looks", "--config", own.configuration)["token"]
    browser = Browser(own.console_port)
    assert browser.sign_in(token).status == 303
    return browser


def rows(text: str) -> dict[str, tuple[str | None, float, int]]:
    """Of each line its address, what it cost and how many requests."""
    found = {}
    for row in re.findall(r'<tr role="row"><th role="rowheader" scope="row">(.*?)</tr>', text, re.S):
        address = re.search(r'<a href="([^"]+)">', row)
        name = html.unescape(re.sub(r"<[^>]+>", "", row.split("<svg")[0]))
        cost = dollars(re.search(r'title="(\$[\d.,]+)"', row)[1])
        requests = int(re.search(r'data-label="Requests" class="number">(\d+)<', row)[1])
        found[name] = (address and html.unescape(address[1]), cost, requests)
    return found


def test_nobody_sees_them_who_is_not_signed_in(own):
    for path in ("/spending", "/spending?range=7d&by=key", "/audit", "/audit?cursor=1"):
        answer = Browser(own.console_port).get(path)
        assert (answer.status, answer.headers["location"]) == (303, "/signin")


@pytest.mark.parametrize("by", DIMENSIONS)
@pytest.mark.parametrize("range", ("24h", "7d", "30d", "month"))
def test_its_figures_are_those_of_the_ledger_and_lead_to_their_requests(own, browser, range, by):
    answer = browser.get(f"/spending?range={range}&by={by}")
    assert answer.status == 200
    page = Page(answer.text)
    assert len(page.of("h1")) == 1
    for option in (range, by):
        assert f'<option value="{option}" selected>' in answer.text
    report = API(own.console_port, first_token(own)).call("GET", f"/admin/v1/spend?by={by}").json()
    told = rows(answer.text)
    wanted = {}
    for group in report[DIMENSIONS[by]]:
        name = group.get("value") and f"{group['tag']}={group['value']}" if by == "tag" else group.get(by)
        wanted[name or "none"] = (group["cost_nanodollars"], group["requests"])
    assert {name: (round(cost * 1e9), requests) for name, (_, cost, requests) in told.items()} == wanted
    for name, (address, _, requests) in told.items():
        assert (address is None) == (by == "family" or name == "none"), name
        if address:
            found = browser.get(address).text
            ids = set(re.findall(r'<a href="/requests/(req_[0-9a-f]{32})">', found))
            assert len(ids) >= max(requests, 1), (address, name)


def test_where_nothing_is_said_it_is_this_month_by_model(browser):
    text = browser.get("/spending").text
    assert '<option value="month" selected>' in text and '<option value="model" selected>' in text
    told = rows(browser.get("/spending?by=tag%3Ateam").text)
    assert set(told) == {"team=blue", "team=red"} and told["team=blue"][2] == 2


def test_what_makes_no_sense_is_told_so(browser):
    for query in ("range=1h", "by=total", "by=tag%3A", "by=" + urllib.parse.quote("<script>")):
        answer = browser.get(f"/spending?{query}")
        assert answer.status == 422 and 'role="alert"' in answer.text, query
        Page(answer.text)
    assert browser.get("/audit?cursor=x").status == 422


def test_the_overview_leads_to_all_of_it(browser):
    text = browser.get("/").text
    for by in ("model", "provider", "route", "key", "customer"):
        address = f"/spending?range=month&by={by}"
        assert f'<a href="{html.escape(address)}">Spending by {by}</a>' in text
        assert browser.get(address).status == 200


def test_every_change_stands_in_the_audit_log_the_newest_first(own, browser):
    owner = API(own.console_port, first_token(own))
    for number in range(60):
        assert owner.call("POST", "/admin/v1/keys", {"name": f"audited-{number}"}).status == 201
    told, address, pages = [], "/audit", 0
    while address:
        text = browser.get(address).text
        Page(text)
        told += re.findall(r'data-label="Did">([^<]*)</td><td role="cell" data-label="What" class="name">([^<]*)<', text)
        older = re.search(r'<a href="([^"]+)" rel="next">', text)
        address, pages = older and html.unescape(older[1]), pages + 1
        assert pages < 10
    wanted = owner.call("GET", "/admin/v1/audit?limit=500").json()["data"]
    assert told == [(line["action"], line["subject"]) for line in wanted] and len(told) > 60 and pages == 2
    assert told[0] == ("key.create", "audited-59")


def test_where_a_request_would_go_stands_among_the_pages(browser):
    text = browser.get("/routes/explain?model=fast-llm&input=1000&output=100").text
    assert '<a href="/routes/explain" aria-current="page">What if</a>' in text and "Nothing was sent." in text
