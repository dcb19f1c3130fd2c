"""A store whose bytes have been damaged: the gateway does not start and says why, or shows the truth; never a wrong
balance, and no crash."""

import contextlib
import json
import os
import random
import sqlite3
from pathlib import Path

import pytest

from programs import Gateway, Sandbox, tuppence
from test_store_faults import CONFIGURATION, ask, ask_together, check_refused, check_sentence, is_served

PAGE = 4096
FRAME = PAGE + 24


@pytest.fixture
def sandbox(tmp_path):
    program = Sandbox(tmp_path).start()
    yield program
    program.stop()


class Booked:
    """A store with a hundred answers in it, and what they cost."""

    def __init__(self, gateway: Gateway, answers: int = 100):
        gateway.start()
        for _ in range(answers):
            assert is_served(gateway)
        self.entries = {entry["request_id"]: entry["cost_nanodollars"] for entry in gateway.ledger()}
        self.spent = gateway.budget("app-daily")["spent_nanodollars"]


def check_nothing_wrong_is_shown(gateway: Gateway, booked: Booked, lost: int = 0):
    """After damage: the gateway does not start and says why, or it has the truth, or it refuses what it cannot book."""
    database = gateway.cwd / "tuppence.db"
    gateway.log.unlink(missing_ok=True)
    try:
        gateway.start()
    except AssertionError:
        assert gateway.process.wait(timeout=10) == 1
        return check_sentence(gateway.output(), database)
    try:
        shown = tuppence("spend", "--config", gateway.configuration, "--json")
        if shown.returncode == 0:
            [budget] = json.loads(shown.stdout)["budgets"]
            ledger = {entry["request_id"]: entry["cost_nanodollars"] for entry in gateway.ledger()}
            assert budget["spent_nanodollars"] == sum(ledger.values())
            assert ledger.items() <= booked.entries.items()
            assert len(ledger) >= len(booked.entries) - lost
        else:
            assert shown.returncode == 1, "a command says what is wrong, and does not crash"
            check_sentence(shown.stderr, database)
        for _ in range(3):
            answer = ask(gateway)
            if answer[0] != 200:
                check_refused(answer)
    finally:
        gateway.stop()


def damage(path: Path, at: int, count: int, chance: random.Random):
    with path.open("r+b") as file:
        file.seek(at)
        file.write(chance.randbytes(count))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("place", ["last page", "any page", "cut"])
def test_a_damaged_file_never_shows_a_wrong_balance(tmp_path, sandbox, place, seed):
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox)
    booked = Booked(gateway)
    gateway.stop()
    database = tmp_path / "tuppence.db"
    size = database.stat().st_size
    chance = random.Random(seed)
    if place == "last page":
        damage(database, size - PAGE + chance.randrange(PAGE - 64), 64, chance)
    elif place == "any page":
        # Not the first: a file without SQLite's header is a different complaint.
        damage(database, PAGE * chance.randrange(1, size // PAGE), PAGE, chance)
    else:
        os.truncate(database, size - chance.randrange(1, 2 * PAGE))
    check_nothing_wrong_is_shown(gateway, booked)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("place", ["frame", "cut"])
def test_a_log_that_is_torn_at_its_end_loses_whole_transactions_only(tmp_path, sandbox, place, seed):
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox)
    booked = Booked(gateway, answers=20)
    gateway.kill()
    log = tmp_path / "tuppence.db-wal"
    size = log.stat().st_size
    chance = random.Random(seed)
    if place == "frame":
        damage(log, size - FRAME + chance.randrange(FRAME - 64), 64, chance)
    else:
        os.truncate(log, size - chance.randrange(1, FRAME))
    check_nothing_wrong_is_shown(gateway, booked, lost=1)


@pytest.mark.parametrize("seed", range(3))
def test_a_page_overwritten_beneath_a_running_gateway_crashes_nothing(tmp_path, sandbox, seed):
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox)
    booked = Booked(gateway)
    database = tmp_path / "tuppence.db"
    # The log goes into the file, so that there are pages to damage.
    with contextlib.closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = database.stat().st_size
    chance = random.Random(seed)
    damage(database, PAGE * chance.randrange(1, size // PAGE), PAGE, chance)
    for answer in ask_together(gateway):
        if answer[0] != 200:
            check_refused(answer)
    assert gateway.process.poll() is None
    assert gateway.stop() == 0
    shown = tuppence("spend", "--config", gateway.configuration, "--json")
    if shown.returncode == 0:
        [budget] = json.loads(shown.stdout)["budgets"]
        assert budget["spent_nanodollars"] >= booked.spent
