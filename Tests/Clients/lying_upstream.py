"""A provider that does not keep to the rules, with a bill of its own: python lying_upstream.py PORT

The model's name says how it behaves: `honest`, `silent` (reports no usage), `abort` (closes within the answer), `reset`
(resets the connection within it), `refuse` (resets it without an answer, and charges nothing) and `runaway` (goes on
beyond max_tokens until it notices that nobody listens). `GET /bill` has a line for each request that it has worked on:
the tokens it has read and those it has made, whether or not somebody has read them.

Each piece of a stream is a token, or several of four bytes each and more; a runaway makes one at a time.
"""

import asyncio
import json
import random
import socket
import struct
import sys

PACE = 0.1  # seconds from piece to piece
WORDS = [" a", " so", " the", " then", " there", " another", " something", "\n", ".", " é"]


class Upstream(asyncio.Protocol):
    bill: list[dict] = []

    def connection_made(self, transport):
        self.transport, self.received, self.timer = transport, b"", None
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, _):
        if self.timer:
            self.timer.cancel()

    def data_received(self, data):
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if end and len(body) >= length:
            self.received = body[length:]
            if head.startswith(b"GET /bill "):
                self.send_whole(json.dumps(self.bill).encode())
            else:
                self.begin(json.loads(body))

    def send_whole(self, body: bytes):
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))

    def begin(self, request: dict):
        self.manner, self.limit = request["model"], request["max_tokens"]
        self.chance = random.Random(request["user"])
        if self.manner == "refuse":
            return self.reset()
        text = "".join(message["content"] for message in request["messages"])
        self.line = {"user": request["user"], "manner": self.manner, "input": len(text) // 5 + 3, "output": 0}
        self.bill.append(self.line)
        self.wanted = self.chance.randrange(1, self.limit + 1)
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        self.send({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
        self.wait()

    def wait(self):
        self.timer = asyncio.get_running_loop().call_later(PACE * self.chance.uniform(0.5, 1.5), self.step)

    def step(self):
        made = self.line["output"]
        if self.manner == "runaway":
            # Its end is for a gateway that never cuts it.
            if made == 50 * self.limit:
                return self.finish()
            text, tokens = self.chance.choice(WORDS), 1
        elif made == self.wanted:
            return self.end()
        elif self.chance.random() < 0.2:
            tokens = min(3, self.wanted - made)
            text = " word" * tokens
        else:
            text, tokens = self.chance.choice(WORDS), 1
        self.line["output"] += tokens
        self.send({"choices": [{"index": 0, "delta": {"content": text}}]})
        self.wait()

    def end(self):
        if self.manner == "abort":
            self.transport.close()
        elif self.manner == "reset":
            self.reset()
        else:
            self.finish()

    def finish(self):
        self.send({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if self.manner != "silent":
            read, made = self.line["input"], self.line["output"]
            usage = {"prompt_tokens": read, "completion_tokens": made, "total_tokens": read + made}
            self.line["reported"] = True
            self.send({"choices": [], "usage": usage})
        self.transport.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")

    def send(self, event: dict):
        data = b"data: %s\n\n" % json.dumps({"object": "chat.completion.chunk", "model": self.manner, **event}).encode()
        self.transport.write(b"%x\r\n%s\r\n" % (len(data), data))

    def reset(self):
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


async def main(port: int):
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
