"""What operators see and do at a terminal, where it goes wrong: foreign names, files that can't be written, other versions."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import openai
import pytest

from programs import BINARY, Gateway, clean_environment, eventually, free_port, tuppence
from wire import ask, sized

KEY = "tp_test_app_0123456789abcdef"
FORGED = "x\u20282026-11-28T00:00:00Z critical tuppence: FORGED \u009b31m"

BOOKS = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/*: { input: 1, output: 1 }
keys: [ { name: app, secret: tp_test_app_0123456789abcdef } ]
budgets: [ { name: users, scope: { user: each }, limit: $0.0001, per: day } ]
"""


def chat(**more) -> bytes:
    return json.dumps({
        "model": "sandbox/chat-small", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}], **more}).encode()


def as_nobody(*arguments, cwd) -> subprocess.CompletedProcess:
    """A command as a user who owns nothing."""
    return subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", BINARY, *map(str, arguments)], cwd=cwd,
        env=clean_environment(cwd), capture_output=True, text=True, timeout=60)


only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be somebody else")


@pytest.fixture
def folder():
    """One that other users can come to: pytest's own are not."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def books(folder):
    """A configuration, and a store with one key in it that nobody has open."""
    file = folder / "tuppence.yaml"
    file.write_text(
        "store: sqlite:tuppence.db\nproviders: { sandbox: { dialect: openai, base_url: 'http://127.0.0.1:9/v1', api_key: none } }\n"
        "prices: { sandbox/*: { input: 1, output: 1 } }\n")
    made = tuppence("keys", "create", "alice", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


# What callers name


def test_a_callers_names_begin_no_lines_and_move_no_cursor(start_gateway):
    gateway = start_gateway(BOOKS)
    for controls in ("x\n2026", "x\u001b[31m"):
        assert ask(gateway.port, sized(chat(user=controls), key=KEY)).status == 400
    refused = ask(gateway.port, sized(chat(user=FORGED, max_tokens=5000), key=KEY))
    assert refused.status == 402, refused
    eventually("it is logged", lambda: "budget.exhausted" in gateway.output())
    assert ask(gateway.port, sized(chat(user=FORGED), key=KEY)).status == 200
    eventually("nothing is held", lambda: gateway.held() == 0)
    log = gateway.output()
    assert r"x\u20282026-11-28T00:00:00Z critical tuppence: FORGED \u009b31m" in log
    for command in ("spend", "budgets", "holds", "ledger"):
        finished = tuppence(command, "--config", gateway.configuration)
        assert finished.returncode == 0, finished.stderr
        log += finished.stdout
        assert command not in ("spend", "budgets") or r"FORGED \u009b31m" in finished.stdout
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", log) == []
    assert [line for line in log.splitlines() if line.startswith("2026-11-28T00:00:00Z")] == []
    # For programs it is exact.
    exact = json.loads(tuppence("budgets", "--json", "--config", gateway.configuration).stdout)
    assert any(FORGED in account["account"] for budget in exact for account in budget["accounts"])


# Stores that can't be read, or written


@only_root
def test_what_cannot_be_read_is_not_called_changed(books):
    for file in books.glob("tuppence.*"):
        file.chmod(0o644)
    books.chmod(0o755)
    (books / "tuppence.db").chmod(0o600)
    finished = as_nobody("ledger", "verify", cwd=books)
    assert finished.returncode == 3, finished
    assert "can't be read" in finished.stderr and "not as it was written" not in finished.stderr
    assert "may not read it" in finished.stderr, finished.stderr


def test_what_was_changed_ends_with_1(start_gateway):
    gateway = start_gateway(BOOKS)
    assert ask(gateway.port, sized(chat(), key=KEY)).status == 200
    eventually("nothing is held", lambda: gateway.held() == 0)
    gateway.stop()
    store = gateway.configuration.parent / "tuppence.db"
    with sqlite3.connect(store) as database:
        # The last page: opening the store reads it first.
        database.execute("UPDATE journal SET page = CAST(page || x'00' AS BLOB) WHERE id = (SELECT max(id) FROM journal)")
    finished = tuppence("ledger", "verify", "--config", gateway.configuration)
    assert finished.returncode == 1 and "not as it was written" in finished.stderr, finished


@only_root
def test_an_auditors_copy_need_not_be_written(books):
    for file in books.glob("tuppence*"):
        file.chmod(0o444)
    books.chmod(0o555)
    try:
        for arguments in (["ledger", "verify"], ["ledger"], ["spend"], ["holds"], ["budgets"], ["statement"]):
            finished = as_nobody(*arguments, cwd=books)
            assert finished.returncode == 0, (arguments, finished.stderr)
        doctor = as_nobody("doctor", "--json", cwd=books)
        assert "can't be read" not in doctor.stdout
        refused = as_nobody("keys", "create", "bob", cwd=books)
        assert refused.returncode == 1 and "may not write" in refused.stderr, refused
    finally:
        books.chmod(0o755)


def test_the_doctor_warns_of_a_store_that_everybody_can_read(books):
    store = books / "tuppence.db"
    assert store.stat().st_mode & 0o777 == 0o600
    assert "every user" not in tuppence("doctor", "--json", cwd=books).stdout
    store.chmod(0o644)
    assert "can be read by every user" in tuppence("doctor", "--json", cwd=books).stdout


def test_a_store_in_no_folder_says_which(books):
    file = books / "tuppence.yaml"
    file.write_text(file.read_text().replace("sqlite:tuppence.db", "sqlite:nowhere/tuppence.db"))
    finished = tuppence("keys", "create", "bob", cwd=books)
    assert finished.returncode == 1 and f"There is no folder {books}/nowhere: make it" in finished.stderr, finished.stderr


def test_a_newer_store_is_left_alone(books):
    with sqlite3.connect(books / "tuppence.db") as database:
        database.execute("INSERT INTO grdb_migrations VALUES ('v99-future')")
    for arguments in (["spend"], ["keys", "create", "bob"]):
        finished = tuppence(*arguments, cwd=books)
        assert finished.returncode == 1 and "newer version" in finished.stderr, finished
    finished = tuppence("doctor", cwd=books)
    assert finished.returncode == 1 and "newer version" in finished.stdout, finished
    served = tuppence("serve", "--listen", f"127.0.0.1:{free_port()}", cwd=books)
    assert served.returncode == 1 and "newer version" in served.stderr, served


# Output that can't be written


def test_output_that_is_lost_is_a_failure(books):
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [BINARY, "keys", "create", "bob"], cwd=books, env=clean_environment(books), stdout=full, stderr=subprocess.PIPE, text=True)
    assert finished.returncode == 1, finished
    assert "could not be written: No space left on device" in finished.stderr and "keys rotate" in finished.stderr
    piped = subprocess.run(
        f"'{BINARY}' prices list | head -1", shell=True, cwd=books, env=clean_environment(books), capture_output=True, text=True)
    assert piped.returncode == 0 and piped.stderr == "" and piped.stdout.count("\n") == 1, piped


# Figures


def test_a_grouping_asked_for_twice_is_one(start_gateway):
    gateway = start_gateway(BOOKS)
    assert ask(gateway.port, sized(chat(), key=KEY)).status == 200
    eventually("nothing is held", lambda: gateway.held() == 0)

    def keys(*by):
        finished = tuppence("spend", "--json", *by, "--config", gateway.configuration)
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout)["keys"]

    assert keys("--by", "key", "--by", "key") == keys("--by", "key") != []
    backwards = tuppence("spend", "--since", "2026-11-02", "--until", "2026-11-01", "--config", gateway.configuration)
    assert backwards.returncode == 64 and "--since must be before --until" in backwards.stderr
    assert "Usage: tuppence spend" in backwards.stderr and "tuppence spend --help" in backwards.stderr


# Models that are gone


FORMER = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers: { groq: { base_url: "@SANDBOX@", api_key: none } }
routes: { gone: groq/llama-3.1-8b-instant }
keys: [ { name: app, secret: tp_test_app_0123456789abcdef } ]
"""


def test_a_model_that_is_no_longer_offered_keeps_its_price(start_gateway):
    gateway = start_gateway(FORMER)
    warning = "groq/llama-3.1-8b-instant, a target of 'gone', is no longer offered by groq"
    assert warning in gateway.output()
    checked = tuppence("check", "--config", gateway.configuration)
    assert checked.returncode == 0 and f"warning: {warning}" in checked.stdout, checked
    assert warning in tuppence("doctor", "--config", gateway.configuration).stdout
    # The sandbox does not know it; that it was asked is what counts.
    for model in ("gone", "groq/llama-3.1-8b-instant", "groq/llama-3.3-70b-versatile"):
        answer = ask(gateway.port, sized(chat(model=model), key=KEY))
        assert b"price" not in answer.body and answer.status == 404, answer
    with gateway.client(KEY) as client:
        listed = {model.id for model in client.models.list()}
    assert "gone" in listed and "groq/llama-3.1-8b-instant" not in listed and any(name.startswith("groq/") for name in listed)


def test_an_import_of_a_model_that_is_no_longer_offered_comes_over(tmp_path):
    source = tmp_path / "config.yaml"
    source.write_text(
        "model_list:\n"
        "  - { model_name: small, litellm_params: { model: groq/llama-3.1-8b-instant, api_key: os.environ/GROQ_API_KEY } }\n"
        "  - { model_name: old, litellm_params: { model: anthropic/claude-3-5-sonnet-20241022, api_key: os.environ/ANTHROPIC_API_KEY } }\n")
    finished = tuppence("import", "litellm", source)
    assert finished.returncode == 0, finished.stderr
    assert "groq/llama-3.1-8b-instant" in finished.stdout and "anthropic/claude-3-5-sonnet-20241022" in finished.stdout


# Secrets that only the gateway has


UNDER_SYSTEMD = """\
store: sqlite:tuppence.db
providers:
  openai: { api_key: "${OPENAI_API_KEY}" }
  anthropic: {}
routes: { smart: { targets: [openai/gpt-5-mini, anthropic/claude-sonnet-5, gemini/gemini-2.5-flash] } }
keys: [ { name: app, secret: "${APP_SECRET}" }, { name: other, secret: "${OTHER_SECRET}" } ]
notifications: { url: "http://127.0.0.1:9/", secret: "${HOOK_SECRET}" }
budgets: [ { name: daily, scope: { key: app }, limit: $5, per: day } ]
"""


def works(own: Gateway, secret: str) -> bool:
    try:
        with own.client(secret) as client:
            client.models.list()
            client.chat.completions.create(
                model="sandbox/chat-small", messages=[{"role": "user", "content": "Hello"}], max_tokens=5)
        return True
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        return False


def test_a_key_for_the_sandbox_spends_no_money(tmp_path, sandbox):
    without = 'server: { listen: "@LISTEN@", console: off }\nstore: @STORE@\n'
    messages = [{"role": "user", "content": "Hello"}]

    def ask_with(own: Gateway, secret: str, model: str):
        with own.client(secret) as client:
            return client.chat.completions.create(model=model, messages=messages, max_tokens=5)

    kept = tmp_path / "tuppence.key"
    own = Gateway(tmp_path, without).start()
    try:
        first = kept.read_text().strip()
        assert first.startswith("tp_test_") and ask_with(own, first, "fast-llm").choices
    finally:
        own.stop()
    providers = BOOKS[BOOKS.index("providers:"):BOOKS.index("keys:")]
    own = Gateway(tmp_path, without + providers, sandbox).start()
    try:
        second = kept.read_text().strip()
        assert second.startswith("tp_live_") and second in own.output()
        assert ask_with(own, second, "sandbox/chat-small").choices
        with pytest.raises(openai.PermissionDeniedError) as refused:
            ask_with(own, first, "sandbox/chat-small")
        assert refused.value.code == "model_not_allowed" and "tuppence keys create" in refused.value.message
        # Whoever makes one may not have the variables that the gateway has, so it is for all unless it is said to be for the sandbox.
        made = tuppence("keys", "create", "team", "--config", own.configuration)
        assert made.stdout.startswith("tp_live_"), made
        made = tuppence("keys", "create", "trial", "--test", "--config", own.configuration)
        assert made.stdout.startswith("tp_test_"), made
        assert "tp_test_" in own.output() and "default" in own.output(), "the log says whom it refuses"
        # Another secret puts it right, and what is spent by the key's name goes on.
        made = tuppence("keys", "rotate", "default", "--config", own.configuration)
        third = made.stdout.split()[0]
        assert third.startswith("tp_live_")
        eventually("it counts", lambda: works(own, third))
    finally:
        own.stop()


def test_commands_on_the_store_need_no_secrets(tmp_path):
    (tmp_path / "tuppence.yaml").write_text(UNDER_SYSTEMD)
    made = tuppence("keys", "create", "alice", cwd=tmp_path)
    assert made.returncode == 0 and made.stdout.startswith("tp_live_"), made
    for arguments in (
            ["spend"], ["ledger", "verify"], ["holds"], ["keys", "list"], ["budgets"], ["wallet", "list"], ["statement"],
            ["budgets", "add", "mini", "--scope", "model=gpt-5-mini", "--limit", "1", "--per", "day"]):
        finished = tuppence(*arguments, cwd=tmp_path)
        assert finished.returncode == 0, (arguments, finished.stderr)
    # Who sends something still hears what is missing, and so does who asks whether all is well.
    for arguments in (["check"], ["serve"]):
        finished = tuppence(*arguments, cwd=tmp_path)
        assert finished.returncode == 1 and "'OPENAI_API_KEY' is not set" in finished.stderr, finished
    # What is no secret is needed all the same.
    (tmp_path / "tuppence.yaml").write_text(UNDER_SYSTEMD.replace("sqlite:tuppence.db", '"${STORE}"'))
    finished = tuppence("spend", cwd=tmp_path)
    assert finished.returncode == 1 and "'STORE' is not set" in finished.stderr, finished


# Addresses and remedies


def test_who_cannot_listen_hears_why(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sandbox = tuppence("sandbox", "--listen", f"127.0.0.1:{port}", cwd=tmp_path)
        assert sandbox.returncode == 1 and f"127.0.0.1:{port} is in use by another program" in sandbox.stderr, sandbox
        (tmp_path / "tuppence.yaml").write_text(f"server: {{ listen: 127.0.0.1:{free_port()}, console: '127.0.0.1:{port}' }}\n")
        console = tuppence("serve", cwd=tmp_path)
        assert console.returncode == 1 and "in use" in console.stderr and "console" in console.stderr, console
    (tmp_path / "tuppence.yaml").unlink()
    for command in ("sandbox", "serve"):
        elsewhere = tuppence(command, "--listen", "203.0.113.7:8080", cwd=tmp_path)
        assert elsewhere.returncode == 1 and "203.0.113.7 is no address of this machine" in elsewhere.stderr, elsewhere
        assert "errno" not in elsewhere.stderr


def test_an_address_of_ipv6_stands_in_brackets(tmp_path):
    port = free_port()
    process = subprocess.Popen(
        [BINARY, "serve", "--listen", f"[::1]:{port}"], cwd=tmp_path, env=clean_environment(tmp_path), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout.readline() == f"Tuppence listens on http://[::1]:{port}/v1\n"
    finally:
        process.terminate()
        process.wait(20)
    # The sandbox's own budget stands in no file.
    (tmp_path / "tuppence.yaml").write_text("loops: off\n")
    shown = tuppence("budgets", cwd=tmp_path)
    assert "the sandbox's configuration" in shown.stdout and "tuppence.yaml" not in shown.stdout, shown


@only_root
def test_folders_that_may_not_be_written_are_named(folder):
    finished = as_nobody("init", cwd=folder)
    assert finished.returncode == 1 and f"cannot be written in {folder}: Permission denied" in finished.stderr, finished
    assert "NSCocoa" not in finished.stderr and "UserInfo" not in finished.stderr


def test_certificates_that_are_missing_are_told_with_their_line(tmp_path):
    (tmp_path / "tuppence.yaml").write_text("loops: off\nserver:\n  tls: { certificate: no.pem, key: no.key }\n")
    finished = tuppence("check", cwd=tmp_path)
    assert finished.returncode == 1 and "tuppence.yaml:3: server.tls.certificate: there is no file" in finished.stderr, finished


def test_a_name_that_is_taken_or_stands_for_many_keys_is_refused_for_a_key(books):
    again = tuppence("keys", "create", "alice", cwd=books)
    assert again.returncode == 1 and "tuppence keys rotate alice" in again.stderr, again
    for name in ("*", "each", "team-*"):
        refused = tuppence("keys", "create", name, cwd=books)
        assert refused.returncode == 1 and "stands for many keys" in refused.stderr, refused


def test_budgets_that_cannot_work_are_told(books):
    file = books / "tuppence.yaml"
    plain = file.read_text()
    file.write_text(plain + "cache: off\n")
    added = tuppence("budgets", "add", "cold", "--scope", "key=alice", "--limit", "1", "--per", "day", "--hard", "cached", cwd=books)
    assert added.returncode == 1 and "cache: off" in added.stderr, added
    file.write_text(plain + "cache: off\nbudgets: [ { name: cold, scope: { key: each }, limit: $1, per: day, hard: cached } ]\n")
    checked = tuppence("check", cwd=books)
    assert checked.returncode == 0 and "warning: budget 'cold' has 'hard: cached', and there is no cache" in checked.stdout, checked
    # A key that stands in no file.
    file.write_text(plain + "budgets: [ { name: hers, scope: { key: alice }, limit: $1, per: day } ]\n")
    refused = tuppence("check", cwd=books)
    assert refused.returncode == 1 and "tuppence budgets add" in refused.stderr, refused
    file.write_text(plain)
    assert tuppence("budgets", "add", "users", "--scope", "user=each", "--limit", "1", "--per", "day", cwd=books).returncode == 0
    shown = tuppence("budgets", cwd=books).stdout.splitlines()[1]
    assert shown.split()[:4] == ["users", "user=each", "$1.00", "day"], shown
    # Tags as requests write them.
    finished = tuppence(
        "budgets", "add", "team", "--scope", "tag=team=search", "--scope", "tag:env=each", "--limit", "1", "--per", "day", "--json",
        cwd=books)
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["definition"]["scope"] == {"tag": {"team": "search", "env": "each"}}


def test_wallets_take_what_can_be_meant(books):
    file = books / "tuppence.yaml"
    file.write_text(file.read_text() + "customers: [ { name: acme, prepaid: true } ]\n")
    right = tuppence("wallet", "top-up", "acme", "20", cwd=books)
    assert right.returncode == 0 and right.stderr == "", right
    slip = tuppence("wallet", "top-up", "amce", "20", cwd=books)
    assert slip.returncode == 0 and "No customer 'amce' pays in advance" in slip.stderr, slip
    for _ in range(2):
        much = tuppence("wallet", "top-up", "acme", "9000000000", cwd=books)
        assert much.returncode == 1 and "more than a top-up may be" in much.stderr, much
    assert "$20.00" in tuppence("wallet", cwd=books).stdout


def test_no_more_is_taken_back_than_there_is(start_gateway):
    gateway = start_gateway(BOOKS.replace("budgets:", "customers: [ { name: acme, prepaid: true } ]\nbudgets:"))
    assert tuppence("wallet", "top-up", "acme", "5", "--config", gateway.configuration).returncode == 0
    refused = tuppence("wallet", "top-up", "acme", "7", "--take-back", "--config", gateway.configuration)
    assert refused.returncode == 1 and "has $5.00 left" in refused.stderr and "--overdraw" in refused.stderr, refused
    slip = tuppence("wallet", "top-up", "acme", "-5", "--config", gateway.configuration)
    assert slip.returncode != 0 and "top-up CUSTOMER 5 --take-back" in slip.stderr, slip
    assert "$5.00" in tuppence("wallet", "--config", gateway.configuration).stdout


def test_a_wallet_that_owes_says_how_much(start_gateway):
    gateway = start_gateway(BOOKS.replace("budgets:", "customers: [ { name: acme, prepaid: true } ]\nbudgets:"))
    assert tuppence("wallet", "top-up", "acme", "5", "--take-back", "--overdraw",
                    "--config", gateway.configuration).returncode == 0
    refused = ask(gateway.port, sized(chat(), "x-tuppence-customer: acme", key=KEY))
    assert refused.status == 402 and b"owes $5.00" in refused.body, refused


def test_a_demo_that_is_stopped_leaves_nothing(tmp_path):
    process = subprocess.Popen(
        [BINARY, "demo"], cwd=tmp_path, env=clean_environment(tmp_path, TMPDIR=str(tmp_path)), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    eventually("its folder is there", lambda: any(tmp_path.glob("tuppence-demo-*")), within=20, every=0.005)
    process.send_signal(signal.SIGINT)
    process.wait(20)
    process.stdout.close()
    assert list(tmp_path.glob("tuppence-demo-*")) == []
