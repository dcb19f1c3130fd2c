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

from completions import DONE, choice, chunk, usage
from provider_process import Connection, serve

PACE = 0.1  # seconds from piece to piece
WORDS = [" a", " so", " the", " then", " there", " another", " something", "\n", ".", " é"]


class Upstream(Connection):
    bill: list[dict] = []
    timer: asyncio.TimerHandle | None = None

    def connection_lost(self, _):
        if self.timer:
            self.timer.cancel()

    def asked(self, path: str, body: bytes):
        if path == "/bill":
            self.send(200, json.dumps(self.bill))
        else:
            self.begin(json.loads(body))

    def begin(self, request: dict):
        self.manner, self.limit = request["model"], request["max_tokens"]
        self.chance = random.Random(request["user"])
        if self.manner == "refuse":
            return self.reset()
        text = "".join(message["content"] for message in request["messages"])
        self.line = {"user": request["user"], "manner": self.manner, "input": len(text) // 5 + 3, "output": 0}
        self.bill.append(self.line)
        self.wanted = self.chance.randrange(1, self.limit + 1)
        self.begin_events(chunk(choice(role="assistant", content="")))
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
        self.send_events(chunk(choice(content=text)))
        self.wait()

    def end(self):
        if self.manner == "abort":
            self.transport.close()
        elif self.manner == "reset":
            self.reset()
        else:
            self.finish()

    def finish(self):
        count = ""
        if self.manner != "silent":
            self.line["reported"] = True
            count = chunk([], usage=usage(self.line["input"], self.line["output"]))
        self.send_events(f"{chunk(choice('stop'))}{count}{DONE}", is_last=True)

    def reset(self):
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


asyncio.run(serve(int(sys.argv[1]), Upstream))
