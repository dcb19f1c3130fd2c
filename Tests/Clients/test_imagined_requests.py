"""Whatever is nearly a request has an answer or an error of its caller's dialect that says what is wrong, and never one of ours:
chats, messages, responses, embeddings and Gemini's contents, thought up by Hypothesis. `TUPPENCE_FULL=1` has ten times as many."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from imagined import SEEDS, Imagined, requests
from programs import FULL, eventually
from wire import Answer, Wire, sized

EXAMPLES = 5_000 if FULL else 500
CONFIGURATION = """\
server: { listen: "@LISTEN@", late_usage: off }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
  responses: { dialect: responses, base_url: "@SANDBOX@", api_key: none }
  claude: { dialect: anthropic, base_url: "@SANDBOX@", api_key: none }
  gemini: { dialect: gemini, base_url: "@SANDBOX@beta", api_key: none }
prices:
  sandbox/*: { input: 1, output: 1 }
  responses/*: { input: 1, output: 1 }
  claude/*: { input: 1, output: 1 }
  gemini/*: { input: 1, output: 1 }
  cohere/*: { input: 1, output: 1 }
  bedrock/*: { input: 1, output: 1 }
routes:
  any: { targets: [ sandbox/chat-small, claude/chat-small, gemini/chat-small ] }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: all, scope: { key: app }, limit: $1000000, per: total, hard: reject }
"""
HOSTS = """\
  cohere: { dialect: cohere, base_url: "@ROOT@/v2", api_key: none }
  bedrock: { dialect: bedrock, base_url: "@ROOT@", api_key: none }
"""


@pytest.fixture
def own(start_gateway, sandbox):
    root = sandbox.url.removesuffix("/v1")
    gateway = start_gateway(CONFIGURATION.replace("prices:\n", HOSTS.replace("@ROOT@", root) + "prices:\n"))
    yield gateway
    eventually("nothing is held", lambda: gateway.held() == 0)


class Asker:
    """One connection, and another one where that was closed."""

    def __init__(self, port: int):
        self.port, self.wire = port, None

    def ask(self, data: bytes) -> Answer:
        self.wire = self.wire or Wire(self.port)
        self.wire.send(data)
        answered = self.wire.read()
        assert answered, "the connection was closed without an answer"
        if answered.headers.get("connection") == "close":
            self.wire.socket.close()
            self.wire = None
        return answered


# Whose errors a caller of these gets as they come: they are of its own dialect.
SPEAKERS = {"/v1/chat": "sandbox", "/v1/embeddings": "sandbox", "/v1/responses": "responses", "/v1/messages": "claude", "/v1beta": "gemini"}


def explained(answered: Answer, target: str) -> tuple[str, str]:
    """The code of an error and where that is explained; fails if it is none of the caller's dialect."""
    error = answered.json()
    inner = error["error"]
    assert inner["message"], error
    if target.startswith("/v1beta"):
        assert inner["code"] == answered.status and inner["status"], error
    else:
        assert inner["type"] and (not target.startswith("/v1/messages") or error["type"] == "error"), error
    if any(target.startswith(path) and answered.headers.get("x-tuppence-provider") == name for path, name in SPEAKERS.items()):
        if "doc_url" not in str(error):
            code = answered.headers["x-tuppence-error-code"]
            return code, f"/errors/{code}"
    if target.startswith("/v1beta"):
        [inner] = [detail["metadata"] for detail in inner["details"] if "code" in detail.get("metadata", {})]
    return inner["code"], inner["doc_url"]


def check(imagined: Imagined, answered: Answer):
    assert answered.status == 200 or 400 <= answered.status < 500, answered
    if answered.status != 200:
        code, where = explained(answered, imagined.target)
        assert code == answered.headers["x-tuppence-error-code"] and where.endswith(f"/errors/{code}"), answered
    elif answered.headers["content-type"].startswith("text/event-stream"):
        for line in answered.body.decode().splitlines():
            if line.startswith("data: {"):
                assert not json.loads(line[6:]).get("error"), answered
    else:
        assert answered.json() is not None


def test_what_is_nearly_a_request_has_an_answer_that_its_caller_can_read(own):
    asker, seen = Asker(own.port), Counter()

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests())
    def each(imagined: Imagined):
        answered = asker.ask(sized(imagined.body, target=imagined.target))
        seen[imagined.target if imagined.target in SEEDS else imagined.target.rpartition(":")[2], answered.status == 200] += 1
        check(imagined, answered)

    each()
    assert own.process.poll() is None
    # All kinds were there, and of each some were right and some wrong.
    assert sum(seen.values()) >= EXAMPLES and len(seen) == 2 * len(SEEDS), seen
