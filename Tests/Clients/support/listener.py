"""What listens in threads of the test's own process, so that it has each request before its caller has an answer."""

import contextlib
import socket
import ssl
import threading


class Listener:
    """A connection each has a thread, which `serve` is called in. With `tls` it is a server of that certificate."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None):
        self.lock = threading.Lock()
        self.tls, self.handshakes = tls, 0
        # Of a connection, in seconds: what says nothing for so long is hung up on.
        self.idle_time: float | None = None
        self.listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        # Closing alone would not end `accept`, which would take one connection more.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.attend, args=(connection,), daemon=True).start()

    def attend(self, connection: socket.socket):
        # The other side may go whenever it likes.
        with contextlib.suppress(OSError), contextlib.closing(self.secured(connection)) as connection:
            connection.settimeout(self.idle_time)
            self.serve(connection)

    def secured(self, connection: socket.socket) -> socket.socket:
        if not self.tls:
            return connection
        secured = self.tls.wrap_socket(connection, server_side=True)
        with self.lock:
            self.handshakes += 1
        return secured

    def serve(self, connection: socket.socket):
        raise NotImplementedError
