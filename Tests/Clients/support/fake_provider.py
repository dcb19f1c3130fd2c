"""A provider that a test makes up, or whoever else answers over HTTP: it notes what it is asked, and answers as it is told.

    with FakeProvider(lambda request: whole(completion("hello", usage(10, 5)))) as provider:
        …
        assert provider.last.path == "/v1/chat/completions"

An answer is a list of pieces: bytes, as they go out; a number, for so many seconds of silence; and an `End` in place of what is
missing. `whole` and `stream` make such lists.
"""

import enum
import itertools
import json
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.client import responses

from completions import completion, events
from listener import Listener


class End(enum.Enum):
    CLOSE = "nothing more comes on this connection"
    RESET = "the connection is reset"
    HANG = "nothing more is said until the other side has left"


Piece = bytes | float | End
Answer = Iterable[Piece]


@dataclass(frozen=True)
class Request:
    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        return self.head.decode("latin-1").split(" ")[0]

    @property
    def path(self) -> str:
        return self.head.decode("latin-1").split(" ")[1]

    @property
    def fields(self) -> list[tuple[str, str]]:
        lines = [line.partition(":") for line in self.head.decode("latin-1").split("\r\n")[1:]]
        return [(name.lower(), value.strip()) for name, _, value in lines]

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.fields)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def streams(self) -> bool:
        return self.json.get("stream") is True

    @classmethod
    def first_of(cls, data: bytes) -> tuple["Request", bytes] | None:
        """The first request of `data`, whose body has a length as every one of the gateway's has, and the rest."""
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return None
        lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        assert len(lengths) < 2, head
        length = sum(lengths)
        return (cls(head, rest[:length]), rest[length:]) if len(rest) >= length else None


def head(status: int, fields: dict) -> bytes:
    lines = [f"HTTP/1.1 {status} {responses.get(status, '')}", *(f"{name}: {value}" for name, value in fields.items())]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n"


def encoded(body) -> bytes:
    """Text and bytes as they are, everything else as JSON."""
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def whole(body=b"", status: int = 200, fields: dict | None = None) -> list[Piece]:
    """An answer in one piece. `fields` are further ones, or others."""
    data = encoded(body)
    return [head(status, {"content-type": "application/json", "content-length": len(data), **(fields or {})}) + data]


def stream(*pieces: str | bytes | float | End, fields: dict | None = None) -> list[Piece]:
    """An answer of events, each piece a chunk, with a proper end unless the last of them is another."""
    answer: list[Piece] = [
        head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked", **(fields or {})})]
    for piece in pieces:
        is_said = isinstance(piece, (str, bytes))
        answer.append(b"%x\r\n%s\r\n" % (len(encoded(piece)), encoded(piece)) if is_said else piece)
    return answer if isinstance(answer[-1], End) else [*answer, b"0\r\n\r\n"]


def saying(text: str, usage: dict) -> Callable[[Request], Answer]:
    """Answers all chats alike, streamed where that is asked for."""
    return lambda request: stream(*events(text, usage)) if request.streams else whole(completion(text, usage))


def in_turn(*answers: Answer) -> Callable[[Request], Answer]:
    """One after the other, and the last one over and over."""
    left = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda _: next(left)


class FakeProvider(Listener):
    def __init__(self, answer: Callable[[Request], Answer], **options):
        # Another may be put in its place at any time.
        self.answer = answer
        self.requests: list[Request] = []
        # Every byte, whether it is part of a request or not.
        self.received = bytearray()
        # How many have left while it hung.
        self.left = 0
        super().__init__(**options)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def serve(self, connection: socket.socket):
        for request in self.asked(connection):
            for piece in self.answer(request):
                self.send(connection, piece)

    def asked(self, connection: socket.socket) -> Iterator[Request]:
        unread = b""
        while data := connection.recv(65_536):
            with self.lock:
                self.received += data
            unread += data
            while found := Request.first_of(unread):
                request, unread = found
                with self.lock:
                    self.requests.append(request)
                yield request

    def send(self, connection: socket.socket, piece: Piece):
        match piece:
            case bytes():
                connection.sendall(piece)
            case End.CLOSE:
                connection.shutdown(socket.SHUT_WR)
            case End.RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
            case End.HANG:
                try:
                    while connection.recv(65_536):
                        pass
                finally:
                    with self.lock:
                        self.left += 1
            case seconds:
                time.sleep(seconds)
