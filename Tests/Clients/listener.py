"""What listens in threads of the test's own process, so that it has each request before its caller has an answer."""

import socket
import threading


class Listener:
    """A connection each has a thread, which `serve` is called in."""

    def __init__(self):
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket):
        raise NotImplementedError

    def stop(self):
        self.listener.close()
