"""The routes as the console shows them, where a request would go, and the API beside it."""

import html
import json
import re
import urllib.parse

import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import Gateway, tuppence_json
from test_console_overview import EVIL, Page

MESSAGES = [{"role": "user", "content": "Hello!"}]

ROUTES = CONFIGURATION.replace("""\
loops: off
""", """\
  shared:
    targets: [ { target: "sandbox/chat-small?status=500", weight: 80 }, { target: sandbox/chat-large, weight: 20 } ]
  limits:
    strategy: priority
    targets: [ { target: "hurried/chat-small" }, { target: sandbox/chat-large } ]
  unpaid: { strategy: priority, targets: [ "sandbox/chat-small?status=402", sandbox/chat-large ] }
  able: { strategy: priority, targets: [ openai/gpt-3.5-turbo, sandbox/chat-large ] }
  tried:
    targets: [ sandbox/chat-large ]
    experiment: { name: small-trial, arms: [ { name: small, share: 40%, targets: [ sandbox/chat-small ] } ] }
loops: off
""").replace("""\
prices:
""", """\
  openai: { base_url: "@SANDBOX@", api_key: none }
  hurried: { dialect: openai, base_url: "@SANDBOX@", api_key: none, tier: aggregator, limits: { rpm: 3 } }
prices:
  hurried/chat-small: { input: 0.10, output: 0.40 }
""")


@pytest.fixture(scope="module")
def own(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("routes"), ROUTES, sandbox).start()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def browser(own) -> Browser:
    browser = Browser(own.console_port)
    assert browser.sign_in(first_token(own)).status == 303
    return browser


@pytest.fixture(scope="module")
def api(own) -> API:
    return API(own.console_port, first_token(own))


def section(text: str, route: str) -> str:
    """What the page says of one route, as text."""
    [found] = re.findall(rf'<section class="card" aria-label="{re.escape(route)}">(.*?)</section>', text, re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found)))


def route(api: API, name: str) -> dict:
    [found] = [route for route in api.call("GET", "/admin/v1/routes").json()["data"] if route["name"] == name]
    return found


def test_nobody_sees_them_who_is_not_signed_in(own):
    for path in ("/routes", "/routes/explain?model=fast-llm"):
        answer = Browser(own.console_port).get(path)
        assert (answer.status, answer.headers["location"]) == (303, "/signin")


def test_a_route_that_is_well_says_weight_price_and_order(own, browser, api):
    words = section(browser.get("/routes").text, "tried")
    assert "sandbox/chat-large" in words and "$3.00/M in, $15.00/M out" in words and "well" in words
    assert "Arm small answers 40% of the requests" in words and "sandbox/chat-small" in words
    told = route(api, "tried")
    assert told["experiment"] == "small-trial" and [arm["name"] for arm in told["arms"]] == ["control", "small"]
    assert told["arms"][1]["share_percent"] == 40 and told["arms"][1]["targets"][0]["target"]["target"] == "sandbox/chat-small"
    [target] = told["targets"]
    assert target["input_nanodollars_per_million"] == 3_000_000_000 and target["tier"] == "direct"


def test_what_fails_weighs_less_and_says_why(own, browser, api):
    for _ in range(6):
        own.client().chat.completions.create(model="shared", messages=MESSAGES)
    failing = route(api, "shared")["targets"][0]
    # One of six goes there with near certainty: the first that does halves it.
    assert failing["weight"] == 80 and failing["weight_now"] < 80 and "500" in failing["target"]["reason"]
    words = section(browser.get("/routes").text, "shared")
    assert "500" in words and ("recovering" in words or "behind the others" in words)


def test_what_limits_leave_is_told(own, browser, api):
    before = route(api, "limits")["targets"][0]
    assert before["tier"] == "aggregator" and before["priority"] >= 0
    assert before["limits"] == [{"source": "provider", "name": "requests a minute", "limit": 3, "left": 3}]
    own.client().chat.completions.create(model="limits", messages=MESSAGES)
    assert route(api, "limits")["targets"][0]["limits"][0]["left"] == 2
    assert "2 of 3 requests a minute left" in section(browser.get("/routes").text, "limits")


def explained(browser: Browser, **question) -> tuple[int, str]:
    answer = browser.get("/routes/explain?" + urllib.parse.urlencode(question))
    return answer.status, html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_a_request_is_explained_as_the_command_does(own, browser, tmp_path):
    status, words = explained(browser, model="falls-over", input=1_000, output=100)
    assert status == 200 and "It would go to sandbox/chat-small?status=503 with at most 100 output tokens" in words
    # About a thousand tokens are asked about, and the same is said of a request of that size.
    [count] = re.findall(r"Input, about ([\d,]+) tokens", words)
    assert 800 <= int(count.replace(",", "")) <= 1_300
    body = {"model": "falls-over", "max_tokens": 100, "messages": [{"role": "user", "content": "word " * 800}]}
    (tmp_path / "body.json").write_text(json.dumps(body))
    command = tuppence_json("routes", "explain", tmp_path / "body.json", "--config", own.configuration)
    for line in command["targets"]:
        assert line["target"] in words and line["verdict"] in ("chosen", "next")
    assert words.index("chat-small?status=503 1 chosen") < words.index("chat-large 2 next")


def test_what_is_filtered_out_says_why(own, browser):
    words = explained(browser, model="able", input=100_000)[1]
    assert "takes 16385 input tokens" in words and "It would go to sandbox/chat-large" in words
    words = explained(browser, model="able", vision="yes", schema="yes", tools="yes", stream="yes")[1]
    assert "lacks vision" in words and "It would go to sandbox/chat-large" in words
    assert re.search("Needs [a-z_, ]*tools[a-z_, ]*vision[a-z_, ]*json_schema", words)
    status, words = explained(browser, model="fast-llm", key="poor", output=100)
    assert status == 200 and "402 budget_exceeded" in words and "poor-daily" in words
    assert "$" in words and "dropped" in words
    # Whatever its budgets, another key would be answered.
    assert "It would go to sandbox/chat-small" in explained(browser, model="fast-llm", key="app", output=100)[1]


def test_how_targets_do_counts_in_a_running_gateway(own, browser, api):
    assert "It would go to sandbox/chat-small?status=402" in explained(browser, model="unpaid")[1]
    # One refusal of our account is enough for five minutes.
    own.client().chat.completions.create(model="unpaid", messages=MESSAGES)
    words = explained(browser, model="unpaid")[1]
    assert "It would go to sandbox/chat-large" in words and "has failed often of late" in words
    quoted = api.call("POST", "/admin/v1/routes/explain", {"model": "unpaid", "messages": MESSAGES}).json()
    assert quoted["target"] == "sandbox/chat-large"
    failing = route(api, "unpaid")["targets"][0]
    assert failing["target"]["standing"] == "last" and failing["weight_now"] == 0
    assert "behind the others" in section(browser.get("/routes").text, "unpaid")


def test_mistakes_stand_beside_their_fields(browser):
    status, words = explained(browser, model="fast-llm", input="many", output="0")
    assert status == 422 and "'many' is not a number" in words and "'0' is not a number" in words
    status, words = explained(browser, model="nowhere")
    assert status == 422 and "No route, model or provider/model is called 'nowhere'" in words
    status, words = explained(browser, model="fast-llm", key="nobody")
    assert status == 422 and "There is no key 'nobody'" in words
    assert browser.get("/routes/explain").status == 200


def test_models_keys_and_inputs_with_HTML_in_them_stay_text(own, browser):
    for question in ({"model": EVIL}, {"model": "fast-llm", "key": EVIL}, {"model": f"sandbox/chat-small{EVIL}", "input": EVIL},
                     {"model": f"sandbox/chat-small{EVIL}"}):
        page = Page(browser.get("/routes/explain?" + urllib.parse.urlencode(question)).text)
        assert not page.of("img") and page.of("script") == [{"src": "/assets/console.js", "defer": None}]


def test_an_arm_and_a_target_are_called_what_they_like(tmp_path, sandbox):
    evil = "<img src=x onerror=alert(1)>"
    configuration = CONFIGURATION.replace("loops: off\n", f"""\
  odd:
    targets: [ "sandbox/chat-small{evil}" ]
    experiment: {{ name: odd-trial, arms: [ {{ name: other, share: 40%, targets: [ "sandbox/chat-large{evil}" ] }} ] }}
loops: off
""")
    program = Gateway(tmp_path, configuration, sandbox).start()
    try:
        browser = Browser(program.console_port)
        browser.sign_in(first_token(program))
        for path in ("/routes", "/experiments", "/playground"):
            answer = browser.get(path)
            assert answer.status == 200 and not Page(answer.text).of("img"), path
        assert html.escape(evil, quote=False) in browser.get("/routes").text.replace("&quot;", '"')
    finally:
        program.stop()


def test_without_routes_the_page_says_what_one_is(tmp_path, sandbox):
    configuration = CONFIGURATION[:CONFIGURATION.index("routes:")]
    program = Gateway(tmp_path, configuration, sandbox).start()
    try:
        browser = Browser(program.console_port)
        browser.sign_in(first_token(program))
        assert "There are no routes" in browser.get("/routes").text
        assert "Nothing is tried out" in browser.get("/experiments").text
    finally:
        program.stop()
