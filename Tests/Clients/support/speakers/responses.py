"""OpenAI's Responses."""

from speakers.words import CACHED, CITIES, Failure, INPUT, OUTPUT, TEXT, arguments, event


class Responses:
    content_type = "text/event-stream"
    usage = {
        "input_tokens": INPUT, "input_tokens_details": {"cached_tokens": CACHED, "cache_write_tokens": 0},
        "output_tokens": OUTPUT, "output_tokens_details": {"reasoning_tokens": 2}, "total_tokens": INPUT + OUTPUT}

    def response(self, output, status="completed", usage=None):
        return {
            "id": "resp_1", "object": "response", "created_at": 1, "status": status, "model": "gpt", "output": output,
            "error": None, "incomplete_details": None, "previous_response_id": None, "of_a_later_day": {"is": "kept"},
            "usage": usage}

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
        yield named("response.in_progress", response=self.response([], "in_progress"))
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
