"""What is told where prices are wrong: a model without one, and a provider that says that it charges something else."""

import http.server
import json
import threading

import pytest

from conftest import CONFIGURATION
from console_client import API, first_token
from programs import APP, Gateway, eventually
from test_console_alerts import MESSAGES, articles, notices, page


class Provider(http.server.BaseHTTPRequestHandler):
    """Answers everything, and says that it costs three cents."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = json.dumps({
            "id": "c1", "object": "chat.completion", "created": 1, "model": request["model"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "cost": 0.03},
        }).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def own(tmp_path, sandbox):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    configuration = CONFIGURATION.replace(
        "prices:\n",
        f'  acme: {{ dialect: openai, base_url: "{url}", api_key: none }}\nunpriced: allow\n'
        "prices:\n  acme/known: { input: 1, output: 1 }\n")
    program = Gateway(tmp_path, configuration, sandbox).start()
    yield program
    program.stop()
    server.shutdown()


def test_each_is_told_of_once_a_day_on_the_page_and_in_the_api(own):
    client = own.client(APP)
    for model in ["acme/known", "acme/unheard-of"] * 2:
        client.chat.completions.create(model=model, messages=MESSAGES, max_tokens=10)
    told = eventually("both models are told of", lambda: len(found := notices(own)) >= 3 and found)
    assert sorted(one["type"] for one in told) == ["cost.drift", "cost.drift", "price.unknown"]
    [unknown] = [one["message"] for one in told if one["type"] == "price.unknown"]
    assert "acme/unheard-of was used and cost nothing" in unknown and "'prices'" in unknown
    assert any("$0.03 for known today" in one["message"] and "$0.000015" in one["message"] for one in told)
    said = " ".join(articles(page(own)))
    assert "No price is known" in said and "A provider charges otherwise" in said

    # A model that has a price, at a provider that says nothing of costs, is no news.
    client.chat.completions.create(model="fast-llm", messages=MESSAGES)
    assert len(API(own.console_port, first_token(own)).call("GET", "/admin/v1/notices").json()["data"]) == 3
