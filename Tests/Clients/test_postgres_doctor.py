"""`tuppence doctor` and commands that look, on a PostgreSQL that is well, one that is not, and none."""

import pytest

from conftest import CONFIGURATION
from postgres import Postgres
from programs import Gateway, free_port, tuppence
from test_doctor import KEY, configuration, doctor, of, only

STORE = """\
server: { listen: "127.0.0.1:@PORT@", console: "127.0.0.1:@CONSOLE@" }
store: @STORE@
providers:
  local: { dialect: openai, base_url: "@PROVIDER@", api_key: "@KEY@" }
prices:
  local/model: { input: 1, output: 2 }
budgets:
  - { name: all, scope: { key: each }, limit: $10, per: day, hard: reject }
"""


@pytest.fixture(scope="module")
def durable():
    server = Postgres(durable=True)
    try:
        yield server.start()
    finally:
        server.remove()


def test_a_database_is_empty_and_then_has_a_ledger(durable, tmp_path, sandbox):
    store = durable.make_database("ledger")
    file = configuration(tmp_path, STORE, STORE=store)
    status, found = doctor(file)
    assert status == 0, found
    assert only(found, "store", "ok")["message"] == f"{store} can be reached; it is empty."
    looked = tuppence("spend", "--config", file)
    assert looked.returncode == 1 and f"There is no ledger at {store} yet." in looked.stderr
    assert durable.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "ledger") == [["0"]]

    folder = tmp_path / "gateway"
    folder.mkdir()
    gateway = Gateway(folder, CONFIGURATION, sandbox, store).start()
    try:
        with gateway.client() as client:
            client.chat.completions.create(model="fast-llm", messages=[{"role": "user", "content": "hi"}])
    finally:
        gateway.stop()
    status, found = doctor(file)
    assert status == 0, found
    assert only(found, "store", "ok")["message"].startswith(f"{store} opens; its last entry is of 2")


def test_a_server_that_may_lose_what_it_has_acknowledged_is_an_error(postgres, tmp_path):
    status, found = doctor(configuration(tmp_path, STORE, STORE=postgres.make_database("unsafe")))
    assert status == 1
    told = only(found, "store", "error")
    assert "'fsync' is off" in told["message"] and "fsync = on" in told["remedy"]


def test_a_server_whose_sessions_need_not_wait_for_the_disk_is_set_right_by_the_gateway(durable, tmp_path):
    store = durable.make_database("lazy")
    durable.query('ALTER DATABASE lazy SET synchronous_commit = off', "postgres")
    status, found = doctor(configuration(tmp_path, STORE, STORE=store))
    assert status == 0, found


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path):
    port = free_port()
    store = f"postgres://tuppence:{KEY}@127.0.0.1:{port}/ledger"
    status, found = doctor(configuration(tmp_path, STORE, STORE=store))
    assert status == 1
    told = only(found, "store", "error")
    assert told["message"].startswith(f"postgres://tuppence@127.0.0.1:{port}/ledger can't be reached: ")
    assert of(found, "configuration")[0]["level"] == "ok"
    for command in [["serve"], ["spend"], ["keys", "list"], ["check"]]:
        finished = tuppence(*command, "--config", tmp_path / "tuppence.yaml")
        assert KEY not in finished.stdout + finished.stderr
        assert finished.returncode == (0 if command == ["check"] else 1), finished.stderr
        if command != ["check"]:
            assert "PostgreSQL" in finished.stderr, finished.stderr
