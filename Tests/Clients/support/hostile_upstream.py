"""A provider that means harm: what it answers with is named by the model, and goes out byte for byte."""

import gzip
import json
import socket

from fake_provider import FakeProvider, Piece

TEXT = "hello world"
SMUGGLED = "SMUGGLED"
CHUNK = b"x" * 65_536


USAGE = '{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}'


def with_usage(answer: dict, usage: str | None) -> str:
    """Usage as text: what is in it need not be JSON."""
    text = json.dumps(answer)
    return text if usage is None else f'{text[:-1]},"usage":{usage}}}'


def message(text: str = TEXT, usage: str | None = USAGE) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return with_usage(
        {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}, usage).encode()


def events(text: str = TEXT, usage: str | None = USAGE) -> bytes:
    def event(choices: list, usage: str | None = None) -> str:
        return f"data: {with_usage({'id': 'x', 'object': 'chat.completion.chunk', 'choices': choices}, usage)}\n\n"

    told = event([{"index": 0, "delta": {"content": text}, "finish_reason": None}])
    end = event([{"index": 0, "delta": {}, "finish_reason": "stop"}])
    return (told + end + (event([], usage) if usage else "") + "data: [DONE]\n\n").encode()


def whole(body: bytes, *fields: str, status: str = "200 OK", kind: str = "application/json", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-type: {kind}", f"content-length: {len(body) if length is None else length}", *fields]
    return "".join(line + "\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


def answer(streams: bool, *fields: str, text: str = TEXT, usage: str | None = USAGE, **options) -> bytes:
    """A good answer, with further fields."""
    if streams:
        return whole(events(text, usage), *fields, **{"kind": "text/event-stream", **options})
    return whole(message(text, usage), *fields, **options)


class Upstream(FakeProvider):
    """`manners`: by model, what makes the pieces of an answer, told whether it is to be streamed."""

    def __init__(self, manners: dict):
        self.open = self.sent = 0
        super().__init__(lambda request: manners[request.json["model"]](request.streams))

    def count(self, by: int):
        with self.lock:
            self.open += by

    def serve(self, connection: socket.socket):
        self.count(1)
        try:
            super().serve(connection)
        finally:
            self.count(-1)

    def send(self, connection: socket.socket, piece: Piece):
        super().send(connection, piece)
        if isinstance(piece, bytes):
            with self.lock:
                self.sent += len(piece)


def bomb() -> bytes:
    """Ten megabytes of nothing in ten kilobytes."""
    return gzip.compress(b" " * 10_000_000)
