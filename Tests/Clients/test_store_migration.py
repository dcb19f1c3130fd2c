"""`tuppence store migrate`: a ledger goes on elsewhere, with every seal, key and cent."""

import pytest

from conftest import CONFIGURATION
from programs import Gateway, tuppence, tuppence_json

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture
def old(tmp_path, sandbox):
    """A gateway that has been used and stopped, and a key that was made for it."""
    folder = tmp_path / "old"
    folder.mkdir()
    gateway = Gateway(folder, CONFIGURATION, sandbox).start()
    gateway.key = tuppence_json("keys", "create", "made", "--config", gateway.configuration)["key"]
    with gateway.client() as client:
        for _ in range(5):
            client.chat.completions.create(model="fast-llm", messages=MESSAGES)
    gateway.stop()
    return gateway


def migrate(source: str, target: str):
    return tuppence("store", "migrate", source, target)


def check_move(old: Gateway, folder, sandbox, store: str):
    source = f"sqlite:{old.configuration.parent}/tuppence.db"
    moved = migrate(source, store)
    assert moved.returncode == 0, moved.stderr
    assert moved.stdout.startswith("Copied and found in order: ")
    verified = tuppence_json("ledger", "verify", "--config", old.configuration)
    spent = old.spend()

    folder.mkdir()
    new = Gateway(folder, CONFIGURATION, sandbox, store)
    assert tuppence_json("ledger", "verify", "--config", new.configuration) == verified
    assert new.spend() == spent and new.ledger() == old.ledger()
    new.start()
    try:
        with new.client(old.key) as client:
            assert client.chat.completions.create(model="fast-llm", messages=MESSAGES).choices
    finally:
        new.stop()
    assert len(new.ledger()) == len(old.ledger()) + 1
    assert tuppence("ledger", "verify", "--seal", verified["seal"], "--config", new.configuration).returncode == 0

    again = migrate(source, store)
    assert again.returncode == 1
    assert "there is something in it already" in again.stderr
    assert len(new.ledger()) == len(old.ledger()) + 1


def test_a_ledger_goes_on_in_another_file(old, tmp_path, sandbox):
    check_move(old, tmp_path / "new", sandbox, f"sqlite:{tmp_path}/copy.db")


def test_a_ledger_goes_on_in_PostgreSQL(old, tmp_path, sandbox, postgres):
    check_move(old, tmp_path / "new", sandbox, postgres.make_database("moved"))


def test_mistakes_are_told_without_a_password(tmp_path):
    missing = migrate(f"sqlite:{tmp_path}/none.db", f"sqlite:{tmp_path}/copy.db")
    assert missing.returncode == 1 and f"There is no store at {tmp_path}/none.db." in missing.stderr
    assert list(tmp_path.iterdir()) == []
    same = migrate("sqlite:a.db", "sqlite:a.db")
    assert same.returncode == 64 and "Both are the same store." in same.stderr
    unclear = migrate("sqlite:a.db", "postgres://tuppence:hunter/2@db/ledger")
    assert unclear.returncode == 64 and "Of the second: this is no address of a PostgreSQL database." in unclear.stderr
    assert "hunter" not in unclear.stderr + unclear.stdout
