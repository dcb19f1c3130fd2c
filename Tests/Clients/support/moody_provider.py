"""A provider in a process of its own, in one of the moods that providers have: python moody_provider.py PORT [options]

At /says/v1 it takes fifty requests in each second of its clock and says with each answer what is left, as OpenAI does; at
/silent/v1 it takes as many, says nothing, and refuses with 429 alone; at /free/v1 it takes everything. Each counts by itself.
`GET /counts` has for each, second by second, how many were asked and how many of them refused.
"""

import argparse
import asyncio
import json
import math
import os
import random
import signal
import time
from collections import defaultdict

from completions import DONE, chunk, choice, completion, usage
from provider_process import Connection, serve

TEXT = "two pence"
USAGE = usage(10, 2)
WHOLE = completion(TEXT, USAGE)
ROLE = chunk(choice(role="assistant", content=""))
# All in one piece: who dies has either said all of it, or nothing.
REST = "".join([
    *(chunk(choice(content=word)) for word in TEXT.partition(" ")), chunk(choice("stop")), chunk([], usage=USAGE), DONE])
MODELS = json.dumps({"object": "list", "data": []})
REFUSAL = json.dumps({"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}})
SICK = json.dumps({"error": {"message": "not now", "type": "server_error", "code": "overloaded"}})

asked: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
# A refusal is no work.
SECONDS_TO_REFUSE = 0.04


class Provider(Connection):
    def __init__(self, options, is_sick: bool, draws: random.Random):
        self.options, self.is_sick, self.draws = options, is_sick, draws

    def asked(self, path: str, body: bytes):
        if path == "/counts":
            self.send(200, json.dumps(asked))
        elif self.is_sick:
            self.send(503, SICK)
        elif path.endswith("/models"):
            self.send(200, MODELS)
        else:
            self.take(path.split("/")[1], json.loads(body).get("stream") is True)

    def take(self, manner: str, streams: bool):
        now = time.time()
        count = asked[manner][int(now)]
        count[0] += 1
        left = self.options.limit - (count[0] - count[1])
        fields = {}
        refused = manner != "free" and left < 0
        if refused:
            count[1] += 1
        if manner == "says":
            reset = int(now) + 1 - now
            fields = {
                "x-ratelimit-limit-requests": self.options.limit, "x-ratelimit-remaining-requests": max(0, left),
                "x-ratelimit-reset-requests": f"{int(reset * 1000) + 1}ms"}
        seconds = self.options.first_token * math.exp(self.draws.gauss(0, 1) * self.options.spread)
        if refused:
            self.later(min(seconds, SECONDS_TO_REFUSE), self.send, 429, REFUSAL, fields)
        elif streams:
            self.later(seconds / 2, self.begin_events, ROLE, fields)
            self.later(seconds, self.send_events, REST, True)
        else:
            self.later(seconds, self.send, 200, WHOLE, fields)


def run(options, is_sick=False):
    draws = random.Random(options.seed)
    asyncio.run(serve(options.port, lambda: Provider(options, is_sick, draws)))


def flap(options):
    """Up for so many seconds and down for as many; every other time nobody listens then, else 503 is all there is."""
    child = 0

    def stop(*_):
        if child:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    def live(is_sick: bool):
        nonlocal child
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            options.seed += 1
            run(options, is_sick)
        time.sleep(options.flap)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        child = 0

    signal.signal(signal.SIGTERM, stop)
    while True:
        live(is_sick=False)
        time.sleep(options.flap)
        live(is_sick=False)
        live(is_sick=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("port", type=int)
    options.add_argument("--limit", type=int, default=50, help="requests in a second of its clock")
    options.add_argument("--first-token", type=float, default=0.04, help="seconds to the first token, in the median")
    options.add_argument("--spread", type=float, default=0.0, help="of their logarithm: 0.4 makes the 99th percentile 2.5 times the median")
    options.add_argument("--seed", type=int, default=1, help="what draws them")
    options.add_argument("--flap", type=float, help="up for so many seconds, down for as many, by kill -9")
    options = options.parse_args()
    if options.flap:
        flap(options)
    else:
        run(options)


main()
