"""on_store_failure: budgets that allow it admit requests while the store cannot be written, and everything is in the ledger
once it can be: after the disk recovers, and after kill -9."""

import contextlib
import http.client
import json
import sqlite3
import time

import pytest

from money import nanodollars
from programs import APP, Gateway, eventually, request, tuppence
from test_kill_hundred import check_chain
from test_store_faults import REQUEST, Disk, check_refused, library, sandbox  # noqa: F401 (fixtures)

ALLOWED = 60_000  # nanodollars: what a request holds is below 25,000, and it costs about 9,000
CONFIGURATION = """\
server: { listen: "@LISTEN@", request_timeout: 5s, late_usage: 1s, hold_grace: 1s }
store: { url: "@STORE@", emergency_journal: @EMERGENCY@ }
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
loops: off
customers:
  - { name: prepaid, prepaid: true }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: strict, secret: tp_test_strict_0123456789abcd }
  - { name: free, secret: tp_test_free_0123456789abcdef }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $1, per: day, on_store_failure: { allow_up_to: @ALLOWED@ } }
  - { name: strict-daily, scope: { key: strict }, limit: $1, per: day }
"""
STRICT = "tp_test_strict_0123456789abcd"
FREE = "tp_test_free_0123456789abcdef"


@pytest.fixture
def disk(tmp_path, library):  # noqa: F811
    return Disk(tmp_path, library)


@pytest.fixture
def start(tmp_path, sandbox, disk):  # noqa: F811
    """Starts the test's gateway, again after it has been killed."""
    gateways = []

    def start(allowed: str = "$0.01", emergency: str | None = "other-disk.journal", ready: str = "/readyz") -> Gateway:
        named = f", emergency_journal: {tmp_path / emergency}" if emergency else ""
        text = CONFIGURATION.replace(", emergency_journal: @EMERGENCY@", named).replace("@ALLOWED@", allowed)
        gateway = Gateway(tmp_path, text, sandbox, **disk.environment)
        gateway.ready = ready
        gateways.append(gateway.start())
        return gateway

    yield start
    for gateway in gateways:
        if gateway.process.poll() is None:
            gateway.stop()


def ask(gateway: Gateway, key: str = APP, headers: dict | None = None, **body):
    """One request; status, fields and body of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
    try:
        connection.request(
            "POST", "/v1/chat/completions", json.dumps({**REQUEST, "max_tokens": 20, **body}),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


def readiness(gateway: Gateway) -> tuple[int, dict]:
    status, body = request(gateway.port, "GET", "/readyz")
    return status, json.loads(body)


def check_books(gateway: Gateway, sandbox, answered: dict[str, int]):  # noqa: F811
    """Each answer is in the ledger once, at what its caller was told; ledger, balance and the provider's bill are one sum."""
    eventually("nothing is held", lambda: gateway.held() == 0, within=10)
    entries = gateway.ledger()
    booked = [(entry["request_id"], entry["cost_nanodollars"]) for entry in entries if entry["status"] == "completed"]
    assert sorted(booked) == sorted(answered.items())
    total = sum(entry["cost_nanodollars"] for entry in entries)
    assert gateway.budget("app-daily")["spent_nanodollars"] == total == sandbox.bill()["nanodollars"]
    check_chain(gateway)


class Answers(dict):
    """What was answered, by request, at what it says that it cost."""

    def serve(self, gateway: Gateway):
        status, fields, body = ask(gateway)
        assert status == 200, body
        self[fields["x-tuppence-request-id"]] = int(nanodollars(body["usage"]["cost"]))
        return fields


@pytest.mark.parametrize(
    "faults", [["write 28"], ["write 30"], ["write 5"], ["sync 5"]],
    ids=["full", "read-only", "write-error", "sync-error"])
def test_a_disk_that_fails_admits_what_budgets_allow_and_books_it_later(start, sandbox, disk, faults):  # noqa: F811
    gateway, answers = start(), Answers()
    answers.serve(gateway)
    disk.fail(*faults)
    for _ in range(5):
        answers.serve(gateway)
    for key in STRICT, FREE:
        status, _, body = ask(gateway, key)
        check_refused((status, body))
    status, body = readiness(gateway)
    assert status == 503 and body["reasons"] == ["the ledger can't be written"]
    assert body["allowances"]["admitted"] == 5
    assert len(gateway.ledger()) == 1, "nothing of it is in the store yet"
    disk.recover()
    eventually("it is ready again", lambda: readiness(gateway) == (200, {"status": "ready", "reasons": []}), within=10)
    answers.serve(gateway)
    check_books(gateway, sandbox, answers)
    assert "allowance.used" in gateway.output() and "allowance.replayed" in gateway.output()


def test_no_more_is_admitted_than_is_allowed_and_answers_say_what_is_left(start, sandbox, disk):  # noqa: F811
    gateway, answers = start(allowed="$0.00006"), Answers()
    disk.fail("write 28")
    left = [int(nanodollars(answers.serve(gateway)["x-tuppence-budget-remaining-usd"]))]
    assert left[0] == ALLOWED - sum(answers.values())
    while (answer := ask(gateway))[0] == 200:
        answers[answer[1]["x-tuppence-request-id"]] = int(nanodollars(answer[2]["usage"]["cost"]))
        assert len(answers) < 50
    check_refused((answer[0], answer[2]))
    assert len(answers) > 1
    assert ALLOWED - 25_000 < sum(answers.values()) <= ALLOWED
    disk.recover()
    eventually("it serves again", lambda: readiness(gateway)[0] == 200, within=10)
    answers.serve(gateway)
    check_books(gateway, sandbox, answers)


@pytest.mark.parametrize("faults", [["write 28"], ["sync 5"]], ids=["full", "sync-error"])
def test_kill_9_in_an_outage_loses_nothing(start, sandbox, disk, faults):  # noqa: F811
    gateway, answers = start(), Answers()
    answers.serve(gateway)
    disk.fail(*faults)
    for _ in range(4):
        answers.serve(gateway)
    gateway.kill()
    noted = tuppence("spend", "--config", gateway.configuration)
    assert "is not in the ledger yet" in noted.stderr
    disk.recover()
    again = start()
    answers.serve(again)
    assert (again.cwd / "other-disk.journal").stat().st_size == 0
    check_books(again, sandbox, answers)


def test_a_gateway_that_starts_in_an_outage_goes_on_where_the_one_before_was_killed(start, sandbox, disk):  # noqa: F811
    gateway, answers = start(allowed="$0.00006"), Answers()
    answers.serve(gateway)
    before = sum(answers.values())
    # A file that can be written and not synced is opened all the same.
    disk.fail("sync 5")
    for _ in range(3):
        answers.serve(gateway)
    gateway.kill()
    again = start(allowed="$0.00006", ready="/healthz")
    while (answer := ask(again))[0] == 200:
        answers[answer[1]["x-tuppence-request-id"]] = int(nanodollars(answer[2]["usage"]["cost"]))
        assert len(answers) < 50
    assert readiness(again)[0] == 503
    assert len(answers) > 4 and sum(answers.values()) - before <= ALLOWED, "a restart renews no allowance"
    disk.recover()
    eventually("it is ready again", lambda: readiness(again)[0] == 200, within=10)
    check_books(again, sandbox, answers)


def test_a_request_under_way_when_its_process_dies_in_an_outage_is_held_and_expires(start, sandbox, disk):  # noqa: F811
    gateway = start()
    disk.fail("write 28")
    with gateway.client() as client:
        stream = client.chat.completions.create(
            model="sandbox/chat-small?tokens=40&drip=50ms", messages=REQUEST["messages"], stream=True, max_tokens=40)
        next(stream)
        gateway.kill()
    disk.recover()
    again = start()
    assert again.held() > 0, "the hold has come over"
    eventually("it has expired", lambda: again.held() == 0, within=15)
    [entry] = again.ledger()
    assert entry["status"] == "expired"
    check_chain(again)


def test_where_both_disks_fail_nothing_is_admitted(start, sandbox, disk):  # noqa: F811
    # By its name the emergency journal lies on the disk that fails.
    gateway, answers = start(emergency="tuppence.db.emergency"), Answers()
    answers.serve(gateway)
    disk.fail("write 28")
    for _ in range(3):
        status, _, body = ask(gateway)
        check_refused((status, body))
    disk.recover()
    eventually("it is ready again", lambda: readiness(gateway)[0] == 200, within=10)
    answers.serve(gateway)
    check_books(gateway, sandbox, answers)


def test_a_locked_database_admits_what_budgets_allow_within_a_second(start, sandbox):  # noqa: F811
    gateway, answers = start(), Answers()
    answers.serve(gateway)
    with contextlib.closing(sqlite3.connect(gateway.cwd / "tuppence.db", isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        for _ in range(8):
            began = time.monotonic()
            answers.serve(gateway)
            assert time.monotonic() - began < 2
            time.sleep(0.3)
        lock.execute("ROLLBACK")
    eventually("it is ready again", lambda: readiness(gateway)[0] == 200, within=10)
    check_books(gateway, sandbox, answers)


def test_a_prepaid_customer_is_never_served_without_the_store(start, sandbox, disk):  # noqa: F811
    gateway = start()
    topped = tuppence("wallet", "top-up", "prepaid", "1", "--config", gateway.configuration)
    assert topped.returncode == 0, topped.stderr
    assert ask(gateway, headers={"x-tuppence-customer": "prepaid"})[0] == 200
    disk.fail("write 28")
    assert ask(gateway)[0] == 200
    status, _, body = ask(gateway, headers={"x-tuppence-customer": "prepaid"})
    check_refused((status, body))


def test_an_emergency_journal_belongs_to_one_gateway(start, tmp_path, sandbox):  # noqa: F811
    start()
    folder = tmp_path / "second"
    folder.mkdir()
    text = CONFIGURATION.replace("@EMERGENCY@", str(tmp_path / "other-disk.journal")).replace("@ALLOWED@", "$0.01")
    second = Gateway(folder, text, sandbox)
    with pytest.raises(AssertionError, match="gateway ended with 1"):
        second.start()
    assert "another gateway has this emergency journal" in second.output()


def test_check_says_what_is_allowed_and_what_it_is_worth(tmp_path):
    path = tmp_path / "tuppence.yaml"
    text = CONFIGURATION.replace("@LISTEN@", "127.0.0.1:8080").replace("@STORE@", f"sqlite:{tmp_path}/tuppence.db")
    text = text.replace("@SANDBOX@", "http://127.0.0.1:9/v1").replace("@ALLOWED@", "$0.01")
    path.write_text(text.replace("@EMERGENCY@", str(tmp_path / "t.journal")))
    checked = tuppence("check", "--config", path)
    assert checked.returncode == 0, checked.stderr
    assert "allow up to $0.01" in checked.stdout and "refuse" in checked.stdout
    assert "It lies on the store's file system" in checked.stdout
    path.write_text(text.replace(", emergency_journal: @EMERGENCY@", ""))
    checked = tuppence("check", "--config", path)
    assert checked.returncode == 0, checked.stderr
    assert f"emergency journal: {tmp_path}/tuppence.journal" in checked.stdout


def test_a_journal_that_nobody_names_takes_what_is_allowed(start, disk, tmp_path):
    gateway = start(emergency=None)
    journal = tmp_path / "tuppence.journal"
    assert ask(gateway)[0] == 200
    assert journal.exists() and journal.stat().st_size == 0
    disk.fail("write 28")
    assert ask(gateway)[0] == 200
    assert journal.stat().st_size > 0
    disk.recover()
    eventually("the ledger has it", lambda: journal.stat().st_size == 0, within=10)
