"""Gemini's dialect, at AI Studio and at Vertex."""

from speakers.words import CACHED, CITIES, Failure, INPUT, OUTPUT, TEXT, event


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
