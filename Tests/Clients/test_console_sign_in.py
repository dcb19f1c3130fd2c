"""Who gets into the console, and what is tried to get there without being let in."""

import re
import socket
import sqlite3

import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import Gateway, eventually, tuppence, tuppence_json


@pytest.fixture(scope="module")
def own(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("console"), CONFIGURATION, sandbox).start()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def owner(own) -> str:
    return first_token(own)


def made(own, name: str, role: str, *options: str) -> str:
    return tuppence_json("console", "token", "create", name, "--role", role, "--config", own.configuration, *options)["token"]


def test_the_first_token_is_printed_once_and_kept_as_a_hash(own, owner):
    contents = b"".join(
        path.read_bytes() for path in own.cwd.iterdir() if path.name.startswith("tuppence.db"))
    assert owner.encode() not in contents
    [line] = [line for line in tuppence_json("console", "token", "list", "--config", own.configuration) if line["name"] == "owner"]
    assert line["role"] == "owner" and not line["disabled"]
    assert owner.startswith(line["hint"].split("…")[0]) and "token" not in line


def test_a_second_start_prints_no_token(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    token = first_token(program)
    program.stop()
    program.start()
    try:
        eventually("it has started again", lambda: program.output().count("The console listens") == 2)
        assert program.output().count("tp_admin_") == 1
        assert Browser(program.console_port).sign_in(token).status == 303
    finally:
        program.stop()


def test_a_browser_signs_in_and_out(own, owner):
    browser = Browser(own.console_port)
    home = browser.get("/")
    assert (home.status, home.headers["location"]) == (303, "/signin")
    page = browser.get("/signin")
    assert page.status == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    answer = browser.sign_in(f"  {owner}\n")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    home = browser.get("/")
    assert home.status == 200 and "owner" in home.text
    form_token = home.text.split('name="csrf" value="')[1].split('"')[0]
    session = browser.session
    assert browser.post("/signout", {"csrf": form_token}).status == 303
    browser.cookies["tuppence_session"] = session
    assert browser.get("/").status == 303


def test_over_tls_the_cookie_goes_by_tls_alone(own, owner):
    browser = Browser(own.console_port)
    answer = browser.post("/signin", {"token": owner}, x_forwarded_proto="https")
    assert "secure" in answer.headers["set-cookie"].lower()


def test_a_session_that_was_given_to_a_browser_is_worth_nothing(own, owner):
    attacker, victim = Browser(own.console_port), Browser(own.console_port)
    attacker.sign_in(made(own, "attacker", "viewer"))
    given = attacker.session
    victim.cookies["tuppence_session"] = given
    victim.sign_in(owner)
    assert victim.session != given
    assert attacker.get("/").status == 303, "the session that was given away ended"
    victim_once_more = victim.session
    victim.sign_in(owner)
    assert victim.session != victim_once_more, "each sign-in has a session of its own"


@pytest.mark.parametrize("session", ["", "x" * 64, "0" * 64, "../../etc/passwd", '"'])
def test_a_made_up_session_is_none(own, session):
    browser = Browser(own.console_port)
    browser.cookies["tuppence_session"] = session
    assert browser.get("/").status == 303


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1.evil.example"])
def test_a_page_of_another_host_can_neither_sign_in_nor_out(own, owner, origin):
    browser = Browser(own.console_port)
    assert browser.post("/signin", {"token": owner}, origin=origin).status == 403
    assert browser.post("/signin", {"token": owner}, sec_fetch_site="cross-site").status == 403
    browser.sign_in(owner)
    form_token = browser.get("/").text.split('name="csrf" value="')[1].split('"')[0]
    refused = browser.post("/signout", {"csrf": form_token}, origin=origin)
    assert refused.status == 403 and refused.code == "foreign_form"
    assert browser.get("/").status == 200


@pytest.mark.parametrize("form_token", ["", "wrong", "0" * 64])
def test_a_form_without_its_session_s_token_does_nothing(own, owner, form_token):
    browser = Browser(own.console_port)
    browser.sign_in(owner)
    assert browser.post("/signout", {"csrf": form_token}).status == 403
    assert browser.get("/").status == 200


def test_nothing_leads_a_browser_elsewhere(own, owner):
    for query in ("?next=https://evil.example", "?next=//evil.example", "?redirect=%2F%2Fevil.example"):
        browser = Browser(own.console_port)
        assert browser.get("/" + query).headers["location"] == "/signin"
        assert browser.post("/signin" + query, {"token": owner, "next": "//evil.example"}).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/signin", "/metrics", "/healthz", "/nothing", "/assets/console.css", "/admin/v1/nothing"])
def test_every_answer_forbids_frames_scripts_of_others_and_guessing(own, path):
    headers = Browser(own.console_port).get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_head_is_answered_as_get_is_but_for_the_body(own, owner):
    browser = API(own.console_port, None)
    for path in ("/healthz", "/livez", "/readyz", "/signin", "/metrics", "/assets/console.css"):
        asked, told = browser.call("HEAD", path), browser.call("GET", path)
        assert (asked.status, asked.body, told.status) == (200, b"", 200) and told.body, path
        assert asked.headers["content-type"] == told.headers["content-type"]
    assert browser.call("HEAD", "/").headers["location"] == "/signin"


def test_a_token_that_is_disabled_or_over_ends_its_sessions(own):
    token = made(own, "temporary", "viewer")
    browser = Browser(own.console_port)
    browser.sign_in(token)
    assert browser.get("/").status == 200
    said = tuppence_json("console", "token", "disable", "temporary", "--config", own.configuration)
    assert said == {"name": "temporary", "disabled": True}
    assert browser.get("/").status == 303
    assert browser.sign_in(token).status == 401
    said = tuppence_json("console", "token", "enable", "temporary", "--config", own.configuration)
    assert said == {"name": "temporary", "disabled": False}
    assert browser.sign_in(token).status == 303
    over = made(own, "brief", "viewer", "--lasting", "1m")
    with sqlite3.connect(own.cwd / "tuppence.db") as store:
        store.execute("UPDATE operators SET expires_at = 1 WHERE name = 'brief'")
    assert Browser(own.console_port).sign_in(over).status == 401


def test_the_last_owner_cannot_be_shut_out(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    try:
        first_token(program)
        finished = tuppence("console", "token", "disable", "owner", "--config", program.configuration)
        assert finished.returncode != 0 and "last token of an owner" in finished.stderr
    finally:
        program.stop()


def test_who_tries_tokens_has_to_wait(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    try:
        token = first_token(program)
        browser = Browser(program.console_port)
        statuses = [browser.sign_in(f"tp_admin_{number}").status for number in range(10)]
        assert statuses == [401] * 10
        blocked = browser.sign_in("tp_admin_11")
        assert blocked.status == 429 and 0 < int(blocked.headers["retry-after"]) <= 60
        program_blocked = API(program.console_port, "tp_admin_12").call("GET", "/metrics")
        assert program_blocked.status == 429 and program_blocked.code == "too_many_tries"
        # Whoever shares an address with a guesser is not kept out.
        assert API(program.console_port, token).call("GET", "/metrics").status == 200
        assert browser.sign_in(token).status == 303
    finally:
        program.stop()


@pytest.mark.parametrize("body", [b"", b"token=%zz_tp_admin_secret", b"x[%0Aforged=1", b"other=1"])
def test_a_form_that_cannot_be_read_is_told_so_and_quoted_nowhere(own, body):
    browser = Browser(own.console_port)
    for path in ("/signin", "/signout"):
        answer = browser.send("POST", path, body, content_type="application/x-www-form-urlencoded", origin=browser.origin)
        assert (answer.status, answer.code) == (422, "invalid_request")
    assert "tp_admin_secret" not in own.output() and "forged" not in own.output()


def test_a_start_that_fails_costs_no_token(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox)
    with socket.create_server(("127.0.0.1", program.port)):
        failed = tuppence("serve", "--config", program.configuration)
        assert failed.returncode != 0
    # It has been made, and told.
    [token] = re.findall("tp_admin_[a-z2-7]{32}", failed.stdout)
    program.start()
    try:
        assert API(program.console_port, token).call("GET", "/admin/v1/keys").status == 200
    finally:
        program.stop()


def test_metrics_are_for_this_machine_or_for_a_token(tmp_path, sandbox):
    configuration = CONFIGURATION.replace('listen: "@LISTEN@"', 'listen: "@LISTEN@", console: "0.0.0.0:0"')
    program = Gateway(tmp_path, configuration, sandbox).start()
    try:
        token = first_token(program)
        assert API(program.console_port, None).call("GET", "/metrics").status == 401
        assert API(program.console_port, token).call("GET", "/metrics").status == 200
    finally:
        program.stop()


def test_a_name_that_was_made_to_lead_here_shows_no_metrics(own):
    api = API(own.console_port, None)
    assert api.call("GET", "/metrics").status == 200
    assert api.call("GET", "/metrics", host="localhost:1").status == 200
    for field in ("x_forwarded_for", "forwarded", "x_real_ip", "via"):
        assert api.call("GET", "/metrics", **{field: "192.0.2.1"}).status == 401
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example"):
        assert api.call("GET", "/metrics", host=host).status == 401


def test_what_a_token_is_called_is_checked(own):
    for name in ("", "two words", "a/b", "ü"):
        finished = tuppence("console", "token", "create", name, "--config", own.configuration)
        assert finished.returncode != 0, name
    assert tuppence("console", "token", "create", "twice", "--config", own.configuration).returncode == 0
    finished = tuppence("console", "token", "create", "twice", "--config", own.configuration)
    assert finished.returncode != 0 and "already" in finished.stderr
