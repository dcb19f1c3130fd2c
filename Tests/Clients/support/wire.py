"""HTTP as bytes: what is sent is whatever a test writes, what comes back is read by h11, which is strict."""

import json
import select
import socket
import time
from dataclasses import dataclass

import h11

from programs import APP


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    interim: list[int]

    def json(self):
        return json.loads(self.body)


def head(*fields: str, method="POST", target="/v1/chat/completions", version="HTTP/1.1", host="Host: tuppence", key=APP) -> bytes:
    """A request's head. Each field is a line as it is to be sent; Host and the key come of themselves."""
    lines = [f"{method} {target} {version}", host, key and f"Authorization: Bearer {key}", *fields]
    return "".join(line + "\r\n" for line in lines if line).encode("latin-1") + b"\r\n"


def sized(body: bytes, *fields: str, **options) -> bytes:
    """A request whose body comes with its length."""
    return head("Content-Type: application/json", f"Content-Length: {len(body)}", *fields, **options) + body


def chunked(*pieces: bytes) -> bytes:
    """A body in chunks, one a piece."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


class Wire:
    """One connection."""

    def __init__(self, port: int, timeout: float = 15):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes):
        self.socket.sendall(data)

    def send_until_answered(self, pieces) -> int:
        """Sends until an answer begins or the other side stops listening; returns how much was sent."""
        sent = 0
        for piece in pieces:
            left = memoryview(piece)
            while left:
                readable, writable, _ = select.select([self.socket], [self.socket], [], 15)
                assert readable or writable, "neither an answer nor room to send for 15 s"
                if readable:
                    return sent
                try:
                    count = self.socket.send(left)
                except (BrokenPipeError, ConnectionResetError):
                    return sent
                sent += count
                left = left[count:]
        return sent

    def receive(self) -> bytes:
        """The next bytes, or none once the other side has closed."""
        try:
            return self.socket.recv(65_536)
        except ConnectionResetError:
            return b""

    def read(self, method="POST") -> Answer | None:
        """The next answer, to a request with this method; None if the connection closes instead."""
        if not self.unread:
            self.unread = self.receive()
        if not self.unread:
            return None
        parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
        parser.send(h11.Request(method=method, target="/", headers=[("Host", "tuppence")]))
        parser.send(h11.EndOfMessage())
        parser.receive_data(self.unread)
        answer = Answer(0, {}, b"", [])
        while True:
            event = parser.next_event()
            if event is h11.NEED_DATA:
                parser.receive_data(self.receive())
            elif isinstance(event, h11.InformationalResponse):
                answer.interim.append(event.status_code)
            elif isinstance(event, h11.Response):
                answer.status = event.status_code
                answer.headers = {name.decode(): value.decode("latin-1") for name, value in event.headers}
            elif isinstance(event, h11.Data):
                answer.body += event.data
            else:
                assert isinstance(event, h11.EndOfMessage), event
                self.unread = parser.trailing_data[0]
                return answer

    def read_until_closed(self, method="POST") -> list[Answer]:
        """Every answer there is; fails if the connection stays open."""
        answers = []
        try:
            while answer := self.read(method):
                answers.append(answer)
                assert len(answers) < 10, "answers without end"
        except TimeoutError:
            raise AssertionError(f"still open after {[answer.status for answer in answers]}")
        return answers

    def seconds_until_closed(self, byte_a_second: bytes, most: float) -> float | None:
        """Sends one byte a second until the other side closes; None if it does not."""
        start = time.monotonic()
        for byte in byte_a_second:
            elapsed = time.monotonic() - start
            if elapsed > most:
                return None
            try:
                self.socket.send(bytes([byte]))
            except (BrokenPipeError, ConnectionResetError):
                return elapsed
            readable, _, _ = select.select([self.socket], [], [], 1)
            while readable:
                if not self.receive():
                    return time.monotonic() - start
                readable, _, _ = select.select([self.socket], [], [], 1)
        raise AssertionError("too few bytes to last that long")


def ask(port: int, data: bytes, method="POST") -> Answer:
    """One request on a connection of its own."""
    with Wire(port) as wire:
        wire.send(data)
        answer = wire.read(method)
        assert answer, "the connection was closed without an answer"
        return answer
