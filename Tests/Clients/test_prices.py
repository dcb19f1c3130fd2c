"""What models and usages cost: the command, and every recorded usage against an independent price calculator."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from programs import BINARY, REPOSITORY, tuppence, tuppence_json

ANSWER = {
    "model": "claude-haiku-4-5-20251001", "usage": {
        "input_tokens": 12, "cache_read_input_tokens": 4096, "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 100}, "output_tokens": 240,
        "server_tool_use": {"web_search_requests": 2}}}  # fmt: skip


@pytest.fixture
def answer(tmp_path) -> Path:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(ANSWER))
    return path


def test_a_usage_is_priced_by_kind(answer):
    cost = tuppence_json("prices", "cost", "anthropic/claude-haiku-4-5", "--usage", answer)
    assert cost["usage"] == {
        "input": 12, "cached_input": 4096, "cache_write": 200, "cache_write_1h": 100, "output": 240, "search": 2}
    assert cost["input_nanodollars"] == 12 * 1000 + 4096 * 100 + 200 * 1250 + 100 * 2000
    assert cost["output_nanodollars"] == 240 * 5000
    assert cost["request_nanodollars"] == 2 * 10_000_000
    assert cost["cost_nanodollars"] == 871_600 + 1_200_000 + 20_000_000


def test_without_json_the_cost_of_an_answer_is_one_line_in_dollars(answer):
    shown = tuppence("prices", "cost", "anthropic/claude-haiku-4-5", "--usage", answer, "--service", "batch").stdout
    assert shown.endswith("anthropic/claude-haiku-4-5, batch: $0.0210358\n"), shown


def test_a_stream_is_read_to_its_last_word(tmp_path):
    stream = tmp_path / "stream"
    stream.write_text(
        'event: message_start\ndata: {"message":{"usage":{"input_tokens":20,"output_tokens":1}}}\n\n'
        'event: message_delta\ndata: {"usage":{"output_tokens":40}}\n\ndata: [DONE]\n\n')
    cost = tuppence_json("prices", "cost", "anthropic/claude-haiku-4-5", "--usage", stream)
    assert cost["usage"] == {"input": 20, "output": 40}


def test_many_usages_are_answered_line_by_line(tmp_path):
    lines = tmp_path / "lines"
    usage = {"prompt_tokens": 10, "completion_tokens": 3}
    lines.write_text("\n".join(json.dumps(line) for line in (
        {"target": "openai/gpt-5-mini", "documents": [{"usage": usage}]},
        {"target": "openai/gpt-5-mini", "service": "flex", "documents": [{"usage": usage}]},
        {"target": "openai/nobody", "documents": [{"usage": usage}]},
        {"target": "gemini/gemini-2.5-flash", "documents": [{"usageMetadata": {"promptTokenCount": 10}}]})))  # fmt: skip
    answers = [json.loads(line) for line in tuppence("prices", "cost", "--lines", "--usage", lines).stdout.splitlines()]
    assert [answer.get("cost_nanodollars") for answer in answers] == [8_500, 4_250, None, 3_000]
    assert answers[2]["error"] == "no price is known"


def test_what_has_no_price_or_no_usage_is_said(answer, tmp_path):
    unknown = tuppence("prices", "cost", "anthropic/nobody", "--usage", answer)
    assert unknown.returncode == 1 and "No price is known for anthropic/nobody" in unknown.stderr
    empty = tmp_path / "empty"
    empty.write_text("{}")
    unread = tuppence("prices", "cost", "openai/gpt-5-mini", "--usage", empty)
    assert unread.returncode == 1 and "nothing in it can be read" in unread.stderr


def test_prices_are_listed_by_provider_and_model():
    [card] = tuppence_json("prices", "list", "anthropic/claude-haiku-4-5")
    assert card["rates"]["cache_write_1h"] == 2_000_000
    assert card["services"]["batch"]["rates"]["output"] == 2_500_000
    assert {card["target"].split("/")[0] for card in tuppence_json("prices", "list", "cohere")} == {"cohere"}
    assert tuppence("prices", "list", "nobody").returncode == 1


def test_every_recorded_usage_costs_what_an_independent_calculator_says():
    corpus = Path(os.environ.get("TUPPENCE_CORPUS", REPOSITORY.parent / "shared/corpus"))
    if not (corpus / "index.json").exists():
        pytest.skip(f"there are no recordings in {corpus}: set TUPPENCE_CORPUS to their folder")
    script = REPOSITORY / "scripts/compare-prices"
    done = subprocess.run(
        [sys.executable, script, "--corpus", corpus, "--tuppence", BINARY], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
