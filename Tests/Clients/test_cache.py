"""Answers kept and given again, as the official SDK sees them, with the provider's own bill beside."""

import json
import os
import random
import signal
import sqlite3
import time

import openai
import pytest

from money import charged, nanodollars
from programs import NARROW, POOR, eventually
from wire import ask, sized

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/chat-large*: { input: 3, output: 15 }
  sandbox/embed-small: { input: 0.02 }
routes:
  fast-llm: { targets: [ sandbox/chat-small ], max_output_tokens: 256 }
  other-llm: { targets: [ sandbox/chat-small ], max_output_tokens: 256 }
  fresh-llm: { targets: [ sandbox/chat-small ], cache: off }
  brief-llm: { targets: [ sandbox/chat-small ], cache: { ttl: 1s } }
  any-llm: { targets: [ sandbox/chat-small ], cache: { sampled: true } }
  broken-llm: { targets: [ "sandbox/chat-small?cut=3" ] }
  failing-llm: { targets: [ "sandbox/chat-small?error_after=2" ] }
  long-llm: { targets: [ "sandbox/chat-small?tokens=400&ignore_limit" ] }
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef, cache: off }
  - { name: narrow, secret: tp_test_narrow_0123456789abcde, routes: [fast-llm, any-llm] }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $1000, per: day }
"""


@pytest.fixture(scope="module")
def cached(tmp_path_factory, sandbox):
    from programs import Gateway
    program = Gateway(tmp_path_factory.mktemp("cached"), CONFIGURATION + "cache: { ttl: 1h }\n", sandbox).start()
    yield program
    program.stop()


@pytest.fixture
def app(cached):
    with cached.client() as client:
        yield client


def words() -> list:
    """A conversation that no other test has had."""
    return [{"role": "user", "content": f"Say something about {random.getrandbits(64)}."}]


def chat(client, messages, model="fast-llm", **options):
    """An answer with its headers. Without chance unless told otherwise, so that it may be kept."""
    options = {"temperature": 0, **options}
    raw = client.chat.completions.with_raw_response.create(model=model, messages=messages, **options)
    return raw.headers, raw.parse()


def wish(what: str) -> dict:
    return {"extra_headers": {"x-tuppence-cache": what}}


class Bill:
    """What the provider has done since."""

    def __init__(self, sandbox):
        self.sandbox, self.before = sandbox, sandbox.bill()

    @property
    def requests(self) -> int:
        return self.sandbox.bill()["requests"] - self.before["requests"]

    @property
    def nanodollars(self) -> int:
        return self.sandbox.bill()["nanodollars"] - self.before["nanodollars"]


@pytest.fixture
def bill(sandbox):
    return Bill(sandbox)


# Hits


def test_the_same_request_again_is_answered_from_the_cache_at_no_cost(app, bill, cached):
    messages = words()
    headers, first = chat(app, messages)
    assert headers["x-tuppence-cache"] == "miss"
    assert bill.requests == 1
    cost = bill.nanodollars
    spent = cached.budget("app-daily")["spent_nanodollars"]
    headers, second = chat(app, messages)
    assert headers["x-tuppence-cache"] == "hit"
    assert int(headers["age"]) >= 0
    assert nanodollars(headers["x-tuppence-cost-usd"]) == 0
    assert headers["x-tuppence-attempts"] == "0"
    assert headers["x-tuppence-provider"] == "sandbox" and headers["x-tuppence-model"] == "chat-small"
    assert headers["x-request-id"] and headers["x-request-id"] == headers["x-tuppence-request-id"]
    assert bill.requests == 1 and bill.nanodollars == cost
    assert cached.budget("app-daily")["spent_nanodollars"] == spent
    assert cached.held() == 0
    assert second.choices == first.choices and second.id == first.id
    assert charged(first.usage) > 0 and charged(second.usage) == 0
    assert second.usage.total_tokens == first.usage.total_tokens


def test_every_hit_has_an_id_of_its_own(app):
    messages = words()
    ids = {chat(app, messages)[0]["x-request-id"] for _ in range(4)}
    assert len(ids) == 4


def test_embeddings_are_kept(app, bill):
    text = f"two pence {random.getrandbits(64)}"
    answers = [app.embeddings.with_raw_response.create(model="sandbox/embed-small", input=text) for _ in range(2)]
    assert [answer.headers["x-tuppence-cache"] for answer in answers] == ["miss", "hit"]
    first, second = [answer.parse() for answer in answers]
    assert first.data[0].embedding == second.data[0].embedding
    assert charged(second.usage) == 0
    assert bill.requests == 1


def test_legacy_completions_are_kept(app, bill):
    prompt = f"Once upon a time {random.getrandbits(64)}"
    marks = [
        app.completions.with_raw_response.create(
            model="fast-llm", prompt=prompt, temperature=0, max_tokens=20).headers["x-tuppence-cache"] for _ in range(2)]
    assert marks == ["miss", "hit"] and bill.requests == 1


def test_a_request_written_otherwise_is_the_same_request(cached, bill):
    number = random.getrandbits(64)
    spellings = [
        '{"model":"fast-llm","messages":[{"role":"user","content":"caf\\u00e9 %d"}],"temperature":0,"max_tokens":30}',
        '{ "temperature": 0.0, "max_tokens":30 ,\n "messages": [ {"content": "caf\u00e9 %d", "role": "user"} ],'
        ' "model": "fast-llm" }',
        '{"stream":false,"user":"someone","metadata":{"a":"b"},"model":"fast-llm","temperature":0e3,"max_tokens":30,'
        '"messages":[{"role":"us\\u0065r","content":"caf\u00e9 %d"}]}',
    ]
    answers = [ask(cached.port, sized((body % number).encode())) for body in spellings]
    assert [answer.headers["x-tuppence-cache"] for answer in answers] == ["miss", "hit", "hit"]
    assert bill.requests == 1


@pytest.mark.parametrize("change", [
    {"max_tokens": 31}, {"seed": 1}, {"top_p": 0.5}, {"stop": ["x"]}, {"n": 2}, {"extra_body": {"unheard_of": 1}},
    {"model": "other-llm"}, {"model": "sandbox/chat-small"}, {"extra_headers": {"OpenAI-Beta": "x=1"}},
    {"messages": [{"role": "user", "content": "Something else."}]},
])
def test_a_request_that_differs_in_meaning_is_another_one(app, bill, change):
    usual = {"messages": words(), "max_tokens": 30}
    chat(app, **usual)
    headers, _ = chat(app, **{**usual, **change})
    assert headers["x-tuppence-cache"] == "miss"
    assert bill.requests == 2


# Chance


def test_what_differs_by_chance_is_neither_kept_nor_given_unless_asked_for(app, bill):
    messages = words()
    options = {"temperature": openai.omit}
    assert [chat(app, messages, **options)[0]["x-tuppence-cache"] for _ in range(2)] == ["bypass", "bypass"]
    assert chat(app, messages, temperature=0.7)[0]["x-tuppence-cache"] == "bypass"
    assert bill.requests == 3
    assert [chat(app, messages, **options, **wish("on"))[0]["x-tuppence-cache"] for _ in range(2)] == ["miss", "hit"]
    assert bill.requests == 4
    assert chat(app, messages, **options)[0]["x-tuppence-cache"] == "bypass"


def test_a_seed_asks_for_the_same_answer(app, bill):
    messages = words()
    options = {"temperature": 1, "seed": 7}
    assert [chat(app, messages, **options)[0]["x-tuppence-cache"] for _ in range(2)] == ["miss", "hit"]
    assert bill.requests == 1


def test_a_route_may_allow_what_differs_by_chance(app, bill):
    messages = words()
    options = {"model": "any-llm", "temperature": openai.omit}
    assert [chat(app, messages, **options)[0]["x-tuppence-cache"] for _ in range(2)] == ["miss", "hit"]
    assert bill.requests == 1


# Who may have what


def test_no_key_gets_the_answer_of_another(cached, app, bill):
    messages = words()
    chat(app, messages)
    with cached.client(NARROW) as narrow:
        assert chat(narrow, messages)[0]["x-tuppence-cache"] == "miss"
    assert bill.requests == 2


def test_a_key_must_be_allowed_what_the_cache_has(cached, app):
    messages = words()
    chat(app, messages, "other-llm")
    with cached.client(NARROW) as narrow, pytest.raises(openai.PermissionDeniedError):
        chat(narrow, messages, "other-llm", **wish("only"))
    with cached.client("tp_test_nobody") as nobody, pytest.raises(openai.AuthenticationError):
        chat(nobody, messages, "other-llm", **wish("only"))


def test_a_key_or_a_route_may_have_no_cache(cached, app, bill):
    messages = words()
    with cached.client(POOR) as poor:
        marks = [chat(poor, messages, **wish("on"))[0]["x-tuppence-cache"] for _ in range(2)]
        with pytest.raises(openai.APIStatusError) as refused:
            chat(poor, messages, **wish("only"))
    assert refused.value.code == "cache_miss"
    marks += [chat(app, messages, "fresh-llm", **wish("on"))[0]["x-tuppence-cache"] for _ in range(2)]
    assert marks == ["bypass"] * 4
    assert bill.requests == 4


# What a caller says


def test_off_neither_looks_nor_keeps(app, bill):
    messages = words()
    assert chat(app, messages, **wish("off"))[0]["x-tuppence-cache"] == "bypass"
    assert chat(app, messages)[0]["x-tuppence-cache"] == "miss"
    assert chat(app, messages, **wish("off"))[0]["x-tuppence-cache"] == "bypass"
    assert bill.requests == 3


def test_only_is_refused_where_nothing_is_kept_and_asks_no_provider(app, bill):
    messages = words()
    with pytest.raises(openai.APIStatusError) as refused:
        chat(app.with_options(max_retries=2), messages, **wish("only"))
    assert refused.value.status_code == 504 and refused.value.code == "cache_miss"
    assert refused.value.response.headers["x-should-retry"] == "false"
    assert refused.value.response.headers["x-tuppence-cache"] == "miss"
    assert bill.requests == 0
    chat(app, messages, temperature=1, **wish("on"))
    assert chat(app, messages, temperature=1, **wish("only"))[0]["x-tuppence-cache"] == "hit"
    assert bill.requests == 1


def test_a_wish_for_the_cache_that_is_none_is_refused(app):
    with pytest.raises(openai.BadRequestError) as refused:
        chat(app, words(), **wish("maybe"))
    assert refused.value.param == "x-tuppence-cache"


# Streams


def stream(client, messages, with_usage=True, **options):
    """The headers and the chunks of a stream."""
    if with_usage:
        options["stream_options"] = {"include_usage": True}
    options = {"model": "fast-llm", "temperature": 0, **options}
    with client.chat.completions.with_streaming_response.create(messages=messages, stream=True, **options) as raw:
        return raw.headers, list(raw.parse())


def text_of(chunks) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def test_a_stream_is_given_again_as_a_stream(app, bill):
    messages = words()
    headers, first = stream(app, messages)
    assert headers["x-tuppence-cache"] == "miss"
    cost = bill.nanodollars
    headers, second = stream(app, messages)
    assert headers["x-tuppence-cache"] == "hit" and int(headers["age"]) >= 0
    assert nanodollars(headers["x-tuppence-cost-usd"]) == 0
    assert bill.requests == 1 and bill.nanodollars == cost
    assert text_of(second) == text_of(first) != ""
    assert {chunk.id for chunk in second} == {chunk.id for chunk in first}
    assert [chunk.choices for chunk in second] == [chunk.choices for chunk in first]
    assert charged(first[-1].usage) > 0 and charged(second[-1].usage) == 0
    assert second[-1].usage.total_tokens == first[-1].usage.total_tokens


@pytest.mark.parametrize("kept_with, asked_with", [(True, False), (False, True)])
def test_usage_comes_with_a_kept_stream_where_it_is_asked_for(app, bill, kept_with, asked_with):
    messages = words()
    stream(app, messages, with_usage=kept_with)
    headers, chunks = stream(app, messages, with_usage=asked_with)
    assert headers["x-tuppence-cache"] == "hit" and bill.requests == 1
    assert [chunk for chunk in chunks if not chunk.choices] == ([chunks[-1]] if asked_with else [])
    assert bool(chunks[-1].usage) == asked_with


def test_a_kept_stream_ends_as_streams_end(cached):
    body = json.dumps({"model": "fast-llm", "messages": words(), "stream": True, "temperature": 0}).encode()
    first, second = [ask(cached.port, sized(body)) for _ in range(2)]
    assert second.headers["x-tuppence-cache"] == "hit"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.body == first.body and second.body.endswith(b"data: [DONE]\n\n")
    assert second.body.count(b"[DONE]") == 1


def test_streams_and_whole_answers_are_kept_apart(app, bill):
    messages = words()
    stream(app, messages)
    assert chat(app, messages)[0]["x-tuppence-cache"] == "miss"
    assert stream(app, messages)[0]["x-tuppence-cache"] == "hit"
    assert chat(app, messages)[0]["x-tuppence-cache"] == "hit"
    assert bill.requests == 2


def test_tool_calls_are_kept_whole_and_streamed(app, bill):
    tool = {"type": "function", "function": {
        "name": "weather", "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}}}
    messages = words()
    first, second = [chat(app, messages, tools=[tool])[1] for _ in range(2)]
    assert first.choices[0].finish_reason == "tool_calls" and second.choices == first.choices
    chunks = [stream(app, messages, tools=[tool])[1] for _ in range(2)]
    assert [chunk.choices for chunk in chunks[0]] == [chunk.choices for chunk in chunks[1]]
    assert bill.requests == 2


# What is not kept


@pytest.mark.parametrize("model, streamed", [
    ("broken-llm", True), ("broken-llm", False), ("failing-llm", True), ("long-llm", True)])
def test_an_answer_that_did_not_come_to_its_end_is_not_kept(app, bill, model, streamed):
    messages = words()
    for _ in range(2):
        try:
            if streamed:
                headers, _ = stream(app, messages, model=model, max_tokens=30)
            else:
                headers, _ = chat(app, messages, model)
        except openai.APIError as error:
            headers = error.response.headers if isinstance(error, openai.APIStatusError) else {"x-tuppence-cache": "miss"}
        assert headers["x-tuppence-cache"] == "miss"
    assert bill.requests == 2


def test_an_error_is_not_kept(app, bill):
    messages = words()
    for _ in range(2):
        with pytest.raises(openai.APIStatusError) as refused:
            chat(app, messages, "sandbox/chat-small?status=400")
        assert refused.value.response.headers["x-tuppence-cache"] == "miss"


def test_an_answer_cut_by_a_budget_is_not_the_answer(start_gateway):
    gateway = start_gateway(CONFIGURATION + "  - { name: tight, scope: { key: narrow }, limit: $0.00003, per: day, hard: clamp }\n"
                            "cache: on\n")
    messages = words()
    with gateway.client(NARROW) as narrow:
        headers, _ = chat(narrow, messages, max_tokens=200)
        assert "x-tuppence-clamped-max-tokens" in headers
        with pytest.raises(openai.APIStatusError) as refused:
            chat(narrow, messages, max_tokens=200, **wish("only"))
    assert refused.value.code == "cache_miss"


def test_a_body_with_two_members_of_one_name_is_not_kept(cached, bill):
    body = ('{"model":"fast-llm","messages":[{"role":"user","content":"a","content":"%d"}],"temperature":0}'
            % random.getrandbits(64)).encode()
    marks = [ask(cached.port, sized(body)).headers["x-tuppence-cache"] for _ in range(2)]
    assert marks == ["bypass", "bypass"] and bill.requests == 2


# Time, restarts and damage


def test_an_answer_that_is_too_old_is_asked_for_anew(app, bill):
    messages = words()
    chat(app, messages, "brief-llm")
    time.sleep(1.2)
    assert chat(app, messages, "brief-llm")[0]["x-tuppence-cache"] == "miss"
    assert bill.requests == 2


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_is_kept_survives_a_restart(start_gateway, bill, end):
    gateway = start_gateway(CONFIGURATION + "cache: on\n")
    messages = words()
    with gateway.client() as client:
        chat(client, messages)
        stream(client, messages)
        # A second reader of the file sees what is written by now.
        eventually("both are on the disk", lambda: kept(gateway) == 2)
        getattr(gateway, end)()
        gateway.start()
        assert chat(client, messages)[0]["x-tuppence-cache"] == "hit"
        assert stream(client, messages)[0]["x-tuppence-cache"] == "hit"
    assert bill.requests == 2


def file(gateway):
    return gateway.configuration.parent / "tuppence-cache.db"


def kept(gateway) -> int:
    with sqlite3.connect(f"file:{file(gateway)}?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM answers").fetchone()[0]


def test_only_the_owner_may_read_what_is_kept(cached):
    assert {oct(path.stat().st_mode & 0o777) for path in cached.configuration.parent.glob("tuppence-cache.db*")} == {"0o600"}


def test_a_broken_file_stops_nobody(start_gateway, bill):
    gateway = start_gateway(CONFIGURATION + "cache: on\n")
    messages = words()
    with gateway.client() as client:
        chat(client, messages)
        gateway.stop()
        file(gateway).write_bytes(os.urandom(20_000))
        gateway.start()
        assert [chat(client, messages)[0]["x-tuppence-cache"] for _ in range(2)] == ["miss", "hit"]
    assert file(gateway).with_name("tuppence-cache.db.broken").is_file()
    assert "begun anew" in gateway.output()


def test_a_file_that_cannot_be_is_no_cache_and_no_error(start_gateway, sandbox, tmp_path):
    (tmp_path / "tuppence-cache.db").mkdir()
    gateway = start_gateway(CONFIGURATION + "cache: on\n")
    messages = words()
    with gateway.client() as client:
        # What waits to be kept is found until it turns out that it cannot be.
        for _ in range(100):
            assert chat(client, messages)[0]["x-tuppence-cache"] in ("miss", "hit")
            time.sleep(0.01)
            if chat(client, messages)[0]["x-tuppence-cache"] == "miss":
                return
        pytest.fail("what could not be kept was found a hundred times")


def test_the_file_stays_within_its_size(start_gateway):
    gateway = start_gateway(CONFIGURATION + "cache: { max_size: 1MB }\n")
    with gateway.client() as client:
        for _ in range(60):
            client.embeddings.create(model="sandbox/embed-small", input=[str(random.getrandbits(64))] * 16)
    gateway.stop()
    assert file(gateway).stat().st_size <= 1 << 20


# Configuration


def test_without_a_cache_nothing_is_said_and_nothing_is_written(start_gateway):
    gateway = start_gateway(CONFIGURATION + "cache: off\n")
    messages = words()
    with gateway.client() as client:
        assert "x-tuppence-cache" not in chat(client, messages)[0]
        assert [chat(client, messages, **wish("on"))[0]["x-tuppence-cache"] for _ in range(2)] == ["bypass", "bypass"]
        with pytest.raises(openai.APIStatusError) as refused:
            chat(client, messages, **wish("only"))
    assert refused.value.code == "cache_miss"
    assert not file(gateway).exists()


def test_a_cache_that_nobody_speaks_of_is_for_those_who_ask(start_gateway, bill):
    gateway = start_gateway(
        CONFIGURATION.replace(", cache: { ttl: 1s }", "").replace(", cache: { sampled: true }", ""))
    messages = words()
    with gateway.client() as client:
        assert ["x-tuppence-cache" in chat(client, messages)[0] for _ in range(2)] == [False, False]
        assert not file(gateway).exists()
        with pytest.raises(openai.APIStatusError) as refused:
            chat(client, messages, **wish("only"))
        assert refused.value.code == "cache_miss"
        marks = [chat(client, messages, **wish(what))[0]["x-tuppence-cache"] for what in ("on", "on", "only")]
        assert marks == ["miss", "hit", "hit"] and bill.requests == 3
        assert "x-tuppence-cache" not in chat(client, messages)[0] and bill.requests == 4
    assert file(gateway).exists()


def test_a_reload_puts_a_cache_in_force_and_takes_it_away(start_gateway):
    gateway = start_gateway(CONFIGURATION + "cache: off\n")
    written = gateway.configuration.read_text()
    messages = words()

    def marked(client):
        return chat(client, messages)[0].get("x-tuppence-cache")

    with gateway.client() as client:
        assert marked(client) is None
        gateway.configuration.write_text(written.replace("cache: off\n", "cache: on\n"))
        gateway.process.send_signal(signal.SIGHUP)
        eventually("the cache is there", lambda: marked(client) == "hit")
        gateway.configuration.write_text(written)
        gateway.process.send_signal(signal.SIGHUP)
        eventually("the cache is gone", lambda: marked(client) is None)


def test_customers_may_have_answers_of_their_own(start_gateway, bill):
    gateway = start_gateway(CONFIGURATION + "cache: { scope: customer }\n")
    messages = words()
    with gateway.client() as client:
        marks = [
            chat(client, messages, extra_headers={"x-tuppence-customer": name})[0]["x-tuppence-cache"]
            for name in ("ann", "bob", "ann")]
    assert marks == ["miss", "miss", "hit"] and bill.requests == 2


def test_a_reply_is_kept_alive_through_many_hits_on_one_connection(cached):
    from wire import Wire
    body = json.dumps({"model": "fast-llm", "messages": words(), "temperature": 0}).encode()
    with Wire(cached.port) as wire:
        marks = []
        for _ in range(20):
            wire.send(sized(body))
            marks.append(wire.read().headers["x-tuppence-cache"])
        # Pipelined, they come in order.
        wire.send(sized(body) * 20)
        marks += [wire.read().headers["x-tuppence-cache"] for _ in range(20)]
    assert marks == ["miss"] + ["hit"] * 39
