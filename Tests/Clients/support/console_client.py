"""The console as a browser and as a program use it, over plain sockets: what a browser would refuse can be sent, too."""

import http.client
import json
import re
import urllib.parse

from programs import Gateway, eventually


class Answer:
    def __init__(self, raw: http.client.HTTPResponse):
        self.status, self.headers, self.body = raw.status, raw.headers, raw.read()

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Of the error that it is."""
        return self.json()["error"]["code"]


class Browser:
    """Keeps cookies, follows nothing and sends what browsers do."""

    def __init__(self, port: int, origin: str | None = None):
        self.port, self.cookies = port, {}
        self.origin = origin or f"http://127.0.0.1:{port}"

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            if self.cookies:
                fields["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body=body, headers=fields)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for cookie in answer.headers.get_all("set-cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        fields = {"content_type": "application/x-www-form-urlencoded", "origin": self.origin, **headers}
        return self.send("POST", path, urllib.parse.urlencode(form).encode(), **fields)

    def sign_in(self, token: str) -> Answer:
        return self.post("/signin", {"token": token})

    @property
    def session(self) -> str | None:
        return self.cookies.get("tuppence_session")


class API:
    """A program with a token, or without one."""

    def __init__(self, port: int, token: str | None):
        self.port, self.token = port, token

    def call(self, method: str, path: str, document=None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            fields["authorization"] = f"Bearer {self.token}"
        body = None
        if document is not None:
            body, fields["content-type"] = json.dumps(document), "application/json"
        try:
            connection.request(method, path, body=body, headers=fields)
            return Answer(connection.getresponse())
        finally:
            connection.close()


def first_token(gateway: Gateway) -> str:
    """The owner's, which the gateway has printed at its first start."""
    said = r"Token for it, shown this once: (tp_admin_[a-z2-7]{32})"
    return eventually("the first token is printed", lambda: re.findall(said, gateway.output()))[0]
