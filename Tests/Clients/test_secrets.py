"""What is secret, or is said between a caller and a provider, stands nowhere else: not in what is printed, logged, booked,
posted or answered in errors. Each secret has a mark in it, and everything that a gateway leaves behind is searched for them."""

import base64
import json
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from completions import choice, chunk, usage
from fake_provider import Answer as Reply
from fake_provider import End, FakeProvider, Request, saying, stream, whole
from programs import BINARY, Gateway, clean_environment, eventually, free_port, tuppence
from wire import Answer, ask, head, sized

CALLER = "tp_test_MARK1caller1MARK"
STRANGER = "tp_test_MARK2stranger2MARK"
PROVIDER = "sk-MARK3provider3MARK"
CLAUDE = "sk-ant-MARK4provider4MARK"
PROMPT = "MARK5prompt5MARK"
ANSWER = "MARK6answer6MARK"
SIGNING = b"MARK7signing7MARK-0123456789"
HOOK = "MARK8hook8MARK"
POOR = "tp_test_MARK9poor9MARK"
SECRETS = [CALLER, STRANGER, PROVIDER, CLAUDE, PROMPT, ANSWER, SIGNING.decode(), base64.b64encode(SIGNING).decode(), HOOK, POOR]

CONFIGURATION = f"""\
server: {{ listen: "@LISTEN@", request_timeout: 5s }}
store: {{ url: "@STORE@", emergency_journal: @FOLDER@/emergency.journal }}
providers:
  main: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/v1", api_key: "${{PROVIDER_KEY}}" }}
  claude: {{ dialect: anthropic, base_url: "http://127.0.0.1:@PORT@/v1", api_key: {CLAUDE} }}
  down: {{ dialect: openai, base_url: "http://127.0.0.1:@NOBODY@/v1", api_key: "${{PROVIDER_KEY}}" }}
prices:
  main/*: {{ input: 1, output: 1 }}
  claude/*: {{ input: 1, output: 1 }}
  down/*: {{ input: 1, output: 1 }}
keys:
  - {{ name: app, secret: {CALLER} }}
  - {{ name: poor, secret: {POOR} }}
budgets:
  - {{ name: app, scope: {{ key: app }}, limit: $10, per: day, soft: {{ at: 1%, notify: "http://127.0.0.1:@PORT@/{HOOK}" }}, on_store_failure: {{ allow_up_to: $1 }} }}
  - {{ name: poor, scope: {{ key: poor }}, limit: $0.000001, per: day }}
notifications: {{ url: "http://127.0.0.1:@PORT@/{HOOK}", secret: "whsec_{base64.b64encode(SIGNING).decode()}" }}
"""


def repeat(request: Request) -> Reply:
    """Answers as its model's name says, and has much to tell of what it was asked with."""
    if HOOK in request.path:
        return whole()
    key = request.headers.get("authorization") or request.headers.get("x-api-key")
    wrong = {"type": "error", "error": {
        "message": f"Incorrect API key provided: {key}", "type": "authentication_error", "code": "invalid_api_key"}}
    said, event = chunk(choice(content=ANSWER)), f"data: {json.dumps(wrong)}\n\n"
    match request.json["model"]:
        case "no-json":
            return whole(f"<html>{key}", fields={"content-type": "text/html"})
        case "redirect":
            return whole(wrong, 302, {"location": f"http://127.0.0.1/?{key}"})
        case "event":
            return stream(event)
        case "late-event":
            return stream(said, event)
        case "cut":
            return stream(said, End.CLOSE)
        case manner if manner.startswith("status-"):
            return whole(wrong, int(manner.removeprefix("status-")))
        case manner if request.path.endswith("/messages"):
            return whole({
                "id": "m", "type": "message", "role": "assistant", "model": manner, "stop_reason": "end_turn",
                "content": [{"type": "text", "text": ANSWER}], "usage": {"input_tokens": 9_000, "output_tokens": 2}})
        case _:
            return saying(ANSWER, usage(9_000, 2))(request)


@pytest.fixture
def provider():
    with FakeProvider(repeat) as provider:
        yield provider


def seen(provider: FakeProvider) -> list[str]:
    return [(request.head + b"\r\n\r\n" + request.body).decode() for request in provider.requests]


@pytest.fixture(params=["as it is", "with every log"])
def gateway(tmp_path, provider, request):
    configuration = CONFIGURATION.replace("@PORT@", str(provider.port)).replace(
        "@NOBODY@", str(free_port())).replace("@FOLDER@", str(tmp_path))
    program = Gateway(tmp_path, configuration, PROVIDER_KEY=PROVIDER)
    if request.param != "as it is":
        program.arguments += ["--log-level", "trace"]
    program.start()
    yield program
    if program.process.poll() is None:
        program.stop()


def marks(text: str | bytes) -> list[str]:
    text = text.encode() if isinstance(text, str) else text
    return [secret for secret in SECRETS if secret.encode() in text]


def chat(model: str, **more) -> bytes:
    return json.dumps({"model": model, "max_tokens": 20, "messages": [{"role": "user", "content": PROMPT}], **more}).encode()


def errors(gateway: Gateway) -> list[Answer]:
    """An answer to everything that can be wrong with a request, a key, a budget or a provider."""
    def to(body: bytes, *fields: str, key: str | None = CALLER, **options) -> Answer:
        return ask(gateway.port, sized(body, *fields, key=key, **options))

    answers = [
        to(chat("main/good"), key=STRANGER), to(chat("main/good"), key=None), to(chat("main/good"), f"x-api-key: {STRANGER}", key=None),
        to(chat("main/good"), key=POOR), to(chat("no-such-model")), to(chat("nowhere/good")), to(chat("down/good")),
        to(chat("main/good")[:-1]), to(chat("main/good") + b"}"), to(chat("main/good", stream=PROMPT)),
        to(chat("main/good", max_tokens=PROMPT)), to(chat("main/good", tools=PROMPT)), to(f'{{"model":5,"x":"{PROMPT}"'.encode()),
        to(chat("main/good"), f"X : {PROMPT}"), to(chat("main/good"), "x-tuppence-max-cost: much"), to(chat("main/good"), target="/v1/nowhere"),
        to(chat("main/good"), target=f"/v1beta/models/no-such:generateContent?key={CALLER}", key=None),
        to(chat("main/good"), target=f"/v1beta/models/no-such:generateContent?key={STRANGER}", key=None),
    ]
    statuses = [400, 401, 402, 403, 404, 413, 422, 429, 500, 503, 529]
    manners = [f"status-{status}" for status in statuses] + ["no-json", "redirect", "event", "late-event", "cut"]
    for provider in ("main", "claude"):
        for manner in manners:
            streams = {"stream": True} if manner in ("event", "late-event", "cut") else {}
            answers.append(to(chat(f"{provider}/{manner}", **streams)))
            answers.append(to(chat(f"{provider}/{manner}", **streams), target="/v1/messages"))
    return answers


def test_no_secret_and_nothing_that_is_said_is_left_anywhere(gateway, provider, tmp_path):
    # What is as it should be: the secrets are where they belong.
    for model, path in (("main/good", "/v1/chat/completions"), ("claude/good", "/v1/messages"), ("claude/good", "/v1/chat/completions")):
        answer = ask(gateway.port, sized(chat(model), key=CALLER, target=path))
        assert answer.status == 200 and ANSWER in answer.body.decode(), answer
    streamed = ask(gateway.port, sized(chat("main/good", stream=True), key=CALLER))
    assert ANSWER in streamed.body.decode() and b"[DONE]" in streamed.body
    assert [mark for mark in (PROVIDER, CLAUDE, PROMPT) if not any(mark in text for text in seen(provider))] == []
    assert not any(CALLER in text for text in seen(provider)), "a provider has been shown a caller's key"

    answers = errors(gateway)
    assert {answer.status for answer in answers} >= {400, 401, 402, 404, 429, 500, 502, 503}
    hidden = [answer for answer in answers if b"********" in answer.body]
    assert len(hidden) >= 20, "providers repeated their keys, so this would prove nothing"
    for answer in answers:
        # What came of an answer before it broke off is the caller's.
        said = answer.body.replace(ANSWER.encode(), b"") if answer.status == 200 else answer.body
        assert marks(said) == [], answer
        assert marks(str(answer.headers)) == [], answer

    # With a mistake in it, beside the secrets.
    right = gateway.configuration.read_text()
    gateway.configuration.write_text(right + "nonsense: true\n")
    gateway.process.send_signal(signal.SIGHUP)
    eventually("the mistake is logged", lambda: "nonsense" in gateway.output())
    gateway.configuration.write_text(right)

    eventually("nothing is held", lambda: json.loads(command(gateway, "holds", "--json").stdout) == [])
    notices = eventually("a notice has come", lambda: [text for text in seen(provider) if HOOK in text.partition("\n")[0]])
    # The address itself may be a secret, and is asked for.
    assert [notice for notice in notices if marks(notice.partition("\n")[2])] == []
    check_what_commands_print(gateway)
    check_what_is_left(gateway, tmp_path)
    gateway.process.kill()
    gateway.process.wait(timeout=10)
    check_what_is_left(gateway, tmp_path)


def command(gateway: Gateway, *arguments: str | Path) -> subprocess.CompletedProcess:
    finished = tuppence(*arguments, "--config", gateway.configuration, PROVIDER_KEY=PROVIDER)
    assert finished.returncode == 0, finished
    return finished


def check_what_commands_print(gateway: Gateway):
    for path in ("/healthz", "/readyz", "/v1/models", "/errors/invalid_api_key"):
        answer = ask(gateway.port, head(method="GET", target=path, key=CALLER), "GET")
        assert answer.status == 200 and marks(answer.body) == [], path
    request = gateway.configuration.parent / "request.json"
    request.write_bytes(chat("main/good"))
    for arguments in (
            ["ledger"], ["ledger", "--json"], ["ledger", "verify"], ["spend"], ["spend", "--json"], ["holds"], ["holds", "--json"],
            ["routes", "explain", request], ["routes", "explain", request, "--json"], ["keys", "list"], ["keys", "list", "--json"], ["check"]):
        finished = command(gateway, *arguments)
        assert marks(finished.stdout + finished.stderr) == [], arguments
    assert len(json.loads(command(gateway, "ledger", "--json").stdout)) > 40
    request.unlink()


def check_what_is_left(gateway: Gateway, folder: Path):
    files = [file for file in folder.rglob("*") if file.is_file() and file != gateway.configuration]
    assert {"tuppence.db", "gateway.log", "emergency.journal"} <= {file.name for file in files}
    assert {file.name: found for file in files if (found := marks(file.read_bytes()))} == {}
    assert gateway.output() != ""


def test_a_key_that_is_made_is_printed_once_and_kept_nowhere(gateway, tmp_path):
    made = command(gateway, "keys", "create", "new", "--json")
    key = json.loads(made.stdout)["key"]
    assert eventually("the key is good", lambda: ask(gateway.port, sized(chat("main/good"), key=key)).status == 200)
    assert key not in made.stderr
    listed = command(gateway, "keys", "list", "--json")
    assert "new" in listed.stdout and key not in listed.stdout
    kept = [file.name for file in tmp_path.rglob("*") if file.is_file() and key.encode() in file.read_bytes()]
    assert kept == []


@pytest.mark.parametrize("right, wrong", [
    (f"secret: {CALLER}", f"secret: [{CALLER}]"), (f"secret: {CALLER}", "secret: MARK1"),
    (f"secret: {POOR}", f"secret: {CALLER}"), (f"api_key: {CLAUDE}", f'api_key: "{CLAUDE} {CLAUDE}"'),
    (f"api_key: {CLAUDE}", f"api_key: {{ key: {CLAUDE} }}"), (f"api_key: {CLAUDE}", f"apikey: {CLAUDE}"),
    ('secret: "whsec_', 'secret: "whsec-'), ('secret: "whsec_', 'secret: "whsec_!'),
    (f"/{HOOK}\", secret", f"/{HOOK}\\u0007\", secret"), ('url: "http:', 'url: "ftp:'), ('notify: "http:', 'notify: "ftp:'),
    ('listen: "@LISTEN@"', 'listen: "${PROVIDER_KEY}"'), ('base_url: "http://127.0.0.1:@NOBODY@/v1"', 'base_url: "${PROVIDER_KEY}"'),
    ("limit: $10", "limit: ${PROVIDER_KEY}"), ("per: day, soft", "per: ${PROVIDER_KEY}, soft"), ("name: app, secret", "${PROVIDER_KEY}: app, secret"),
    ("name: poor, scope", "name: poor, : scope"),
], ids=lambda text: text.replace(CALLER, "caller").replace(CLAUDE, "claude").replace(POOR, "poor").replace(HOOK, "hook"))
def test_no_mistake_in_a_configuration_shows_its_secrets(tmp_path, right, wrong):
    assert CONFIGURATION.count(right) >= 1
    file = tmp_path / "tuppence.yaml"
    text = CONFIGURATION.replace(right, wrong, 1).replace("@LISTEN@", "127.0.0.1:1").replace("@STORE@", f"sqlite:{tmp_path}/t.db")
    file.write_text(text.replace("@PORT@", "2").replace("@NOBODY@", "3").replace("@FOLDER@", str(tmp_path)))
    for verb in ("check", "serve"):
        finished = subprocess.run(
            [BINARY, verb, "--config", file], env=clean_environment(tmp_path, PROVIDER_KEY=PROVIDER), cwd=tmp_path,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        assert finished.returncode == 1, finished
        assert finished.stderr
        assert marks(finished.stdout + finished.stderr) == []


def test_the_search_finds_what_is_there(tmp_path):
    assert marks(f"a log that says {PROVIDER}") == [PROVIDER]
    assert marks(b"\0" + SIGNING) == [SIGNING.decode()]
    assert marks("nothing") == []


@pytest.mark.parametrize("keeps", [True, False])
def test_what_is_said_lies_in_the_files_that_callers_ask_for_and_in_no_other(tmp_path, provider, keeps):
    """As SECURITY.md has it: conversations of Responses, and answers to an idempotency-key; neither, where the operator says so."""
    switches = "" if keeps else ", keep_responses: false, keep_idempotent: false"
    configuration = CONFIGURATION.replace("request_timeout: 5s", "request_timeout: 5s" + switches).replace(
        "@PORT@", str(provider.port)).replace("@NOBODY@", str(free_port())).replace("@FOLDER@", str(tmp_path))
    gateway = Gateway(tmp_path, configuration, PROVIDER_KEY=PROVIDER).start()
    try:
        body = json.dumps({"model": "main/good", "max_output_tokens": 20, "input": PROMPT}).encode()
        said = ask(gateway.port, sized(body, key=CALLER, target="/v1/responses"))
        assert said.status == 200 and ANSWER in said.body.decode(), said
        once = ask(gateway.port, sized(chat("main/good"), "idempotency-key: one", key=CALLER))
        assert once.status == 200, once
        # And one that asks for nothing to be kept.
        assert ask(gateway.port, sized(chat("main/good"), key=CALLER)).status == 200
        before = len(provider.requests)
        again = ask(gateway.port, sized(chat("main/good"), "idempotency-key: one", key=CALLER))
        assert again.status == 200 and len(provider.requests) == before + (0 if keeps else 1)
        more = json.dumps({"model": "main/good", "input": PROMPT, "previous_response_id": json.loads(said.body)["id"]}).encode()
        assert ask(gateway.port, sized(more, key=CALLER, target="/v1/responses")).status == (200 if keeps else 404)
    finally:
        gateway.stop()
    found: dict[str, set[str]] = {}
    for file in tmp_path.rglob("*"):
        if file.is_file() and file != gateway.configuration and (there := marks(file.read_bytes())):
            found.setdefault(file.name.partition(".")[0], set()).update(there)
            assert file.stat().st_mode & 0o077 == 0, f"others can read {file.name}"
    assert found == ({"tuppence-responses": {PROMPT, ANSWER}, "tuppence-idempotency": {ANSWER}} if keeps else {})


@pytest.fixture
def cores():
    """Lets what is started write images of its memory, as far as this machine does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("nothing on this machine may write an image of its memory")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@pytest.mark.parametrize("gateway", ["as it is"], indirect=True)
def test_a_crash_leaves_no_image_of_the_memory(cores, gateway):
    limits = Path(f"/proc/{gateway.process.pid}/limits").read_text().splitlines()
    [line] = [line for line in limits if line.startswith("Max core file size")]
    assert line.split()[4] == "0", line
