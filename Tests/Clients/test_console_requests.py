"""The request explorer: every attempt of the ledger and every refusal, found again, and told in full."""

import csv
import html
import io
import re
import urllib.parse

import openai
import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import POOR, Gateway
from test_console_overview import EVIL, Page

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture
def own(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    yield program
    program.stop()


@pytest.fixture
def browser(own) -> Browser:
    browser = Browser(own.console_port)
    assert browser.sign_in(first_token(own)).status == 303
    return browser


def ask(gateway: Gateway, model: str = "fast-llm", **options) -> str:
    """The id of a request that was answered."""
    raw = gateway.client().chat.completions.with_raw_response.create(model=model, messages=MESSAGES, **options)
    return raw.headers["x-tuppence-request-id"]


def refuse(gateway: Gateway, model: str = "fast-llm") -> tuple[str, str]:
    """The id of a request that was not, and the words for it."""
    with pytest.raises(openai.APIStatusError) as caught:
        gateway.client(POOR).chat.completions.create(model=model, messages=MESSAGES)
    return caught.value.response.headers["x-tuppence-request-id"], caught.value.body["message"]


def rows(text: str) -> list[tuple[str, str]]:
    """The id of each line, and its words."""
    found = []
    for row in re.findall(r"<tr role=\"row\"><th role=\"rowheader\" scope=\"row\"><a href=\"/requests/(req_[0-9a-f]{32})\">(.*?)</tr>", text, re.S):
        found.append((row[0], html.unescape(re.sub(r"<[^>]+>", " ", row[1]))))
    return found


def test_nobody_sees_it_who_is_not_signed_in(own):
    for path in ("/requests", "/requests/req_" + "0" * 32):
        answer = Browser(own.console_port).get(path)
        assert (answer.status, answer.headers["location"]) == (303, "/signin")


def test_attempts_and_refusals_stand_together_the_newest_first(own, browser):
    first = ask(own)
    refused, words = refuse(own)
    last = ask(own, "falls-over")
    Page(browser.get("/requests").text)
    found = rows(browser.get("/requests").text)
    assert [id for id, _ in found] == [last, last, refused, first]
    assert "chat-large" in found[0][1] and "attempt 2" in found[0][1] and "failed" in found[1][1]
    assert "402 budget_exceeded" in found[2][1] and "poor" in found[2][1]

    page = Page(browser.get(f"/requests/{refused}").text)
    assert words in page.texts and "Refused: 402 budget_exceeded" in page.texts
    told = API(own.console_port, first_token(own)).call("GET", "/admin/v1/refusals").json()["data"]
    assert [(line["request_id"], line["code"], line["message"]) for line in told] == [(refused, "budget_exceeded", words)]


def test_what_is_looked_for_is_found_and_nothing_else(own, browser):
    plain = ask(own, user="Ada")
    acme = ask(own, "falls-over", extra_headers={"x-tuppence-customer": "acme", "x-tuppence-tags": "team=blue,job=x"})
    refused, _ = refuse(own)
    for query, wanted in [
        ({"key": "poor"}, [refused]),
        ({"key": "app"}, [acme, acme, plain]),
        ({"customer": "acme"}, [acme, acme]),
        ({"user": "Ada"}, [plain]),
        ({"tag": "team=blue"}, [acme, acme]),
        ({"tag": "job"}, [acme, acme]),
        ({"tag": "team=red"}, []),
        ({"provider": "sandbox"}, [acme, acme, plain]),
        ({"provider": "nobody"}, []),
        ({"route": "falls-over"}, [acme, acme]),
        ({"route": "fast-llm"}, [refused, plain]),
        ({"model": "chat-large"}, [acme]),
        ({"model": "sandbox/chat-large"}, [acme]),
        ({"outcome": "failed"}, [acme]),
        ({"outcome": "refused"}, [refused]),
        ({"outcome": "completed", "customer": "acme"}, [acme]),
        ({"key": "nobody"}, []),
        ({"since": "2026-01-01"}, [refused, acme, acme, plain]),
        ({"until": "2026-01-01T00:00"}, []),
        ({"since": "2999-01-01T00:00"}, []),
        ({"id": plain}, None),
    ]:
        answer = browser.get("/requests?" + urllib.parse.urlencode(query))
        if wanted is None:
            assert (answer.status, answer.headers["location"]) == (303, f"/requests/{plain}")
            continue
        assert answer.status == 200 and [id for id, _ in rows(answer.text)] == wanted, query
        for name, value in query.items():
            assert f'value="{value}"' in answer.text, "the form says what was looked for"


def test_what_is_found_is_told_as_csv_however_much_it_is(own, browser):
    for number in range(60):
        ask(own, extra_headers={"x-tuppence-tags": f"team={'blue' if number % 2 else 'red'}"})
    text = browser.get("/requests?tag=team%3Dblue").text
    [address] = [html.unescape(found) for found in re.findall(r'<a href="(/requests\.csv[^"]*)">', text)]
    answer = browser.get(address)
    assert answer.status == 200 and answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ledger.csv"'
    lines = [line["place"] for line in own.ledger() if line.get("tags") == "team=blue"]
    assert [line["place"] for line in csv.DictReader(io.StringIO(answer.text, newline=""))] == lines and len(lines) == 30
    assert browser.get("/requests.csv").text.count("\r\n") == 61
    # What was refused is not in the ledger, and nobody is told so by a file.
    assert "/requests.csv" not in browser.get("/requests?outcome=refused").text
    for wrong in ("outcome=refused", "since=x", "tag=a%20b"):
        assert browser.get(f"/requests.csv?{wrong}").status == 422, wrong
    nobody = Browser(own.console_port).get("/requests.csv")
    assert (nobody.status, nobody.headers["location"]) == (303, "/signin")


def test_pages_lead_to_each_other_and_miss_nothing(own, browser):
    ids = []
    for number in range(130):
        ids.append(refuse(own)[0] if number % 5 == 0 else ask(own))
    seen, address, pages = [], "/requests?key=&since=2026-01-01", 0
    while address:
        text = browser.get(address).text
        seen += [id for id, _ in rows(text)]
        pages += 1
        older = re.search(r'<a href="([^"]+)" rel="next">', text)
        address = html.unescape(older[1]) if older else None
        assert pages < 10
        assert not address or "since=2026-01-01" in address
    assert seen == ids[::-1] and pages == 3


def test_one_request_is_told_in_full(own, browser):
    id = ask(own, "falls-over", extra_headers={"x-tuppence-customer": "acme", "x-tuppence-tags": "team=blue"})
    [failed, answered] = sorted(own.entries(id), key=lambda line: line["attempt"])
    answer = browser.get(f"/requests/{id}")
    page = Page(answer.text)
    facts = dict(zip(re.findall(r"<dt>(.*?)</dt>", answer.text), re.findall(r"<dd>(.*?)</dd>", answer.text)))
    assert facts["Key"] == "app" and facts["Customer"] == "acme" and facts["Route"] == "falls-over"
    assert facts["Endpoint"] == "chat/completions" and "blue" in facts["Tags"]
    assert "app-daily" in facts["Budgets"] and facts["Held before"].startswith("$") and facts["Given back"].startswith("$")
    assert "Attempt 1:" in page.texts and "Attempt 2: completed" in page.texts and failed["status"] == "failed"
    # The lines of its price come to what the ledger has.
    cost = answered["cost_nanodollars"]
    second = answer.text[answer.text.index("Attempt 2"):]
    amounts = [round(float(text.replace("$", "")) * 1e9) for text in re.findall(
        r'<td class="number">[\d,]+</td><td class="number">[^<]+</td><td class="number">(\$[\d.]+)</td>', second)]
    assert len(amounts) == 2 and sum(amounts) == cost
    assert "$3.00/M" in second and "$15.00/M" in second and "Its rates are not those of today" not in second


def test_whatever_callers_call_things_stays_text(own, browser):
    own.client().chat.completions.create(
        model="fast-llm", messages=MESSAGES, user=EVIL[:60], extra_headers={"x-tuppence-customer": "<b>acme</b>"})
    with pytest.raises(openai.APIStatusError):
        own.client().chat.completions.create(model=f"sandbox/chat-large{EVIL}", messages=MESSAGES, max_tokens=10**9)
    pages = [browser.get("/requests"), browser.get("/requests?" + urllib.parse.urlencode({"key": EVIL, "since": EVIL}))]
    pages += [browser.get(f"/requests/{id}") for id, _ in rows(pages[0].text)]
    pages.append(browser.get("/requests/" + urllib.parse.quote(EVIL, safe="")))
    for answer in pages:
        page = Page(answer.text)
        assert not {"b", "script"} & {name for name, attributes in page.elements if attributes.get("src") != "/assets/console.js"}
        assert not page.of("img")


def test_what_makes_no_sense_is_told_so(own, browser):
    for query in ("since=yesterday", "until=x", "outcome=paid", "cursor=x", "cursor=1.2.3", "cursor=~req_x", "tag=a%20b"):
        answer = browser.get(f"/requests?{query}")
        assert answer.status == 422 and 'role="alert"' in answer.text, query
    for id in ("req_" + "0" * 32, "req_x", "x"):
        answer = browser.get(f"/requests/{id}")
        assert answer.status == 404 and "Nothing is known of this request" in answer.text
