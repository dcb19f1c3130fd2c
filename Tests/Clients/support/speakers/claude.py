"""Claude, as Vertex has it."""

import json

from speakers.words import CACHED, CITIES, Failure, INPUT, OUTPUT, TEXT, event


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
