"""The playground: requests by hand, which are requests like any other. Its own events, as its page reads them."""

import http.client
import json
import re

import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import APP, POOR, Gateway, eventually, tuppence_json
from test_console_overview import EVIL, Page


@pytest.fixture(scope="module")
def own(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("playground"), CONFIGURATION, sandbox).start()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def browser(own) -> Browser:
    browser = Browser(own.console_port)
    assert browser.sign_in(first_token(own)).status == 303
    return browser


@pytest.fixture(scope="module")
def csrf(browser) -> str:
    [found] = re.findall(r'data-csrf="([0-9a-f]{64})"', browser.get("/playground").text)
    return found


def body(key: str = APP, model: str = "fast-llm", prompt: str = "Hello!", **more) -> bytes:
    return json.dumps({"key": key, "model": model, "prompt": prompt, **more}).encode()


def events(text: str) -> list[tuple[str, dict]]:
    found = []
    for event in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in event.split("\n") if ": " in line and not line.startswith(":"))
        if fields.get("data") and fields["data"] != "[DONE]":
            found.append((fields.get("event", ""), json.loads(fields["data"])))
    return found


def send(browser: Browser, csrf: str, content: bytes) -> list[tuple[str, dict]]:
    answer = browser.send(
        "POST", "/playground/send", content, content_type="application/json", x_csrf_token=csrf, origin=browser.origin)
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/event-stream"), answer.text
    return events(answer.text)


def test_an_answer_comes_as_a_stream_and_is_in_the_ledger_like_any_other(own, browser, csrf):
    [(name, began), *chunks] = send(browser, csrf, body(system="Be brief.", max_tokens=20))
    assert name == "began" and began["target"] == "sandbox/chat-small"
    assert (began["input_picodollars"], began["output_picodollars"]) == (100_000, 400_000)
    assert "".join(choice["delta"].get("content") or "" for _, chunk in chunks for choice in chunk.get("choices", []))
    [usage] = [chunk["usage"] for _, chunk in chunks if chunk.get("usage")]
    [line] = own.entries(began["request_id"])
    assert line["key"] == "app" and line["status"] == "completed" and line["route"] == "fast-llm"
    assert usage["cost"] == pytest.approx(line["cost_nanodollars"] / 1e9)
    # As its page asks for it.
    told = json.loads(browser.get(f"/playground/settlements/{began['request_id']}").text)
    assert told["is_settled"] and told["attempts"] == 1 and told["status"] == "completed" and not told["estimated"]
    assert round(float(told["cost"].lstrip("$")) * 1e9) == line["cost_nanodollars"]
    assert (told["input_tokens"], told["output_tokens"]) == (line["usage"]["input"], line["usage"]["output"])
    unknown = browser.get("/playground/settlements/req_" + "0" * 32)
    assert unknown.status == 200 and not unknown.json()["is_settled"]
    assert browser.get("/playground/settlements/x").status == 404


@pytest.mark.parametrize("content, status, code, words", [
    (body(POOR), 402, "budget_exceeded", "poor-daily"),
    (body("tp_test_nobody"), 401, "invalid_api_key", ""),
    (body(model="nowhere"), 404, "model_not_found", "nowhere"),
    (body(model="limited"), 429, "", ""),
    (body("x\r\nx-evil: 1"), 422, "invalid", "no key"),
    (body(""), 422, "invalid", "no key"),
    (body(prompt=""), 422, "invalid", "write a prompt"),
    (body(max_tokens=0), 422, "invalid", "1 at least"),
    (b"{", 422, "invalid_request", ""),
    (body(prompt="x" * 300_000), 413, "request_too_large", "256 KB"),
])
def test_whatever_is_refused_is_told_in_its_own_words(own, browser, csrf, content, status, code, words):
    [(name, refused)] = send(browser, csrf, content)
    assert name == "refused" and refused["status"] == status, refused
    assert refused["code"].startswith(code) and words in refused["message"] and refused["message"]


def test_what_breaks_off_ends_with_its_error(own, browser, csrf):
    [(name, _), *chunks] = send(browser, csrf, body(model="sandbox/chat-small?tokens=20&cut=5", max_tokens=40))
    assert name == "began" and chunks


def test_who_stops_it_ends_the_stream_and_it_is_settled_as_aborted(own, browser, csrf):
    connection = http.client.HTTPConnection("127.0.0.1", own.console_port, timeout=10)
    connection.request("POST", "/playground/send", body(model="sandbox/chat-small?tokens=2000&drip=20ms", max_tokens=3_000), {
        "content-type": "application/json", "x-csrf-token": csrf, "origin": browser.origin,
        "cookie": f"tuppence_session={browser.session}"})
    answer = connection.getresponse()
    text = b""
    while text.count(b"\n\n") < 4:
        text += answer.read1(1_000)
    [(_, began), *_] = events(text.decode())
    answer.close()
    connection.close()
    [line] = eventually("it is settled", lambda: own.entries(began["request_id"]), within=10)
    assert line["status"] == "aborted" and 0 < line["usage"]["output"] < 2_000 and line["cost_nanodollars"] > 0
    assert own.held() == 0


def test_who_stops_it_before_anything_has_come_leaves_nothing_held(own, browser, csrf):
    connection = http.client.HTTPConnection("127.0.0.1", own.console_port, timeout=10)
    connection.request("POST", "/playground/send", body(model="sandbox/chat-small?delay=20s"), {
        "content-type": "application/json", "x-csrf-token": csrf, "origin": browser.origin,
        "cookie": f"tuppence_session={browser.session}"})
    eventually("it is held", lambda: own.held() > 0)
    connection.sock.close()
    connection.close()
    eventually("nothing is held any more", lambda: own.held() == 0, within=10)


def test_only_pages_of_its_own_and_people_who_may_send(own, browser, csrf):
    def status(who: Browser, **fields) -> tuple[int, str]:
        answer = who.send("POST", "/playground/send", body(), content_type="application/json", **fields)
        return answer.status, answer.code if answer.status != 200 else ""

    before = len(own.ledger())
    assert status(Browser(own.console_port)) == (401, "not_signed_in")
    assert status(browser) == (403, "foreign_form")
    assert status(browser, x_csrf_token="0" * 64) == (403, "foreign_form")
    assert status(browser, x_csrf_token=csrf, origin="https://evil.example") == (403, "foreign_form")
    assert status(browser, x_csrf_token=csrf, sec_fetch_site="cross-site") == (403, "foreign_form")
    token = tuppence_json("console", "token", "create", "looks-on", "--config", own.configuration)["token"]
    viewer = Browser(own.console_port)
    viewer.sign_in(token)
    page = viewer.get("/playground")
    assert page.status == 200 and "this needs a token with the role" in page.text and "<form class=" not in page.text
    [own_csrf] = set(re.findall(r'name="csrf" value="([0-9a-f]{64})"', page.text))
    assert status(viewer, x_csrf_token=own_csrf) == (403, "forbidden")
    assert viewer.post("/playground", {"csrf": own_csrf, "key": APP}).status == 403
    assert API(own.console_port, token).call("POST", "/playground/send", {"key": APP}).code == "forbidden"
    [entry] = own.ledger()[:1]
    settlement = f"/playground/settlements/{entry['request_id']}"
    assert viewer.get(settlement).status == 403 and Browser(own.console_port).get(settlement).status == 401
    assert len(own.ledger()) == before
    # An operator's program may, with its token alone.
    operator = tuppence_json(
        "console", "token", "create", "acts", "--role", "operator", "--config", own.configuration)["token"]
    answer = API(own.console_port, operator).call("POST", "/playground/send", json.loads(body(max_tokens=5)))
    assert answer.status == 200 and events(answer.text)[0][0] == "began"


def test_a_new_key_is_taken_along_and_is_text(own, browser, csrf):
    answer = browser.post("/playground", {"csrf": csrf, "key": EVIL})
    page = Page(answer.text)
    assert answer.status == 200 and not page.of("img")
    [field] = [one for one in page.of("input") if one.get("id") == "key"]
    assert field["value"] == EVIL and field["type"] == "password" and field["autocomplete"] == "off"
    assert answer.headers["cache-control"] == "no-store"
    assert browser.post("/playground", {"csrf": "x", "key": APP}).status == 403
    page = Page(browser.get("/playground?model=%3Cb%3Ex").text)
    assert not page.of("b")
