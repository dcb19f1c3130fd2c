"""A provider that takes fifty requests in each second of its clock: python throttling_provider.py PORT

At /says/v1 it says with each answer what is left, as OpenAI does; at /silent/v1 it says nothing, and refuses with 429 alone;
at /free/v1 it takes everything. Each counts by itself. `GET /counts` has for each, second by second, how many were
asked and how many of them refused.
"""

import asyncio
import json
import socket
import sys
import time
from collections import defaultdict

LIMIT = 50
LATENCY = 0.04
ANSWER = json.dumps({
    "id": "x", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "two pence"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}})
REFUSAL = json.dumps({"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}})

asked: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))


class Provider(asyncio.Protocol):
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
            self.received = body[length:]
            path = head.split(b" ")[1].decode()
            if path == "/counts":
                self.send(200, json.dumps(asked))
            else:
                self.take(path.split("/")[1])

    def take(self, manner: str):
        now = time.time()
        count = asked[manner][int(now)]
        count[0] += 1
        left = LIMIT - (count[0] - count[1])
        fields = {}
        refused = manner != "free" and left < 0
        if refused:
            count[1] += 1
        if manner == "says":
            reset = int(now) + 1 - now
            fields = {
                "x-ratelimit-limit-requests": LIMIT, "x-ratelimit-remaining-requests": max(0, left),
                "x-ratelimit-reset-requests": f"{int(reset * 1000) + 1}ms"}
        status, text = (429, REFUSAL) if refused else (200, ANSWER)
        asyncio.get_running_loop().call_later(LATENCY, self.send, status, text, fields)

    def send(self, status: int, text: str, fields: dict | None = None):
        more = "".join(f"{name}: {value}\r\n" for name, value in (fields or {}).items())
        self.transport.write((
            f"HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {len(text)}\r\n{more}\r\n{text}"
        ).encode())


async def main():
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
