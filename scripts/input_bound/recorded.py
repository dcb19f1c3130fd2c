"""Recorded requests in OpenAI's dialect, and the input that their providers counted."""

import fnmatch
import json
from dataclasses import dataclass, field
from pathlib import Path

APIS = ("openai.chat", "openai.completions", "openai.embeddings")


@dataclass
class Request:
    name: str
    provider: str
    # As the request names it, and as the answer does.
    model: str
    count: int
    body: dict = field(repr=False)


def requests(folder: Path):
    found = []
    for api in APIS:
        for path in sorted(folder.glob(f"*/{api}/*.json")):
            exchange = json.loads(path.read_text())
            body = (exchange["request"] or {}).get("body")
            usage, model = usage_of(exchange["response"])
            if not isinstance(body, dict) or not usage or not is_readable(body):
                continue
            body = for_one_model(body)
            # What was read from a cache counts as input that it is; Azure's Grok counts more of that than of the whole.
            count = usage["prompt_tokens"]
            # A deployment is named in the address, and by the answer.
            body = {**body, "model": model or body.get("model") or "unknown"} if not body.get("model") else body
            found.append(Request(str(path.relative_to(folder)), exchange["provider"], body["model"], count, body))
    return found


def for_one_model(body):
    """The request without the other models that it names: the gateway refuses those, and they are no input."""
    body = {name: value for name, value in body.items() if name not in ("models", "fallbacks")}
    if any("advisor" in tool.get("type", "") for tool in body.get("tools") or []):
        body["tools"] = [tool for tool in body["tools"] if "advisor" not in tool.get("type", "")]
    return body


def is_readable(body):
    """Whether the gateway takes it: some recordings are of requests that are to be refused."""
    if "messages" in body:
        messages = body["messages"]
        return bool(messages) and isinstance(messages, list) and all(isinstance(item, dict) for item in messages)
    return bool(body.get("input") or body.get("prompt"))


def usage_of(response):
    body = response["body"]
    documents = []
    if response["body_encoding"] == "json" and isinstance(body, dict):
        documents = [body]
    elif response["body_encoding"] == "sse":
        lines = (line[5:].strip() for line in body.splitlines() if line.startswith("data:"))
        documents = [document for line in lines if (document := document_of(line)) is not None]
    usage, model = None, None
    for document in documents:
        model = document.get("model") or model
        for found in (document.get("usage"), (document.get("x_groq") or {}).get("usage")):
            if isinstance(found, dict) and found.get("prompt_tokens"):
                usage = found
    return usage, model


def document_of(line):
    """One that two events were run together in is passed over."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


class Explanations:
    """Lines `pattern of file names or models | reason`; the first that fits holds."""

    def __init__(self, path):
        self.entries = []
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                pattern, reason = (part.strip() for part in line.split("|"))
                self.entries.append({"line": line, "pattern": pattern, "reason": reason, "used": False})

    def reason(self, request):
        names = (request.name, request.model, f"{request.provider}/{request.model}")
        for entry in self.entries:
            if any(fnmatch.fnmatch(name, entry["pattern"]) for name in names):
                entry["used"] = True
                return entry["reason"]
        return None

    def unused(self):
        return [entry["line"] for entry in self.entries if not entry["used"]]
