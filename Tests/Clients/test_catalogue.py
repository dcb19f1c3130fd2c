"""The catalogue of providers: files of one's own, what is improbable, and what a public list says that is newer."""

import json
import re
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from programs import APP, REPOSITORY, Gateway, tuppence, tuppence_json

GUIDE = REPOSITORY / "docs/internals/adding-a-provider.md"


def printed_file() -> str:
    """The file that the guide shows, as it is printed."""
    return re.search(r"```text\n(# Acme.*?)```", GUIDE.read_text(), re.DOTALL).group(1)


@pytest.fixture
def acme():
    """A provider on this machine that notes what it is asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append({"path": self.path, "key": self.headers["authorization"], **body})
            answer = json.dumps({
                "id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}}).encode()  # fmt: skip
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = asked
    server.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


CONFIGURATION = """\
server: {{ listen: "@LISTEN@" }}
store: @STORE@
providers:
  acme: {{ file: acme.prices, base_url: "{url}", api_key: sk-acme }}
keys:
  - {{ name: app, secret: tp_test_app_0123456789abcdef }}
{more}
"""


def gateway_with(acme, folder, more="", file=None, sandbox=None):
    (folder / "acme.prices").write_text(file or printed_file())
    return Gateway(folder, CONFIGURATION.format(url=acme.url, more=more), sandbox)


def ask(gateway, method, path, body=None):
    """Status, headers and JSON of one request."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{gateway.port}{path}", method=method, data=json.dumps(body).encode() if body else None,
        headers={"authorization": f"Bearer {APP}", "content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, answer.headers, json.loads(answer.read())


def chat(gateway, model):
    return ask(gateway, "POST", "/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": "Hi"}]})


def test_the_guides_file_works_as_printed(acme, tmp_path, sandbox):
    gateway = gateway_with(acme, tmp_path, sandbox=sandbox).start()
    try:
        _, _, answer = chat(gateway, "acme/acme-small")
        assert answer["choices"][0]["message"]["content"] == "Hello"
        # 1000 × $0.15 and 100 × $0.60, by the million.
        assert answer["usage"]["cost"] == pytest.approx(0.00015 + 0.00006)
        assert acme.asked[0]["path"] == "/v1/chat/completions" and acme.asked[0]["key"] == "Bearer sk-acme"
        assert acme.asked[0]["max_tokens"] == 8192
        _, _, models = ask(gateway, "GET", "/v1/models")
        listed = {model["id"]: model for model in models["data"]}
        assert listed["acme/acme-large"]["context_length"] == 200_000
        assert listed["acme/acme-large"]["pricing"]["prompt"] == "0.000002"
        assert "acme/acme-tiny" not in listed
    finally:
        gateway.stop()


def test_the_guides_file_passes_its_own_check(tmp_path):
    path = tmp_path / "acme.prices"
    path.write_text(printed_file())
    checked = tuppence("prices", "check", path)
    assert (checked.returncode, checked.stdout) == (0, "Nothing to correct.\n"), checked.stderr


def test_a_mistake_in_a_file_is_told_with_its_line(acme, tmp_path):
    (tmp_path / "acme.prices").write_text(printed_file().replace("0.075", "cheap"))
    (tmp_path / "tuppence.yaml").write_text("providers: { acme: { file: acme.prices, api_key: k } }\n")
    checked = tuppence("check", cwd=tmp_path)
    assert checked.returncode == 1
    assert "tuppence.yaml:1:28: 'acme.prices', line 9: 'cheap' is no rate in USD per million" in checked.stderr


def test_the_catalogue_has_nothing_to_correct_and_is_large():
    checked = tuppence("prices", "check")
    assert checked.returncode == 0, checked.stdout
    providers = tuppence_json("prices", "providers")
    assert len([each for each in providers if each["models"] > 0]) >= 40
    assert sum(each["models"] for each in providers) >= 1000


def test_what_is_improbable_ends_with_2(tmp_path):
    path = tmp_path / "acme.prices"
    path.write_text(printed_file().replace("0.15   0.075", "0.15   0.75 "))
    checked = tuppence("prices", "check", path)
    assert checked.returncode == 2
    assert f"{path}:9: acme-small: cached input costs more than other input [dear_cache]" in checked.stdout
    finding = json.loads(tuppence("prices", "check", path, "--json").stdout)[0]
    assert (finding["line"], finding["model"], finding["oddity"]) == (9, "acme-small", "dear_cache")
