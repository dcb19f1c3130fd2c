"""Moderations, images, speech, writing down and rankings: the official SDK, and what each of them costs."""

import asyncio
import io
import json
import struct
from collections import Counter

import httpx2
import openai
import pytest

from money import NANODOLLARS
from programs import APP, Gateway, Sandbox, eventually, tuppence
from wire import ask, head

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
  other: { dialect: anthropic, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/omni-moderation-latest: { input: 0, output: 0 }
  sandbox/image-small*: { input: 0, image: 0.01 }
  sandbox/image-large*: { input: 5, output: 40, image_output: 40 }
  sandbox/speech-small*: { input: 0, character: 15 }
  sandbox/speech-large*: { input: 0.60, output: 12 }
  sandbox/transcribe-small*: { input: 0, audio_minute: 0.006 }
  sandbox/transcribe-large*: { input: 2.50, output: 10 }
  sandbox/rerank-small*: { input: 0, search: 0.002 }
  sandbox/chat-small*: { input: 0.10, output: 0.40 }
  sandbox/embed-small: { input: 0.02 }
  other/chat-small: { input: 1, output: 1 }
routes:
  omni-moderation-latest: { targets: [ sandbox/omni-moderation-latest ] }
  falls-over:
    targets:
      - { target: "sandbox/image-small?status=503", priority: 1 }
      - { target: sandbox/image-small, priority: 2 }
  passes-over:
    targets:
      - { target: other/chat-small, priority: 1 }
      - { target: sandbox/rerank-small, priority: 2 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: racer, secret: tp_test_racer_0123456789abcdef }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $1000, per: day, hard: reject }
  - { name: racer-daily, scope: { key: racer }, limit: $0.10, per: day, hard: reject }
"""


def wav(seconds: int, rate: int = 8_000) -> bytes:
    """Silence."""
    head = b"RIFF" + struct.pack("<I", seconds * rate + 36) + b"WAVEfmt "
    head += struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8) + b"data" + struct.pack("<I", seconds * rate)
    return head + bytes([128]) * seconds * rate


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    program = Sandbox(tmp_path_factory.mktemp("pieces-sandbox")).start()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory, provider):
    program = Gateway(tmp_path_factory.mktemp("pieces"), CONFIGURATION, provider).start()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def sdk(served):
    with served.client() as client:
        yield client


def last_entry(gateway: Gateway, request_id: str) -> dict:
    def find():
        return next((entry for entry in gateway.ledger() if entry["request_id"] == request_id), None)

    return eventually("the request is in the ledger", find)


def booked(gateway: Gateway, headers, **usage) -> dict:
    """The ledger's line of an answer, whose usage is `usage` and nothing else."""
    entry = last_entry(gateway, headers["x-tuppence-request-id"])
    assert {kind: count for kind, count in entry["usage"].items() if count} == usage
    return entry


def post(gateway: Gateway, path: str, body: dict, **headers) -> httpx2.Response:
    return httpx2.post(
        f"http://127.0.0.1:{gateway.port}/v1/{path}", json=body, timeout=20,
        headers={"authorization": f"Bearer {APP}", **headers})


# Moderations


def test_a_moderation_names_no_model_and_costs_nothing(sdk, served):
    raw = sdk.moderations.with_raw_response.create(input=["two pence", "violence"])
    verdict = raw.parse()
    assert [result.flagged for result in verdict.results] == [False, True]
    assert raw.headers["x-tuppence-cost-usd"] == "0"
    assert raw.headers["x-tuppence-model"] == "omni-moderation-latest"
    assert verdict.model_extra["usage"] == {"cost": 0, "cost_details": {"input": 0, "output": 0}}
    assert last_entry(served, raw.headers["x-tuppence-request-id"])["cost_nanodollars"] == 0


# Images


def test_images_are_charged_by_the_piece(sdk, served):
    raw = sdk.images.with_raw_response.generate(model="sandbox/image-small", prompt="two pence", n=3)
    answer = raw.parse()
    assert len(answer.data) == 3
    assert raw.headers["x-tuppence-cost-usd"] == "0.03"
    assert (answer.usage.total_tokens, answer.usage.model_extra["cost"]) == (0, 0.03)
    entry = last_entry(served, raw.headers["x-tuppence-request-id"])
    assert (entry["usage"]["image"], entry["cost_nanodollars"], entry["estimated"]) == (3, 30_000_000, False)


def test_images_are_charged_by_tokens_where_the_provider_counts_them(sdk, served):
    raw = sdk.images.with_raw_response.generate(model="sandbox/image-large", prompt="two pence", quality="low", n=2)
    answer = raw.parse()
    cost = answer.usage.input_tokens * 5_000 + 544 * 40_000
    assert answer.usage.output_tokens == 544
    assert answer.usage.model_extra["cost"] == pytest.approx(cost / NANODOLLARS)
    entry = booked(served, raw.headers, input=answer.usage.input_tokens, image_output=544, image=2)
    assert (entry["cost_nanodollars"], entry["estimated"]) == (cost, False)


def test_a_stream_of_images_ends_in_its_usage(sdk, served):
    with sdk.images.with_streaming_response.generate(
        model="sandbox/image-large", prompt="two pence", quality="low", stream=True, partial_images=2
    ) as raw:
        events = list(raw.parse())
    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert events[-1].usage.output_tokens == 472
    assert events[-1].usage.model_extra["cost"] > 0
    booked(served, raw.headers, input=events[-1].usage.input_tokens, image_output=472, image=1)


def test_edits_are_charged_for_the_images_that_they_begin_with(sdk, served):
    raw = sdk.images.with_raw_response.edit(
        model="sandbox/image-large", prompt="two pence", quality="low", n=2, image=[b"one", b"two"], mask=b"three")
    answer = raw.parse()
    assert len(answer.data) == 2
    assert answer.usage.input_tokens_details.image_tokens == 388
    cost = answer.usage.input_tokens * 5_000 + 544 * 40_000
    text = answer.usage.input_tokens_details.text_tokens
    entry = booked(served, raw.headers, input=text, image_input=388, image_output=544, image=2)
    assert (entry["cost_nanodollars"], entry["estimated"], entry["endpoint"]) == (cost, False, "images/edits")


def test_an_edit_is_charged_by_the_piece_and_streamed(sdk, served):
    raw = sdk.images.with_raw_response.edit(model="sandbox/image-small", prompt="two pence", image=b"one")
    assert raw.headers["x-tuppence-cost-usd"] == "0.01"
    with sdk.images.with_streaming_response.edit(
        model="sandbox/image-large", prompt="two pence", quality="low", stream=True, partial_images=1, image=b"one"
    ) as streamed:
        events = list(streamed.parse())
    assert [event.type for event in events] == ["image_edit.partial_image", "image_edit.completed"]
    tokens = events[-1].usage
    booked(served, streamed.headers, input=tokens.input_tokens - 194, image_input=194, image_output=372, image=1)


def test_an_image_falls_back_like_a_chat(sdk):
    raw = sdk.images.with_raw_response.generate(model="falls-over", prompt="two pence")
    assert (raw.headers["x-tuppence-attempts"], raw.headers["x-tuppence-cost-usd"]) == ("2", "0.01")


# Speech


@pytest.mark.parametrize("format, begin", [("mp3", b"\xff\xf3"), ("wav", b"RIFF"), ("pcm", b"\x80\x80")])
def test_speech_is_charged_by_its_characters(sdk, served, format, begin):
    text = "Twopence for a pound, they said. " * 4
    raw = sdk.audio.speech.with_raw_response.create(
        model="sandbox/speech-small", voice="alloy", input=text, response_format=format)
    sound = raw.parse().content
    assert sound.startswith(begin)
    entry = last_entry(served, raw.headers["x-tuppence-request-id"])
    assert entry["usage"]["character"] == len(text)
    assert (entry["cost_nanodollars"], entry["estimated"]) == (len(text) * 15_000, False)
    assert float(raw.headers["x-tuppence-cost-usd"]) * NANODOLLARS == pytest.approx(entry["cost_nanodollars"])
    if format == "wav":
        assert len(sound) == 44 + (len(text) + 14) // 15 * 8_000


def test_speech_arrives_while_it_is_spoken(sdk, served):
    with sdk.audio.speech.with_streaming_response.create(
        model="sandbox/speech-small?drip=50ms", voice="alloy", input="x" * 60, response_format="pcm"
    ) as raw:
        assert raw.headers["content-type"] == "audio/pcm"
        assert len(b"".join(raw.iter_bytes())) == 4 * 8_000
    assert last_entry(served, raw.headers["x-tuppence-request-id"])["usage"]["character"] == 60


def test_speech_by_tokens_is_estimated_unless_events_count_it(served):
    text = "two pence"
    body = {"model": "sandbox/speech-large", "voice": "alloy", "input": text}
    plain = post(served, "audio/speech", body)
    assert plain.status_code == 200 and plain.content
    assert "x-tuppence-cost-usd" not in plain.headers
    entry = last_entry(served, plain.headers["x-tuppence-request-id"])
    assert entry["estimated"] and 0 < entry["usage"]["output"] < 50

    events = post(served, "audio/speech", {**body, "stream_format": "sse"})
    data = [json.loads(line[6:]) for line in events.text.splitlines() if line.startswith("data: ")]
    assert [event["type"] for event in data] == ["speech.audio.delta", "speech.audio.done"]
    assert data[-1]["usage"]["cost"] > 0
    entry = last_entry(served, events.headers["x-tuppence-request-id"])
    assert not entry["estimated"] and entry["usage"]["output"] == 21


def test_speech_that_breaks_off_is_no_whole_answer(served):
    body = {"model": "sandbox/speech-small?cut=2", "voice": "alloy", "input": "x" * 90, "response_format": "pcm"}
    with pytest.raises(httpx2.RemoteProtocolError):
        post(served, "audio/speech", body)
    line = eventually(
        "the ledger", lambda: next((e for e in served.ledger() if e["model"].endswith("?cut=2")), None))
    assert (line["status"], line["usage"]["character"], line["estimated"]) == ("truncated", 90, True)


# Writing down


def test_sound_is_charged_by_the_minute(sdk, served):
    raw = sdk.audio.transcriptions.with_raw_response.create(
        model="sandbox/transcribe-small", file=("two.wav", wav(30)))
    answer = raw.parse()
    assert answer.text.startswith("two pence")
    assert answer.usage.seconds == 30
    entry = booked(served, raw.headers, audio_second=30)
    assert (entry["cost_nanodollars"], entry["estimated"]) == (3_000_000, False)
    assert raw.headers["x-tuppence-cost-usd"] == "0.003"


@pytest.mark.parametrize("format", ["text", "srt", "vtt"])
def test_subtitles_are_charged_by_the_length_of_the_file(sdk, served, format):
    raw = sdk.audio.transcriptions.with_raw_response.create(
        model="sandbox/transcribe-small", file=("two.wav", wav(60)), response_format=format)
    assert "two pence" in raw.text
    entry = last_entry(served, raw.headers["x-tuppence-request-id"])
    assert (entry["usage"]["audio_second"], entry["cost_nanodollars"]) == (60, 6_000_000)


def test_sound_is_charged_by_tokens_where_the_provider_counts_them(sdk, served):
    raw = sdk.audio.transcriptions.with_raw_response.create(
        model="sandbox/transcribe-large", file=io.BytesIO(wav(3)), prompt="pence")
    usage = raw.parse().usage
    entry = last_entry(served, raw.headers["x-tuppence-request-id"])
    assert (entry["usage"]["audio_input"], entry["usage"]["output"]) == (usage.input_tokens, usage.output_tokens)
    assert entry["cost_nanodollars"] == usage.input_tokens * 2_500 + usage.output_tokens * 10_000


def test_text_comes_as_it_is_heard(sdk, served):
    with sdk.audio.transcriptions.with_streaming_response.create(
        model="sandbox/transcribe-large", file=("two.wav", wav(2)), stream=True
    ) as raw:
        events = list(raw.parse())
    assert [event.type for event in events] == ["transcript.text.delta"] * 2 + ["transcript.text.done"]
    assert events[-1].usage.model_extra["cost"] > 0
    assert not last_entry(served, raw.headers["x-tuppence-request-id"])["estimated"]


def form(*parts: tuple[str, str, bytes], boundary: bytes = b"xxPENCExx") -> bytes:
    body = b""
    for name, extra, value in parts:
        body += b"--" + boundary + b'\r\nContent-Disposition: form-data; name="' + name.encode() + b'"'
        body += extra.encode() + b"\r\n\r\n" + value + b"\r\n"
    return body + b"--" + boundary + b"--\r\n"


FILE = ("file", '; filename="two.wav"', wav(1))
MODEL = ("model", "", b"sandbox/transcribe-small")


@pytest.mark.parametrize("body, says", [
    (form(FILE), "'model' is missing"),
    (form(MODEL), "'file' must be given once"),
    (form(MODEL, MODEL, FILE), "'model' is given twice"),
    (form(MODEL, FILE, FILE), "'file' must be given once"),
    (form(MODEL, FILE)[:-6], "does not end"),
    (b"preamble\r\n" + form(MODEL, FILE), "begin with its boundary"),
    (form(MODEL, FILE) + b"more", "behind its last boundary"),
    (form(("mo\\del", "", b"x"), FILE), "no name that is plain"),
    (b"", "begin with its boundary"),
])
def test_a_form_that_could_be_read_in_two_ways_is_refused(served, provider, body, says):
    before = provider.bill()["requests"]
    answer = httpx2.post(
        f"http://127.0.0.1:{served.port}/v1/audio/transcriptions", content=body,
        headers={"authorization": f"Bearer {APP}", "content-type": "multipart/form-data; boundary=xxPENCExx"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert says in answer.json()["error"]["message"]
    assert provider.bill()["requests"] == before


def test_a_file_that_is_too_large_is_refused_before_it_is_read(served):
    announced = head(
        f"Content-Length: {64 << 20}", "Content-Type: multipart/form-data; boundary=x",
        target="/v1/audio/transcriptions")
    answer = ask(served.port, announced)
    assert (answer.status, answer.json()["error"]["code"]) == (413, "request_too_large")


# Rankings


def test_a_ranking_is_charged_by_units_of_search(served):
    documents = ["a pound of feathers"] * 149 + ["two pence a bag"]
    answer = post(served, "rerank", {"model": "sandbox/rerank-small", "query": "two pence", "documents": documents,
                                     "top_n": 2})
    ranking = answer.json()
    assert [result["index"] for result in ranking["results"]] == [149, 0]
    entry = booked(served, answer.headers, search=2)
    assert (entry["cost_nanodollars"], entry["estimated"]) == (4_000_000, False)
    assert answer.headers["x-tuppence-cost-usd"] == "0.004"
    assert ranking["usage"]["cost"] == 0.004


def test_a_target_that_has_no_such_endpoint_is_passed_over(served):
    body = {"query": "two pence", "documents": ["a", "b"]}
    answer = post(served, "rerank", {"model": "passes-over", **body})
    assert (answer.status_code, answer.headers["x-tuppence-provider"]) == (200, "sandbox")
    refused = post(served, "rerank", {"model": "other/chat-small", **body})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    assert "No target of this model has /v1/rerank: other/chat-small" in refused.json()["error"]["message"]


# Budgets


def test_a_model_without_a_price_for_its_pieces_is_refused(served):
    answer = post(served, "images/generations", {"model": "sandbox/embed-small", "prompt": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "price_unknown")
    assert "no 'output' and no 'image'" in answer.json()["error"]["message"]


def test_a_hundred_callers_cannot_have_more_images_than_the_budget_pays(served, provider):
    async def one(client, answers):
        while True:
            try:
                await client.images.generate(model="sandbox/image-small?delay=200ms", prompt="two pence", n=1)
                answers[200] += 1
                return
            except openai.RateLimitError as error:
                assert error.code == "budget_held"
                await asyncio.sleep(int(error.response.headers["retry-after-ms"]) / 1000)
            except openai.APIStatusError as error:
                assert (error.status_code, error.code) == (402, "budget_exceeded")
                answers[402] += 1
                return

    async def race():
        answers = Counter()
        async with served.async_client("tp_test_racer_0123456789abcdef", timeout=60) as client:
            await asyncio.wait_for(asyncio.gather(*(one(client, answers) for _ in range(100))), timeout=60)
        return answers

    before = provider.bill()["by_model"].get("image-small", {}).get("pieces", 0)
    answers = asyncio.run(race())
    made = provider.bill()["by_model"]["image-small"]["pieces"] - before
    budget = served.budget("racer-daily")
    assert budget["spent_nanodollars"] == made * 10_000_000 <= 100_000_000
    assert budget["held_nanodollars"] == 0
    # The tenth uses it up: what is held for an image is what it costs.
    assert (answers[200], answers[402], made) == (10, 90, 10)


def test_the_ledger_verifies_and_has_what_was_spent(served, provider):
    spent = sum(entry["cost_nanodollars"] for entry in served.ledger() if not entry["estimated"])
    assert spent > 0
    verified = tuppence("ledger", "verify", "--config", served.configuration)
    assert verified.returncode == 0, verified.stderr
