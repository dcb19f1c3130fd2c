"""A provider that speaks every dialect but OpenAI's chats alone, each at its own path, and answers as the prompt says.

A prompt with `scenario:text`, `scenario:calls`, `scenario:busy`, `scenario:wrong`, `scenario:cut`, `scenario:late` (an error
within a stream, once there is content), `scenario:early` (before there is any) or `scenario:slow` gets that. All dialects say the same, in their own words; these words are written
after the makers' documentation.
"""

import json
import re
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from speakers.bedrock import Bedrock
from speakers.chats import Mistral, OpenAI
from speakers.claude import Claude
from speakers.cohere import Cohere
from speakers.embeddings import (
    BedrockCohereEmbeddings, CohereEmbeddings, Embeddings, GeminiEmbeddings, MistralEmbeddings, OpenAIEmbeddings,
    TitanEmbeddings, VertexEmbeddings)
from speakers.gemini import Gemini
from speakers.responses import Responses
from token_desk import TokenDesk

# By what stands in the path. Each streams where the path or the body says so.
SPEAKERS = [
    (r":batchEmbedContents$", GeminiEmbeddings()), (r":predict$", VertexEmbeddings()), (r"^/v2/embed$", CohereEmbeddings()),
    (r"/model/amazon.titan-embed.*/invoke$", TitanEmbeddings()), (r"cohere.embed.*/invoke$", BedrockCohereEmbeddings()),
    (r"^/mistral/v1/embeddings$", MistralEmbeddings()), (r"^/gpt/v1/embeddings$", OpenAIEmbeddings()),
    (r"/v1beta/models/[^/]+:", Gemini()), (r"/publishers/google/models/", Gemini()),
    (r"/publishers/anthropic/models/", Claude()), (r"/model/[^/]+/converse", Bedrock()), (r"^/v2/chat$", Cohere()),
    (r"^/mistral/v1/chat/completions$", Mistral()), (r"^/openai/", OpenAI()), (r"^/gpt/v1/responses$", Responses())]


@dataclass
class Request:
    path: str
    headers: dict
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def scenario(self) -> str:
        found = re.findall(rb"scenario:(\w+)", self.body)
        return found[-1].decode() if found else "text"


class DialectProvider:
    def __init__(self):
        self.requests: list[Request] = []
        self.desk = TokenDesk()
        self.refused_tokens: set[str] = set()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                provider.serve(self)

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def speaker(self, path: str):
        return next(speaker for pattern, speaker in SPEAKERS if re.search(pattern, path.partition("?")[0]))

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers["content-length"]))
        if handler.path == "/token":
            time.sleep(self.desk.delay)
            return self.whole(handler, *self.desk.answer(body))
        request = Request(handler.path, {name.lower(): value for name, value in handler.headers.items()}, body)
        self.requests.append(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") in self.refused_tokens:
            error = {"code": 401, "message": "this token is no more", "status": "UNAUTHENTICATED"}
            return self.whole(handler, 401, {"error": error})
        speaker, scenario = self.speaker(handler.path), request.scenario
        if scenario in ("busy", "wrong"):
            failure = speaker.failure(scenario)
            return self.whole(handler, failure.status, failure.body, failure.headers)
        if isinstance(speaker, Embeddings):
            return self.whole(handler, 200, speaker.answer(request.json), speaker.headers)
        streams = "stream" in handler.path.partition("?")[0].lower() or request.json.get("stream") is True
        if not streams:
            return self.whole(handler, 200, speaker.whole(scenario))
        pieces = list(speaker.pieces("calls" if scenario == "calls" else "text"))
        # Behind the first words, and before the last.
        middle = len(pieces) // 2
        if scenario == "cut":
            pieces = pieces[:middle]
        if scenario == "late":
            pieces = [*pieces[:middle], speaker.late()]
        if scenario == "early":
            pieces = [speaker.late()]
        handler.send_response(200)
        handler.send_header("content-type", speaker.content_type)
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        # In pieces that break events, frames and characters anywhere.
        data = b"".join(pieces)
        for start in range(0, len(data), 37):
            piece = data[start:start + 37]
            if scenario == "slow":
                time.sleep(0.1)
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.close_connection = True
        if scenario != "cut":
            handler.wfile.write(b"0\r\n\r\n")

    def whole(self, handler, status, body, headers=None):
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
