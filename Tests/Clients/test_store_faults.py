"""A disk that is full, gone read-only or slow, and a database that another program has locked: requests are refused,
nothing reaches a provider unrecorded, and what recovers works again without a restart. Damage is in test_store_damage.py."""

import contextlib
import http.client
import json
import shutil
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from programs import APP, Gateway, Sandbox, eventually, request
from test_kill_hundred import check_chain

CONFIGURATION = """\
server: { listen: "@LISTEN@", request_timeout: 5s, late_usage: 1s, hold_grace: 1s }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $1000, per: day, hard: reject }
"""
CALLERS = 12
REQUEST = {"model": "sandbox/chat-small?tokens=20", "messages": [{"role": "user", "content": "hi"}]}


class Disk:
    """The store's disk, as faults.c makes it: `fail("write 28")` fills it, `recover()` frees it."""

    def __init__(self, folder: Path, library: Path):
        self.control = folder / "faults"
        self.environment = {
            "LD_PRELOAD": str(library), "FAULTS_NAME": "tuppence.db", "FAULTS_CONTROL": str(self.control)}

    def fail(self, *faults: str):
        # Written beside and moved over: it is read while it is written.
        fresh = self.control.with_suffix(".new")
        fresh.write_text("\n".join(faults))
        fresh.rename(self.control)

    def recover(self):
        self.control.unlink()


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if not compiler:
        pytest.skip("there is no C compiler to make the failing disk with")
    made = tmp_path_factory.mktemp("faults") / "faults.so"
    source = Path(__file__).parent / "support/faults.c"
    subprocess.run(
        [compiler, "-std=c17", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", made, source], check=True)
    return made


@pytest.fixture
def sandbox(tmp_path):
    """A provider of each test's own, whose bill counts nobody else."""
    program = Sandbox(tmp_path).start()
    yield program
    program.stop()


@pytest.fixture
def disk(tmp_path, library):
    return Disk(tmp_path, library)


@pytest.fixture
def gateway(tmp_path, sandbox, disk):
    program = Gateway(tmp_path, CONFIGURATION, sandbox, **disk.environment).start()
    yield program
    if program.process.poll() is None:
        program.stop()


def ask(gateway: Gateway, stream: bool = False) -> tuple[int, dict | bytes]:
    """One request on a connection of its own; what it is answered, at the latest after five seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
    try:
        connection.request(
            "POST", "/v1/chat/completions", json.dumps({**REQUEST, "stream": stream}),
            {"Authorization": f"Bearer {APP}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        received = answer.read()
        return answer.status, received if answer.status == 200 and stream else json.loads(received)
    finally:
        connection.close()


def is_served(gateway: Gateway) -> bool:
    return ask(gateway)[0] == 200


def check_refused(answer: tuple[int, dict]):
    status, body = answer
    assert status == 503, body
    assert body["error"]["code"] == "ledger_unavailable"
    assert body["error"]["message"].startswith("The ledger did not answer, and nothing is sent or billed unrecorded.")


def ask_together(gateway: Gateway) -> list[tuple[int, dict]]:
    answers = []
    threads = [
        threading.Thread(target=lambda stream=index % 2 == 1: answers.append(ask(gateway, stream)))
        for index in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(answers) == CALLERS, "every caller is answered"
    return answers


def is_ready(gateway: Gateway) -> bool:
    return request(gateway.port, "GET", "/readyz")[0] == 200


def check_books(gateway: Gateway, sandbox: Sandbox):
    """Nothing is held, and ledger, balance and the provider's bill are one sum."""
    eventually("nothing is held", lambda: gateway.held() == 0, within=10)
    entries = gateway.ledger()
    attempts = [(entry["request_id"], entry["attempt"]) for entry in entries]
    assert len(set(attempts)) == len(attempts)
    total = sum(entry["cost_nanodollars"] for entry in entries)
    assert gateway.budget("app-daily")["spent_nanodollars"] == total == sandbox.bill()["nanodollars"]
    check_chain(gateway)


def check_outage(gateway: Gateway, sandbox: Sandbox, fail, recover):
    """Refuses everything while the store fails, sends nothing, and serves again once it does not."""
    assert is_served(gateway)
    sent = sandbox.bill()["requests"]
    fail()
    for _ in range(3):
        for answer in ask_together(gateway):
            check_refused(answer)
    assert sandbox.bill()["requests"] == sent, "nothing is sent that is not held for"
    recover()
    eventually("it serves again", lambda: is_served(gateway), within=20)
    eventually("it is ready again", lambda: is_ready(gateway), within=20)
    assert gateway.process.poll() is None
    check_books(gateway, sandbox)


@pytest.mark.parametrize(
    "faults", [["write 28"], ["write 30"], ["write 5"], ["sync 5"]],
    ids=["full", "read-only", "write-error", "sync-error"])
def test_a_disk_that_fails_refuses_requests_until_it_recovers(gateway, sandbox, disk, faults):
    check_outage(gateway, sandbox, lambda: disk.fail(*faults), disk.recover)


@pytest.mark.parametrize("faults", [["write 28"], ["sync 5"]], ids=["full", "sync-error"])
def test_the_gateway_is_not_ready_while_its_disk_fails(gateway, disk, faults):
    disk.fail(*faults)
    for _ in range(3):
        check_refused(ask(gateway))
        # Longer than the second in which the ledger looks after itself.
        time.sleep(1.3)
        status, reasons = request(gateway.port, "GET", "/readyz")
        assert status == 503, "a store that cannot be written is none to be sent requests to"
        assert b"ledger" in reasons
    disk.recover()
    eventually("it is ready again", lambda: is_ready(gateway))


def test_a_file_system_that_is_full_to_the_last_byte(tmp_path, sandbox):
    mount = tmp_path / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", mount], capture_output=True).returncode:
        pytest.skip("file systems cannot be mounted here")
    with contextlib.ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", "-l", mount], check=True)
        gateway = Gateway(mount, CONFIGURATION, sandbox).start()
        stack.callback(gateway.stop)
        ballast = mount / "ballast"

        def fill():
            with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(bytes(4096)):
                    pass
            # What is left of pages that the log has already taken.
            for _ in range(200):
                if ask(gateway)[0] == 503:
                    return
            pytest.fail("the store still finds room on a full disk")

        assert is_served(gateway)
        fill()
        sent = sandbox.bill()["requests"]
        for answer in ask_together(gateway):
            check_refused(answer)
        assert sandbox.bill()["requests"] == sent
        ballast.unlink()
        eventually("it serves again", lambda: is_served(gateway), within=20)
        check_books(gateway, sandbox)


def test_an_answer_under_way_when_the_disk_fills_ends_in_an_error_and_is_booked_later(gateway, sandbox, disk):
    with gateway.client() as client:
        stream = client.chat.completions.create(
            model="sandbox/chat-small?tokens=40&drip=20ms", messages=REQUEST["messages"], stream=True)
        request_id = stream.response.headers["x-tuppence-request-id"]
        next(stream)
        disk.fail("write 28")
        with pytest.raises(Exception, match="The ledger did not answer"):
            for _ in stream:
                pass
    assert gateway.entries(request_id) == []
    disk.recover()
    [entry] = eventually("the settlement gets in", lambda: gateway.entries(request_id), within=10)
    assert entry["status"] == "completed"
    assert entry["usage"]["output"] == 40
    check_books(gateway, sandbox)


@pytest.mark.slow
def test_a_database_locked_for_half_a_minute(gateway, sandbox):
    with contextlib.closing(sqlite3.connect(gateway.cwd / "tuppence.db", isolation_level=None)) as lock:

        def hold():
            lock.execute("BEGIN IMMEDIATE")
            end = time.monotonic() + 30
            for answer in ask_together(gateway):
                check_refused(answer)
            eventually("it is not ready", lambda: not is_ready(gateway))
            while time.monotonic() < end:
                for answer in ask_together(gateway):
                    check_refused(answer)
                assert not is_ready(gateway)

        check_outage(gateway, sandbox, hold, lambda: lock.execute("ROLLBACK"))


@pytest.mark.slow
def test_a_locked_database_does_not_keep_the_gateway_from_stopping(gateway):
    with contextlib.closing(sqlite3.connect(gateway.cwd / "tuppence.db", isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        for answer in ask_together(gateway):
            check_refused(answer)
        assert gateway.stop() == 0


@pytest.mark.slow
def test_holds_that_a_slow_disk_grants_too_late_are_given_back(gateway, sandbox, disk):
    check_outage(gateway, sandbox, lambda: disk.fail("delay 5000"), disk.recover)
    assert {entry["status"] for entry in gateway.ledger()} <= {"completed", "aborted", "expired"}


def check_sentence(said: str, database: Path):
    """What is wrong, in one line that names the file."""
    assert str(database) in said
    assert len(said.strip().splitlines()) == 1, said


@pytest.mark.parametrize("existing", [True, False], ids=["existing", "new"])
@pytest.mark.parametrize("errno", [30, 13], ids=["file-system", "permissions"])
def test_a_store_that_cannot_be_written_is_told_at_the_start(tmp_path, sandbox, disk, errno, existing):
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox, **disk.environment)
    if existing:
        gateway.start()
        assert is_served(gateway)
        gateway.stop()
    gateway.log.unlink(missing_ok=True)
    disk.fail(f"open {errno}")
    with pytest.raises(AssertionError, match="gateway ended with 1"):
        gateway.start()
    check_sentence(gateway.output(), tmp_path / "tuppence.db")
