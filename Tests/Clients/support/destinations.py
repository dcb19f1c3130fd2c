"""Ways to write an address of this machine: those that readers of URLs and hosts have been talked into connecting with."""

import socket
import threading

from listener import Listener

ADDRESS = "127.0.0.1"


class Sink(Listener):
    """Where nobody is ever to come; who does is counted."""

    def __init__(self):
        self.visits = 0
        super().__init__()

    def serve(self, connection: socket.socket):
        with self.lock:
            self.visits += 1


def urls(port: int) -> list[str]:
    """All of them lead to the port of this machine, for some reader."""
    hosts = [
        ADDRESS, "localhost", "LOCALHOST", "LocalHost", "localhost.", "127.0.0.1.", "127.1", "127.0.1", "127.127.127.127",
        "0", "0.0.0.0",
        # In one number, in octal, in hexadecimal, and mixed.
        "2130706433", "017700000001", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1", "0177.0.0.01", "127.0x0.0.1", "00000177.0.0.1",
        # Too large for an address: some readers let it run over.
        "6425673729", "127.0.0.257",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::1%25lo]",
        "[64:ff9b::7f00:1]",
        # Digits and dots that are only so by compatibility, or once they are decoded.
        "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1", "127%2e0%2e0%2e1",
        # Names that others have for it.
        "localtest.me", "127.0.0.1.nip.io", "ip6-localhost",
    ]
    places = [
        "user:password@127.0.0.1:{port}", "api.openai.com@127.0.0.1:{port}", "127.0.0.1:{port}#@api.openai.com",
        "127.0.0.1:{port}?@api.openai.com", "api.openai.com:443@127.0.0.1:{port}", "127.0.0.1:{port}\\@api.openai.com",
        "127.0.0.1:0{port}", "127.0.0.1:{port}%00.api.openai.com",
    ]
    schemes = [
        "http:127.0.0.1:{port}/x", "http:/127.0.0.1:{port}/x", "//127.0.0.1:{port}/x", "http:\\\\127.0.0.1:{port}\\x",
        "HtTp://127.0.0.1:{port}/x", "https://127.0.0.1:{port}/x", "ftp://127.0.0.1:{port}/x",
        "gopher://127.0.0.1:{port}/_GET%20/", "dict://127.0.0.1:{port}/info", "ldap://127.0.0.1:{port}/x",
        "ws://127.0.0.1:{port}/x", "file://127.0.0.1:{port}/etc/passwd", "jar:http://127.0.0.1:{port}!/x",
        "url:http://127.0.0.1:{port}/x", " http://127.0.0.1:{port}/x", "\thttp://127.0.0.1:{port}/x",
        "http://127.0.0.1:{port}/x\r\nHost: a",
    ]
    whole = [f"http://{host}:{port}/x" for host in hosts] + [f"http://{place}/x" for place in places] + schemes
    return [url.replace("{port}", str(port)) for url in whole]
