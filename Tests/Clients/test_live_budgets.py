"""Budgets that are made, changed and removed while the gateway runs: by the admin API, by commands, and past a kill."""

import concurrent.futures
import os
import re
import signal
import threading
import time

import openai
import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import Gateway, eventually, tuppence, tuppence_json

MESSAGES = [{"role": "user", "content": "Hello!"}]
PATH = "/admin/v1/budgets"


@pytest.fixture
def own(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    yield program
    if program.process.poll() is None:
        program.stop()


@pytest.fixture
def api(own) -> API:
    return API(own.console_port, first_token(own))


def refusal(gateway: Gateway, key: str) -> str | None:
    """The code that a request is refused with; None where it is answered."""
    try:
        gateway.client(key).chat.completions.create(model="fast-llm", messages=MESSAGES)
        return None
    except openai.APIStatusError as error:
        return error.code


def made_key(gateway: Gateway, api: API, name: str) -> str:
    key = api.call("POST", "/admin/v1/keys", {"name": name}).json()["key"]
    eventually("the key counts", lambda: refusal(gateway, key) is None)
    return key


def changed(api: API, name: str, **fields):
    tag = api.call("GET", f"{PATH}/{name}").headers["etag"]
    answer = api.call("PATCH", f"{PATH}/{name}", fields, if_match=tag)
    assert answer.status == 200, answer.text
    return answer


def test_a_limit_is_spent_raised_lowered_and_kept_past_a_kill(own, api):
    key = made_key(own, api, "team")
    made = api.call("POST", PATH, {"name": "team-daily", "scope": {"key": "team"}, "limit": "0.0003", "per": "day"})
    assert made.status == 201, made.text
    assert made.json()["source"] == "store" and made.headers["etag"] == f'"{made.json()["version"]}"'

    def spend_until_refused():
        for _ in range(100):
            if code := refusal(own, key):
                return code
        raise AssertionError("it is never refused")

    # What is sent before it is in force is not counted.
    time.sleep(1)
    assert spend_until_refused() == "budget_exceeded"
    balance = own.budget("team-daily")
    assert balance["spent_nanodollars"] + balance["held_nanodollars"] <= balance["limit_nanodollars"] == 300_000

    changed(api, "team-daily", limit="0.0006")
    began = time.monotonic()
    eventually("a raised limit admits", lambda: refusal(own, key) is None)
    assert time.monotonic() - began < 1.5
    assert own.budget("team-daily")["limit_nanodollars"] == 600_000

    # At once: whoever asks after the answer to the change is bound by it.
    changed(api, "team-daily", limit="0.0003")
    assert refusal(own, key) == "budget_exceeded"

    before = own.budget("team-daily")
    own.process.send_signal(signal.SIGKILL)
    own.process.wait(timeout=10)
    own.start()
    after = own.budget("team-daily")
    assert (after["limit_nanodollars"], after["spent_nanodollars"]) == (300_000, before["spent_nanodollars"])
    assert refusal(own, key) == "budget_exceeded"


def test_a_lowered_limit_binds_every_hold_from_then_on(own, api):
    """Many at once, on several event loops, some of whom had asked before the change: none gets past the new limit."""
    key = made_key(own, api, "busy")
    api.call("POST", PATH, {"name": "busy-total", "scope": {"key": "busy"}, "limit": "100", "per": "total"})
    stop = threading.Event()

    def used() -> int:
        balance = own_budget()
        return balance["spent_nanodollars"] + balance["held_nanodollars"]

    def own_budget() -> dict:
        return api.call("GET", f"{PATH}/busy-total").json()["accounts"][0]

    def send():
        with own.client(key) as client:
            while not stop.is_set():
                try:
                    client.chat.completions.create(model="fast-llm", messages=MESSAGES)
                except openai.APIStatusError as error:
                    assert error.code in ("budget_exceeded", "budget_held"), error

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        senders = [threads.submit(send) for _ in range(8)]
        try:
            eventually("it is spent", lambda: used() > 1_000_000)
            for _ in range(5):
                limit = used() + 200_000
                changed(api, "busy-total", limit=f"{limit / 1e9:.9f}")
                # Whatever was set aside before the change stays; nothing that is set aside after it goes beyond.
                most = max(limit, used())
                end = time.monotonic() + 0.4
                while time.monotonic() < end:
                    assert used() <= most
                changed(api, "busy-total", limit="100")
                eventually("it is spent on", lambda: used() > most)
        finally:
            stop.set()
        for sender in senders:
            sender.result(timeout=30)


def test_another_gateway_on_the_same_store_is_bound_at_once(own, api, tmp_path, sandbox):
    folder = tmp_path / "other"
    folder.mkdir()
    other = Gateway(folder, CONFIGURATION.replace("@STORE@", f"sqlite:{own.cwd}/tuppence.db"), sandbox).start()
    try:
        key = made_key(own, api, "shared")
        eventually("the key counts there, too", lambda: refusal(other, key) is None)
        api.call("POST", PATH, {"name": "shared-total", "scope": {"key": "shared"}, "limit": "100", "per": "total"})

        def counts(gateway: Gateway) -> bool:
            before = own.budget("shared-total")["spent_nanodollars"]
            assert refusal(gateway, key) is None
            return own.budget("shared-total")["spent_nanodollars"] > before

        for gateway in (own, other):
            eventually("the budget counts", lambda: counts(gateway))
        for limit, code in (("0", "budget_exceeded"), ("100", None), ("0.000001", "budget_exceeded")):
            changed(api, "shared-total", limit=limit)
            if code:
                # Without waiting for it to hear of the change.
                assert refusal(other, key) == code, limit
            else:
                eventually("what was raised is to be had", lambda: refusal(other, key) is None)
    finally:
        other.stop()


def test_a_change_says_which_version_it_means(own, api):
    first = api.call("POST", PATH, {"name": "each-user", "scope": {"user": "each"}, "limit": 5, "per": "month", "hard": "clamp"})
    tag = first.headers["etag"]
    path = f"{PATH}/each-user"
    got = api.call("GET", path)
    assert got.headers["etag"] == tag
    assert got.json()["definition"] == {
        "name": "each-user", "scope": {"user": "each"}, "limit": "5", "per": "month", "hard": "clamp"}

    missing = api.call("PATCH", path, {"limit": "6"})
    assert (missing.status, missing.code) == (428, "version_required")
    assert api.call("DELETE", path).status == 428
    second = api.call("PATCH", path, {"limit": "6", "hard": None}, if_match=tag)
    assert second.status == 200 and second.headers["etag"] != tag
    assert "hard" not in second.json()["definition"] and second.json()["changed_by"] == "owner"
    for stale in (tag, '"0"', "W/" + second.headers["etag"], "6", '"x"'):
        refused = api.call("PATCH", path, {"limit": "7"}, if_match=stale)
        assert (refused.status, refused.code) == (412, "stale_version"), stale
    assert api.call("DELETE", path, if_match=tag).status == 412
    assert api.call("PATCH", path, {"limit": "7"}, if_match=f'"0", {second.headers["etag"]}').status == 200
    assert api.call("DELETE", path, if_match="*").json() == {"name": "each-user", "removed": True}
    assert api.call("GET", path).status == 404
    assert api.call("PATCH", path, {"limit": "7"}, if_match="*").status == 404
    again = api.call("POST", PATH, {"name": "each-user", "scope": {"user": "each"}, "limit": "5", "per": "month"})
    assert again.status == 201 and again.headers["etag"] not in (tag, second.headers["etag"])
    told = [(line["action"], line["detail"]) for line in api.call("GET", "/admin/v1/audit").json()["data"] if line["subject"] == "each-user"]
    assert told[-1] == ("budget.create", "$5.00 per month, user=*")
    assert ("budget.change", 'limit: "5" → "6", hard: "clamp" → none') in told
    assert [action for action, _ in told] == [
        "budget.create", "budget.remove", "budget.change", "budget.change", "budget.create"]


def test_what_cannot_be_a_budget_is_told_by_its_field(own, api):
    good = {"name": "b", "scope": {"key": "app"}, "limit": "5", "per": "day"}
    for change, words in [
        ({"scope": {"key": "ap"}}, "'scope': there is no key 'ap'. Did you mean 'app'?"),
        ({"limit": "-5"}, "'limit': '-5' is not an amount"), ({"per": "dayly"}, "'per': unknown period 'dayly'"),
        ({"name": "b b"}, "'name': 'b b' is not a name"), ({"limit": None}, "'limit': a budget has no 'limit'"),
        ({"colour": "red"}, "unknown key 'colour'"), ({"scope": "key"}, "'scope': expected a mapping"),
        ({"scope": {"key": "${HOME}"}}, "there is no key '${HOME}'"), ({"timezone": "Mars"}, "there is no time zone 'Mars'"),
    ]:
        answer = api.call("POST", PATH, {**good, **change})
        assert (answer.status, answer.code) == (422, "invalid_request"), change
        assert words in answer.json()["error"]["message"], answer.text
    assert api.call("POST", PATH, good).status == 201
    assert api.call("POST", PATH, good).status == 409
    for change in ({"scope": {"key": "poor"}}, {"name": "c"}, {"scope": None}):
        answer = api.call("PATCH", f"{PATH}/b", change, if_match="*")
        assert answer.status == 422 and "it stays what it is" in answer.json()["error"]["message"], change
    assert api.call("PATCH", f"{PATH}/b", {**good, "limit": "6"}, if_match="*").status == 200


def test_a_budget_of_the_file_is_changed_there(own, api):
    line = next(number for number, text in enumerate(own.configuration.read_text().splitlines(), 1) if "app-daily" in text)
    for answer in (
        api.call("PATCH", f"{PATH}/app-daily", {"limit": "1"}, if_match="*"), api.call("DELETE", f"{PATH}/app-daily", if_match="*"),
        api.call("POST", PATH, {"name": "app-daily", "scope": {"key": "app"}, "limit": "1", "per": "day"}),
    ):
        assert (answer.status, answer.code) == (409, "conflict")
        assert f"tuppence.yaml:{line}" in answer.json()["error"]["message"]
    got = api.call("GET", f"{PATH}/app-daily").json()
    assert got["source"] == "configuration" and got["place"].endswith(f"tuppence.yaml:{line}") and "version" not in got
    assert got["definition"]["limit"] == "$1000.00" and got["accounts"][0]["name"] == "app-daily"


def test_a_file_that_names_the_same_budget_is_told_so(own, api):
    api.call("POST", PATH, {"name": "twice", "scope": {"key": "app"}, "limit": "1", "per": "day"})
    eventually("it is in force", lambda: any(budget["name"] == "twice" for budget in own.spend()["budgets"]))
    text = own.configuration.read_text()
    own.configuration.write_text(text + "  - { name: twice, scope: { key: app }, limit: $2, per: day }\n")
    words = r"tuppence\.yaml:\d+:\d+: there is a budget 'twice' already.* tuppence budgets remove twice"
    os.kill(own.process.pid, signal.SIGHUP)
    eventually("the reload is refused", lambda: re.search(words, own.output()))
    assert api.call("GET", f"{PATH}/twice").json()["definition"]["limit"] == "1", "the old one stays in force"
    own.stop()
    failed = tuppence("serve", "--config", own.configuration)
    assert failed.returncode != 0 and re.search(words, failed.stdout + failed.stderr)
    assert tuppence("budgets", "remove", "twice", "--config", own.configuration).returncode == 0
    own.start()
    assert own.budget("twice")["limit_nanodollars"] == 2_000_000_000


def test_a_configuration_without_what_a_budget_names_is_not_put_in_force(own, api):
    assert api.call(
        "POST", PATH, {"name": "cheap", "scope": {"key": "app"}, "limit": "1", "per": "day", "hard": {"degrade": "talkative"}}
    ).status == 201
    text = own.configuration.read_text()
    assert "  talkative:\n" in text
    own.configuration.write_text(text.replace("  talkative:\n", "  renamed:\n"))
    os.kill(own.process.pid, signal.SIGHUP)
    eventually("the reload is refused", lambda: "there is no route 'talkative'" in own.output())
    assert "budget 'cheap', made while the gateway ran" in own.output()
    own.stop()
    failed = tuppence("serve", "--config", own.configuration)
    assert failed.returncode != 0 and "tuppence budgets remove cheap" in failed.stdout + failed.stderr


def test_a_budget_that_only_a_newer_file_understands_is_told_and_keeps_no_other_one_out_of_force(
        own, api, tmp_path, sandbox):
    folder = tmp_path / "newer"
    folder.mkdir()
    text = CONFIGURATION.replace("@STORE@", f"sqlite:{own.cwd}/tuppence.db").replace("  talkative:\n", "  newer:\n")
    newer = Gateway(folder, text, sandbox).configuration

    def run(*arguments: str):
        finished = tuppence("budgets", *arguments, "--config", newer)
        assert finished.returncode == 0, finished.stderr

    def told(name: str) -> int:
        return sum("can't be put in force" in line and f"budgets remove {name}" in line for line in own.output().splitlines())

    key, kept = made_key(own, api, "later"), made_key(own, api, "kept")
    assert api.call("POST", PATH, {"name": "kept", "scope": {"key": "kept"}, "limit": "0", "per": "day"}).status == 201
    eventually("it counts", lambda: refusal(own, kept) == "budget_exceeded")
    run("add", "odd", "--scope", "key=app", "--limit", "7", "--per", "day", "--hard", "degrade:newer")
    run("set", "kept", "--limit", "5", "--hard", "degrade:newer")
    for name in ("odd", "kept"):
        eventually("it is told", lambda: told(name) == 1)

    assert api.call("POST", PATH, {"name": "later", "scope": {"key": "later"}, "limit": "0", "per": "day"}).status == 201
    eventually("what is made after it is in force", lambda: refusal(own, key) == "budget_exceeded")
    assert refusal(own, kept) == "budget_exceeded", "it stays as it was"
    assert told("odd") == told("kept") == 1, "each is told once"

    accounts = {line["name"]: line for line in api.call("GET", PATH).json()["data"]}
    lines = {line["name"]: line for line in tuppence_json("budgets", "list", "--config", own.configuration)}
    browser = Browser(own.console_port)
    browser.sign_in(first_token(own))
    page = browser.get("/budgets").text
    for name in ("odd", "kept"):
        one = api.call("GET", f"{PATH}/{name}").json()
        for shown in (one["trouble"], accounts[name]["trouble"], lines[name]["trouble"]):
            assert "there is no route 'newer'" in shown and f"tuppence budgets remove {name}" in shown
        assert f"budgets remove {name}" in page
    assert accounts["odd"]["limit_nanodollars"] == 7_000_000_000 and accounts["kept"]["limit_nanodollars"] == 0
    assert "trouble" not in accounts["later"] and "trouble" not in lines["later"]

    assert api.call("PATCH", f"{PATH}/kept", {"hard": None}, if_match="*").status == 200
    eventually("it counts as it is now", lambda: refusal(own, kept) is None)
    assert tuppence("budgets", "remove", "odd", "--config", own.configuration).returncode == 0
    eventually("nothing is out of force", lambda: not any("trouble" in line for line in api.call("GET", PATH).json()["data"]))


def test_a_change_of_any_number_of_unknown_fields_is_refused_at_once(own, api):
    assert api.call("POST", PATH, {"name": "b", "scope": {"key": "app"}, "limit": "5", "per": "day"}).status == 201
    began = time.monotonic()
    answer = api.call("PATCH", f"{PATH}/b", {f"f{number}": 1 for number in range(10_000)}, if_match="*")
    assert (answer.status, answer.code) == (422, "invalid_request") and "unknown key 'f0'" in answer.text
    assert "'f3'" not in answer.text and time.monotonic() - began < 2


def test_commands_add_change_and_remove(own, api):
    key = made_key(own, api, "cli")

    def run(*arguments: str):
        finished = tuppence("budgets", *arguments, "--config", own.configuration)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    refused = tuppence("budgets", "add", "other", "--scope", "key=cly", "--limit", "0", "--per", "day", "--config", own.configuration)
    assert refused.returncode != 0 and "Did you mean 'cli'?" in refused.stderr
    run("add", "cli-daily", "--scope", "key=cli", "--limit", "0", "--per", "day")
    eventually("it counts", lambda: refusal(own, key) == "budget_exceeded")
    run("set", "cli-daily", "--limit", "1", "--hard", "clamp", "--soft", "80%", "--notify", "https://hooks.example/secret")
    eventually("it is raised", lambda: refusal(own, key) is None)
    listed = tuppence_json("budgets", "list", "--config", own.configuration)
    assert [line["name"] for line in listed] == ["app-daily", "poor-daily", "cli-daily"]
    assert listed[-1]["definition"] == {
        "name": "cli-daily", "scope": {"key": "cli"}, "limit": "1", "per": "day", "hard": "clamp",
        "soft": {"at": "80%", "notify": ["https://hooks.example/secret"]}}
    assert listed[-1] == api.call("GET", f"{PATH}/cli-daily").json()
    viewer = API(own.console_port, tuppence_json(
        "console", "token", "create", "looks", "--role", "viewer", "--config", own.configuration)["token"])
    assert "secret" not in viewer.call("GET", f"{PATH}/cli-daily").text
    audit = api.call("GET", "/admin/v1/audit").text
    assert "secret" not in audit and '"origin":"command"' in audit
    assert "cli-daily" in run() and "the store" in run()
    removed = tuppence_json("budgets", "remove", "cli-daily", "--config", own.configuration)
    assert removed == {"name": "cli-daily", "removed": True}
    assert "cli-daily" not in run("list")
    assert tuppence("budgets", "remove", "cli-daily", "--config", own.configuration).returncode != 0
    assert tuppence("budgets", "set", "cli-daily", "--config", own.configuration).returncode != 0
