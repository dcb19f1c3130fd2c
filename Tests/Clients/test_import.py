"""`tuppence import litellm`: what it writes passes `tuppence check`, and answers requests."""

import json

import openai
import pytest

from programs import Program, free_port, tuppence

# Written after LiteLLM's documentation of its configuration, with the sandbox as one of the providers.
CONFIG = """\
model_list:
  - model_name: fast
    litellm_params:
      model: openai/chat-small
      api_base: os.environ/SANDBOX_BASE
      api_key: sk-clear-text-secret
      rpm: 900
      input_cost_per_token: 1e-07
      output_cost_per_token: 4e-07
  - model_name: fast
    litellm_params:
      model: openai/chat-large
      api_base: os.environ/SANDBOX_BASE
      api_key: sk-clear-text-secret
      rpm: 100
      input_cost_per_token: 3e-06
      output_cost_per_token: 1.5e-05
  - model_name: broken
    litellm_params:
      model: openai/chat-small?status=503
      api_base: os.environ/SANDBOX_BASE
      api_key: sk-clear-text-secret
      input_cost_per_token: 1e-07
      output_cost_per_token: 4e-07

router_settings:
  routing_strategy: simple-shuffle
  fallbacks: [{"broken": ["fast"]}]
  model_group_alias: {"gpt-4o": "fast"}

litellm_settings:
  max_budget: 5
  budget_duration: 1d
  drop_params: true

general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
"""

MASTER = "sk-litellm-master-0123456789"


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG)
    return file


def imported(config, *arguments):
    return tuppence("import", "litellm", config, *arguments, cwd=config.parent)


def test_what_is_left_out_is_listed_and_the_exit_code_says_so(config):
    finished = imported(config, "-o", "tuppence.yaml")
    assert finished.returncode == 2, finished.stderr
    lines = finished.stderr.splitlines()
    line = CONFIG.splitlines().index("  drop_params: true") + 1
    assert [line.split(" ")[0] for line in lines if "left out" in line] == [f"{config}:{line}:"], finished.stderr
    assert "litellm_settings.drop_params" in finished.stderr
    assert any("changed" in line and "api_key" in line for line in lines)
    assert "Set in the environment of the gateway: " in finished.stderr
    written = (config.parent / "tuppence.yaml").read_text()
    assert "clear-text-secret" not in written + finished.stderr + finished.stdout


def test_strict_writes_nothing_where_something_is_left_out(config):
    finished = imported(config, "-o", "tuppence.yaml", "--strict")
    assert finished.returncode == 1 and not (config.parent / "tuppence.yaml").exists()
    config.write_text(CONFIG.replace("  drop_params: true\n", ""))
    finished = imported(config, "-o", "tuppence.yaml", "--strict")
    assert finished.returncode == 0, finished.stderr


def test_a_file_that_is_there_is_not_replaced_unless_told_to(config):
    target = config.parent / "tuppence.yaml"
    target.write_text("mine")
    assert imported(config, "-o", "tuppence.yaml").returncode == 1
    assert target.read_text() == "mine"
    assert imported(config, "-o", "tuppence.yaml", "--force").returncode == 2
    assert target.read_text() != "mine"


def test_as_json_and_on_standard_output(config):
    finished = imported(config, "-o", "tuppence.yaml", "--json")
    findings = json.loads(finished.stdout)
    assert {finding["kind"] for finding in findings} == {"left_out", "changed"}
    assert all(finding["line"] > 0 and finding["reason"] for finding in findings)
    assert imported(config).stdout == (config.parent / "tuppence.yaml").read_text()
    assert imported(config, "--json").returncode == 64


def test_what_cannot_be_read_is_said(tmp_path):
    finished = tuppence("import", "litellm", tmp_path / "none.yaml")
    assert finished.returncode == 1 and "cannot be read" in finished.stderr
    (tmp_path / "bad.yaml").write_text("a: [")
    finished = tuppence("import", "litellm", tmp_path / "bad.yaml")
    assert finished.returncode == 1 and "no YAML" in finished.stderr


def test_the_result_passes_the_check_and_answers(config, sandbox):
    assert imported(config, "-o", "tuppence.yaml").returncode == 2
    folder = config.parent
    secrets = {"LITELLM_MASTER_KEY": MASTER, "SANDBOX_BASE": sandbox.url, "OPENAI_API_KEY": "none"}
    checked = tuppence("check", cwd=folder, **secrets)
    assert checked.returncode == 0, checked.stderr
    for name in ["fast", "broken", "gpt-4o", "litellm-proxy", "litellm-master"]:
        assert name in checked.stdout

    port = free_port()
    gateway = Program(
        "gateway", port, ["serve", "--listen", f"127.0.0.1:{port}"], folder / "gateway.log", ready="/readyz", cwd=folder,
        environment=secrets).start()
    try:
        client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=MASTER, max_retries=0)
        for model, attempts in [("gpt-4o", "1"), ("broken", "2")]:
            answer = client.chat.completions.with_raw_response.create(
                model=model, messages=[{"role": "user", "content": "hello"}], max_tokens=20)
            assert answer.parse().choices[0].message.content
            assert answer.headers["x-tuppence-attempts"] == attempts
            assert float(answer.headers["x-tuppence-cost-usd"]) > 0
    finally:
        gateway.stop()
