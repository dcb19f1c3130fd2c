"""Cohere's chat."""

from speakers.words import CITIES, Failure, INPUT, OUTPUT, TEXT, arguments, event


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
