"""The console in a real browser: what is seen, by whom it can be used, and what it says to others.

With TUPPENCE_SCREENSHOTS set to a folder, each page is pictured there at both widths.
"""

import csv
import io
import os
import shutil
import time
from pathlib import Path

import openai
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from conftest import CONFIGURATION
from console_client import first_token
from programs import APP, POOR, Gateway, eventually, tuppence_json
from test_experiments import CONFIGURATION as TRIALS

MESSAGES = [{"role": "user", "content": "Hello!"}]

SCREENSHOTS = os.environ.get("TUPPENCE_SCREENSHOTS")
# A phone held at night, and a desk by day.
VIEWS = {"390": {"width": 390, "height": 844, "scheme": "dark"}, "1440": {"width": 1440, "height": 900, "scheme": "light"}}


@pytest.fixture(scope="module")
def chromium():
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert binary, "no Chromium: scripts/test installs it"
    with sync_playwright() as playwright:
        # Who runs as root, as containers do, has no sandbox of Chromium's.
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture
def own(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION + "customers:\n  - { name: payer, prepaid: true }\n", sandbox).start()
    yield program
    program.stop()


class Watched:
    """A page, and everything about it that should not be."""

    def __init__(self, page: Page, origin: str):
        self.page, self.faults = page, []
        page.on("console", lambda message: message.type in ("error", "warning") and self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: request.url.startswith(origin) or self.faults.append(f"asks {request.url}"))

    def check(self, name: str, view: str):
        """Nothing has gone wrong, nothing hangs over the side, and everybody can use it."""
        assert not self.faults, self.faults
        overhang = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overhang <= 0, f"{name} is {overhang} pixels wider than {view}"
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        if SCREENSHOTS:
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{view}.png", full_page=True)


def look(chromium, gateway: Gateway, view: str) -> Watched:
    shape = VIEWS[view]
    context = chromium.new_context(
        viewport={"width": shape["width"], "height": shape["height"]}, color_scheme=shape["scheme"])
    context.set_default_timeout(15_000)
    return Watched(context.new_page(), f"http://127.0.0.1:{gateway.console_port}")


def signed_in(chromium, gateway: Gateway, view: str, token: str | None = None) -> Watched:
    watched = look(chromium, gateway, view)
    watched.page.goto(f"http://127.0.0.1:{gateway.console_port}/signin")
    watched.page.get_by_label("Token").fill(token or first_token(gateway))
    watched.page.keyboard.press("Enter")
    watched.page.get_by_role("heading", name="Overview").wait_for()
    return watched


def type_token(page, token: str):
    """By keyboard alone: the field has the focus, once the page is drawn; what is typed before is lost."""
    expect(page.get_by_label("Token")).to_be_focused()
    page.keyboard.type(token)
    page.keyboard.press("Enter")


def go(watched: Watched, place: str):
    watched.page.get_by_role("navigation").get_by_role("link", name=place).click()
    watched.page.get_by_role("heading", level=1, name=place).wait_for()


def asked(gateway: Gateway, key: str) -> str | None:
    """The code that a request for a customer is refused with; None where it is answered."""
    try:
        gateway.client(key).chat.completions.create(
            model="fast-llm", messages=MESSAGES, extra_headers={"x-tuppence-customer": "acme"})
        return None
    except openai.APIStatusError as error:
        return error.code


@pytest.mark.parametrize("view", VIEWS)
def test_an_operator_signs_in_by_keyboard_and_sees_traffic_move(chromium, own, view):
    watched = look(chromium, own, view)
    page = watched.page
    page.goto(f"http://127.0.0.1:{own.console_port}/")
    assert page.title().startswith("Sign in")
    watched.check("sign-in", view)

    type_token(page, first_token(own))
    page.get_by_role("heading", name="Overview").wait_for()
    assert page.get_by_text("Nothing has been spent this month").is_visible()
    watched.check("overview-empty", view)

    # It comes by itself: nobody reloads the page.
    for name in ("Ada", "Grace", "Barbara"):
        own.client(APP).chat.completions.create(
            model="fast-llm", messages=[{"role": "user", "content": f"Hello, {name}!"}])
    row = page.get_by_role("region", name="By model").get_by_role("row").nth(1)
    row.wait_for()
    page.wait_for_function("document.body.innerText.includes('chat-small')")
    spent = page.get_by_role("heading", name="Overview")
    assert spent.is_visible()
    watched.check("overview", view)

    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Token").wait_for()
    page.go_back()
    assert page.get_by_label("Token").is_visible(), "what was seen is not seen by who comes next"
    assert not watched.faults, watched.faults


@pytest.mark.parametrize("view", VIEWS)
def test_a_key_and_a_budget_from_their_making_to_the_statement(chromium, own, view):
    """What an operator does on the first day, and everything that is seen on the way."""
    watched = signed_in(chromium, own, view)
    page = watched.page

    go(watched, "Keys")
    page.get_by_label("Name").fill("walker")
    page.get_by_role("button", name="Make the key").click()
    key = page.locator("#secret").inner_text()
    assert key.startswith("tp_live_")
    assert f"Bearer {key}" in page.locator("#request").inner_text()
    assert page.get_by_role("button", name="Copy the key").is_visible()
    watched.check("key-made", view)
    eventually("the key counts", lambda: asked(own, key) is None)

    go(watched, "Keys")
    assert key not in page.content(), "it was shown that once"
    assert page.get_by_role("row").filter(has_text="walker").get_by_text("active").is_visible()
    watched.check("keys", view)

    go(watched, "Budgets")
    page.get_by_role("link", name="New budget").click()
    page.get_by_label("Name").fill("walker-daily")
    page.get_by_label("Key", exact=True).fill("walkr")
    page.get_by_label("Limit in USD").fill("little")
    watched.check("budget-new", view)
    page.get_by_role("button", name="Make the budget").click()
    # What is wrong stands beside what it is wrong with, and nothing that was written is lost.
    assert page.get_by_text("there is no key 'walkr'. Did you mean 'walker'?").is_visible()
    limit = page.get_by_label("Limit in USD")
    assert limit.input_value() == "little" and limit.get_attribute("aria-invalid") == "true"
    assert "'little' is not an amount in USD" in page.locator("#limit-fault").inner_text()
    # The browser says so of the answer itself, which is no fault of the page.
    watched.faults = [fault for fault in watched.faults if "422" not in fault]
    watched.check("budget-mistakes", view)
    page.get_by_label("Key", exact=True).fill("walker")
    limit.fill("0.0003")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Budgets").wait_for()
    card = page.get_by_role("region", name="walker-daily")
    card.wait_for()

    time.sleep(1)
    code = None
    for _ in range(100):
        if code := asked(own, key):
            break
    assert code == "budget_exceeded"
    # It fills while it is looked at.
    page.wait_for_function(
        """() => { const bar = document.querySelector('section[aria-label="walker-daily"] rect.spent');
                   return bar && Number(bar.getAttribute("width")) > 50; }""")
    watched.check("budgets", view)

    go(watched, "Requests")
    page.get_by_label("Key", exact=True).fill("walker")
    page.get_by_label("Ended").select_option("refused")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_role("heading", name="Refused: 402 budget_exceeded").wait_for()
    assert page.get_by_text("walker-daily").first.is_visible()

    go(watched, "Budgets")
    card.get_by_role("link", name="Change walker-daily").click()
    page.get_by_label("Limit in USD").fill("0.01")
    watched.check("budget-change", view)
    page.get_by_role("button", name="Change the budget").click()
    page.get_by_role("heading", level=1, name="Budgets").wait_for()
    eventually("it is answered again", lambda: asked(own, key) is None, within=2)

    go(watched, "Customers")
    row = page.get_by_role("row").filter(has_text="acme")
    row.wait_for()
    watched.check("customers", view)
    with page.expect_download() as download:
        row.get_by_role("link", name="Statement of acme as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert download.value.suggested_filename.startswith("statement-acme-")
    month = download.value.suggested_filename.removeprefix("statement-acme-").removesuffix(".csv")
    statement = tuppence_json("statement", "acme", "--month", month, "--config", own.configuration)
    assert sum(int(row["requests"]) for row in rows) == statement["lines"][0]["requests"] > 1
    row.get_by_role("link", name="Statement of acme to print").click()
    page.get_by_role("heading", name="Statement").wait_for()

    page.go_back()
    page.get_by_role("link", name="Top up a wallet").click()
    page.get_by_label("Customer", exact=True).fill("payer")
    page.get_by_label("Amount in USD").fill("25")
    page.get_by_label("Note").fill("invoice 7")
    watched.check("top-up", view)
    page.get_by_role("button", name="Top up").click()
    page.get_by_role("row").filter(has_text="payer").get_by_text("$25").wait_for()
    assert not watched.faults, watched.faults


def test_a_key_is_disabled_and_given_another_secret_without_scripts(chromium, own):
    shape = VIEWS["390"]
    context = chromium.new_context(viewport={"width": shape["width"], "height": shape["height"]}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{own.console_port}/signin")
    page.get_by_label("Token").fill(first_token(own))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Keys").click()
    page.get_by_label("Name").fill("plain")
    page.get_by_role("button", name="Make the key").click()
    first = page.locator("#secret").inner_text()
    eventually("it counts", lambda: asked(own, first) is None)
    page.get_by_role("row").filter(has_text="plain").locator("summary").click()
    page.get_by_label("The present one counts for").select_option("no longer")
    page.get_by_role("button", name="Give plain a new secret").click()
    second = page.locator("#secret").inner_text()
    assert second != first
    eventually("the new one counts", lambda: asked(own, second) is None)
    assert asked(own, first) == "invalid_api_key"
    page.get_by_role("button", name="Disable plain").click()
    assert page.get_by_role("row").filter(has_text="plain").get_by_text("disabled").is_visible()
    eventually("it is refused", lambda: asked(own, second) == "key_disabled")
    page.get_by_role("button", name="Enable plain").click()
    eventually("it counts again", lambda: asked(own, second) is None)
    context.close()


@pytest.mark.parametrize("view", ["390"])
def test_what_somebody_has_begun_to_write_stays(chromium, own, view):
    watched = signed_in(chromium, own, view)
    page = watched.page
    go(watched, "Keys")
    looked = page.locator("main time").inner_text()
    # It looks again by itself…
    page.wait_for_function("before => document.querySelector('main time').innerText !== before", arg=looked)
    page.get_by_label("Name").fill("half-writ")
    page.get_by_label("Name").blur()
    page.wait_for_timeout(6_000)
    # … but not over what is being written.
    assert page.get_by_label("Name").input_value() == "half-writ"
    assert not watched.faults, watched.faults


@pytest.mark.parametrize("view", VIEWS)
def test_routes_say_how_targets_do_and_where_a_request_would_go(chromium, own, view):
    watched = signed_in(chromium, own, view)
    page = watched.page
    for _ in range(8):
        own.client(APP).chat.completions.create(model="falls-over", messages=MESSAGES)
    go(watched, "Routes")
    card = page.get_by_role("region", name="falls-over", exact=True)
    assert card.get_by_text("503").first.is_visible()
    watched.check("routes", view)
    card.get_by_role("link", name="Explain falls-over").click()
    page.get_by_role("heading", level=1, name="Where would a request go?").wait_for()
    page.get_by_text("It would go to sandbox/chat-").wait_for()
    # By keyboard: another question.
    page.get_by_label("Key").fill("poor")
    page.get_by_label("Output tokens at most").fill("200")
    page.get_by_label("Streaming").focus()
    page.keyboard.press("Space")
    watched.check("routes-explain", view)
    page.get_by_label("Output tokens at most").press("Enter")
    page.get_by_text("It would be refused with 402 budget_exceeded").wait_for()
    assert page.get_by_label("Streaming").is_checked() and page.get_by_label("Key").input_value() == "poor"
    watched.check("routes-explain-refused", view)
    page.get_by_label("Input tokens, about").fill("many")
    page.get_by_role("button", name="Explain").click()
    page.get_by_text("'many' is not a number").wait_for()
    watched.faults = [fault for fault in watched.faults if "422" not in fault]
    watched.check("routes-explain-mistake", view)


def settled(page: Page):
    page.wait_for_function("() => document.getElementById('cost-title').textContent === 'Settled'", timeout=20_000)


@pytest.mark.parametrize("view", VIEWS)
def test_the_playground_streams_counts_stops_and_says_what_is_wrong(chromium, own, view):
    watched = signed_in(chromium, own, view)
    page = watched.page
    go(watched, "Keys")
    page.get_by_label("Name").fill("player")
    page.get_by_role("button", name="Make the key").click()
    secret = page.locator("#secret").inner_text()
    eventually("the key counts", lambda: asked(own, secret) is None)
    page.get_by_role("button", name="Try it in the playground").click()
    page.get_by_role("heading", level=1, name="Playground").wait_for()
    assert page.get_by_label("Key").input_value() == secret
    watched.check("playground", view)

    # An answer as it comes, with what it costs; the ledger has the last word.
    page.get_by_label("Route or model").fill("sandbox/chat-small?tokens=60&drip=30ms")
    page.get_by_label("System prompt").fill("Be brief.")
    page.get_by_label("Prompt", exact=True).fill("What does a token cost?")
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('cost').textContent.startsWith('$')")
    assert page.locator("#cost-title").inner_text() == "Cost so far, about"
    shown = [page.locator("#answer").inner_text()]
    page.wait_for_function("before => document.getElementById('answer').textContent.length > before", arg=len(shown[0]))
    assert page.get_by_role("button", name="Send").is_disabled()
    watched.check("playground-answering", view)
    settled(page)
    assert "completed, settled" in page.locator("#says").inner_text()
    address = page.get_by_role("link", name="In full").get_attribute("href")
    cost = sum(line["cost_nanodollars"] for line in own.entries(address.rsplit("/", 1)[1]))
    assert round(float(page.locator("#cost").inner_text().lstrip("$")) * 1e9) == cost > 0
    watched.check("playground-settled", view)

    # Stopped: what was produced is billed, as the ledger says.
    page.get_by_label("Route or model").fill("sandbox/chat-small?tokens=900&drip=30ms")
    page.get_by_label("Output tokens at most").fill("1000")
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("() => document.getElementById('answer').textContent.length > 20")
    page.get_by_role("button", name="Stop").click()
    settled(page)
    assert "Stopped." in page.locator("#says").inner_text() and "aborted" in page.locator("#says").inner_text()
    address = page.get_by_role("link", name="In full").get_attribute("href")
    [line] = own.entries(address.rsplit("/", 1)[1])
    assert line["status"] == "aborted" and line["usage"]["output"] < 900

    # Refused: in the words of the refusal.
    page.get_by_label("Key").fill(POOR)
    page.get_by_label("Route or model").fill("fast-llm")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").filter(has_text="402 budget_exceeded: ").wait_for()
    assert "poor-daily" in page.get_by_role("alert").inner_text()
    assert page.locator("#says").inner_text() == "It was refused: nothing was spent."
    watched.check("playground-refused", view)
    page.get_by_label("Key").fill(APP)
    page.get_by_label("Route or model").fill("sandbox/chat-small?status=503")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").filter(has_text="503").wait_for()
    # An answer is text, whatever stands in it.
    page.get_by_label("Route or model").fill("fast-llm<img src=x>")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").filter(has_text="404 model_not_found").wait_for()
    assert page.locator("main img").count() == 0
    assert not watched.faults, watched.faults


def test_experiments_are_held_against_each_other(chromium, tmp_path, sandbox):
    program = Gateway(tmp_path, TRIALS, sandbox).start()
    try:
        with program.client() as client:
            for number in range(100):
                client.chat.completions.create(
                    model="trial-llm", user=f"user-{number}", max_tokens=20, messages=MESSAGES)
        for view in VIEWS:
            watched = signed_in(chromium, program, view)
            go(watched, "Experiments")
            watched.page.get_by_text("cheaper than control").wait_for()
            assert watched.page.get_by_role("img", name="Cost of a request").is_visible()
            watched.check("experiments", view)
            watched.page.get_by_role("link", name="1 day").click()
            watched.page.wait_for_url("**days=1")
            assert not watched.faults, watched.faults
    finally:
        program.stop()


@pytest.mark.parametrize("view", VIEWS)
def test_alerts_stand_there_with_their_remedy(chromium, own, view):
    watched = signed_in(chromium, own, view)
    page = watched.page
    go(watched, "Alerts")
    assert page.get_by_text("Nothing has had to be told").is_visible()
    watched.check("alerts-empty", view)
    assert asked(own, POOR) == "budget_exceeded"
    with pytest.raises(openai.APIStatusError):
        own.client(APP).chat.completions.create(model="sandbox/chat-small?status=402", messages=MESSAGES)
    # They come by themselves.
    page.get_by_role("article").filter(has_text="A budget is used up").wait_for()
    page.get_by_role("article").filter(has_text="A provider refuses our account").wait_for()
    watched.check("alerts", view)
    page.get_by_role("article").filter(has_text="A budget is used up").get_by_role("link", name="Budgets").click()
    page.get_by_role("heading", level=1, name="Budgets").wait_for()


@pytest.mark.parametrize("view", VIEWS)
def test_who_only_looks_sees_no_forms(chromium, own, view):
    token = tuppence_json("console", "token", "create", "looks", "--config", own.configuration)["token"]
    watched = signed_in(chromium, own, view, token)
    for place in ("Keys", "Budgets", "Customers", "Routes", "Experiments", "Playground", "Alerts"):
        go(watched, place)
        assert watched.page.locator("main form").count() == 0
        assert watched.page.locator("main button").count() == 0
        watched.check(f"{place.lower()}-viewer", view)


def test_pages_without_anything_say_what_to_do(chromium, tmp_path, sandbox):
    configuration = CONFIGURATION[:CONFIGURATION.index("keys:")]
    program = Gateway(tmp_path, configuration, sandbox).start()
    try:
        for view in VIEWS:
            watched = signed_in(chromium, program, view)
            for place, words in [
                    ("Budgets", "There are no budgets"), ("Customers", "No request of this month"),
                    ("Experiments", "Nothing is tried out")]:
                go(watched, place)
                assert watched.page.get_by_text(words).is_visible()
                watched.check(f"{place.lower()}-empty", view)
    finally:
        program.stop()


@pytest.mark.parametrize("view", VIEWS)
def test_a_refusal_is_found_and_a_request_is_read_in_full(chromium, own, view):
    watched = look(chromium, own, view)
    page = watched.page
    page.goto(f"http://127.0.0.1:{own.console_port}/")
    type_token(page, first_token(own))
    page.get_by_role("link", name="Requests").click()
    page.get_by_text("There has been no request yet").wait_for()
    watched.check("requests-empty", view)

    for model in ("fast-llm", "falls-over", "sandbox/chat-large"):
        own.client(APP).chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Hello!"}], extra_headers={"x-tuppence-customer": "acme"})
    with pytest.raises(openai.APIStatusError):
        own.client(POOR).chat.completions.create(model="fast-llm", messages=[{"role": "user", "content": "Hello!"}])
    page.reload()
    assert page.get_by_role("row").count() == 6
    watched.check("requests", view)

    # By keyboard alone: what was refused, and why.
    page.get_by_label("Ended").select_option("refused")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    row = page.get_by_role("row").nth(1)
    page.wait_for_url("**outcome=refused**")
    assert page.get_by_role("row").count() == 2 and "budget_exceeded" in row.inner_text()
    row.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Refused: 402 budget_exceeded").wait_for()
    watched.check("refusal", view)

    page.goto(f"http://127.0.0.1:{own.console_port}/requests?route=falls-over")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_role("heading", name="Attempt 2").wait_for()
    watched.check("request", view)
    page.goto(f"http://127.0.0.1:{own.console_port}/requests?key=nobody")
    assert page.get_by_text("No request is like that").is_visible()
    watched.check("requests-none", view)
