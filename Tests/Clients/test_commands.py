"""The command line, as a person meets it."""

import json
import re
import subprocess

import openai
import pytest

from programs import BINARY, Program, clean_environment, eventually, free_port, request, tuppence, tuppence_json

GOOD = """\
server:
  listen: 127.0.0.1:18080
store: sqlite:tuppence.db
providers:
  sandbox: { dialect: openai, base_url: http://127.0.0.1:9001/v1, api_key: ${TUPPENCE_TEST_KEY} }
prices:
  sandbox/chat-small*: { input: 0.10, output: 0.40 }
routes:
  fast-llm:
    targets:
      - { target: sandbox/chat-small, weight: 80 }
    max_output_tokens: 256
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $20, per: day, hard: reject }
"""


def check(folder, text):
    file = folder / "gateway.yaml"
    file.write_text(text)
    return file, tuppence("check", "--config", file, cwd=folder, TUPPENCE_TEST_KEY="none")


# check


def test_check_accepts_a_good_configuration(tmp_path):
    _, finished = check(tmp_path, GOOD)
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize("right, wrong, remedy", [
    ("listen: 127", "lisen: 127", ["lisen", "did you mean", "listen"]),
    ("max_output_tokens: 256", "max_output_token: 256", ["max_output_token", "did you mean", "max_output_tokens"]),
    ("budgets:\n", "budget:\n", ["budget", "did you mean", "budgets"]),
    ("max_output_tokens: 256", "max_output_tokens: many", ["many", "whole number"]),
    ("weight: 80", "weight: [80]", ["whole number"]),
    ("limit: $20", "limit: lots", ["lots", "$20"]),
    ("per: day", "per: dya", ["dya", "did you mean", "day"]),
    ("target: sandbox/chat-small", "target: sandbx/chat-small", ["sandbx", "sandbox"]),
    ("${TUPPENCE_TEST_KEY}", "${TUPPENCE_TEST_MISSING}", ["TUPPENCE_TEST_MISSING", "environment"]),
    ("dialect: openai,", "dialect: openai", []),  # what a missing comma means is hard to say, but where it is can be said
], ids=["server key", "route key", "section", "limit type", "weight type", "money", "period", "provider", "variable", "comma"])
def test_check_says_where_and_how_to_put_it_right(tmp_path, right, wrong, remedy):
    assert GOOD.count(right) == 1
    file, finished = check(tmp_path, GOOD.replace(right, wrong))
    line = GOOD[:GOOD.index(right)].count("\n") + 1
    assert finished.returncode != 0
    assert f"{file}:{line}:" in finished.stderr
    for word in remedy:
        assert word.lower() in finished.stderr.lower()


def test_check_says_it_to_programs_too(tmp_path):
    file = tmp_path / "tuppence.yaml"
    file.write_text(GOOD)
    finished = tuppence("check", "--config", file, "--json", TUPPENCE_TEST_KEY="none")
    assert finished.returncode == 0, finished.stderr
    said = json.loads(finished.stdout)
    assert said["good"] and said["file"] == str(file) and not said["mistakes"]
    assert said["providers"] and all(route["targets"] for route in said["routes"])
    file.write_text(GOOD + "budgts: []\n")
    finished = tuppence("check", "--config", file, "--json", TUPPENCE_TEST_KEY="none")
    said = json.loads(finished.stdout)
    assert finished.returncode == 1 and not said["good"] and not finished.stderr
    [mistake] = said["mistakes"]
    assert "budgts" in mistake["message"] and mistake["line"] == GOOD.count("\n") + 1 and "budgets" in f"{mistake['message']} {mistake.get('remedy')}"


def test_a_variable_that_is_not_set_may_be_a_file(tmp_path):
    file, credentials = tmp_path / "gateway.yaml", tmp_path / "credentials"
    file.write_text(GOOD)
    credentials.mkdir()
    (credentials / "tuppence_test_key").write_text("none\n")
    finished = tuppence("check", "--config", file, CREDENTIALS_DIRECTORY=str(credentials))
    assert finished.returncode == 0, finished.stderr
    assert tuppence("check", "--config", file).returncode == 1


@pytest.mark.parametrize("variable, provider", [
    ("GEMINI_API_KEY", "gemini"), ("GOOGLE_API_KEY", "gemini"), ("COHERE_API_KEY", "cohere"), ("CO_API_KEY", "cohere"),
    ("OLLAMA_HOST", "ollama"),
])
def test_a_provider_whose_variable_is_set_is_there(tmp_path, variable, provider):
    finished = tuppence("check", cwd=tmp_path, **{variable: "one"})
    assert finished.returncode == 0, finished.stderr
    assert f"providers: {provider}\n" in finished.stdout


@pytest.mark.parametrize("variables, provider", [
    ({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}, "bedrock"),
    ({"AZURE_OPENAI_API_KEY": "a", "AZURE_OPENAI_ENDPOINT": "https://acme.openai.azure.com"}, "azure"),
])
def test_a_cloud_whose_variables_are_set_is_there_and_told_of(tmp_path, variables, provider):
    finished = tuppence("check", cwd=tmp_path, **variables)
    assert finished.returncode == 0, finished.stderr
    assert f"providers: {provider}\nby the environment: {provider} ({', '.join(variables)})\n" in finished.stdout


def test_ollama_answers_where_its_variable_says(tmp_path, sandbox):
    port = free_port()
    program = Program(
        "gateway", port, ["serve", "--listen", f"127.0.0.1:{port}"], tmp_path / "gateway.log", ready="/readyz", cwd=tmp_path,
        environment={"OLLAMA_HOST": f"127.0.0.1:{sandbox.port}"})
    program.start()
    try:
        key = (tmp_path / "tuppence.key").read_text().strip()
        with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key, max_retries=0, timeout=20) as client:
            answer = client.chat.completions.create(
                model="ollama/chat-small", messages=[{"role": "user", "content": "hi"}], max_tokens=20)
        assert answer.choices[0].message.content and answer.usage.cost == 0
    finally:
        program.stop()


def test_check_names_a_file_that_is_not_there(tmp_path):
    finished = tuppence("check", "--config", tmp_path / "nowhere.yaml", cwd=tmp_path)
    assert finished.returncode != 0
    assert "nowhere.yaml" in finished.stderr
    assert "tuppence init" in finished.stderr


def test_serve_refuses_what_check_refuses(tmp_path):
    file, _ = check(tmp_path, GOOD.replace("listen: 127", "lisen: 127"))
    finished = tuppence("serve", "--config", file, cwd=tmp_path, TUPPENCE_TEST_KEY="none")
    assert finished.returncode != 0
    assert f"{file}:2:" in finished.stderr


def test_a_mistyped_command_fails(tmp_path):
    assert tuppence("serv", cwd=tmp_path).returncode != 0


# version


def test_the_version_is_a_command_too():
    flag, command = tuppence("--version"), tuppence("version")
    assert (command.returncode, command.stdout) == (0, flag.stdout)
    said = tuppence_json("version")
    assert said["version"] == flag.stdout.strip()
    assert {type(said["postgres"]), type(said["is_debug"])} == {bool}


# init


def test_init_writes_a_configuration_that_check_accepts_and_never_overwrites_one(tmp_path):
    first = tuppence("init", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    file = tmp_path / "tuppence.yaml"
    written = file.read_text()

    checked = tuppence("check", "--config", file, cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr

    second = tuppence("init", cwd=tmp_path)
    assert second.returncode != 0
    assert "tuppence.yaml" in second.stderr
    assert file.read_text() == written


# keys


def answers(gateway, key) -> str:
    """`yes`, or the code of the refusal."""
    with gateway.client(key) as client:
        try:
            client.chat.completions.create(model="fast-llm", messages=[{"role": "user", "content": "hi"}])
            return "yes"
        except openai.APIStatusError as error:
            return error.code


def test_a_key_works_when_it_is_created_and_no_longer_when_it_is_disabled(gateway):
    created = tuppence_json("keys", "create", "newcomer", "--config", gateway.configuration)
    assert created["name"] == "newcomer"
    assert created["key"].startswith("tp_live_")
    eventually("the new key works", lambda: answers(gateway, created["key"]) == "yes", within=2)

    listed = tuppence("keys", "list", "--config", gateway.configuration)
    assert listed.returncode == 0
    assert "newcomer" in listed.stdout and "app" in listed.stdout
    assert created["key"] not in listed.stdout

    disabled = tuppence_json("keys", "revoke", "newcomer", "--config", gateway.configuration)
    assert disabled == {"name": "newcomer", "disabled": True}
    eventually("the key is refused", lambda: answers(gateway, created["key"]) == "key_disabled", within=2)
    enabled = tuppence_json("keys", "enable", "newcomer", "--config", gateway.configuration)
    assert enabled == {"name": "newcomer", "disabled": False}
    eventually("the key works again", lambda: answers(gateway, created["key"]) == "yes", within=2)


def test_a_key_is_refused_from_its_end_on(gateway):
    config = ("--config", gateway.configuration)
    created = tuppence_json("keys", "create", "guest", "--expires", "2s", *config)
    assert created["expires_at"] > "2020"
    eventually("it is over", lambda: answers(gateway, created["key"]) == "key_disabled", within=5)
    assert "expired" in tuppence("keys", "list", *config).stdout
    told = tuppence_json("keys", "expire", "guest", "--in", "30d", *config)
    assert told["expires_at"] > created["expires_at"] and told["expired"] is False
    eventually("it works again", lambda: answers(gateway, created["key"]) == "yes", within=2)
    assert "expires_at" not in tuppence_json("keys", "expire", "guest", "--never", *config)
    for wrong in ([], ["--never", "--in", "1d"], ["--at", "2020-01-01"], ["--in", "soon"]):
        assert tuppence("keys", "expire", "guest", *wrong, *config).returncode != 0, wrong


def test_a_disabled_key_is_403_for_the_sdk(gateway):
    created = tuppence_json("keys", "create", "leaver", "--config", gateway.configuration)
    assert tuppence("keys", "disable", "leaver", "--config", gateway.configuration).returncode == 0
    eventually("the key is refused", lambda: answers(gateway, created["key"]) == "key_disabled", within=2)
    with gateway.client(created["key"]) as client, pytest.raises(openai.PermissionDeniedError):
        client.models.list()


def test_a_keys_name_is_taken_once(gateway):
    taken = tuppence("keys", "create", "app", "--config", gateway.configuration)
    assert taken.returncode != 0
    assert "app" in taken.stderr


def test_disabling_an_unknown_key_fails(gateway):
    finished = tuppence("keys", "disable", "nobody", "--config", gateway.configuration)
    assert finished.returncode != 0
    assert "nobody" in finished.stderr


def test_no_command_begins_a_ledger_to_look_into_it_or_to_change_what_is_not_there(tmp_path):
    file, _ = check(tmp_path, GOOD)
    for shown, arguments in (("app", ["keys"]), ("app", ["keys", "list"]), ("There are no tokens", ["console", "token"])):
        listed = tuppence(*arguments, "--config", file, cwd=tmp_path, TUPPENCE_TEST_KEY="none")
        assert listed.returncode == 0 and shown in listed.stdout, listed
        assert "There is no ledger at tuppence.db yet" in listed.stderr, listed
    assert tuppence_json("console", "token", "list", cwd=tmp_path) == []
    for arguments in (
            ["keys", "disable", "x"], ["keys", "enable", "x"], ["keys", "rotate", "x"], ["keys", "expire", "x", "--never"],
            ["budgets", "set", "x", "--limit", "1"], ["budgets", "remove", "x"], ["console", "token", "disable", "x"],
            ["console", "token", "enable", "x"]):
        refused = tuppence(*arguments, "--config", file, cwd=tmp_path, TUPPENCE_TEST_KEY="none")
        assert refused.returncode == 1 and "There is no ledger at tuppence.db yet" in refused.stderr, refused
    assert not list(tmp_path.glob("tuppence.db*"))


def test_a_key_is_not_stored_as_it_is(gateway):
    created = tuppence_json("keys", "create", "secretive", "--config", gateway.configuration)
    folder = gateway.configuration.parent
    stored = b"".join(file.read_bytes() for file in folder.glob("tuppence.db*"))
    assert b"secretive" in stored
    assert created["key"].encode() not in stored
    assert created["key"] not in gateway.output()


# spend and ledger


def test_spend_and_ledger_show_tables_to_people(client, gateway):
    client.chat.completions.create(model="fast-llm", messages=[{"role": "user", "content": "hi"}])
    for command, shown in (("spend", ["app", "app-daily", "$"]), ("ledger", ["app", "chat-small", "completed"])):
        finished = tuppence(command, "--config", gateway.configuration)
        assert finished.returncode == 0, finished.stderr
        assert all(word in finished.stdout for word in shown), finished.stdout
        assert "\x1b" not in finished.stdout, "no colours into a pipe"


def test_spend_is_the_sum_of_the_ledger(client, gateway):
    client.chat.completions.create(model="fast-llm", messages=[{"role": "user", "content": "hi"}])
    eventually("nothing is in flight", lambda: gateway.held() == 0)
    spend, entries = gateway.spend(), gateway.ledger()
    for key in spend["keys"]:
        own = [entry for entry in entries if entry["key"] == key["key"]]
        assert key["cost_nanodollars"] == sum(entry["cost_nanodollars"] for entry in own)
        assert key["attempts"] == len(own)
        assert key["requests"] == len({entry["request_id"] for entry in own})
    assert {key["key"] for key in spend["keys"]} >= {entry["key"] for entry in entries}
    assert spend["total"]["cost_nanodollars"] == sum(entry["cost_nanodollars"] for entry in entries) > 0
    assert spend["total"]["requests"] == len({entry["request_id"] for entry in entries})


# serve without anything


@pytest.fixture
def bare_gateway(tmp_path):
    """`tuppence serve` in an empty folder, with no configuration and no provider's key."""
    empty = tmp_path / "empty"
    empty.mkdir()
    port = free_port()
    program = Program(
        "gateway", port, ["serve", "--listen", f"127.0.0.1:{port}"], tmp_path / "gateway.log", ready="/readyz", cwd=empty)
    yield program.start()
    if program.process.poll() is None:
        program.stop()


def printed_curls(program) -> list[str]:
    """The lines to paste."""
    def lines():
        return [line.strip() for line in program.output().splitlines() if line.strip().startswith("curl ")]

    eventually("a curl line is printed", lines)
    return lines()


def paste(line: str, folder) -> str:
    finished = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=clean_environment(folder), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=30)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_serve_without_anything_prints_one_curl_line_that_works(bare_gateway, tmp_path):
    [line] = printed_curls(bare_gateway)
    said = paste(line, tmp_path)
    assert json.loads(said)["choices"][0]["message"]["content"], said


def test_the_printed_curl_line_streams_when_asked_to(bare_gateway, tmp_path):
    [line] = printed_curls(bare_gateway)
    assert line.count('"model"') == 1
    said = paste(line.replace('"model"', '"stream": true, "model"'), tmp_path)
    assert said.startswith("data: {") and said.endswith("data: [DONE]\n\n"), said


def test_serve_without_anything_prints_a_key_that_an_sdk_can_use(bare_gateway):
    printed_curls(bare_gateway)
    key = re.search(r"tp_(?:test|live)_\w+", bare_gateway.output())
    assert key, bare_gateway.output()
    with openai.OpenAI(base_url=f"http://127.0.0.1:{bare_gateway.port}/v1", api_key=key[0], max_retries=0) as client:
        assert client.models.list().data


def test_SIGTERM_ends_serve_with_exit_code_0(bare_gateway):
    assert bare_gateway.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        request(bare_gateway.port, "GET", "/healthz")


def test_two_gateways_on_one_port_do_not_start(bare_gateway, tmp_path):
    second = tuppence("serve", "--listen", f"127.0.0.1:{bare_gateway.port}", cwd=tmp_path)
    assert second.returncode != 0
    assert str(bare_gateway.port) in second.stderr


def test_holds_lists_what_is_on_its_way_and_nothing_afterwards(gateway):
    stream = gateway.client().chat.completions.create(
        model="sandbox/chat-small?drip=100ms&tokens=50", stream=True, max_tokens=64,
        messages=[{"role": "user", "content": "hi"}])
    next(stream)
    request_id = stream.response.headers["x-tuppence-request-id"]
    holds = tuppence_json("holds", "--config", gateway.configuration)
    [hold] = [hold for hold in holds if hold["request_id"] == request_id]
    assert (hold["key"], hold["provider"], hold["attempt"]) == ("app", "sandbox", 1)
    assert hold["accounts"] == ["app-daily"]
    assert hold["amount_nanodollars"] >= 64 * 400
    assert 660_000 < hold["expires_in_ms"] <= 690_000
    shown = tuppence("holds", "--config", gateway.configuration, "--key", "app").stdout
    assert request_id in shown and "sandbox/chat-small" in shown
    stream.close()
    eventually("the hold is gone", lambda: request_id not in {
        hold["request_id"] for hold in tuppence_json("holds", "--config", gateway.configuration)})
    assert tuppence("holds", "--config", gateway.configuration, "--key", "nobody").stdout == "Nothing is held.\n"


# simulate


def test_simulate_audits_its_worlds_and_plays_the_same_one_again(tmp_path):
    played = tuppence_json("simulate", "--seeds", "3", "--steps", "50", cwd=tmp_path)
    assert (played["worlds"], played["exchanges"], played["findings"]) == (3, 150, [])
    assert played["figures"]["settled"] > 0
    assert [played["figures"][name] for name in ("overshoot", "drift", "holds_left")] == [0, 0, 0]
    traces = [tuppence_json("simulate", "--seed", seed, "--steps", "50", cwd=tmp_path)["trace"] for seed in ("7", "7", "8")]
    assert traces[0] == traces[1] != traces[2]
    shown = tuppence("simulate", "--seed", "7", "--steps", "50", "--store", "sqlite", cwd=tmp_path)
    assert re.search(r"^overshoot +0 nanodollars$", shown.stdout, re.MULTILINE), shown.stderr
    assert traces[0] in shown.stdout
    assert list(tmp_path.iterdir()) == []


def test_simulate_refuses_no_worlds(tmp_path):
    refused = tuppence("simulate", "--seeds", "0", cwd=tmp_path)
    assert refused.returncode == 64 and "--seeds" in refused.stderr


@pytest.mark.parametrize("arguments, said", [
    (["serve", "--threads", "0"], "--threads"),
    (["serve", "--listen", "foo"], "'foo' is no address"),
    (["sandbox", "--listen", "127.0.0.1:99999"], "is no address"),
    (["statement", "acme", "--since", "2999-01-01"], "in the future"),
    (["spend", "--since", "2999-01-01"], "in the future"),
    (["routes", "report", "--since", "2999-01-01"], "in the future"),
], ids=" ".join)
def test_arguments_that_make_no_sense_end_with_64(tmp_path, arguments, said):
    check(tmp_path, GOOD.replace("listen: 127.0.0.1:18080", "listen: 127.0.0.1:0"))
    configured = [] if arguments[0] == "sandbox" else ["--config", tmp_path / "gateway.yaml"]
    refused = tuppence(*arguments, *configured, cwd=tmp_path, TUPPENCE_TEST_KEY="none")
    assert refused.returncode == 64 and said in refused.stderr, refused.stderr


@pytest.mark.parametrize("arguments, said", [
    (["budgts", "list"], "there is no command 'budgts'. Did you mean 'budgets'?"),
    (["ledger", "verfy"], "there is no command 'verfy'. Did you mean 'verify'?"),
    (["wallet", "top-upp", "acme", "5"], "there is no command 'top-upp'. Did you mean 'top-up'?"),
    (["frobnicate"], "there is no command 'frobnicate'. There are: serve, "),
    (["keys", "delete", "app"], "there is no command 'delete'. There are: create, list, rotate, disable, enable, expire."),
    (["console", "token", "frob"], "there is no command 'frob'. There are: create, "),
], ids=" ".join)
def test_mistyped_commands_are_told_what_they_may_have_meant(tmp_path, arguments, said):
    refused = tuppence(*arguments, cwd=tmp_path)
    assert refused.returncode == 64 and said in refused.stderr, refused.stderr
    assert refused.stdout == ""


def test_routes_are_listed(tmp_path):
    check(tmp_path, GOOD)
    listed = tuppence_json("routes", "--config", tmp_path / "gateway.yaml", cwd=tmp_path)
    assert listed and listed == tuppence_json("routes", "list", "--config", tmp_path / "gateway.yaml", cwd=tmp_path)
    shown = tuppence("routes", "--config", tmp_path / "gateway.yaml", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    for route in listed:
        assert route["targets"]
        for target in route["targets"]:
            assert re.search(rf"^{re.escape(route['name'])} +{route['strategy']} +{re.escape(target['target'])} ", shown.stdout, re.M)


def test_prices_without_a_command_are_listed(tmp_path):
    shown = tuppence("prices", "openai", cwd=tmp_path)
    assert shown.returncode == 0 and "openai/gpt-4o-mini " in shown.stdout, shown.stderr


def test_a_price_by_how_names_begin_is_listed_and_found_for_a_name(tmp_path):
    file, _ = check(tmp_path, GOOD)
    listed = tuppence("prices", "list", "sandbox", "--config", file, cwd=tmp_path, TUPPENCE_TEST_KEY="none")
    assert listed.returncode == 0 and "sandbox/chat-small* " in listed.stdout, listed
    named = tuppence("prices", "sandbox/chat-small?tokens=5", "--json", "--config", file, cwd=tmp_path, TUPPENCE_TEST_KEY="none")
    [price] = json.loads(named.stdout)
    assert (price["target"], price["rates"]["input"]) == ("sandbox/chat-small?tokens=5", 100_000)
    assert tuppence("prices", "sandbox/other", "--config", file, cwd=tmp_path, TUPPENCE_TEST_KEY="none").returncode == 1


def test_every_mistake_begins_its_line_with_its_place(tmp_path):
    file, finished = check(tmp_path, "budgts: 1\nserver: { lisen: x }\n")
    assert finished.returncode == 1
    first, second = finished.stderr.splitlines()
    assert first.startswith(f"{file}:1:1: unknown key 'budgts'") and second.startswith(f"{file}:2:11: unknown key 'lisen'")


def test_every_mistake_has_a_remedy_as_json_be_it_empty(tmp_path):
    (tmp_path / "tuppence.yaml").write_text(GOOD.replace("limit: $20", "limit: lots"))
    finished = tuppence("check", "--json", cwd=tmp_path, TUPPENCE_TEST_KEY="none")
    [mistake] = json.loads(finished.stdout)["mistakes"]
    assert finished.returncode == 1 and set(mistake) == {"file", "line", "column", "message", "remedy"}, mistake


def test_a_file_by_another_ending_is_told_of(tmp_path):
    (tmp_path / "tuppence.yml").write_text(GOOD)
    for command in ("check", "serve", "spend"):
        refused = tuppence(command, cwd=tmp_path)
        assert refused.returncode == 1 and refused.stderr.startswith("tuppence.yml: it is not read by this name."), refused


def test_a_configuration_may_come_through_a_pipe(tmp_path):
    file, _ = check(tmp_path, GOOD + "budgts: []\n")
    for source, code, told in ((f"<(cat '{file}')", 1, "unknown key 'budgts'"), ("/dev/null", 0, "good")):
        finished = subprocess.run(
            ["bash", "-c", f"'{BINARY}' check --config {source}"], cwd=tmp_path,
            env=clean_environment(tmp_path, TUPPENCE_TEST_KEY="none"), capture_output=True, text=True, timeout=30)
        assert finished.returncode == code and told in finished.stdout + finished.stderr, finished


def test_what_makes_no_sense_together_ends_with_64(tmp_path):
    for arguments in (["doctor", "--online", "--quick"], ["connect", "curl", "--address", "a b"]):
        assert tuppence(*arguments, cwd=tmp_path).returncode == 64, arguments


def test_a_folder_is_no_configuration(tmp_path):
    refused = tuppence("check", "--config", tmp_path, cwd=tmp_path)
    assert refused.returncode == 1 and "this is a folder" in refused.stderr and "tuppence.yaml" in refused.stderr


@pytest.mark.parametrize("secret, shown", [
    ("Zx9Qk2Lm7Pw4Rt8v", "Zx…8v"),
    ("tp_live_abcdefghijklmnopqrstuvwxyz234567", "tp_live_abcd…4567"),
], ids=["short", "our own"])
def test_no_list_of_keys_gives_a_secret_away(tmp_path, secret, shown):
    file, _ = check(tmp_path, GOOD.replace("tp_test_app_0123456789abcdef", secret))
    listed = tuppence("keys", "list", "--config", file, cwd=tmp_path, TUPPENCE_TEST_KEY="none")
    assert listed.returncode == 0 and shown in listed.stdout and secret not in listed.stdout
