"""What our own limits leave, as the official SDKs show it: in the headers that the caller's dialect has for it."""

import re
import time
from datetime import datetime

import anthropic
import openai
import pytest

from programs import APP, Gateway, MoodyProvider

CONFIGURATION = f"""\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  ours: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/says/v1", api_key: none, limits: {{ rpm: 3, tpm: 10000 }} }}
  theirs: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/says/v1", api_key: none }}
prices:
  ours/*: {{ input: 1, output: 1 }}
  theirs/*: {{ input: 1, output: 1 }}
loops: off
keys:
  - {{ name: app, secret: {APP} }}
"""
REQUEST = {"max_tokens": 5, "messages": [{"role": "user", "content": "How much is it?"}]}
# Of each answer, by the provider's own count.
USED = 12


@pytest.fixture
def gateway(tmp_path):
    provider = MoodyProvider(tmp_path).start()
    running = Gateway(tmp_path, CONFIGURATION.replace("@PORT@", str(provider.port))).start()
    yield running
    running.stop()
    provider.stop()


@pytest.fixture
def client(gateway):
    with gateway.client() as client:
        yield client


@pytest.fixture
def claude(gateway):
    with anthropic.Anthropic(
            base_url=gateway.url.removesuffix("/v1"), api_key=APP, max_retries=0, timeout=20) as client:
        yield client


def limits(headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if "ratelimit" in name.lower()}


def openai_limits(headers, unit: str) -> tuple[int, int, float]:
    """The limit, what is left of it, and in how many seconds all of it is there again."""
    limit, remaining, reset = (headers[f"x-ratelimit-{what}-{unit}"] for what in ("limit", "remaining", "reset"))
    parts = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(\d+(?:\.\d+)?)(m?)s", reset)
    assert parts, reset
    hours, minutes, rest, milli = parts.groups()
    seconds = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest) / (1000 if milli else 1)
    return int(limit), int(remaining), seconds


def anthropic_limits(headers, unit: str) -> tuple[int, int, float]:
    limit, remaining, reset = (
        headers[f"anthropic-ratelimit-{unit}-{what}"] for what in ("limit", "remaining", "reset"))
    return int(limit), int(remaining), datetime.fromisoformat(reset).timestamp() - time.time()


def test_callers_see_what_our_limits_leave(client, claude):
    whole = client.chat.completions.with_raw_response.create(model="ours/m", **REQUEST).headers
    for unit, expected in {"requests": (3, 2), "tokens": (10_000, 10_000 - USED)}.items():
        *counts, reset = openai_limits(whole, unit)
        assert tuple(counts) == expected
        assert 30 < reset <= 60.5
    assert len(limits(whole)) == 6

    # What a stream uses is not known when it begins: it counts at the most that it may.
    raw = client.chat.completions.with_raw_response.create(model="ours/m", stream=True, **REQUEST)
    assert openai_limits(raw.headers, "requests")[:2] == (3, 1)
    assert openai_limits(raw.headers, "tokens")[1] < 10_000 - 2 * USED
    assert list(raw.parse())

    message = claude.messages.with_raw_response.create(model="ours/m", **REQUEST).headers
    for unit, expected in {"requests": (3, 0), "tokens": (10_000, 10_000 - 3 * USED)}.items():
        *counts, reset = anthropic_limits(message, unit)
        assert tuple(counts) == expected
        assert 30 < reset <= 61.5
    assert all(name.startswith("anthropic-") for name in limits(message))

    with pytest.raises(openai.RateLimitError) as refused:
        client.chat.completions.create(model="ours/m", **REQUEST)
    assert openai_limits(refused.value.response.headers, "requests")[:2] == (3, 0)
    with pytest.raises(anthropic.RateLimitError) as refused:
        claude.messages.create(model="ours/m", **REQUEST)
    assert anthropic_limits(refused.value.response.headers, "requests")[:2] == (3, 0)


def test_what_a_provider_says_of_its_own_is_not_passed_on(client, claude):
    raw = client.chat.completions.with_raw_response.create(model="theirs/m", **REQUEST)
    assert not limits(raw.headers)
    assert not limits(claude.messages.with_raw_response.create(model="theirs/m", **REQUEST).headers)
