"""What providers that run in processes of their own share: HTTP, of one request after the other."""

import asyncio
import socket


def http_chunk(text: str) -> str:
    return f"{len(text):x}\r\n{text}\r\n"


class Connection(asyncio.Protocol):
    """Calls `asked(path, body)` for each request, whose body has a length as every one of the gateway's has."""

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
            self.asked(head.split(b" ")[1].decode(), body)

    def asked(self, path: str, body: bytes):
        raise NotImplementedError

    def later(self, seconds: float, act, *arguments):
        asyncio.get_running_loop().call_later(seconds, act, *arguments)

    def begin_events(self, text: str, fields: dict | None = None):
        self.write(200, "text/event-stream", {"transfer-encoding": "chunked", **(fields or {})}, http_chunk(text))

    def send_events(self, text: str, is_last: bool = False):
        # Who asked may have gone.
        if not self.transport.is_closing():
            self.transport.write((http_chunk(text) + ("0\r\n\r\n" if is_last else "")).encode())

    def send(self, status: int, text: str, fields: dict | None = None):
        self.write(status, "application/json", {"content-length": len(text), **(fields or {})}, text)

    def write(self, status: int, kind: str, fields: dict, text: str):
        lines = "".join(f"{name}: {value}\r\n" for name, value in {"content-type": kind, **fields}.items())
        if not self.transport.is_closing():
            self.transport.write(f"HTTP/1.1 {status} OK\r\n{lines}\r\n{text}".encode())


async def serve(port: int, make_connection):
    server = await asyncio.get_running_loop().create_server(make_connection, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()
