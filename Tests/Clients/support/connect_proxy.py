"""A proxy as companies have them: it connects to whom CONNECT names, and is told where each name is."""

import contextlib
import socket
import threading

from listener import Listener


class ConnectProxy(Listener):
    def __init__(self, ports: dict[str, int], status: bytes = b"200 Connection established"):
        self.ports, self.status = ports, status
        self.heads: list[bytes] = []
        super().__init__()

    def serve(self, client: socket.socket):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = client.recv(4096)
            if not piece:
                return
            head += piece
        self.heads.append(head)
        method, target, _ = head.split(b"\r\n")[0].split(b" ")
        assert method == b"CONNECT"
        if not self.status.startswith(b"200"):
            # As proxies do it: with a page for people, and without closing.
            page = b"<html>The proxy says no.</html>"
            client.sendall(b"HTTP/1.1 " + self.status + b"\r\ncontent-length: %d\r\n\r\n" % len(page) + page)
            client.recv(1)
            return
        with socket.create_connection(("127.0.0.1", self.ports[target.decode()])) as upstream:
            # In two pieces: what reads it must not take the first for all.
            client.sendall(b"HTTP/1.1 200 Connection est")
            client.sendall(b"ablished\r\nvia: a test\r\n\r\n")
            back = threading.Thread(target=self.copy, args=[upstream, client], daemon=True)
            back.start()
            self.copy(client, upstream)
            back.join(10)

    @staticmethod
    def copy(source: socket.socket, target: socket.socket):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
