"""Bedrock's Converse."""

import json
import struct
import zlib

from speakers.words import CACHED, CITIES, Failure, INPUT, OUTPUT, TEXT, arguments


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
