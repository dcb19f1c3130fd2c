"""`tuppence ledger archive`: the oldest pages move into a file of their own while a gateway works, and nothing that was told changes."""

import json
import shutil
import signal
import stat
import subprocess
import threading
import time

import pytest

from conftest import CONFIGURATION
from programs import BINARY, Gateway, clean_environment, eventually, tuppence, tuppence_json

MESSAGES = [{"role": "user", "content": "Hello!"}]
BEFORE = ["--before", "31d"]
# Reading all of it takes seconds in a debug build.
PATIENCE = 300


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A ledger that has been written since a year ago, in more pages than a gateway works with."""
    folder = tmp_path_factory.mktemp("year")
    made = subprocess.run(
        [BINARY.with_name("bench-ledger"), "--sizes", "6000", "--batch", "10", "--busy-batch", "1", "--keep", "--folder", folder],
        capture_output=True, text=True, timeout=PATIENCE, env=clean_environment(folder))
    [path] = folder.glob("*/ledger.db")
    assert made.returncode == 0, made.stderr
    return path


class Callers:
    """Requests without a pause, until they are stopped."""

    def __init__(self, gateway: Gateway, count: int = 2):
        self.gateway, self.answers, self.errors, self.isOver = gateway, 0, [], False
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self):
        with self.gateway.client() as client:
            while not self.isOver:
                try:
                    assert client.chat.completions.create(model="fast-llm", messages=MESSAGES).choices
                    self.answers += 1
                except Exception as error:
                    self.errors.append(repr(error))

    def stop(self):
        self.isOver = True
        for thread in self.threads:
            thread.join()


def verify(*options) -> dict:
    return tuppence_json("ledger", "verify", *options)


def spending(*options) -> list:
    """What was spent by all but those who call meanwhile."""
    groups = tuppence_json("spend", "--by", "key", "--by", "customer", "--by", "model", *options)
    def is_callers(line: dict) -> bool:
        return line.get("model", "").startswith("sandbox/") or line.get("key") == "app" or line.get("customer") == ""

    return [[line for line in groups[name] if not is_callers(line)] for name in ("keys", "customers", "models")]


def reconciled(archive, lines: list, in_archive: list, own: list):
    """Both parts together are compared with what a provider says of all that time: nothing."""
    provider = in_archive[-1]["provider"]
    export = archive.with_name("costs.csv")
    export.write_text("start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item\n")
    day = 86_400
    ends = [time.strftime("%Y-%m-%d", time.gmtime(time.time() + away * day)) for away in (-600, 2)]
    question = ["reconcile", provider, export, "--format", "openai-costs", "--since", ends[0], "--until", ends[1], "--json", *own]
    alone = tuppence(*question)
    assert alone.returncode == 1 and "--archive <file>" in alone.stderr
    both = tuppence(*question, "--archive", archive)
    assert both.returncode == 1, both.stderr
    total = sum(line["cost_nanodollars"] for line in lines + in_archive if line["provider"] == provider)
    assert json.loads(both.stdout)["totals"]["cost_nanodollars"]["ours"] == total > 0
    twice = tuppence(*question, "--archive", archive, "--archive", archive)
    assert twice.returncode == 1 and "each has to end where the next part begins, and be named once" in twice.stderr


def check(gateway: Gateway, archive):
    """Moves what is old while requests are under way, and holds all that is told against what was told before."""
    own = ["--config", gateway.configuration]
    before, spent = verify(*own), spending(*own)
    assert before["pages"] > 4_096 and "before" not in before
    lines = tuppence_json("ledger", *own)
    gateway.start()
    try:
        callers = Callers(gateway)
        eventually("callers are answered", lambda: callers.answers > 3)
        moved = tuppence("ledger", "archive", archive, *BEFORE, *own)
        callers.stop()
        assert moved.returncode == 0, moved.stderr
        assert not callers.errors

        old, rest = verify("--store", archive), verify(*own)
        assert old["archive"] and "before" not in old and rest["before"]["page"] == old["last_page"] == old["pages"]
        assert rest["before"]["seal"] == old["seal"] and old["seal"] in moved.stdout
        for figure in ("entries", "cost_nanodollars", "price_nanodollars"):
            assert rest["before"][figure] == old[figure]
        assert old["entries"] + rest["entries"] == before["entries"] + callers.answers
        assert spending(*own) == spent
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        assert sorted(path.name for path in archive.parent.glob(f"{archive.name}*")) == [archive.name]
        assert tuppence("ledger", "verify", "--seal", old["seal"], *own).returncode == 0

        # Who reads both has read all of it, and is told where the other part is.
        in_archive = tuppence_json("ledger", "--store", archive)
        left = tuppence("ledger", "--json", *own)
        assert "are in an archive" in left.stderr
        assert [line for line in json.loads(left.stdout) + in_archive if line["key"] != "app"] == lines
        first = in_archive[-1]["request_id"]
        assert tuppence_json("ledger", "--request", first, "--store", archive)
        asked = tuppence("ledger", "--request", first, "--json", *own)
        assert json.loads(asked.stdout) == [] and "are in an archive" in asked.stderr
        report = tuppence("routes", "report", "--since", "400d", *own)
        assert report.returncode == 0 and "are in an archive" in report.stderr
        reconciled(archive, json.loads(left.stdout), in_archive, own)
        total = sum(line["cost_nanodollars"] for line in tuppence_json("spend", "--store", archive, "--by", "key")["keys"])
        assert total == old["cost_nanodollars"]

        again = tuppence("ledger", "archive", archive, *BEFORE, *own)
        assert again.returncode == 0 and "had been made before" in again.stdout
        other = archive.with_name("other.db")
        # The requests of meanwhile have made room for another one, which begins where the first one ends.
        more = tuppence_json("ledger", "archive", other, *BEFORE, *own)
        assert more["outcome"] == ("moved" if other.exists() else "nothing")
        if more["outcome"] == "moved":
            rest = verify(*own)
            assert verify("--store", other)["before"]["seal"] == old["seal"] and rest["before"]["seal"] == more["seal"]
            assert spending(*own) == spent
    finally:
        gateway.stop()
    # A gateway that begins goes on from there.
    gateway.start()
    with gateway.client() as client:
        assert client.chat.completions.create(model="fast-llm", messages=MESSAGES).choices
    gateway.stop()
    assert verify(*own)["before"] == rest["before"] | {"sums": verify(*own)["before"]["sums"]}


def test_the_oldest_pages_move_out_of_a_file(year, tmp_path, sandbox):
    shutil.copy(year, tmp_path / "tuppence.db")
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox)
    check(gateway, tmp_path / "old.db")

    # An archive is no ledger to work with.
    served = Gateway(tmp_path, CONFIGURATION, sandbox, f"sqlite:{tmp_path}/old.db")
    refused = tuppence("serve", "--config", served.configuration, cwd=tmp_path)
    assert refused.returncode == 1 and "is an archive of a ledger" in refused.stderr
    # Nor may anything be booked in it.
    paid = tuppence("wallet", "top-up", "acme", "5", "--config", served.configuration)
    assert paid.returncode == 1 and "This is an archive of a ledger" in paid.stderr
    assert "is an archive of a ledger" in tuppence("doctor", "--config", served.configuration, cwd=tmp_path).stdout
    again = tuppence("ledger", "archive", tmp_path / "older.db", *BEFORE, "--config", served.configuration)
    assert again.returncode == 1 and "This is an archive already." in again.stderr


def test_the_oldest_pages_move_out_of_PostgreSQL(year, tmp_path, sandbox, postgres):
    store = postgres.make_database("archived")
    migrated = tuppence("store", "migrate", f"sqlite:{year}", store)
    assert migrated.returncode == 0, migrated.stderr
    check(Gateway(tmp_path, CONFIGURATION, sandbox, store), tmp_path / "old.db")


def test_what_is_killed_goes_on_where_it_was(year, tmp_path, sandbox):
    shutil.copy(year, tmp_path / "tuppence.db")
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox)
    own = ["--config", gateway.configuration]
    before, spent = verify(*own), spending(*own)
    archive, finished = tmp_path / "old.db", None
    for delay in (0.2, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 60):
        process = subprocess.Popen(
            [BINARY, "ledger", "archive", archive, *BEFORE, *own], env=clean_environment(tmp_path),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            said, wrong = process.communicate(timeout=delay)
            if "if it is what an interrupted archive has left, remove it" in wrong:
                for path in tmp_path.glob("old.db*"):
                    path.unlink()
                continue
            assert process.returncode == 0, wrong
            finished = said
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        found = verify(*own)
        assert found["last_page"] == before["last_page"] and found["seal"] == before["seal"]
        assert spending(*own) == spent
    assert finished is not None, "it was never done"
    old, rest = verify("--store", archive), verify(*own)
    assert rest["before"]["seal"] == old["seal"] and old["entries"] + rest["entries"] == before["entries"]
    assert spending(*own) == spent


def test_what_cannot_be_archived_is_refused_with_a_reason_and_nothing_is_lost(year, tmp_path, sandbox):
    shutil.copy(year, tmp_path / "tuppence.db")
    own = ["--config", Gateway(tmp_path, CONFIGURATION, sandbox).configuration]
    late = tuppence("ledger", "archive", tmp_path / "old.db", "--before", "30d", *own)
    assert late.returncode == 1 and "must be 31 days old" in late.stderr
    (tmp_path / "note.txt").write_text("mine")
    other = tuppence("ledger", "archive", tmp_path / "note.txt", *BEFORE, *own)
    assert other.returncode == 1 and "file is not a database" in other.stderr and "remove" not in other.stderr
    assert (tmp_path / "note.txt").read_text() == "mine"
    itself = tuppence("ledger", "archive", tmp_path / "tuppence.db", *BEFORE, *own)
    assert itself.returncode == 1 and "is there already, and is no archive" in itself.stderr
    nowhere = tuppence("ledger", "archive", tmp_path / "none/old.db", *BEFORE, *own)
    assert nowhere.returncode == 1 and "can't be made" in nowhere.stderr
    nothing = tuppence("ledger", "archive", tmp_path / "old.db", "--before", "2000d", *own)
    assert nothing.returncode == 0 and "Nothing is moved" in nothing.stdout
    assert not (tmp_path / "old.db").exists()
    assert "before" not in verify(*own)
