"""`tuppence connect`: what it prints is pasted here as people would, and goes through a real gateway."""

import json
import subprocess
import sys
import tomllib

import pytest
import yaml

from programs import APP, Program, clean_environment, free_port, tuppence, tuppence_json

def connect(gateway, client, *more) -> dict:
    return tuppence_json("connect", client, "--config", gateway.configuration, "--key", APP, "--model", "fast-llm", *more)


def block(told: dict, place: str) -> str:
    [text] = [block["text"] for block in told["blocks"] if place in block["place"]]
    return text


def shell(script: str, folder) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["bash", "-euc", script], env=clean_environment(folder), capture_output=True, text=True, timeout=30)


def test_without_a_client_it_lists_them():
    listed = tuppence("connect")
    assert listed.returncode == 0
    clients = [line["client"] for line in tuppence_json("connect")]
    for client in ("claude-code", "codex", "cursor", "openai-python", "openai-node", "anthropic-python", "gemini", "curl"):
        assert client in clients and client in listed.stdout


def test_each_has_the_address_and_the_key_and_nothing_left_open(gateway):
    base = gateway.url.removesuffix("/v1")
    for line in tuppence_json("connect"):
        told = connect(gateway, line["client"])
        text = "\n".join(block["text"] for block in told["blocks"])
        assert told["address"] == base and told["key"] == APP and told["model"] == "fast-llm"
        assert base in text and APP in text, line
        for open_place in ("{base}", "{v1}", "{key}", "{model}", "YOUR_"):
            assert open_place not in text + "".join(told["notes"]), line
        shown = tuppence(
            "connect", line["client"], "--config", gateway.configuration, "--key", APP, "--model", "fast-llm")
        assert shown.returncode == 0 and all(block["text"] in shown.stdout for block in told["blocks"])


@pytest.mark.parametrize("client", ["claude-code", "anthropic-python", "anthropic-node", "gemini", "gemini-cli"])
def test_clients_that_add_the_version_get_none(gateway, client):
    assert gateway.url not in json.dumps(connect(gateway, client))


def test_files_are_what_their_programs_read(gateway):
    settings = json.loads(block(connect(gateway, "claude-code"), "settings.json"))["env"]
    assert settings["ANTHROPIC_BASE_URL"] == gateway.url.removesuffix("/v1")
    assert settings["ANTHROPIC_AUTH_TOKEN"] == APP and settings["ANTHROPIC_API_KEY"] == ""
    codex = tomllib.loads(block(connect(gateway, "codex"), "config.toml"))
    assert codex["model"] == "fast-llm" and codex["model_provider"] in codex["model_providers"]
    # Its own default is a tool that most targets refuse.
    assert codex["web_search"] == "disabled"
    provider = codex["model_providers"]["tuppence"]
    assert provider["base_url"] == gateway.url and provider["wire_api"] == "responses"
    assert f"export {provider['env_key']}='{APP}'" in block(connect(gateway, "codex"), "shell")
    [model] = yaml.safe_load(block(connect(gateway, "continue"), "config.yaml"))["models"]
    assert model["apiBase"] == gateway.url and model["apiKey"] == APP
    [endpoint] = yaml.safe_load(block(connect(gateway, "librechat"), "librechat.yaml"))["endpoints"]["custom"]
    assert endpoint["baseURL"] == gateway.url and endpoint["models"]["default"] == ["fast-llm"]


def test_the_curl_command_as_it_is_shown_is_answered(gateway, tmp_path):
    answered = shell(block(connect(gateway, "curl"), "shell"), tmp_path)
    assert json.loads(answered.stdout)["object"] == "chat.completion", answered.stderr


@pytest.mark.parametrize("client", ["openai-python", "anthropic-python", "gemini"])
def test_code_for_python_answers(gateway, client, tmp_path):
    code = tmp_path / "client.py"
    code.write_text(block(connect(gateway, client), "Or in its code"))
    answered = subprocess.run(
        [sys.executable, code], env=clean_environment(tmp_path), capture_output=True, text=True, timeout=60)
    assert answered.returncode == 0 and answered.stdout.strip(), answered.stderr


@pytest.mark.parametrize("client, code", [
    ("openai-python", "import openai; c = openai.OpenAI(); print(c.base_url, c.api_key)"),
    ("anthropic-python", "import anthropic; c = anthropic.Anthropic(); print(c.base_url, c.api_key)"),
])
def test_variables_are_those_that_the_sdks_read(gateway, client, code, tmp_path):
    told = connect(gateway, client)
    seen = shell(f"{block(told, 'environment')}\n{sys.executable} -c '{code}'", tmp_path)
    assert seen.stdout.split()[0].rstrip("/") in (gateway.url, told["address"]) and seen.stdout.split()[1] == APP, seen.stderr


def test_another_address_is_taken_as_it_is_meant(gateway):
    for said in ("gateway.example:9000", "http://gateway.example:9000/v1", "http://gateway.example:9000/"):
        assert connect(gateway, "curl", "--address", said)["address"] == "http://gateway.example:9000"
    refused = tuppence("connect", "curl", "--config", gateway.configuration, "--address", "http://a b")
    assert refused.returncode == 64 and "https://gateway.example" in refused.stderr


def test_an_unknown_client_is_told_which_there_are():
    refused = tuppence("connect", "cloud-code")
    assert refused.returncode == 64 and "claude-code" in refused.stderr


def test_without_a_key_it_says_how_to_make_one(gateway):
    told = tuppence_json("connect", "codex", "--config", gateway.configuration)
    assert "key" not in told and "YOUR_TUPPENCE_KEY" in block(told, "shell")
    assert any("tuppence keys create" in note for note in told["notes"])
    # The first route by name whose models chat.
    assert told["model"] == "breaks-early"


def test_the_key_of_the_first_start_is_found(tmp_path):
    port = free_port()
    program = Program(
        "first", port, ["serve", "--listen", f"127.0.0.1:{port}"], tmp_path / "first.log", ready="/readyz", cwd=tmp_path)
    program.start()
    try:
        shown = tuppence("connect", "curl", "--address", f"127.0.0.1:{port}", "--json", cwd=tmp_path)
        told = json.loads(shown.stdout)
        assert told["key"] == (tmp_path / "tuppence.key").read_text().strip() and told["model"] == "fast-llm"
        answered = shell(block(told, "shell"), tmp_path)
        assert json.loads(answered.stdout)["object"] == "chat.completion", answered.stderr
    finally:
        program.stop()


def test_a_first_key_that_cannot_be_read_is_told_with_the_reason(tmp_path):
    port, kept = free_port(), tmp_path / "tuppence.key"
    arguments = ["serve", "--listen", f"127.0.0.1:{port}"]

    def start() -> Program:
        program = Program("first", port, arguments, tmp_path / "first.log", ready="/readyz", cwd=tmp_path)
        program.start()
        return program

    def refused() -> str:
        shown = tuppence("connect", "curl", "--address", f"127.0.0.1:{port}", cwd=tmp_path)
        assert shown.returncode == 1 and "tuppence.key, where the first key is kept, can't be read" in shown.stderr, shown
        assert "tuppence keys create" in shown.stderr
        return shown.stderr

    start().stop()
    kept.write_bytes(b"tp_\xff\n")
    assert "no text in UTF-8" in refused()
    named = tuppence("connect", "curl", "--address", f"127.0.0.1:{port}", "--key", APP, cwd=tmp_path)
    assert named.returncode == 0 and APP in named.stdout
    # The gateway has keys, and starts; a folder of that name is none either.
    kept.unlink()
    kept.mkdir()
    refused()
    program = start()
    try:
        assert "the first key can't be shown" in program.output()
    finally:
        program.stop()
    # Where there is none it would make one that nobody ever saw.
    for path in tmp_path.glob("tuppence.db*"):
        path.unlink()
    failed = tuppence(*arguments, cwd=tmp_path)
    assert failed.returncode == 1 and "can't be read" in failed.stderr, failed
