"""`tuppence doctor`: each common mistake is made, found, and told with its remedy."""

import email.utils
import json
import os
import re
import resource
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from conftest import CONFIGURATION
from fake_provider import FakeProvider, whole
from programs import BINARY, Gateway, clean_environment, free_port, tuppence

GOOD = """\
server: { listen: "127.0.0.1:@PORT@", console: "127.0.0.1:@CONSOLE@" }
store: sqlite:@FOLDER@/tuppence.db
providers:
  local: { dialect: openai, base_url: "@PROVIDER@", api_key: "@KEY@" }
prices:
  local/model: { input: 1, output: 2 }
routes:
  best: { targets: [ local/model ] }
budgets:
  - { name: all, scope: { key: each }, limit: $10, per: day, hard: reject }
"""
KEY = "sk-a-key-that-nobody-may-read"


def configuration(folder: Path, text: str = GOOD, provider: str = "http://127.0.0.1:9/v1", **values: str) -> Path:
    values = {"PORT": free_port(), "CONSOLE": free_port(), "FOLDER": folder, "PROVIDER": provider, "KEY": KEY, **values}
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    file = folder / "tuppence.yaml"
    file.write_text(text)
    return file


def doctor(file: Path, *options: str, **environment: str) -> tuple[int, list[dict]]:
    finished = tuppence("doctor", "--config", file, "--json", *options, cwd=file.parent, **environment)
    assert KEY not in finished.stdout + finished.stderr
    assert not finished.stderr, finished.stderr
    return finished.returncode, json.loads(finished.stdout)


def of(found: list[dict], check: str) -> list[dict]:
    return [one for one in found if one["check"] == check]


def only(found: list[dict], check: str, level: str) -> dict:
    """What is wrong with `check`, with what to do about it."""
    [one] = [one for one in of(found, check) if one["level"] == level]
    assert level == "ok" or one["remedy"]
    return one


def test_nothing_is_wrong_where_nothing_is(tmp_path):
    code, found = doctor(configuration(tmp_path))
    assert code == 0 and {one["level"] for one in found} == {"ok"}, found
    assert {one["check"] for one in found} == {
        "configuration", "providers", "prices", "models", "budgets", "store", "listen", "console", "files"}
    assert not (tmp_path / "tuppence.db").exists(), "it changes nothing"
    finished = tuppence("doctor", cwd=tmp_path)
    assert finished.returncode == 0 and len(finished.stdout.splitlines()) == len(found)


def test_every_mistake_in_the_configuration_is_told_with_its_place(tmp_path):
    file = configuration(tmp_path, GOOD.replace("@KEY@", "${NO_SUCH_KEY}").replace("budgets:", "budgts:"))
    code, found = doctor(file)
    told = of(found, "configuration")
    assert code == 1 and len(told) == 2 and all(one["level"] == "error" and one["remedy"] for one in told)
    assert any("NO_SUCH_KEY" in one["message"] for one in told)
    assert any("Did you mean 'budgets'?" in one["remedy"] and "tuppence.yaml:9:1" in one["message"] for one in told)
    missing = tuppence("doctor", "--config", tmp_path / "nowhere.yaml")
    assert missing.returncode == 1 and "no such file" in missing.stdout


def test_a_port_that_is_taken_is_told_and_a_gateway_that_runs_is_not(tmp_path, sandbox):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for name, check in (("PORT", "listen"), ("CONSOLE", "console")):
            code, found = doctor(configuration(tmp_path, **{name: port}))
            told = only(found, check, "error")["message"]
            assert code == 1 and "in use by another program" in told and "was not answered as Tuppence does" in told
    text = CONFIGURATION.replace('"@LISTEN@" }', f'"@LISTEN@", console: "127.0.0.1:{free_port()}" }}')
    own = Gateway(tmp_path, text, sandbox).start()
    try:
        assert own.console_port, "it listens a moment later than the gateway"
        code, found = doctor(own.configuration)
        assert code == 0, found
        for check in ("listen", "console"):
            assert "Tuppence runs there already" in only(found, check, "ok")["message"]
    finally:
        own.stop()


def test_a_container_asks_whether_the_gateway_takes_requests(tmp_path, sandbox):
    file = configuration(tmp_path)
    code, found = doctor(file, "--quick")
    assert code == 1 and "No gateway answers" in only(found, "gateway", "error")["message"]
    own = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    try:
        code, found = doctor(own.configuration, "--quick")
        assert code == 0 and [one["check"] for one in found] == ["gateway"], found
    finally:
        own.stop()
    code, found = doctor(own.configuration, "--quick")
    assert code == 1, found


def test_an_address_of_another_machine_is_told(tmp_path):
    file = configuration(tmp_path, GOOD.replace("127.0.0.1:@PORT@", "192.0.2.1:@PORT@"))
    code, found = doctor(file)
    assert code == 1 and "server.listen" in only(found, "listen", "error")["remedy"]


def test_what_others_can_reach_without_tls_is_told(tmp_path):
    code, found = doctor(configuration(tmp_path, GOOD.replace("127.0.0.1:@", "0.0.0.0:@")))
    assert code == 0
    assert "in the clear" in only(found, "listen", "warning")["message"]
    assert "in the clear" in only(found, "console", "warning")["message"]


def test_a_store_that_cannot_be_is_told(tmp_path):
    code, found = doctor(configuration(tmp_path, GOOD.replace("@FOLDER@", "@FOLDER@/nowhere")))
    assert code == 1 and "no folder" in only(found, "store", "error")["message"]
    file = configuration(tmp_path)
    (tmp_path / "tuppence.db").write_bytes(b"this is no database, and never was one" * 100)
    code, found = doctor(file)
    assert code == 1 and "can't be read" in only(found, "store", "error")["message"]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_budgets_of_the_store_are_looked_at_and_nothing_is_changed(tmp_path):
    without = GOOD[:GOOD.index("budgets:")]
    file = configuration(tmp_path, without)
    made = tuppence(
        "budgets", "add", "all", "--scope", "key=each", "--limit", "10", "--per", "day", "--hard", "degrade:best", "--config", file)
    assert made.returncode == 0, made.stderr
    before = contents(tmp_path)
    code, found = doctor(file)
    assert code == 0 and only(found, "budgets", "ok")["message"] == "1 in force.", found
    assert "is empty" in only(found, "store", "ok")["message"]
    assert contents(tmp_path) == before

    file = configuration(tmp_path, without.replace("best:", "worst:"))
    code, found = doctor(file)
    told = only(found, "budgets", "error")
    assert code == 1 and "budget 'all'" in told["message"] and "there is no route 'best'" in told["message"]
    assert "tuppence budgets remove all" in told["remedy"] + told["message"]
    file = configuration(tmp_path, GOOD)
    code, found = doctor(file)
    assert code == 1 and "there is a budget 'all' already" in only(found, "budgets", "error")["message"]


def test_a_store_that_a_gateway_has_open_is_looked_at(tmp_path, sandbox):
    own = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    try:
        own.client().chat.completions.create(model="fast-llm", messages=[{"role": "user", "content": "Hello!"}])
        own.ledger()
        _, found = doctor(own.configuration)
        assert "its last entry is of" in only(found, "store", "ok")["message"]
    finally:
        own.stop()


def test_a_store_of_an_older_version_is_told_and_left_as_it_is(tmp_path):
    file = configuration(tmp_path, GOOD[:GOOD.index("budgets:")])
    assert tuppence("keys", "create", "app", "--config", file).returncode == 0
    with sqlite3.connect(tmp_path / "tuppence.db") as store:
        assert store.execute("DELETE FROM grdb_migrations WHERE identifier > '0006'").rowcount > 0
        store.execute("ALTER TABLE keys DROP COLUMN version")
    store.close()
    before = contents(tmp_path)
    code, found = doctor(file)
    told = only(found, "store", "warning")
    assert code == 0 and "of an older version" in told["message"] and "next start" in told["remedy"]
    assert "could not be read" in only(found, "budgets", "warning")["message"]
    assert contents(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="who runs as root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    code, found = doctor(configuration(tmp_path, FOLDER=str(folder)))
    assert code == 1 and "can't be written" in only(found, "store", "error")["message"]


def test_what_costs_nothing_by_accident_and_what_nothing_stops_are_told(tmp_path):
    text = GOOD.replace("local/model: {", "local/other: {") + "unpriced: allow\n"
    code, found = doctor(configuration(tmp_path, text))
    assert code == 1 and "local/model" in only(found, "prices", "error")["message"]
    code, found = doctor(configuration(tmp_path, GOOD[:GOOD.index("budgets:")]))
    assert code == 0 and "nothing stops" in only(found, "budgets", "warning")["message"]


def test_models_that_are_gone_are_told(tmp_path):
    listed = tuppence("prices", "check", "--notes")
    gone = next(
        line.split(": ")[2] for line in listed.stdout.splitlines()
        if line.startswith("anthropic.prices") and "it was retired" in line)
    provider = "anthropic"
    text = GOOD.replace("routes:", f"routes:\n  old: {{ targets: [ {provider}/{gone} ] }}").replace(
        "providers:", f"providers:\n  {provider}: {{ api_key: x }}")
    code, found = doctor(configuration(tmp_path, text))
    assert code == 1 and only(found, "models", "error")["remedy"] == "Route to another: old.", found


def test_a_limit_of_few_open_files_is_told(tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))

    finished = subprocess.run(
        [BINARY, "doctor", "--config", configuration(tmp_path), "--json"], env=clean_environment(tmp_path),
        capture_output=True, text=True, timeout=30, preexec_fn=limit)
    found = json.loads(finished.stdout)
    assert finished.returncode == 0 and "512 files" in only(found, "files", "warning")["message"]


def provider_that_says(status: int, seconds: int = 0) -> FakeProvider:
    """By a clock that is `seconds` off."""
    return FakeProvider(lambda _: whole({}, status, {"date": email.utils.formatdate(time.time() + seconds, usegmt=True)}))


@pytest.mark.parametrize("status, level, words", [
    (200, "ok", "takes the key"), (401, "error", "refuses the key"), (403, "error", "refuses the key"),
    (429, "warning", "takes no requests"), (503, "warning", "problem of its own"), (404, "ok", "does not say"),
])
def test_providers_are_asked_whether_they_take_the_key(tmp_path, status, level, words):
    with provider_that_says(status) as provider:
        file = configuration(tmp_path, provider=f"{provider.url}/v1")
        doctor(file)
        assert provider.requests == [], "nobody is asked without --online"
        code, found = doctor(file, "--online")
        [asked] = provider.requests
        assert (asked.path, asked.headers["authorization"]) == ("/v1/models", f"Bearer {KEY}")
    assert code == (1 if level == "error" else 0) and words in only(found, "provider local", level)["message"]
    assert not of(found, "clock")
    if level == "ok":
        assert re.search(r"answers in \d+ ms", only(found, "provider local", level)["message"])


@pytest.mark.parametrize("seconds, way, level", [
    (600, "behind", "error"), (-600, "ahead of", "error"), (60, "behind", "warning"), (-60, "ahead of", "warning"),
])
def test_a_clock_that_is_wrong_is_told(tmp_path, seconds, way, level):
    with provider_that_says(200, seconds) as provider:
        code, found = doctor(configuration(tmp_path, provider=f"{provider.url}/v1"), "--online")
    assert code == (1 if level == "error" else 0) and way in only(found, "clock", level)["message"]


@pytest.mark.parametrize("dialect, field, status, level", [
    ("anthropic", "x-api-key", 200, "ok"), ("anthropic", "x-api-key", 401, "error"),
    ("gemini", "x-goog-api-key", 200, "ok"), ("gemini", "x-goog-api-key", 400, "error"),
])
def test_each_is_asked_as_it_wants_to_be(tmp_path, dialect, field, status, level):
    with provider_that_says(status) as provider:
        text = GOOD.replace("dialect: openai", f"dialect: {dialect}")
        code, found = doctor(configuration(tmp_path, text, provider=f"{provider.url}/v1"), "--online")
        [asked] = provider.requests
        head = asked.headers
    assert head[field] == KEY and "authorization" not in head
    assert ("anthropic-version" in head) == (dialect == "anthropic")
    assert only(found, "provider local", level) and code == (1 if level == "error" else 0)


def test_a_key_that_no_request_can_have_is_told_wherever_it_comes_from(tmp_path):
    code, found = doctor(configuration(tmp_path, GOOD.replace('"@KEY@"', '"@KEY@\\n"')))
    assert code == 1 and "characters no key has" in only(found, "configuration", "error")["message"]
    (tmp_path / "tuppence.yaml").unlink()
    finished = tuppence("doctor", "--json", cwd=tmp_path, OPENAI_API_KEY=f"{KEY}\n")
    assert finished.returncode == 1 and KEY not in finished.stdout
    assert "line ends" in only(json.loads(finished.stdout), "providers", "error")["message"]


def test_a_provider_that_is_not_there_is_told(tmp_path):
    code, found = doctor(configuration(tmp_path, provider=f"http://127.0.0.1:{free_port()}/v1"), "--online")
    assert code == 1 and "can't be reached: connection refused" in only(found, "provider local", "error")["message"]


def test_without_any_provider_it_says_what_answers(tmp_path):
    finished = tuppence("doctor", "--json", cwd=tmp_path)
    assert "the sandbox answers" in only(json.loads(finished.stdout), "providers", "warning")["message"]


def test_a_variable_of_opentelemetry_that_is_not_followed_is_told_by_doctor_and_check_alike(tmp_path):
    file = configuration(tmp_path)
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    code, found = doctor(file, **variables)
    told = only(found, "telemetry", "warning")["message"]
    assert code == 0 and "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'" in told and "4318" in told
    checked = tuppence("check", "--config", file, cwd=tmp_path, **variables)
    assert checked.returncode == 0 and f"warning: {told}" in checked.stdout
    assert told in json.loads(tuppence("check", "--config", file, "--json", cwd=tmp_path, **variables).stdout)["warnings"]
