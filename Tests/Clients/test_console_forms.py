"""The forms of the console's pages: by whom they are taken, and what becomes of hostile text in every field and every name."""

import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import Gateway, tuppence_json
from test_console_overview import EVIL, Page

JOINED = "a\u0600<i>\u06dd<u>"


@pytest.fixture(scope="module")
def own(tmp_path_factory, sandbox):
    configuration = CONFIGURATION + "customers:\n  - { name: acme, prepaid: true }\n"
    program = Gateway(tmp_path_factory.mktemp("forms"), configuration, sandbox).start()
    yield program
    program.stop()


def browser(own, token: str | None = None) -> tuple[Browser, str]:
    made = Browser(own.console_port)
    assert made.sign_in(token or first_token(own)).status == 303
    return made, made.get("/").text.split('name="csrf" value="')[1].split('"')[0]


BUDGET = {"name": "form", "key": "app", "limit": "5", "per": "day", "hard": "reject"}
FORMS = [
    ("/keys", {"name": "form"}), ("/keys/there/rotate", {"overlap": "1", "version": "1"}),
    ("/keys/there/disable", {"version": "1"}), ("/keys/there/enable", {"version": "1"}),
    ("/budgets", BUDGET), ("/budgets/there", {**BUDGET, "limit": "9", "version": "1"}), ("/budgets/there/remove", {"version": "1"}),
    ("/top-up", {"customer": "acme", "amount": "5", "id": f"req_{1:032x}"}),
]


@pytest.fixture(scope="module")
def there(own):
    """A key and a budget that forms would change."""
    api = API(own.console_port, first_token(own))
    assert api.call("POST", "/admin/v1/keys", {"name": "there"}).status == 201
    budget = {"name": "there", "scope": {"key": "there"}, "limit": "7", "per": "day"}
    assert api.call("POST", "/admin/v1/budgets", budget).status == 201

    def state():
        return api.call("GET", "/admin/v1/keys").json(), api.call("GET", "/admin/v1/budgets/there").json(), len(
            api.call("GET", "/admin/v1/audit?limit=500").json()["data"])

    return state


@pytest.mark.parametrize("path, form", FORMS)
def test_a_form_of_another_page_or_session_changes_nothing(own, there, path, form):
    mine, form_token = browser(own)
    _, others = browser(own)
    before = there()
    for headers, csrf in [
        ({}, None), ({}, ""), ({}, "0" * 64), ({}, others), ({"origin": "http://evil.example"}, form_token),
        ({"origin": "null"}, form_token), ({"sec_fetch_site": "cross-site"}, form_token),
    ]:
        answer = mine.post(path, {**form, **({} if csrf is None else {"csrf": csrf})}, **headers)
        assert answer.status == 403 and "not of your session" in answer.text, (headers, csrf)
    stranger = Browser(own.console_port).post(path, {**form, "csrf": form_token})
    assert (stranger.status, stranger.headers["location"]) == (303, "/signin")
    assert there() == before


@pytest.mark.parametrize("path, form", FORMS)
def test_who_only_looks_changes_nothing(own, there, path, form):
    token = tuppence_json("console", "token", "create", f"v{abs(hash(path))}", "--config", own.configuration)["token"]
    viewer, form_token = browser(own, token)
    before = there()
    answer = viewer.post(path, {**form, "csrf": form_token})
    assert answer.status == 403 and "This is for the role" in answer.text
    assert there() == before
    assert viewer.get("/new-budget").status == viewer.get("/top-up").status == 403


def check(answer, status: int | None = None) -> Page:
    """It is whole, and none of what was hostile in it is an element or an attribute."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
    if status:
        assert answer.status == status, answer.text
    page = Page(answer.text)
    assert not any(page.of(tag) for tag in ("img", "b", "i", "u"))
    assert page.of("script") == [{"src": "/assets/console.js", "defer": None}]
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes), attributes
    return page


@pytest.mark.parametrize("text", [EVIL, JOINED, "'\"></form><b>x</b>", "javascript:alert(1)", "{{csrf}}", "\u202e\u0000x", "x" * 5000])
def test_hostile_text_in_every_field_stays_text(own, there, text):
    mine, form_token = browser(own)
    check(mine.post("/keys", {"name": text, "csrf": form_token}), 422 if text != "javascript:alert(1)" and text != "{{csrf}}" else 201)
    names = ["name", "key", "customer", "user", "model", "route", "provider", "family", "tag", "limit", "per", "timezone", "hard",
             "degrade", "at", "notify", "soft-degrade", "allow"]
    for name in names:
        answer = mine.post("/budgets", {**BUDGET, "name": "hostile", "csrf": form_token, name: text})
        if answer.status == 303:
            # Some of them may be anything: what callers make up.
            assert name in ("key", "customer", "user", "degrade", "allow"), name
            check(mine.get("/budgets"))
            check(mine.get("/"))
            place = "/budgets/hostile"
            check(mine.get(place), 200)
            version = API(own.console_port, first_token(own)).call("GET", "/admin/v1" + place).json()["version"]
            assert mine.post(place + "/remove", {"version": str(version), "csrf": form_token}).status == 303
        else:
            check(answer, 422)


def hidden(page: Page, name: str) -> str:
    [value] = {field["value"] for field in page.of("input") if field.get("name") == name}
    return value


def wallet(own, customer: str) -> int | None:
    wallets = API(own.console_port, first_token(own)).call("GET", "/admin/v1/wallets").json()["data"]
    return next((each["remaining_nanodollars"] for each in wallets if each["customer"] == customer), None)


def test_a_wallet_is_topped_up_once_however_often_the_form_is_sent(own):
    mine, form_token = browser(own)
    page = check(mine.get("/top-up?customer=payer"), 200)
    form_id = hidden(page, "id")
    assert any("No wallet pays for this customer" in text for text in page.texts)
    form = {"customer": "payer", "amount": "20.50", "note": EVIL, "id": form_id, "csrf": form_token}
    # A name that may be misspelt is asked about once.
    page = check(mine.post("/top-up", form), 422)
    assert hidden(page, "id") == form_id and wallet(own, "payer") is None
    form["confirmed"] = hidden(page, "confirmed")
    answer = mine.post("/top-up", form)
    assert (answer.status, answer.headers["location"]) == (303, "/customers")
    assert wallet(own, "payer") == 20_500_000_000

    # The same form, as after going back to it, with another amount or note: said, and a second top-up if that is meant.
    for change in ({}, {"amount": "7"}, {"note": "another"}):
        page = check(mine.post("/top-up", {**form, **change}), 409)
        assert wallet(own, "payer") == 20_500_000_000
        assert hidden(page, "id") != form_id
    assert mine.post("/top-up", {**form, "amount": "-7", "id": hidden(page, "id")}).status == 303
    assert wallet(own, "payer") == 13_500_000_000
    check(mine.get("/customers"), 200)
    check(mine.get("/top-up?customer=payer"), 200)


def test_a_customer_who_pays_by_a_wallet_is_topped_up_at_once_and_no_other_of_nearly_that_name(own):
    mine, form_token = browser(own)
    form = {"amount": "1", "csrf": form_token}
    for number, name in enumerate([" acme", "acme ", "acme\u00a0", "acmee"]):
        assert mine.post("/top-up", {**form, "customer": name, "id": f"req_{100 + number:032x}"}).status == 422
    assert wallet(own, "acme") is None
    assert mine.post("/top-up", {**form, "customer": "acme", "id": f"req_{99:032x}"}).status == 303
    assert wallet(own, "acme") == 1_000_000_000


@pytest.mark.parametrize("field, text", [
    ("amount", ""), ("amount", "much"), ("amount", "0"), ("amount", "1e3"), ("amount", "1000000000"), ("amount", EVIL), ("customer", ""), ("customer", "x" * 300),
    ("note", "x" * 2000), ("id", ""), ("id", "req_1"),
])
def test_a_top_up_that_is_none_says_what_is_wrong(own, field, text):
    mine, form_token = browser(own)
    form = {"customer": "nobody", "amount": "5", "note": "", "id": f"req_{7:032x}", "csrf": form_token, field: text}
    form["confirmed"] = form["customer"]
    check(mine.post("/top-up", form), 422)
    assert wallet(own, "nobody") is None


def test_hostile_names_in_the_ledger_stay_text(own):
    mine, _ = browser(own)
    api = API(own.console_port, first_token(own))
    for customer in (EVIL, "a/../b", "100%", "a&form=csv#x"):
        own.client().chat.completions.create(
            model="fast-llm", messages=[{"role": "user", "content": "Hello!"}], user=EVIL, extra_headers={"x-tuppence-customer": customer})
    page = check(mine.get("/customers"), 200)
    links = [link["href"] for link in page.of("a") if link["href"].startswith("/customers/statement")]
    assert len(links) >= 12
    for link in links:
        answer = mine.get(link)
        assert answer.status == 200, link
        policy = answer.headers["content-security-policy"]
        if link.endswith("html"):
            assert "sandbox" in policy and "default-src 'none'" in policy and "script" not in policy
            assert "<img" not in answer.text and "<script" not in answer.text
        else:
            assert answer.headers["content-disposition"].startswith('attachment; filename="statement-')
            assert not set(answer.headers["content-disposition"]) & set("<>%/")
    assert api.call("GET", "/admin/v1/spend?by=customer").status == 200


def test_a_form_that_somebody_has_overtaken_says_so(own):
    mine, form_token = browser(own)
    api = API(own.console_port, first_token(own))
    made = api.call("POST", "/admin/v1/budgets", {"name": "overtaken", "scope": {"key": "app"}, "limit": "5", "per": "day"}).json()
    form = {**BUDGET, "limit": "6", "csrf": form_token, "version": str(made["version"])}
    assert api.call("PATCH", "/admin/v1/budgets/overtaken", {"limit": "8"}, if_match="*").status == 200
    answer = mine.post("/budgets/overtaken", form)
    page = check(answer, 412)
    assert any("Somebody has changed it meanwhile" in text for text in page.texts)
    [version] = {field["value"] for field in page.of("input") if field.get("name") == "version"}
    assert version != str(made["version"])
    assert mine.post("/budgets/overtaken", {**form, "version": version}).status == 303
    assert api.call("GET", "/admin/v1/budgets/overtaken").json()["definition"]["limit"] == "6"
    for version in (made["version"], "", "x"):
        assert mine.post("/budgets/overtaken/remove", {"csrf": form_token, "version": str(version)}).status == 412


def test_a_form_sent_twice_gives_a_key_one_secret(own):
    mine, form_token = browser(own)
    api = API(own.console_port, first_token(own))
    api.call("POST", "/admin/v1/keys", {"name": "double"})
    form = {"csrf": form_token, "version": "1", "overlap": "24"}
    assert mine.post("/keys/double/rotate", form).status == 201
    check(mine.post("/keys/double/rotate", form), 412)
    check(mine.post("/keys/double/disable", form), 412)
    assert [line["action"] for line in api.call("GET", "/admin/v1/audit").json()["data"] if line["subject"] == "double"] == [
        "key.rotate", "key.create"]


def test_a_form_changes_no_more_than_it_shows(own):
    """Several thresholds and actions are beyond the form, and stay when it is sent."""
    mine, form_token = browser(own)
    api = API(own.console_port, first_token(own))
    definition = {
        "name": "rich", "scope": {"key": "app", "tag": {"team": "each"}}, "limit": "5", "per": "day", "timezone": "Europe/Berlin",
        "soft": [{"at": "50%"}, {"at": "80%", "notify": ["https://hooks.example/a", "https://hooks.example/b"]}],
        "hard": ["clamp", {"degrade": "talkative"}]}
    assert api.call("POST", "/admin/v1/budgets", definition).status == 201
    page = check(mine.get("/budgets/rich"), 200)
    form = {field["name"]: field.get("value", "") for field in page.of("input") if "name" in field} | {"per": "day", "limit": "7"}
    assert mine.post("/budgets/rich", form).status == 303
    assert api.call("GET", "/admin/v1/budgets/rich").json()["definition"] == {**definition, "limit": "7"}


def test_pages_that_are_not_there_say_so(own):
    mine, form_token = browser(own)
    for path in ("/budgets/nothing", "/customers/statement", "/customers/statement?customer=a&form=exe"):
        check(mine.get(path), 404)
    check(mine.get("/customers?month=never"), 422)
    check(mine.get("/budgets/app-daily"), 409)
    check(mine.post("/keys/nothing/disable", {"csrf": form_token, "version": "1"}), 404)
    check(mine.post("/keys/app/disable", {"csrf": form_token}), 409)
    assert Browser(own.console_port).get("/keys").headers["location"] == "/signin"
