"""`tuppence reconcile`: the sandbox's own bill, written down as providers export theirs, against the gateway's ledger."""

import csv
import io
import json
import subprocess
import time
from decimal import Decimal

import pytest
import standardwebhooks

from conftest import CONFIGURATION
from fake_provider import whole
from programs import BINARY, Gateway, Sandbox, clean_environment, tuppence
from test_loops import SECRET, Receiver

DAY = 86_400


def usd(nanodollars: int) -> str:
    return f"{Decimal(nanodollars).scaleb(-9):f}"


def openai_usage(bill: dict, day: int) -> str:
    """A page of the usage API, grouped by model; embeddings are another page."""
    def page(results):
        bucket = {"object": "bucket", "start_time": day, "end_time": day + DAY, "results": results}
        return json.dumps({"object": "page", "data": [bucket], "has_more": False, "next_page": None}, indent=1)

    chat = [{"object": "organization.usage.completions.result", "input_tokens": line["prompt_tokens"],
             "output_tokens": line["completion_tokens"], "input_cached_tokens": line["cached_tokens"],
             "num_model_requests": line["requests"], "model": f"{model}-2026-01-31"}
            for model, line in bill.items() if not line["embedding_tokens"]]
    embeddings = [{"object": "organization.usage.embeddings.result", "input_tokens": line["embedding_tokens"],
                   "num_model_requests": line["requests"], "model": model}
                  for model, line in bill.items() if line["embedding_tokens"]]
    return page(chat) + "\n" + page(embeddings)


def openai_costs(bill: dict, day: int) -> str:
    rows = [["start_time", "end_time", "start_time_iso", "end_time_iso", "amount_value", "amount_currency", "line_item"]]
    rows += [[day, day + DAY, "", "", usd(line["nanodollars"]) + "0000", "usd", f"{model}-2026-01-31, all of it"]
             for model, line in bill.items()]
    return written(rows)


def openrouter_activity(bill: dict, day: int) -> str:
    date = time.strftime("%Y-%m-%d 00:00:00", time.gmtime(day))
    rows = [["Date", "Slug", "Usage", "BYOK Usage", "Requests", "Prompt Tokens", "Completion Tokens", "Reasoning Tokens"]]
    rows += [[date, f"acme/{model}", usd(line["nanodollars"]), 0, line["requests"],
              line["prompt_tokens"] + line["embedding_tokens"], line["completion_tokens"], 0]
             for model, line in bill.items()]
    return written(rows)


def written(rows: list) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


EXPORTS = {"openai-usage": openai_usage, "openai-costs": openai_costs, "openrouter-activity": openrouter_activity}


class Books:
    """A gateway that has served some requests, and its provider's bill."""

    def __init__(self, folder, sandbox: Sandbox, gateway: Gateway):
        self.folder, self.sandbox, self.gateway = folder, sandbox, gateway
        # Buckets are days: what is sent before midnight is not compared with what is billed after it.
        if time.time() % DAY > DAY - 60:
            time.sleep(61)
        self.day = int(time.time()) // DAY * DAY
        with gateway.client() as client:
            for model, tokens in [("sandbox/chat-small", 20), ("sandbox/chat-small", 5), ("sandbox/chat-large", 9)]:
                client.chat.completions.create(
                    model=model, max_tokens=tokens, messages=[{"role": "user", "content": "Say something long, please."}])
            stream = client.chat.completions.create(
                model="sandbox/chat-small", max_tokens=30, stream=True, messages=[{"role": "user", "content": "And again."}])
            assert list(stream)
            client.embeddings.create(model="sandbox/embed-small", input="what this is about")
        self.bill = sandbox.bill()["by_model"]
        assert set(self.bill) == {"chat-small", "chat-large", "embed-small"}

    def reconcile(self, text: str, *arguments):
        file = self.folder / "export"
        file.write_text(text)
        return tuppence("reconcile", "sandbox", file, "--config", self.gateway.configuration, *arguments)

    def altered(self, model: str, **more: int) -> dict:
        line = self.bill[model]
        return {**self.bill, model: {**line, **{name: line[name] + by for name, by in more.items()}}}


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reconcile")
    sandbox = Sandbox(folder).start()
    try:
        gateway = Gateway(folder, CONFIGURATION, sandbox).start()
        try:
            yield Books(folder, sandbox, gateway)
        finally:
            gateway.stop()
    finally:
        sandbox.stop()


@pytest.mark.parametrize("format", EXPORTS)
def test_the_providers_own_bill_agrees_to_the_nanodollar(books, format):
    finished = books.reconcile(EXPORTS[format](books.bill, books.day), "--json")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    report = json.loads(finished.stdout)
    assert report["format"] == format and report["bucket"] == "day"
    assert {line["model"]: line["status"] for line in report["lines"]} == dict.fromkeys(books.bill, "matched")
    assert report["totals"]["drift_nanodollars"] == 0 and report["notices"] == []
    total = sum(line["nanodollars"] for line in books.bill.values())
    assert report["totals"]["cost_nanodollars"]["ours"] == total
    if format != "openai-usage":
        assert report["totals"]["cost_nanodollars"]["theirs"] == total
    if format != "openai-costs":
        assert report["totals"]["requests"] == {"ours": 5, "theirs": 5}


@pytest.mark.parametrize("format", EXPORTS)
def test_one_line_that_was_altered_is_the_one_that_is_reported(books, format):
    # A token of output more, which costs 400 nanodollars.
    bill = books.altered("chat-small", completion_tokens=1, nanodollars=400)
    text = EXPORTS[format](bill, books.day)
    finished = books.reconcile(text, "--json")
    assert finished.returncode == 1, finished.stderr
    report = json.loads(finished.stdout)
    apart = [line for line in report["lines"] if line["status"] != "matched"]
    assert [(line["model"], line["status"], line["drift_nanodollars"], line["beyond_tolerance"]) for line in apart] == [
        ("chat-small", "differs", 400, True)]
    if format != "openai-costs":
        output = apart[0]["tokens"]["output"]
        assert output["theirs"] == output["ours"] + 1
    assert books.reconcile(text, "--tolerance", "0.0000004").returncode == 0
    assert books.reconcile(text, "--tolerance", "0.000000399").returncode == 1
    shown = books.reconcile(text).stdout
    assert "chat-small" in shown and "+$0.0000004" in shown and "1 line drifts" in shown
    assert "chat-large" not in shown and "chat-large" in books.reconcile(text, "--all").stdout


def test_what_drifts_is_told_to_the_addresses_of_the_configuration(books):
    text = openai_costs(books.altered("chat-small", nanodollars=400), books.day)
    file, told = books.folder / "drifting", books.folder / "told.yaml"
    file.write_text(text)

    def reconcile(receiver: Receiver, *arguments, **environment):
        told.write_text(
            books.gateway.configuration.read_text()
            + f'notifications: {{ url: "{receiver.hook}", secret: "${{NOTICE_SECRET}}" }}\n')
        return tuppence("reconcile", "sandbox", file, "--config", told, *arguments, **environment)

    receiver = Receiver(503, 204)
    try:
        finished = reconcile(receiver, "--json", NOTICE_SECRET=SECRET)
        assert finished.returncode == 1, finished.stderr
        assert finished.stderr == f"The notice was delivered to {receiver.url}.\n"
        assert json.loads(finished.stdout)["totals"]["drift_nanodollars"] == 400
        assert len(receiver.requests) == 2
        told_last = receiver.last
        notice = told_last.json
        assert notice["type"] == "cost.drift" and notice["data"]["drift"] == 4e-07
        assert (notice["data"]["provider"], notice["data"]["model"], notice["data"]["lines"]) == ("sandbox", "chat-small", 1)
        standardwebhooks.Webhook(SECRET).verify(
            told_last.body,
            {name: told_last.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")})

        unset = reconcile(receiver)
        assert unset.returncode == 69 and "not delivered: a variable" in unset.stderr
        assert reconcile(receiver, "--no-notify").returncode == 1
        assert reconcile(receiver, "--tolerance", "1", NOTICE_SECRET=SECRET).returncode == 0
        assert len(receiver.requests) == 2
        receiver.answer = lambda _: whole(status=410)
        unwanted = reconcile(receiver, NOTICE_SECRET=SECRET)
        assert unwanted.returncode == 69 and "wants no more notices (410)" in unwanted.stderr
    finally:
        receiver.stop()


def test_attempts_that_were_booked_by_a_count_of_our_own_are_named_where_lines_are_apart(tmp_path):
    sandbox = Sandbox(tmp_path).start()
    try:
        gateway = Gateway(tmp_path, CONFIGURATION, sandbox).start()
        try:
            with gateway.client() as client:
                answer = client.chat.completions.with_raw_response.create(
                    model="sandbox/chat-small?usage=none", max_tokens=9, messages=[{"role": "user", "content": "Hello!"}])
            day = int(time.time()) // DAY * DAY
            file = tmp_path / "export"
            file.write_text(openai_costs({"chat-small": {"nanodollars": 123_456_789}}, day))
            finished = tuppence("reconcile", "sandbox", file, "--config", gateway.configuration, "--json")
            assert finished.returncode == 1, finished.stderr
            [line] = json.loads(finished.stdout)["lines"]
            assert line["our_models"] == ["chat-small?usage=none"], "faults are no part of a model's name"
            request = answer.headers["x-tuppence-request-id"]
            assert line["estimated"] == {"count": 1, "first": [f"{request}#1"]}
            shown = tuppence("reconcile", "sandbox", file, "--config", gateway.configuration).stdout
            assert f"1 booked by our own count: {request}#1" in shown
        finally:
            gateway.stop()
    finally:
        sandbox.stop()


def test_usage_that_went_around_the_gateway_is_missing_in_the_ledger(books):
    around = {**books.bill, "chat-huge": {**books.bill["chat-large"], "nanodollars": 1_500_000}}
    finished = books.reconcile(openrouter_activity(around, books.day), "--json")
    assert finished.returncode == 1
    [line] = [line for line in json.loads(finished.stdout)["lines"] if line["status"] != "matched"]
    assert (line["model"], line["status"], line["drift_nanodollars"]) == (
        "acme/chat-huge", "missing_in_ledger", 1_500_000)


def test_what_the_provider_does_not_bill_is_missing_in_the_export(books):
    less = {model: line for model, line in books.bill.items() if model != "chat-large"}
    finished = books.reconcile(openrouter_activity(less, books.day), "--json")
    assert finished.returncode == 1
    [line] = [line for line in json.loads(finished.stdout)["lines"] if line["status"] != "matched"]
    assert (line["model"], line["status"]) == ("chat-large", "missing_in_export")
    assert line["drift_nanodollars"] == -books.bill["chat-large"]["nanodollars"]


@pytest.mark.parametrize("text, place, reason", [
    ("Date,Slug,Usage,Requests,Prompt Tokens\n2026-11-01,a,lots,1,1\n", "line 2", "'lots'"),
    ("Date,Slug,Usage,Requests,Prompt Tokens\n2026-11-01,a,1\n", "line 2", "3 fields"),
    ("what,is,this\n1,2,3\n", "line 1", "what, is, this"),
    ('{"data": [{"start_time": 1, "end_time": 2, "results": [{"amount": {"value": "x"}}]}]}',
     "at data[0].results[0].amount.value", "amount of money"),
    ("", "export", "empty"),
], ids=["amount", "fields", "columns", "path", "empty"])
def test_a_file_that_is_not_understood_is_told_with_its_place(books, text, place, reason):
    finished = books.reconcile(text)
    assert finished.returncode == 65
    assert finished.stdout == ""
    for word in [str(books.folder / "export"), place, reason]:
        assert word in finished.stderr


def test_an_export_can_come_through_a_pipe(books):
    finished = subprocess.run(
        [BINARY, "reconcile", "sandbox", "/dev/stdin", "--config", books.gateway.configuration],
        env=clean_environment(books.folder), input=openai_costs(books.bill, books.day).encode(), capture_output=True, timeout=30)
    assert finished.returncode == 0, finished.stderr
    assert b"No line drifts" in finished.stdout


def test_a_file_that_is_not_there_is_named(books):
    finished = tuppence("reconcile", "sandbox", books.folder / "nowhere.csv", "--config", books.gateway.configuration)
    assert finished.returncode == 65
    assert "nowhere.csv" in finished.stderr


@pytest.mark.parametrize("arguments", [
    ["--tolerance", "-1"], ["--tolerance", "a lot"], ["--format", "excel"], ["--bucket", "week"], ["--since", "yesterday"],
    ["--since", "2026-11-02", "--until", "2026-11-01"], ["--bucket", "hour"], ["--since", "2026-11-01T05:00"],
], ids=lambda arguments: " ".join(arguments))
def test_arguments_that_make_no_sense_end_with_64(books, arguments):
    assert books.reconcile(openai_costs(books.bill, books.day), *arguments).returncode == 64


def test_a_provider_that_nobody_knows_ends_with_64_and_a_list_of_those_there_are(books):
    (books.folder / "other").write_text(openai_costs(books.bill, books.day))
    finished = tuppence(
        "reconcile", "sandbx", books.folder / "other", "--config", books.gateway.configuration)
    assert finished.returncode == 64
    assert "sandbx" in finished.stderr and "sandbox" in finished.stderr
