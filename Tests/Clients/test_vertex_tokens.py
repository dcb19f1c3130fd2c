"""Tokens of service accounts: fetched once for all, in time, and anew when they are refused."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from dialect_gateway import RATES, say, start
from dialect_provider import DialectProvider
from programs import APP, eventually
from speakers.words import TEXT


VERTEX = f"""\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  vertex: {{ base_url: "@URL@", credentials: "@KEYFILE@" }}
  cohere: {{ base_url: "@URL@", api_key: cohere-key }}
prices:
  vertex/*: {RATES}
  cohere/*: {RATES}
routes:
  either: {{ targets: [ vertex/gemini-2.5-flash, cohere/command-a-03-2025 ], strategy: priority }}
loops: off
keys: [ {{ name: app, secret: {APP} }} ]
"""


@pytest.fixture
def vertex(tmp_path):
    provider = DialectProvider()
    provider.gateway = start(tmp_path, provider, VERTEX)
    yield provider
    provider.gateway.stop()
    provider.stop()


def chat(provider, model="vertex/gemini-2.5-flash"):
    with provider.gateway.client() as client:
        return client.chat.completions.create(model=model, max_tokens=50, messages=say())


def test_fifty_requests_wait_for_one_token(vertex):
    vertex.desk.delay = 0.3
    barrier = threading.Barrier(50)

    def one(_):
        barrier.wait()
        return chat(vertex).choices[0].message.content

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(one, range(50))) == {"".join(TEXT)}
    [assertion] = vertex.desk.assertions
    claims = assertion["claims"]
    assert assertion["grant_type"] == "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
    assert (claims["iss"], claims["aud"]) == ("robot@example.iam.gserviceaccount.com", vertex.desk.url)
    assert claims["exp"] - claims["iat"] == 3_600 and assertion["head"]["kid"] == "key-1"
    assert {request.headers["authorization"] for request in vertex.requests} == {"Bearer ya29.token-1"}
    # The key file's own project, where none is given.
    assert "/projects/file-project/locations/global/" in vertex.last.path


def test_a_new_token_is_fetched_before_the_end_of_the_old_one_which_serves_meanwhile(vertex):
    # Four minutes are left of it from the beginning.
    vertex.desk.expires_in = 240
    chat(vertex)
    assert [chat(vertex).object, len(vertex.desk.assertions)] == ["chat.completion", 1]
    time.sleep(10.1)
    vertex.desk.delay = 0.5
    chat(vertex)
    assert vertex.last.headers["authorization"] == "Bearer ya29.token-1"
    eventually("a second token is fetched", lambda: len(vertex.desk.assertions) == 2)
    eventually(
        "it is used", lambda: chat(vertex) and vertex.last.headers["authorization"] == "Bearer ya29.token-2")


def test_a_token_that_is_refused_is_replaced(vertex):
    chat(vertex)
    vertex.refused_tokens.add("ya29.token-1")
    with pytest.raises(openai.AuthenticationError):
        chat(vertex)
    time.sleep(10.1)
    # It has been good for a while: now it may have been revoked.
    with pytest.raises(openai.AuthenticationError) as caught:
        chat(vertex)
    assert "this token is no more" in caught.value.message
    chat(vertex)
    assert vertex.last.headers["authorization"] == "Bearer ya29.token-2" and len(vertex.desk.assertions) == 2


def test_who_comes_after_the_end_of_a_token_waits_for_the_next(vertex):
    vertex.desk.expires_in = 1
    chat(vertex)
    assert len(vertex.desk.assertions) == 1
    time.sleep(1.2)
    chat(vertex)
    assert len(vertex.desk.assertions) == 2
    assert vertex.last.headers["authorization"] == "Bearer ya29.token-2"


def test_without_a_token_the_next_target_is_tried(vertex):
    vertex.desk.fails = True
    answer = chat(vertex, "either")
    assert answer.choices[0].message.content == "".join(TEXT)
    assert vertex.last.path == "/v2/chat" and len(vertex.requests) == 1
    with pytest.raises(openai.APIStatusError) as caught:
        chat(vertex)
    assert caught.value.status_code == 503 and "no access token" in caught.value.message
    assert "invalid_grant: Invalid JWT Signature.)" in caught.value.message
    assert "PRIVATE KEY" not in vertex.gateway.output()


def test_what_a_token_was_asked_for_with_is_not_repeated(vertex):
    vertex.desk.fails = vertex.desk.repeats = True
    with pytest.raises(openai.APIStatusError) as caught:
        chat(vertex)
    assert "Invalid JWT Signature. ****************" in caught.value.message
    [asked] = vertex.desk.assertions
    assert asked["assertion"] not in caught.value.message + vertex.gateway.output()


def test_a_token_that_takes_too_long_is_waited_for_by_nobody_who_has_gone(vertex):
    vertex.desk.delay = 1.5
    with pytest.raises(openai.APITimeoutError), vertex.gateway.client(timeout=0.3) as client:
        client.chat.completions.create(model="vertex/gemini-2.5-flash", max_tokens=50, messages=say())
    # Nothing is sent for him when it comes, and others have it.
    time.sleep(1.5)
    assert vertex.requests == []
    assert chat(vertex).choices and len(vertex.desk.assertions) == 1
    assert vertex.gateway.held() == 0
