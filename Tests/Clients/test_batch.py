"""`tuppence batch`: a file of requests through a real gateway, once each, whatever happens meanwhile."""

import json
import subprocess
from collections import defaultdict

import pytest

from fake_provider import Answer, FakeProvider, Request, whole
from programs import APP, BINARY, POOR, clean_environment, eventually, free_port, tuppence

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/embed-small: { input: 0.02 }
routes:
  fast-llm: { targets: [ sandbox/chat-small ], max_output_tokens: 64 }
  slow: { targets: [ "sandbox/chat-small?delay=300ms" ], max_output_tokens: 64 }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef }
budgets:
  - { name: poor-daily, scope: { key: poor }, limit: $0.0002, per: day, hard: reject }
"""


@pytest.fixture
def gateway(start_gateway):
    return start_gateway(CONFIGURATION)


def chat(name: str, model: str = "fast-llm", **more) -> dict:
    body = {"model": model, "messages": [{"role": "user", "content": f"Say {name}"}], **more}
    return {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body}


def write(folder, requests):
    file = folder / "requests.jsonl"
    file.write_text("".join(json.dumps(request) + "\n" for request in requests))
    return file


def batch(gateway, file, output, *more, key: str = APP) -> subprocess.CompletedProcess:
    return tuppence("batch", file, "--output", output, "--config", gateway.configuration, *more, TUPPENCE_KEY=key)


def summary(finished) -> dict:
    return json.loads(finished.stdout)


def read(output) -> dict[str, dict]:
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert len({line["custom_id"] for line in lines}) == len(lines), "a request has two lines"
    return {line["custom_id"]: line for line in lines}


def test_every_request_has_its_answer_and_the_cost_is_the_ledgers(gateway, tmp_path):
    requests = [chat(f"chat-{number}") for number in range(40)]
    requests.append({"custom_id": "ä \"quoted\"", "method": "POST", "url": "/v1/embeddings",
                     "body": {"model": "sandbox/embed-small", "input": "two pence"}})
    output = tmp_path / "answers.jsonl"
    finished = batch(gateway, write(tmp_path, requests), output, "--json")
    assert finished.returncode == 0, finished.stderr
    told = summary(finished)
    assert (told["total"], told["answered"], told["failed"], told["skipped"], told["left"]) == (41, 41, 0, 0, 0)
    lines = read(output)
    assert set(lines) == {request["custom_id"] for request in requests}
    for line in lines.values():
        assert line["error"] is None and line["response"]["status_code"] == 200 and line["id"].startswith("batch_req_")
    assert lines["chat-7"]["response"]["body"]["object"] == "chat.completion"
    assert len(gateway.entries(lines["chat-7"]["response"]["request_id"])) == 1
    assert lines["ä \"quoted\""]["response"]["body"]["object"] == "list"
    assert told["cost_nanodollars"] == sum(entry["cost_nanodollars"] for entry in gateway.ledger()) > 0


def test_what_is_answered_is_not_sent_again(gateway, sandbox, tmp_path):
    file, output = write(tmp_path, [chat(f"c{number}") for number in range(10)]), tmp_path / "answers.jsonl"
    assert batch(gateway, file, output).returncode == 0
    before, written = sandbox.bill()["requests"], output.read_text()
    again = batch(gateway, file, output, "--json")
    assert again.returncode == 0 and summary(again)["skipped"] == 10 and summary(again)["answered"] == 0
    assert output.read_text() == written
    # The output is lost, and with it all that was paid for: the gateway has kept it.
    output.unlink()
    replayed = summary(batch(gateway, file, output, "--json"))
    assert (replayed["answered"], replayed["replayed"], replayed["cost_nanodollars"]) == (10, 10, 0)
    assert len(read(output)) == 10 and sandbox.bill()["requests"] == before


def test_failures_stand_in_the_output_until_they_are_put_right(gateway, tmp_path):
    file, output = write(tmp_path, [chat("good"), chat("bad", model="nowhere")]), tmp_path / "answers.jsonl"
    finished = batch(gateway, file, output, "--json")
    assert finished.returncode == 1 and summary(finished)["failed"] == 1
    assert "1 failed" in finished.stderr and "'bad' (line 2) with 404 model_not_found" in finished.stderr
    failed = read(output)["bad"]
    assert failed["response"]["status_code"] == 404
    assert failed["response"]["body"]["error"]["code"] == "model_not_found"
    write(tmp_path, [chat("good"), chat("bad")])
    again = batch(gateway, file, output, "--json")
    assert again.returncode == 0 and summary(again)["skipped"] == 1 and summary(again)["answered"] == 1
    assert all(line["response"]["status_code"] == 200 for line in read(output).values())


def test_another_request_by_the_name_of_an_answered_one_is_told_and_not_sent(gateway, sandbox, tmp_path):
    file, output = write(tmp_path, [chat("a"), chat("b")]), tmp_path / "answers.jsonl"
    assert batch(gateway, file, output).returncode == 0
    before, written = sandbox.bill()["requests"], output.read_text()
    write(tmp_path, [chat("a"), chat("b", max_tokens=7), chat("c")])
    changed = batch(gateway, file, output, "--json")
    assert changed.returncode == 1 and "'b' (line 2) changed" in changed.stderr, changed.stderr
    told = summary(changed)
    assert (told["skipped"], told["changed"], told["answered"], told["left"]) == (1, 1, 1, 0)
    assert output.read_text().startswith(written) and sandbox.bill()["requests"] == before + 1
    # Lines that other programs have written do not say what they answer.
    output.write_text("".join(line.partition(',"idempotency_key"')[0] + ',"response":{"status_code":200},"error":null}\n'
                              for line in output.read_text().splitlines()))
    assert batch(gateway, file, output).returncode == 0


def test_a_killed_run_pays_nothing_twice(gateway, sandbox, tmp_path):
    file, output = write(tmp_path, [chat(f"k{number}", model="slow") for number in range(24)]), tmp_path / "answers.jsonl"
    before = sandbox.bill()["requests"]
    running = subprocess.Popen(
        [BINARY, "batch", file, "--output", output, "--concurrency", "4", "--config", gateway.configuration, "--key", APP],
        env=clean_environment(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually("some are answered", lambda: output.exists() and output.read_text().count("\n") >= 5, within=20)
    finally:
        running.kill()
        running.wait(timeout=10)
    with output.open("a") as file_of_answers:
        file_of_answers.write('{"id":"batch_req_cut","custom_id":"k')
    finished = batch(gateway, file, output, "--json")
    assert finished.returncode == 0, finished.stderr
    assert summary(finished)["skipped"] >= 5
    assert len(read(output)) == 24
    assert sandbox.bill()["requests"] - before == 24


def test_it_stops_when_the_money_is_gone(gateway, tmp_path):
    requests = [chat(f"m{number}", max_tokens=60) for number in range(60)]
    file, output = write(tmp_path, requests), tmp_path / "answers.jsonl"
    finished = batch(gateway, file, output, "--concurrency", "1", "--json", key=POOR)
    assert finished.returncode == 3, finished.stderr
    told = summary(finished)
    assert told["stopped"]["code"] == "budget_exceeded" and "poor-daily" in finished.stderr
    assert 0 < told["answered"] < 60 and told["failed"] == 0 and told["answered"] + told["left"] == 60
    assert len(read(output)) == told["answered"]
    assert gateway.budget("poor-daily")["held_nanodollars"] == 0
    rest = batch(gateway, file, output, "--json")
    assert rest.returncode == 0 and summary(rest)["skipped"] == told["answered"] and len(read(output)) == 60


@pytest.mark.parametrize("lines, said", [
    ([chat("a"), chat("b"), chat("a")], "line 3"),
    ([chat("a", stream=True)], "stream"),
    ([{"method": "POST", "url": "/v1/chat/completions", "body": {}}], "custom_id"),
    ([{**chat("a"), "method": "GET"}], "POST"),
    ([{**chat("a"), "url": "https://elsewhere.example/v1/chat/completions"}], "/v1/chat/completions"),
    ([{**chat("a"), "url": "/v1/files"}], "answers with JSON"),
    ([{**chat("a"), "url": "/v1/chat/completion"}], "answers with JSON"),
    ([{**chat("a"), "url": "/v1/audio/speech"}], "answers with JSON"),
    ([{**chat("a"), "url": "/v1beta/models/m:streamGenerateContent"}], "answers with JSON"),
    ([{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}], "body"),
    ([], "no requests"),
])
def test_a_file_with_a_mistake_is_refused_before_anything_is_sent(gateway, sandbox, tmp_path, lines, said):
    before = sandbox.bill()["requests"]
    refused = batch(gateway, write(tmp_path, lines), tmp_path / "answers.jsonl")
    assert refused.returncode == 1 and said in refused.stderr
    assert sandbox.bill()["requests"] == before and not (tmp_path / "answers.jsonl").exists()


def test_another_file_is_left_as_it_is(gateway, tmp_path):
    file, output = write(tmp_path, [chat("a")]), tmp_path / "diary.txt"
    output.write_text("Dear diary,\nyou are no batch.\n")
    refused = batch(gateway, file, output)
    assert refused.returncode == 1 and "--output" in refused.stderr
    assert output.read_text() == "Dear diary,\nyou are no batch.\n"


def test_a_file_of_requests_is_never_written_over_as_output(gateway, sandbox, tmp_path):
    """A request has a custom_id, as a line of output has: written over, it would be lost."""
    file, before = write(tmp_path, [chat("a"), chat("b")]), sandbox.bill()["requests"]
    text = file.read_text()
    refused = batch(gateway, file, file)
    assert refused.returncode == 1 and "--output" in refused.stderr
    assert file.read_text() == text and sandbox.bill()["requests"] == before


def test_a_byte_order_mark_is_passed_over(gateway, tmp_path):
    file, output = write(tmp_path, [chat("a")]), tmp_path / "answers.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert batch(gateway, file, output).returncode == 0
    assert list(read(output)) == ["a"]


def test_without_a_gateway_or_a_good_key_it_says_so(gateway, tmp_path):
    file, output = write(tmp_path, [chat("a")]), tmp_path / "answers.jsonl"
    gone = batch(gateway, file, output, "--address", f"127.0.0.1:{free_port()}")
    assert gone.returncode == 1 and "tuppence serve" in gone.stderr and not output.exists()
    refused = batch(gateway, file, output, key="tp_test_nobody_0123456789abcd")
    assert refused.returncode == 1 and "refuses the batch" in refused.stderr and output.read_text() == ""
    keyless = tuppence("batch", file, "--output", output, "--config", gateway.configuration)
    assert keyless.returncode == 1 and "tuppence keys create" in keyless.stderr


def a_gateway_without_room(request: Request, asked: list[Request]) -> Answer:
    """What one says that has no room for each request at first."""
    if request.method == "GET":
        return whole({})
    model = request.json["model"]
    if model == "never":
        return whole({"error": {"message": "no"}}, 429, {"x-should-retry": "false"})
    if sum(other.method == "POST" and other.json["model"] == model for other in asked) < 3:
        return whole({}, int(model), {"retry-after": "7", "retry-after-ms": "20"})
    if model == "503":
        # As while another attempt is read on for its count.
        return whole({"usage": {"cost": 0.5, "cost_details": {"pending": True}}})
    return whole('{\n  "object": "chat.completion"\n}', fields={"x-tuppence-cost-usd": "0.5"})


def test_it_waits_as_it_is_told_and_no_longer(tmp_path):
    output = tmp_path / "answers.jsonl"
    file = write(tmp_path, [chat(model, model=model) for model in ("429", "503", "409", "never")])
    with FakeProvider(lambda request: a_gateway_without_room(request, provider.requests)) as provider:
        finished = tuppence(
            "batch", file, "--output", output, "--address", f"127.0.0.1:{provider.port}", "--key", APP, "--json", cwd=tmp_path)
    assert finished.returncode == 1, finished.stderr
    told, lines = summary(finished), read(output)
    assert told["answered"] == 3 and told["failed"] == 1 and told["cost_nanodollars"] == 1_500_000_000
    assert lines["429"]["response"]["body"] == {"object": "chat.completion"}
    assert lines["never"]["response"]["status_code"] == 429
    keys = defaultdict(list)
    for request in provider.requests:
        if request.method == "POST":
            keys[request.json["model"]].append(request.headers["idempotency-key"])
    assert all(len(set(each)) == 1 for each in keys.values()), "a request was sent again under another key"
    assert len(keys["never"]) == 1
