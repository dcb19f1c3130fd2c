"""A provider that means harm: what it answers with is named by the model, and goes out byte for byte."""

import gzip
import json
import socket
import time

from listener import Listener

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


class Upstream(Listener):
    def __init__(self, manners: dict):
        self.manners = manners
        self.open = 0
        self.sent = 0
        super().__init__()

    def count(self, by: int):
        with self.lock:
            self.open += by

    def serve(self, connection: socket.socket):
        self.count(1)
        with connection:
            try:
                unread = b""
                while data := connection.recv(65_536):
                    unread += data
                    head, end, body = unread.partition(b"\r\n\r\n")
                    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
                    if end and len(body) >= length:
                        unread = body[length:]
                        request = json.loads(body[:length])
                        for piece in self.manners[request["model"]](request.get("stream", False)):
                            self.send(connection, piece)
            except OSError:
                pass  # the gateway wants no more of it
            finally:
                self.count(-1)

    def send(self, connection: socket.socket, piece: bytes | float | None):
        """Bytes; or seconds of silence; or None, for nothing more on this connection."""
        if piece is None:
            connection.shutdown(socket.SHUT_WR)
        elif isinstance(piece, float):
            time.sleep(piece)
        else:
            connection.sendall(piece)
            with self.lock:
                self.sent += len(piece)


def bomb() -> bytes:
    """Ten megabytes of nothing in ten kilobytes."""
    return gzip.compress(b" " * 10_000_000)
