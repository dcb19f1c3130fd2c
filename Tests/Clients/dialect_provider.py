"""A provider that speaks every dialect but OpenAI's chats alone, each at its own path, and answers as the prompt says.

A prompt with `scenario:text`, `scenario:calls`, `scenario:busy`, `scenario:wrong`, `scenario:cut`, `scenario:late` (an error
within a stream, once there is content), `scenario:early` (before there is any) or `scenario:slow` gets that. All dialects say the same, in their own words; these words are written
after the makers' documentation.
"""

import base64
import json
import re
import struct
import threading
import time
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

TEXT = ["The answer", " is ", "42 – “surely”."]
CITIES = ["Paris", "Rome"]
# What every answer has used: 11 tokens of input with 3 of them cached, and 7 of output.
INPUT, CACHED, OUTPUT = 11, 3, 7


def arguments(city: str) -> str:
    return json.dumps({"city": city})


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


@dataclass
class Failure:
    status: int
    body: dict
    headers: dict = field(default_factory=dict)


def event(data, name: str | None = None) -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


class Gemini:
    content_type = "text/event-stream"
    usage = {
        "promptTokenCount": INPUT, "cachedContentTokenCount": CACHED, "candidatesTokenCount": OUTPUT - 2,
        "thoughtsTokenCount": 2, "totalTokenCount": INPUT + OUTPUT}

    def chunk(self, parts, finish=None) -> dict:
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        return {"candidates": [candidate], "modelVersion": "gemini", "responseId": "r1", "usageMetadata": self.usage}

    def calls(self):
        return [{"functionCall": {"name": "weather", "args": {"city": city}}} for city in CITIES]

    def whole(self, scenario):
        return self.chunk(self.calls() if scenario == "calls" else [{"text": "".join(TEXT)}], "STOP")

    def pieces(self, scenario):
        if scenario == "calls":
            return [event(self.chunk([call], "STOP" if call is self.calls()[-1] else None)) for call in self.calls()] + [
                event(self.chunk([], "STOP"))]
        return [event(self.chunk([{"text": text}])) for text in TEXT] + [event(self.chunk([{"text": ""}], "STOP"))]

    def late(self):
        return event({"error": {"code": 503, "message": "gemini is overloaded", "status": "UNAVAILABLE"}})

    def failure(self, scenario):
        if scenario == "busy":
            retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7s"}
            return Failure(429, {"error": {
                "code": 429, "message": "gemini is busy", "status": "RESOURCE_EXHAUSTED", "details": [retry]}})
        return Failure(400, {"error": {"code": 400, "message": "gemini does not like it", "status": "INVALID_ARGUMENT"}})

    def limit(self, body):
        return body["generationConfig"]["maxOutputTokens"]

    def tools(self, body):
        return [tool["name"] for tool in body["tools"][0]["functionDeclarations"]]

    def image(self, body):
        return [part["inlineData"]["data"] for part in body["contents"][-1]["parts"] if "inlineData" in part]


class Bedrock:
    content_type = "application/vnd.amazon.eventstream"
    usage = {
        "inputTokens": INPUT - CACHED, "cacheReadInputTokens": CACHED, "outputTokens": OUTPUT, "totalTokens": INPUT + OUTPUT}

    def frame(self, kind: str, payload: dict, message="event") -> bytes:
        def header(name, value):
            name, value = name.encode(), value.encode()
            return bytes([len(name)]) + name + b"\x07" + struct.pack(">H", len(value)) + value

        names = header(":event-type" if message == "event" else ":exception-type", kind)
        headers = names + header(":content-type", "application/json") + header(":message-type", message)
        body = json.dumps(payload, ensure_ascii=False).encode()
        prelude = struct.pack(">II", 16 + len(headers) + len(body), len(headers))
        frame = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + body
        return frame + struct.pack(">I", zlib.crc32(frame))

    def whole(self, scenario):
        content = [{"text": "".join(TEXT)}]
        if scenario == "calls":
            content = [
                {"toolUse": {"toolUseId": f"tooluse_{city}", "name": "weather", "input": {"city": city}}}
                for city in CITIES]
        return {
            "output": {"message": {"role": "assistant", "content": content}}, "usage": self.usage,
            "stopReason": "tool_use" if scenario == "calls" else "end_turn", "metrics": {"latencyMs": 1}}

    def pieces(self, scenario):
        yield self.frame("messageStart", {"role": "assistant", "p": "abc"})
        if scenario == "calls":
            for index, city in enumerate(CITIES):
                start = {"toolUse": {"toolUseId": f"tooluse_{city}", "name": "weather"}}
                yield self.frame("contentBlockStart", {"contentBlockIndex": index, "start": start})
                text = arguments(city)
                for piece in [text[:5], text[5:]]:
                    delta = {"toolUse": {"input": piece}}
                    yield self.frame("contentBlockDelta", {"contentBlockIndex": index, "delta": delta})
                yield self.frame("contentBlockStop", {"contentBlockIndex": index})
        else:
            for text in TEXT:
                yield self.frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}})
            yield self.frame("contentBlockStop", {"contentBlockIndex": 0})
        yield self.frame("messageStop", {"stopReason": "tool_use" if scenario == "calls" else "end_turn"})
        yield self.frame("metadata", {"usage": self.usage, "metrics": {"latencyMs": 1}})

    def late(self):
        return self.frame("serviceUnavailableException", {"message": "bedrock is overloaded"}, "exception")

    def failure(self, scenario):
        if scenario == "busy":
            return Failure(429, {"message": "bedrock is busy"}, {"x-amzn-errortype": "ThrottlingException:http://x/"})
        return Failure(400, {"message": "bedrock does not like it"}, {"x-amzn-errortype": "ValidationException"})

    def limit(self, body):
        return body["inferenceConfig"]["maxTokens"]

    def tools(self, body):
        return [tool["toolSpec"]["name"] for tool in body["toolConfig"]["tools"]]

    def image(self, body):
        blocks = body["messages"][-1]["content"]
        return [block["image"]["source"]["bytes"] for block in blocks if "image" in block]


class Cohere:
    content_type = "text/event-stream"
    usage = {
        "billed_units": {"input_tokens": INPUT, "output_tokens": OUTPUT},
        "tokens": {"input_tokens": 507, "output_tokens": 10}}

    def whole(self, scenario):
        message = {"role": "assistant", "content": [{"type": "text", "text": "".join(TEXT)}]}
        if scenario == "calls":
            message = {"role": "assistant", "tool_calls": [
                {"id": f"weather_{city}", "type": "function", "function": {"name": "weather", "arguments": arguments(city)}}
                for city in CITIES]}
        finish = "TOOL_CALL" if scenario == "calls" else "COMPLETE"
        return {"id": "c1", "message": message, "finish_reason": finish, "usage": self.usage}

    def pieces(self, scenario):
        def named(kind, **more):
            return event({"type": kind, **more}, kind)

        yield named("message-start", id="c1", delta={"message": {"role": "assistant", "content": []}})
        if scenario == "calls":
            for index, city in enumerate(CITIES):
                call = {"id": f"weather_{city}", "type": "function", "function": {"name": "weather", "arguments": ""}}
                yield named("tool-call-start", index=index, delta={"message": {"tool_calls": call}})
                text = arguments(city)
                for piece in [text[:5], text[5:]]:
                    call = {"function": {"arguments": piece}}
                    yield named("tool-call-delta", index=index, delta={"message": {"tool_calls": call}})
                yield named("tool-call-end", index=index)
        else:
            yield named("content-start", index=0, delta={"message": {"content": {"type": "text", "text": ""}}})
            for text in TEXT:
                yield named("content-delta", index=0, delta={"message": {"content": {"text": text}}})
            yield named("content-end", index=0)
        finish = "TOOL_CALL" if scenario == "calls" else "COMPLETE"
        yield named("message-end", delta={"finish_reason": finish, "usage": self.usage})
        yield event("[DONE]")

    def late(self):
        return event({"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "cohere is overloaded"}}, "message-end")

    def failure(self, scenario):
        if scenario == "busy":
            return Failure(429, {"id": "1", "message": "cohere is busy"}, {"retry-after": "7"})
        return Failure(422, {"id": "1", "message": "cohere does not like it"})

    def limit(self, body):
        return body["max_tokens"]

    def tools(self, body):
        return [tool["function"]["name"] for tool in body["tools"]]

    def image(self, body):
        parts = body["messages"][-1]["content"]
        return [part["image_url"]["url"].split(",")[1] for part in parts if part["type"] == "image_url"]


class OpenAI:
    """OpenAI's chats, as Azure has them."""
    content_type = "text/event-stream"
    name = "azure"
    usage = {
        "prompt_tokens": INPUT, "completion_tokens": OUTPUT, "total_tokens": INPUT + OUTPUT,
        "prompt_tokens_details": {"cached_tokens": CACHED}}

    def call(self, index, city):
        return {
            "index": index, "id": f"call{city:0<5}"[:9], "type": "function",
            "function": {"name": "weather", "arguments": arguments(city)}}

    def whole(self, scenario):
        message = {"role": "assistant", "content": "".join(TEXT)}
        if scenario == "calls":
            message = {"role": "assistant", "content": None, "tool_calls": [
                self.call(index, city) for index, city in enumerate(CITIES)]}
        finish = "tool_calls" if scenario == "calls" else "stop"
        choice = {"index": 0, "message": message, "finish_reason": finish}
        return {
            "id": "o1", "object": "chat.completion", "created": 1, "model": self.name, "choices": [choice],
            "usage": self.usage}

    def chunk(self, delta, finish=None, usage=None):
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}] if usage is None or self.name == "mistral" else []
        chunk = {"id": "o1", "object": "chat.completion.chunk", "created": 1, "model": self.name, "choices": choices}
        return event({**chunk, "usage": usage} if usage else chunk)

    def pieces(self, scenario):
        yield self.chunk({"role": "assistant", "content": ""})
        if scenario == "calls":
            for index, city in enumerate(CITIES):
                yield self.chunk({"tool_calls": [self.call(index, city)]})
        else:
            for text in TEXT:
                yield self.chunk({"content": text})
        finish = "tool_calls" if scenario == "calls" else "stop"
        if self.name == "mistral":
            yield self.chunk({"content": ""}, finish, self.usage)
        else:
            yield self.chunk({}, finish)
            yield self.chunk({}, None, self.usage)
        yield event("[DONE]")

    def late(self):
        return event({"error": {"message": f"{self.name} is overloaded", "type": "server_error", "code": 503}})

    def failure(self, scenario):
        if scenario == "busy":
            return Failure(429, {"error": {"message": f"{self.name} is busy", "code": "429"}}, {"retry-after": "7"})
        return Failure(400, {"error": {"message": f"{self.name} does not like it", "code": "BadRequest"}})

    def limit(self, body):
        return body.get("max_completion_tokens", body.get("max_tokens"))

    def tools(self, body):
        return [tool["function"]["name"] for tool in body["tools"]]

    def image(self, body):
        def url(part):
            return part["image_url"] if isinstance(part["image_url"], str) else part["image_url"]["url"]

        parts = body["messages"][-1]["content"]
        return [url(part).split(",")[1] for part in parts if part["type"] == "image_url"]


class Mistral(OpenAI):
    name = "mistral"

    def failure(self, scenario):
        if scenario == "busy":
            return Failure(429, {"object": "error", "message": "mistral is busy", "type": "rate_limited", "code": "1300"}, {"retry-after": "7"})
        return Failure(422, {"object": "error", "message": "mistral does not like it", "type": "invalid_request_error"})


class Responses:
    content_type = "text/event-stream"
    usage = {
        "input_tokens": INPUT, "input_tokens_details": {"cached_tokens": CACHED, "cache_write_tokens": 0},
        "output_tokens": OUTPUT, "output_tokens_details": {"reasoning_tokens": 2}, "total_tokens": INPUT + OUTPUT}

    def response(self, output, status="completed", usage=None):
        return {
            "id": "resp_1", "object": "response", "created_at": 1, "status": status, "model": "gpt", "output": output,
            "error": None, "incomplete_details": None, "usage": usage}

    def item(self, scenario):
        if scenario == "calls":
            return [
                {"type": "function_call", "id": f"fc_{city}", "call_id": f"call_{city}", "name": "weather",
                 "arguments": arguments(city), "status": "completed"} for city in CITIES]
        part = {"type": "output_text", "text": "".join(TEXT), "annotations": []}
        return [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}]

    def whole(self, scenario):
        return self.response(self.item(scenario), usage=self.usage)

    def pieces(self, scenario):
        numbers = iter(range(1_000))

        def named(kind, **more):
            return event({"type": kind, "sequence_number": next(numbers), **more}, kind)

        yield named("response.created", response=self.response([], "in_progress"))
        for index, item in enumerate(self.item(scenario)):
            if scenario == "calls":
                begun = {**item, "arguments": "", "status": "in_progress"}
                yield named("response.output_item.added", output_index=index, item=begun)
                text = item["arguments"]
                for piece in [text[:5], text[5:]]:
                    yield named(
                        "response.function_call_arguments.delta", item_id=item["id"], output_index=index, delta=piece)
                yield named(
                    "response.function_call_arguments.done", item_id=item["id"], output_index=index, arguments=text)
            else:
                place = {"item_id": "msg_1", "output_index": index, "content_index": 0}
                begun = {**item, "content": [], "status": "in_progress"}
                yield named("response.output_item.added", output_index=index, item=begun)
                empty = {"type": "output_text", "text": "", "annotations": []}
                yield named("response.content_part.added", **place, part=empty)
                for text in TEXT:
                    yield named("response.output_text.delta", **place, delta=text)
                yield named("response.output_text.done", **place, text="".join(TEXT))
                yield named("response.content_part.done", **place, part=item["content"][0])
            yield named("response.output_item.done", output_index=index, item=item)
        yield named("response.completed", response=self.whole(scenario))

    def late(self):
        return event({"type": "error", "code": "server_error", "message": "responses is overloaded", "param": None}, "error")

    def failure(self, scenario):
        if scenario == "busy":
            error = {"message": "responses is busy", "type": "requests", "code": "rate_limit_exceeded", "param": None}
            return Failure(429, {"error": error}, {"retry-after": "7"})
        error = {"message": "responses does not like it", "type": "invalid_request_error", "code": None, "param": None}
        return Failure(400, {"error": error})

    def limit(self, body):
        return body["max_output_tokens"]

    def tools(self, body):
        return [tool["name"] for tool in body["tools"]]

    def image(self, body):
        parts = body["input"][-1]["content"]
        return [part["image_url"].split(",")[1] for part in parts if part["type"] == "input_image"]


class Claude:
    """Anthropic's dialect, as Vertex has it."""
    content_type = "text/event-stream"
    usage = {
        "input_tokens": INPUT - CACHED, "cache_read_input_tokens": CACHED, "cache_creation_input_tokens": 0,
        "output_tokens": OUTPUT}

    def blocks(self, scenario):
        if scenario == "calls":
            return [
                {"type": "tool_use", "id": f"toolu_vrtx_{city}", "name": "weather", "input": {"city": city}}
                for city in CITIES]
        return [{"type": "text", "text": "".join(TEXT)}]

    def whole(self, scenario):
        return {
            "id": "msg_vrtx_1", "of_a_later_day": {"is": "kept"}, "type": "message", "role": "assistant", "model": "claude",
            "content": self.blocks(scenario), "stop_sequence": None,
            "stop_reason": "tool_use" if scenario == "calls" else "end_turn", "usage": self.usage}

    def pieces(self, scenario):
        def named(kind, **more):
            return event({"type": kind, **more}, kind)

        begun = {**self.whole(scenario), "content": [], "stop_reason": None, "usage": {**self.usage, "output_tokens": 1}}
        yield named("message_start", message=begun)
        for index, block in enumerate(self.blocks(scenario)):
            if scenario == "calls":
                yield named("content_block_start", index=index, content_block={**block, "input": {}})
                text = json.dumps(block["input"])
                deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in [text[:5], text[5:]]]
            else:
                yield named("content_block_start", index=index, content_block={"type": "text", "text": ""})
                deltas = [{"type": "text_delta", "text": text} for text in TEXT]
            for delta in deltas:
                yield named("content_block_delta", index=index, delta=delta)
            yield named("content_block_stop", index=index)
        stop = {"stop_reason": self.whole(scenario)["stop_reason"], "stop_sequence": None}
        yield named("message_delta", delta=stop, usage={"output_tokens": OUTPUT})
        yield named("message_stop")

    def late(self):
        error = {"type": "overloaded_error", "message": "claude is overloaded"}
        return event({"type": "error", "error": error}, "error")

    def failure(self, scenario):
        kind = "rate_limit_error" if scenario == "busy" else "invalid_request_error"
        message = "claude is busy" if scenario == "busy" else "claude does not like it"
        body = {"type": "error", "error": {"type": kind, "message": message}}
        return Failure(429 if scenario == "busy" else 400, body, {"retry-after": "7"})

    def limit(self, body):
        return body["max_tokens"]

    def tools(self, body):
        return [tool["name"] for tool in body["tools"]]

    def image(self, body):
        return [part["source"]["data"] for part in body["messages"][-1]["content"] if part["type"] == "image"]


# By what stands in the path. Each streams where the path or the body says so.
SPEAKERS = [
    (r"/v1beta/models/[^/]+:", Gemini()), (r"/publishers/google/models/", Gemini()),
    (r"/publishers/anthropic/models/", Claude()), (r"/model/[^/]+/converse", Bedrock()), (r"^/v2/chat$", Cohere()),
    (r"^/mistral/v1/chat/completions$", Mistral()), (r"^/openai/", OpenAI()), (r"^/gpt/v1/responses$", Responses())]


class TokenDesk:
    """Google's address for tokens: counts them, and lets nobody in whose assertion is not well signed."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        self.assertions: list[dict] = []
        self.expires_in, self.fails, self.delay = 3_600, False, 0.0
        self.lock = threading.Lock()

    def key_file(self, token_uri: str) -> str:
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return json.dumps({
            "type": "service_account", "project_id": "file-project", "private_key_id": "key-1",
            "private_key": pem.decode(), "client_email": "robot@example.iam.gserviceaccount.com", "token_uri": token_uri})

    def answer(self, body: bytes) -> tuple[int, dict]:
        fields = dict(pair.split("=", 1) for pair in body.decode().split("&"))
        head, claims, signature = fields["assertion"].split(".")

        def decoded(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

        self.key.public_key().verify(
            decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        with self.lock:
            self.assertions.append({"head": json.loads(decoded(head)), "claims": json.loads(decoded(claims)), **fields})
            number = len(self.assertions)
        if self.fails:
            return 400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
        return 200, {"access_token": f"ya29.token-{number}", "expires_in": self.expires_in, "token_type": "Bearer"}


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
