"""Callers who come at an even pace, whatever becomes of those before them, and read their answers as they arrive."""

import asyncio
import json
import re
import time
from dataclasses import dataclass

from money import nanodollars

# An idle connection may be closed just as it is used again; SDKs try again then, and these do not come into it.
LONGEST_IDLE = 20
CODE = re.compile(r'"code": ?"([^"]+)"')
COST = re.compile(rb'"cost": ?([0-9.eE+-]+)')
WORD = re.compile(rb'"content": ?"([^"]+)"')
PATIENCE = 60


@dataclass
class Answer:
    """What one caller has seen."""

    streams: bool
    status: int = 0
    provider: str = ""
    attempts: int = 0
    text: str = ""
    # From when it was due to be sent.
    seconds_to_first_token: float | None = None
    trouble: str = ""
    request_id: str = ""
    # In nanodollars, as a usage says that was asked for.
    cost: int | None = None
    # Seconds, as a refusal says.
    retry_after: float = 0

    @property
    def code(self) -> str:
        """Of a refusal, of the error that a stream ends in, or else what broke off."""
        said = CODE.search(self.trouble)
        return said[1] if said else self.trouble.partition("(")[0]

    @property
    def is_whole(self) -> bool:
        return self.status == 200 and not self.trouble


class Callers:
    """All who ask one address."""

    def __init__(self, port: int, path: str = "/v1/chat/completions", key: str = "none"):
        self.port, self.path, self.key = port, path, key
        self.idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, model: str, number: int, streams: bool, key: str | None = None, **fields) -> Answer:
        """`fields`: more of the body."""
        answer = Answer(streams)
        body = json.dumps({
            "model": model, "max_tokens": 5, "stream": streams,
            "messages": [{"role": "user", "content": f"How much is number {number}?"}], **fields}).encode()
        began = time.monotonic()
        writer = None
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await self.connection()
                writer.write(
                    f"POST {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key or self.key}\r\n"
                    f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
                await self.read(reader, answer, began)
                self.idle.append((time.monotonic(), reader, writer))
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            answer.trouble = repr(error)
            if writer:
                writer.close()
        return answer

    async def connection(self):
        while self.idle:
            since, reader, writer = self.idle.pop()
            if time.monotonic() - since < LONGEST_IDLE and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def read(self, reader: asyncio.StreamReader, answer: Answer, began: float):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        answer.status = int(lines[0].split(" ")[1])
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        answer.provider = fields.get("x-tuppence-provider", "")
        answer.attempts = int(fields.get("x-tuppence-attempts", 0))
        answer.request_id = fields.get("x-tuppence-request-id", "")
        answer.retry_after = int(fields.get("retry-after-ms", 0)) / 1000
        body = b""
        while piece := await self.piece(reader, fields, len(body)):
            body += piece
            if answer.seconds_to_first_token is None and WORD.search(body):
                answer.seconds_to_first_token = time.monotonic() - began
        if cost := COST.search(body):
            answer.cost = int(nanodollars(cost[1].decode()))
        answer.text = b"".join(WORD.findall(body)).decode()
        if answer.status != 200:
            answer.trouble = body.decode(errors="replace")
        elif answer.streams and not body.endswith(b"data: [DONE]\n\n") or b'"error"' in body:
            answer.trouble = f"a stream without an end: {body[-200:]!r}"

    @staticmethod
    async def piece(reader: asyncio.StreamReader, fields: dict, so_far: int) -> bytes:
        """The next of the body; nothing at its end."""
        if "content-length" in fields:
            return await reader.readexactly(int(fields["content-length"]) - so_far)
        size = int(await reader.readline(), 16)
        return (await reader.readexactly(size + 2))[:-2]

    def close(self):
        for _, _, writer in self.idle:
            writer.close()


async def at_an_even_pace(count: int, rate: float, ask) -> list:
    """Awaits `ask(number)` so many times, begun at so many a second; the results in their order."""
    began = time.monotonic()
    tasks = []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        tasks.append(asyncio.create_task(ask(number)))
    return await asyncio.gather(*tasks)
