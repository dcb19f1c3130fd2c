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
import socket
import time
from collections import defaultdict

TEXT = "two pence"
USAGE = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
WHOLE = json.dumps({
    "id": "x", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}], "usage": USAGE})


def chunk(choices: list, **more) -> str:
    event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}
    return f"data: {json.dumps(event)}\n\n"


def choice(finish=None, **delta) -> list:
    return [{"index": 0, "delta": delta, "finish_reason": finish}]


ROLE = chunk(choice(role="assistant", content=""))
# All in one piece: who dies has either said all of it, or nothing.
REST = "".join([
    *(chunk(choice(content=word)) for word in TEXT.partition(" ")), chunk(choice("stop")), chunk([], usage=USAGE),
    "data: [DONE]\n\n"])
MODELS = json.dumps({"object": "list", "data": []})
REFUSAL = json.dumps({"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}})
SICK = json.dumps({"error": {"message": "not now", "type": "server_error", "code": "overloaded"}})

asked: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
# A refusal is no work.
SECONDS_TO_REFUSE = 0.04


class Provider(asyncio.Protocol):
    def __init__(self, options, is_sick: bool, draws: random.Random):
        self.options, self.is_sick, self.draws = options, is_sick, draws

    def connection_made(self, transport):
        self.transport, self.received = transport, b""
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data):
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if end and len(body) >= length:
            body, self.received = body[:length], body[length:]
            path = head.split(b" ")[1].decode()
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
            self.later(seconds / 2, self.begin, fields)
            self.later(seconds, self.end)
        else:
            self.later(seconds, self.send, 200, WHOLE, fields)

    def later(self, seconds: float, act, *arguments):
        asyncio.get_running_loop().call_later(seconds, act, *arguments)

    def begin(self, fields: dict):
        self.write(200, "text/event-stream", {"transfer-encoding": "chunked", **fields}, f"{len(ROLE):x}\r\n{ROLE}\r\n")

    def end(self):
        if not self.transport.is_closing():
            self.transport.write(f"{len(REST):x}\r\n{REST}\r\n0\r\n\r\n".encode())

    def send(self, status: int, text: str, fields: dict | None = None):
        self.write(status, "application/json", {"content-length": len(text), **(fields or {})}, text)

    def write(self, status: int, kind: str, fields: dict, text: str):
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"content-type": kind, **fields}.items())
        # Who asked may have gone.
        if not self.transport.is_closing():
            self.transport.write(f"HTTP/1.1 {status} OK\r\n{lines}\r\n{text}".encode())


async def serve(options, is_sick=False):
    draws = random.Random(options.seed)
    server = await asyncio.get_running_loop().create_server(
        lambda: Provider(options, is_sick, draws), "127.0.0.1", options.port, backlog=256)
    await server.serve_forever()


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
            asyncio.run(serve(options, is_sick))
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
        asyncio.run(serve(options))


main()
