"""Providers that report an error with a status of success: it is one, and somebody else answers."""

import json

import openai
import pytest

from completions import usage
from fake_provider import Answer, FakeProvider, Request, saying, stream, whole
from programs import Gateway

CONFIGURATION = """\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  hub: {{ dialect: openai, base_url: "http://127.0.0.1:{port}/v1", api_key: none }}
prices:
  hub/*: {{ input: 1, output: 1 }}
routes:
  safe: {{ strategy: priority, targets: [ hub/limited, hub/good ] }}
  hollow: {{ strategy: priority, targets: [ hub/hollow, hub/good ] }}
keys:
  - {{ name: app, secret: tp_test_app_0123456789abcdef }}
loops: off
"""
# By model.
ANSWERS = {
    # OpenRouter's.
    "limited": {"error": {"message": "Provider returned error", "code": 429}, "user_id": "u"},
    "broken": {"error": {"message": "Internal Server Error", "code": 500}},
    # vLLM's.
    "memory": {"object": "error", "message": "oom", "type": "InternalServerError", "code": 500},
    "wrong": {"error": {"message": "no such parameter", "code": 400}},
    "hollow": {"id": "x", "object": "chat.completion", "created": 1, "model": "hollow"},
}
HI = [{"role": "user", "content": "hi"}]


def answer(request: Request) -> Answer:
    match request.json["model"]:
        case "good":
            return saying("hello", usage(3, 1))(request)
        case "stream":
            return stream(f"data: {json.dumps(ANSWERS['memory'])}\n\n")
        case model:
            return whole(ANSWERS[model])


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with FakeProvider(answer) as provider:
        gateway = Gateway(tmp_path_factory.mktemp("errors"), CONFIGURATION.format(port=provider.port)).start()
        yield gateway
        gateway.stop()


def chat(gateway, model: str, **more):
    return gateway.client().chat.completions.with_raw_response.create(model=model, messages=HI, max_tokens=9, **more)


@pytest.mark.parametrize("route", ["safe", "hollow"])
def test_another_target_answers(gateway, route):
    answer = chat(gateway, route)
    assert answer.parse().choices[0].message.content == "hello"
    assert answer.headers["x-tuppence-model"] == "good"
    attempts = gateway.entries(answer.headers["x-tuppence-request-id"])
    assert sorted(attempt["status"] for attempt in attempts) in (["completed"], ["completed", "failed"])


def test_another_target_streams(gateway):
    answer = chat(gateway, "safe", stream=True)
    text = "".join(choice.delta.content or "" for chunk in answer.parse() for choice in chunk.choices)
    assert text == "hello" and answer.headers["x-tuppence-model"] == "good"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model, kind, words", [
    ("limited", openai.RateLimitError, "Provider returned error"),
    ("broken", openai.InternalServerError, "Internal Server Error"),
    ("memory", openai.InternalServerError, "oom"), ("wrong", openai.BadRequestError, "no such parameter")])
def test_one_target_alone_raises_what_its_error_says_and_is_not_charged(gateway, model, kind, words, stream):
    with pytest.raises(kind) as raised:
        chat(gateway, f"hub/{model}", stream=stream)
    assert words in str(raised.value)
    [entry] = gateway.entries(raised.value.response.headers["x-tuppence-request-id"])
    assert (entry["status"], entry["cost_nanodollars"]) == ("failed", 0)


def test_an_answer_without_choices_is_none(gateway):
    with pytest.raises(openai.InternalServerError) as raised:
        chat(gateway, "hub/hollow")
    assert raised.value.status_code == 502 and raised.value.code == "upstream_invalid"


def test_an_error_that_stands_bare_in_a_stream_is_raised(gateway):
    with pytest.raises(openai.APIError):
        list(chat(gateway, "hub/stream", stream=True).parse())
