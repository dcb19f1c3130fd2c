"""The catalogue of providers: files of one's own, what is improbable, and what a public list says that is newer."""

import datetime
import json
import re
import signal
import time
import urllib.request

import pytest

from completions import usage
from fake_provider import FakeProvider, saying
from programs import APP, REPOSITORY, Gateway, eventually, tuppence, tuppence_json

GUIDE = REPOSITORY / "docs/internals/adding-a-provider.md"


def printed_file() -> str:
    """The file that the guide shows, as it is printed."""
    return re.search(r"```text\n(# Acme.*?)```", GUIDE.read_text(), re.DOTALL).group(1)


@pytest.fixture
def acme():
    with FakeProvider(saying("Hello", usage(1000, 100))) as provider:
        yield provider


CONFIGURATION = """\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  acme: {{ file: acme.prices, base_url: "{url}/v1", api_key: sk-acme }}
keys:
  - {{ name: app, secret: tp_test_app_0123456789abcdef }}
{more}
"""


def gateway_with(acme, folder, more="", file=None, sandbox=None):
    (folder / "acme.prices").write_text(file or printed_file())
    return Gateway(folder, CONFIGURATION.format(url=acme.url, more=more), sandbox)


def ask(gateway, method, path, body=None):
    """Status, headers and JSON of one request."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{gateway.port}{path}", method=method, data=json.dumps(body).encode() if body else None,
        headers={"authorization": f"Bearer {APP}", "content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, answer.headers, json.loads(answer.read())


def chat(gateway, model):
    return ask(gateway, "POST", "/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": "Hi"}]})


def test_the_guides_file_works_as_printed(acme, tmp_path, sandbox):
    gateway = gateway_with(acme, tmp_path, sandbox=sandbox).start()
    try:
        _, _, answer = chat(gateway, "acme/acme-small")
        assert answer["choices"][0]["message"]["content"] == "Hello"
        # 1000 × $0.15 and 100 × $0.60, by the million.
        assert answer["usage"]["cost"] == pytest.approx(0.00015 + 0.00006)
        [asked] = acme.requests
        assert asked.path == "/v1/chat/completions" and asked.headers["authorization"] == "Bearer sk-acme"
        assert asked.json["max_tokens"] == 8192
        _, _, models = ask(gateway, "GET", "/v1/models")
        listed = {model["id"]: model for model in models["data"]}
        assert listed["acme/acme-large"]["context_length"] == 200_000
        assert listed["acme/acme-large"]["pricing"]["prompt"] == "0.000002"
        assert "acme/acme-tiny" not in listed
    finally:
        gateway.stop()


def test_the_guides_file_passes_its_own_check(tmp_path):
    path = tmp_path / "acme.prices"
    path.write_text(printed_file())
    checked = tuppence("prices", "check", path)
    assert (checked.returncode, checked.stdout) == (0, "Nothing to correct.\n"), checked.stderr


def test_a_mistake_in_a_file_is_told_with_its_line(acme, tmp_path):
    (tmp_path / "acme.prices").write_text(printed_file().replace("0.075", "cheap"))
    (tmp_path / "tuppence.yaml").write_text("providers: { acme: { file: acme.prices, api_key: k } }\n")
    checked = tuppence("check", cwd=tmp_path)
    assert checked.returncode == 1
    assert "tuppence.yaml:1:28: 'acme.prices', line 9: 'cheap' is no rate in USD per million" in checked.stderr


def test_the_catalogue_has_nothing_to_correct_and_is_large():
    checked = tuppence("prices", "check")
    assert checked.returncode == 0, checked.stdout
    providers = tuppence_json("prices", "providers")
    assert len([each for each in providers if each["models"] > 0]) >= 40
    assert sum(each["models"] for each in providers) >= 1000


def test_what_is_improbable_ends_with_2(tmp_path):
    path = tmp_path / "acme.prices"
    path.write_text(printed_file().replace("0.15   0.075", "0.15   0.75 "))
    checked = tuppence("prices", "check", path)
    assert checked.returncode == 2
    assert f"{path}:9: acme-small: cached input costs more than other input [dear_cache]" in checked.stdout
    finding = json.loads(tuppence("prices", "check", path, "--json").stdout)[0]
    assert (finding["line"], finding["model"], finding["oddity"]) == (9, "acme-small", "dear_cache")


LITELLM = {
    "acme/acme-small": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 3e-07, "output_cost_per_token": 6e-07},
    "acme/acme-large": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 8e-06},
    "acme/acme-new": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
    "acme/acme-odd": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-03, "output_cost_per_token": 2e-03},
    "gpt-4o": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
}  # fmt: skip


@pytest.fixture
def with_list(acme, tmp_path, sandbox):
    gateway = gateway_with(acme, tmp_path, sandbox=sandbox)
    (tmp_path / "litellm.json").write_text(json.dumps(LITELLM))
    return gateway


def update(gateway, *arguments):
    return tuppence("prices", "update", gateway.configuration.parent / "litellm.json", "--config", gateway.configuration, *arguments)


def test_newer_prices_are_shown_first(with_list):
    shown = update(with_list, "--dry-run")
    assert shown.returncode == 0, shown.stderr
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert "acme/acme-small changed input 0.15 → 0.3" in lines
    assert any(line.startswith("acme/acme-large lower input 2 → 1") for line in lines)
    assert any(line.startswith("acme/acme-new new input 1, output 2") for line in lines)
    assert any(line.startswith("acme/acme-odd odd a million tokens cost more than") for line in lines)
    assert "1 with lower rates are left as they are: --lower." in shown.stdout
    assert "gpt-4o" not in shown.stdout and "1 of other providers" in shown.stdout
    assert shown.stdout.endswith("Nothing was written.\n")
    assert not (with_list.configuration.parent / "tuppence.prices").exists()


def test_newer_prices_hold_from_the_next_start_and_the_operators_before_them(with_list):
    assert update(with_list).returncode == 0
    with_list.start()
    try:
        # 1000 × $0.30 and 100 × $0.60, by the million.
        assert chat(with_list, "acme/acme-small")[2]["usage"]["cost"] == pytest.approx(0.00036)
        assert chat(with_list, "acme/acme-large")[2]["usage"]["cost"] == pytest.approx(0.0028)
        assert chat(with_list, "acme/acme-new")[2]["usage"]["cost"] == pytest.approx(0.0012)
        configuration = with_list.configuration.read_text()
        with_list.configuration.write_text(configuration + "prices: { acme/acme-small: { input: 1, output: 1 } }\n")
    finally:
        with_list.stop()
    with_list.start()
    try:
        assert chat(with_list, "acme/acme-small")[2]["usage"]["cost"] == pytest.approx(0.0011)
    finally:
        with_list.stop()
    cards = [entry["rate_card"] for entry in with_list.ledger()]
    assert sorted(card.split("-")[0] for card in cards) == ["catalogue", "config", "update", "update"]


def test_lower_rates_are_taken_over_when_asked_for(with_list):
    assert update(with_list, "--lower").returncode == 0
    again = json.loads(update(with_list, "--json").stdout)
    assert [(line["target"], line["verdict"]) for line in again["changes"]] == [("acme/acme-odd", "odd")]
    assert again["unchanged"] == 3 and not again["written"]


def test_models_dev_says_newer_prices_too(with_list):
    """Its bounds are those of `tiers`; `context_over_200k` beside them is the older name for one of them. What was dearer above
    100,000 tokens is so above 272,000 now: a lower rate."""
    longer = {"input": 4, "output": 16, "cache_read": 0.4, "cache_write": 5}
    cost = {"input": 2.5, "output": 8, "cache_write": 3.125, "context_over_200k": longer, "tiers": [{**longer, "tier": {"type": "context", "size": 272000}}]}
    models = {
        "acme-large": {"cost": cost, "limit": {"context": 400000, "output": 8192}, "tool_call": True},
        "acme-odd": {"cost": {"input": 1000, "output": 2000}},
        "acme-free": {"limit": {"context": 8192, "output": 4096}}}
    path = with_list.configuration.parent / "litellm.json"
    path.write_text(json.dumps({"acme": {"id": "acme", "models": models}, "openai": {"models": {"gpt-4o": {"cost": {"input": 1, "output": 2}}}}}))
    report = json.loads(update(with_list, "--lower", "--json").stdout)
    assert report["format"] == "models.dev's list" and report["others"] == 1
    assert {line["target"]: line["verdict"] for line in report["changes"]} == {"acme/acme-large": "lower", "acme/acme-odd": "odd"}
    assert [line["name"] for line in report["skipped"]] == ["acme/acme-free"]
    [written] = [line for line in (path.parent / "tuppence.prices").read_text().split("\n") if "above_" in line]
    assert written.strip().startswith("above_272000:input=4") and "output=16" in written


def test_what_is_no_list_of_prices_is_refused(with_list):
    (with_list.configuration.parent / "litellm.json").write_text('{"hello": "world"}')
    refused = update(with_list)
    assert refused.returncode == 1 and "neither LiteLLM's price list" in refused.stderr


def test_a_mistake_in_the_file_of_newer_prices_is_told_with_its_line(with_list):
    (with_list.configuration.parent / "tuppence.prices").write_text("# written by hand\nacme/x 1 - - -\n")
    checked = tuppence("check", "--config", with_list.configuration)
    assert checked.returncode == 1 and "tuppence.prices:2:1: expected model, input" in checked.stderr


RETIRING = """\
provider: acme
base_url: https://api.acme.example/v1
source: https://docs.acme.example
read: 2026-11-23
key_variable: ACME_API_KEY

acme-old   1  -  2  1000  100  retires={past} replaced_by=acme-new
acme-late  1  -  2  1000  100  retires={soon}
acme-far   1  -  2  1000  100  retires={far} can=tools,vision
acme-new   1  -  2  1000  100
"""


def test_a_model_that_ends_is_told_of_before_and_after(acme, tmp_path, sandbox):
    today = datetime.date.today()
    past, soon, far = today - datetime.timedelta(days=1), today + datetime.timedelta(days=80), today + datetime.timedelta(days=200)
    file = RETIRING.format(past=past, soon=soon, far=far)
    routes = "routes: { old: acme/acme-old, both: { targets: [acme/acme-far, acme/acme-late, acme/acme-old] } }"
    gateway = gateway_with(acme, tmp_path, routes, file, sandbox)
    told = [
        f"acme/acme-late, a target of 'both', retires on {soon}.",
        f"acme/acme-old, a target of 'both', 'old', was to be retired on {past}. Its provider names acme/acme-new in its place."]
    checked = tuppence("check", "--config", gateway.configuration)
    assert checked.returncode == 0
    assert [line for line in checked.stdout.splitlines() if line.startswith("warning")] == [f"warning: {text}" for text in told]
    gateway.start()
    try:
        for text in told:
            assert f"{text}" in gateway.output()
        gateway.process.send_signal(signal.SIGHUP)
        eventually("it is told again", lambda: gateway.output().count(told[0]) == 2)
        # Its provider decides what becomes of the request.
        _, headers, _ = chat(gateway, "acme/acme-old")
        assert (headers["x-tuppence-retires"], headers["x-tuppence-replaced-by"]) == (str(past), "acme/acme-new")
        _, headers, _ = chat(gateway, "acme/acme-late")
        assert (headers["x-tuppence-retires"], headers["x-tuppence-replaced-by"]) == (str(soon), None)
        for model in ("acme/acme-far", "acme/acme-new"):
            assert chat(gateway, model)[1]["x-tuppence-retires"] is None
        listed = {model["id"]: model for model in ask(gateway, "GET", "/v1/models")[2]["data"]}
        assert (listed["old"]["shutdown_date"], listed["old"]["replaced_by"]) == (str(past), "acme/acme-new")
        assert listed["acme/acme-far"]["shutdown_date"] == str(far)
        assert listed["acme/acme-far"]["capabilities"] == ["tools", "vision"]
        assert "shutdown_date" not in listed["acme/acme-new"]
    finally:
        gateway.stop()


def test_the_models_of_all_providers_are_listed_at_once(tmp_path):
    """With every key in the environment, as no one has them."""
    keys = {each["key_variable"]: "k" for each in tuppence_json("prices", "providers") if "key_variable" in each}
    gateway = Gateway(
        tmp_path, 'server: { listen: "@LISTEN@" }\nstore: @STORE@\n'
        "keys: [{ name: app, secret: tp_test_app_0123456789abcdef }]\n", None, **keys)
    gateway.start()
    try:
        started = time.monotonic()
        models = ask(gateway, "GET", "/v1/models")[2]["data"]
        assert time.monotonic() - started < 3
        assert len(models) >= 1000
        assert all("pricing" in model for model in models)
        assert len([model for model in models if "context_length" in model]) >= 1000
    finally:
        gateway.stop()
