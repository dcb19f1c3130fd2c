"""A provider that throttles, in a process of its own: it is passed over before it refuses, and no caller notices."""

import asyncio
import time
from collections import Counter

import openai
import pytest

from programs import Gateway, MoodyProvider

KEY = "tp_test_app_0123456789abcdef"
CONFIGURATION = f"""\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  says: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/says/v1", api_key: none }}
  silent: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/silent/v1", api_key: none }}
  free: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/free/v1", api_key: none }}
  capped: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/free/v1", api_key: none, limits: {{ concurrency: 2 }} }}
  metered: {{ dialect: openai, base_url: "http://127.0.0.1:@PORT@/free/v1", api_key: none, limits: {{ rpm: 1 }} }}
prices:
  says/*: {{ input: 1, output: 1 }}
  silent/*: {{ input: 1, output: 1 }}
  free/*: {{ input: 1, output: 1 }}
  capped/*: {{ input: 1, output: 1 }}
  metered/*: {{ input: 1, output: 1 }}
routes:
  metered: {{ strategy: priority, targets: [ metered/m, free/m ] }}
  says: {{ strategy: priority, targets: [ says/m, free/m ] }}
  silent: {{ strategy: priority, targets: [ silent/m, free/m ] }}
loops: off
keys:
  - {{ name: app, secret: {KEY} }}
"""


@pytest.fixture
def provider(tmp_path):
    running = MoodyProvider(tmp_path).start()
    yield running
    running.stop()


@pytest.fixture
def gateway(tmp_path, provider):
    running = Gateway(tmp_path, CONFIGURATION.replace("@PORT@", str(provider.port))).start()
    yield running
    running.stop()


# Forty thousandths of a second are the provider's own: an answer that takes so long has waited for this machine.
STANDSTILL = 0.25


async def ask(client: openai.AsyncOpenAI, model: str):
    """The answer with its head, whatever its status."""
    try:
        return await client.chat.completions.with_raw_response.create(
            model=model, max_tokens=5, messages=[{"role": "user", "content": "How much is it?"}])
    except openai.APIStatusError as error:
        return error.response


def load(gateway, model: str, seconds: float, rate: float) -> tuple[Counter, set[int]]:
    """Asks at an even pace, whatever the answers, as long as this machine keeps up with it; returns how many had which
    status from which provider, and the seconds in which it did not keep up."""
    stood_still = set()

    async def timed(client):
        began = time.time()
        answer = await ask(client, model)
        if time.time() - began > STANDSTILL:
            stood_still.update(range(int(began), int(time.time()) + 1))
        return answer

    async def run() -> Counter:
        async with gateway.async_client(KEY) as client:
            tasks = []
            began = time.monotonic()
            while (elapsed := time.monotonic() - began) < seconds:
                if len(tasks) < elapsed * rate and sum(not task.done() for task in tasks[-200:]) < 100:
                    tasks.append(asyncio.create_task(timed(client)))
                else:
                    await asyncio.sleep(0.002)
            answers = await asyncio.gather(*tasks)
        return Counter((answer.status_code, answer.headers["x-tuppence-provider"]) for answer in answers)

    return asyncio.run(run()), stood_still


@pytest.mark.parametrize("manner, learning, measuring", [("says", 5, 30), ("silent", 60, 30)])
def test_a_provider_that_throttles_hardly_ever_has_to(gateway, provider, manner, learning, measuring):
    began = time.time()
    counts, stood_still = load(gateway, manner, learning + measuring, rate=80)
    assert {status for status, _ in counts} == {200}, counts
    # Whole seconds alone, those in which the load was on, and not what a standstill has moved from one into the next.
    seconds = set(range(int(began + learning) + 1, int(began + learning + measuring))) - stood_still
    if len(seconds) < measuring / 3:
        pytest.skip(f"this machine stood still in all but {len(seconds)} seconds of {measuring}")
    asked, refused = provider.counts(manner, seconds)
    elsewhere, _ = provider.counts("free", seconds)
    print(f"{manner}: {refused} of {asked} refused in {len(seconds)} s")
    # One that falls on the edge of a second is no habit.
    assert refused <= max(2, 0.005 * asked), f"{refused} of {asked}"
    # And most of what it allows is used: five eighths of eighty a second.
    assert asked > 0.4 * (asked + elsewhere), f"{asked} beside {elsewhere}"


def test_a_limit_of_ones_own_is_kept_and_named(gateway, provider):
    async def run() -> list:
        async with gateway.async_client(KEY) as client:
            return await asyncio.gather(*(ask(client, "capped/m") for _ in range(12)))

    answers = asyncio.run(run())
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(answers) - len(refused) >= 2
    assert refused, "twelve at once and none too many"
    for answer in refused:
        error = answer.json()["error"]
        assert error["code"] == "rate_limited"
        assert "capped is at its limit of 2 at once" in error["message"]
        assert answer.headers["retry-after"] == "1"
    assert provider.counts("free")[0] == len(answers) - len(refused)
    assert len(gateway.ledger()) == len(answers) - len(refused)


def test_a_quote_knows_what_has_no_room(gateway):
    with gateway.client(KEY) as client:

        def quote(model: str) -> dict:
            body = {"model": model, "messages": [{"role": "user", "content": "How much is it?"}]}
            return client.post("/quote", body=body, cast_to=object)

        assert quote("metered")["target"] == "metered/m"
        client.chat.completions.create(model="metered", messages=[{"role": "user", "content": "How much is it?"}])
        answer = quote("metered")
        assert answer["target"] == "free/m"
        assert [line["verdict"] for line in answer["targets"]] == ["dropped", "chosen"]
        assert answer["targets"][0]["reason"] == "limit"
        assert "metered is at its limit of 1 requests a minute" in answer["targets"][0]["reason_text"]
        alone = quote("metered/m")
        assert alone["target"] is None and alone["error"]["code"] == "rate_limited"
