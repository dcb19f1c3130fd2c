"""The bound of the input, asked for on the command line and held against real tokenizers."""

import json
import os
import subprocess
import sys

import pytest
from programs import BINARY, REPOSITORY


def count(body, *arguments):
    done = subprocess.run([BINARY, "prices", "count", "-", "--json", *arguments], input=json.dumps(body),
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_request_is_counted_for_its_model_or_another():
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What have I got to pay for this?"}]}
    own, other = count(body), count(body, "--model", "grok-4")
    assert own["model"] == "gpt-4o"
    assert 9 <= own["input_estimate"] <= own["input_bound"] < 30
    assert other["model"] == "grok-4"
    assert other["input_bound"] > own["input_bound"] + 1_000
    assert own["input_bound"] + 90 < count(body, "--model", "my-model")["input_bound"] < own["input_bound"] + 150


def test_what_is_no_request_is_refused_with_its_place():
    lines = '{"model":"m","messages":[{"role":"user","content":"x"}]}\n{"messages":[]}\n'
    done = subprocess.run([BINARY, "prices", "count", "-", "--lines"], input=lines, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "line 2: 'messages' is empty" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_no_vocabulary_has_more_tokens_than_the_bound():
    vocabularies = REPOSITORY / ".build/vocabularies"
    if not vocabularies.exists():
        pytest.skip(f"there are no vocabularies in {vocabularies}: scripts/test fetches them")
    corpus = os.environ.get("TUPPENCE_CORPUS", REPOSITORY.parent / "shared/corpus")
    done = subprocess.run(
        [sys.executable, REPOSITORY / "scripts/check-input-bound", "--texts", "3", "--hostile", "60", "--corpus", corpus,
         "--vocabularies", vocabularies, "--tuppence", BINARY],
        capture_output=True, text=True, timeout=600)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
