"""A provider that writes down every byte that it is sent, and answers each request alike."""

import socket

from listener import Listener

ANSWER = (
    b'{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",'
    b'"content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}')


class Recorder(Listener):
    def __init__(self):
        self.requests: list[tuple[bytes, bytes]] = []
        self.bytes = b""
        super().__init__()

    def serve(self, connection: socket.socket):
        unread = b""
        with connection:
            while data := self.receive(connection):
                with self.lock:
                    self.bytes += data
                unread += data
                while (request := self.cut(unread)) is not None:
                    head, body, unread = request
                    with self.lock:
                        self.requests.append((head, body))
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER))

    @staticmethod
    def receive(connection: socket.socket) -> bytes:
        try:
            return connection.recv(65_536)
        except OSError:
            return b""

    @staticmethod
    def cut(data: bytes) -> tuple[bytes, bytes, bytes] | None:
        """The first request of `data`, whose body has a length as every one of the gateway's has, and the rest."""
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return None
        [length] = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return (head, rest[:length], rest[length:]) if len(rest) >= length else None


def field_names(head: bytes) -> list[str]:
    return [line.partition(b":")[0].decode().lower() for line in head.split(b"\r\n")[1:]]
