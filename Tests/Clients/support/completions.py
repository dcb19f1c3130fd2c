"""Answers in OpenAI's words, for the providers that tests make up."""

import json


def usage(input: int, output: int, **more) -> dict:
    return {"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output, **more}


def completion(text: str, usage: dict) -> str:
    return json.dumps({
        "id": "x", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}], "usage": usage})


def choice(finish=None, **delta) -> list:
    return [{"index": 0, "delta": delta, "finish_reason": finish}]


def chunk(choices: list, **more) -> str:
    event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}
    return f"data: {json.dumps(event)}\n\n"


DONE = "data: [DONE]\n\n"


def events(text: str, usage: dict) -> list[str]:
    """A whole stream, event by event."""
    return [
        chunk(choice(role="assistant", content="")), chunk(choice(content=text)), chunk(choice("stop")), chunk([], usage=usage), DONE]
