"""A provider in a process of its own that drips its answers and keeps a bill by model: python billing_provider.py PORT [options]

`GET /bill` has for each model how many answers were begun and what they came to in tokens. A token is on the bill once it has been
made, whether anybody reads it or not; a connection that is closed ends the making.
"""

import argparse
import asyncio
import json
import random
from collections import defaultdict

from completions import DONE, chunk, choice, completion, usage
from provider_process import Connection, serve

PROMPT_TOKENS = 10
EVENTS = 4

bill: dict[str, dict[str, int]] = defaultdict(lambda: {"requests": 0, "prompt_tokens": 0, "completion_tokens": 0})


class Provider(Connection):
    def __init__(self, options, draws: random.Random):
        self.options, self.draws = options, draws

    def asked(self, path: str, body: bytes):
        if path == "/bill":
            return self.send(200, json.dumps(bill))
        document = json.loads(body)
        line = bill[document["model"]]
        line["requests"] += 1
        line["prompt_tokens"] += PROMPT_TOKENS
        most = document["max_tokens"]
        # Callers hold the most, and so give something back each time.
        tokens = self.draws.randint(most // 2, most)
        count = usage(PROMPT_TOKENS, tokens)
        if document.get("stream") is True:
            seconds = self.options.seconds * self.draws.uniform(0.75, 1.25)
            self.begin_events(chunk(choice(role="assistant", content="")))
            shares = [tokens * (event + 1) // EVENTS - tokens * event // EVENTS for event in range(EVENTS)]
            self.later(seconds / EVENTS, self.drip, line, shares, seconds / EVENTS, count)
        else:
            line["completion_tokens"] += tokens
            self.send(200, completion("tuppence " * tokens, count))

    def drip(self, line: dict, shares: list[int], pause: float, count: dict):
        if self.transport.is_closing():
            return
        line["completion_tokens"] += shares[0]
        text = chunk(choice(content="tuppence " * shares[0]))
        if len(shares) > 1:
            self.send_events(text)
            self.later(pause, self.drip, line, shares[1:], pause, count)
        else:
            self.send_events(f"{text}{chunk(choice('stop'))}{chunk([], usage=count)}{DONE}", is_last=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("port", type=int)
    options.add_argument("--seconds", type=float, default=1, help="that a stream takes, a quarter more or less")
    options.add_argument("--seed", type=int, default=1, help="what draws them, and how many tokens there are")
    options = options.parse_args()
    draws = random.Random(options.seed)
    asyncio.run(serve(options.port, lambda: Provider(options, draws)))


main()
