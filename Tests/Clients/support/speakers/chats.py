"""OpenAI's chats, and Mistral's."""

from speakers.words import CACHED, CITIES, Failure, INPUT, OUTPUT, TEXT, arguments, event


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
