"""Finds every usage in a folder of recorded answers: one record an answer, with the documents it came in."""

import base64
import json
import re
import struct
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

# What has a usage object and is no answer that anybody is charged for by it.
NO_ANSWER = {
    "gemini.cachedContents": "the size of a cache, which is charged by the hour that it is kept",
    "gemini.countTokens": "a count that was asked for, free of charge",
    "anthropic.count_tokens": "a count that was asked for, free of charge",
    "bedrock.count_tokens": "a count that was asked for, free of charge",
    "openai.models": "the description of a model",
}
BATCHES = {"anthropic.batches", "gemini.batches", "mistral.batches", "openai.batches", "openai.files", "xai.batches"}
DIALECTS = {"openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "cohere": "cohere", "ollama": "ollama"}


@dataclass
class Record:
    name: str
    provider: str
    api: str
    model: str
    dialect: str
    # The JSON documents of the answer, in order; a stream has many.
    documents: list = field(repr=False)
    # Where the answer does not tell itself: it came with a batch.
    service: str | None = None

    @property
    def target(self) -> str:
        return f"{self.provider}/{self.model}"


def records(folder: Path):
    """All records, and for what is left out a list of (name, reason)."""
    found, left = [], []
    for path in sorted(folder.glob("*/*/*.json")):
        exchange = json.loads(path.read_text())
        name = str(path.relative_to(folder))
        documents = documents_of(exchange["response"])
        if not mentions_usage(documents):
            continue
        provider, api = exchange["provider"], exchange["api"]
        if api in NO_ANSWER:
            left.append((name, NO_ANSWER[api]))
            continue
        if api in BATCHES:
            answers = list(nested_answers(documents))
            for number, answer in enumerate(answers):
                found.append(record(f"{name}#{number}", exchange, [answer], provider, batch_dialect(api, answer)))
                found[-1].service = "batch"
            continue
        found.append(record(name, exchange, documents, provider, dialect_of(api, documents)))
    return found, left


def record(name, exchange, documents, provider, dialect):
    return Record(
        name, provider, exchange["api"], model_of(exchange, documents, provider), dialect, documents)


def documents_of(response):
    encoding, body = response["body_encoding"], response["body"]
    if encoding == "json":
        return [item for item in (body if isinstance(body, list) else [body]) if isinstance(item, dict)]
    if encoding in ("sse", "ndjson"):
        return [document for line in body.splitlines() if (document := line_document(line, encoding)) is not None]
    if encoding == "base64":
        return list(frames(base64.b64decode(body)))
    return []


def line_document(line, encoding):
    if encoding == "sse":
        if not line.startswith("data:"):
            return None
        line = line[5:]
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def frames(data):
    """The payloads of an AWS event stream; those of InvokeModel hold the model's own event in base64."""
    at = 0
    while at + 16 <= len(data):
        length, headers = struct.unpack(">II", data[at : at + 8])
        if length < 16 or at + length > len(data):
            return
        try:
            document = json.loads(data[at + 12 + headers : at + length - 4])
            if isinstance(document, dict) and isinstance(document.get("bytes"), str):
                document = json.loads(base64.b64decode(document["bytes"]))
        except ValueError:
            return
        if isinstance(document, dict):
            yield document
        at += length


USAGES = ("usage", "usageMetadata", "amazon-bedrock-invocationMetrics")


def mentions_usage(node):
    """Whether a usage object is anywhere in it, that of an old Cohere answer or of Ollama included."""
    if isinstance(node, list):
        return any(mentions_usage(item) for item in node)
    if not isinstance(node, dict):
        return False
    if any(isinstance(node.get(key), dict) for key in USAGES) or "prompt_eval_count" in node:
        return not is_guardrail(node)
    if isinstance(node.get("meta"), dict) and "billed_units" in node["meta"]:
        return True
    return any(mentions_usage(value) for key, value in node.items() if key not in ("trace", "invocationMetrics"))


def is_guardrail(node):
    return "topicPolicyUnits" in (node.get("usage") or {})


def nested_answers(node):
    """The answers within a batch's files: objects with a usage of their own."""
    if isinstance(node, list):
        for item in node:
            yield from nested_answers(item)
    elif isinstance(node, dict):
        if any(isinstance(node.get(key), dict) and node[key] for key in USAGES):
            yield node
        else:
            for value in node.values():
                yield from nested_answers(value)


def dialect_of(api, documents):
    family = api.split(".")[0]
    if api == "openai.responses":
        return "responses"
    if api.startswith("vertex.anthropic"):
        return "anthropic"
    if api.startswith("bedrock.converse"):
        return "bedrock"
    if api.startswith("bedrock.invoke"):
        return invoked_dialect(documents)
    if family == "cohere":
        # Others who rank by Cohere's schema count as OpenAI does.
        billed = any("billed_units" in json.dumps(document) for document in documents)
        return "cohere" if billed else "openai"
    return DIALECTS.get(family, "openai")


def invoked_dialect(documents):
    if any("amazon-bedrock-invocationMetrics" in document for document in documents):
        return "bedrock"
    text = json.dumps(documents)
    if '"billed_units"' in text:
        return "cohere"
    if '"inputTokens"' in text:
        return "bedrock"
    return "openai" if '"prompt_tokens"' in text else "anthropic"


def batch_dialect(api, answer):
    if api.startswith("openai") and "input_tokens" in (answer.get("usage") or {}):
        return "responses"
    return DIALECTS.get(api.split(".")[0], "openai")


def model_of(exchange, documents, provider):
    request = exchange.get("request") or {}
    url = request.get("url") or ""
    named = re.search(r"/models?/([^/?]+?)(?::[a-zA-Z]+)?(?:[/?]|$)", url)
    # Where the address names what is charged, the answer may have another name for it.
    if provider in ("bedrock", "vertex") and named:
        return urllib.parse.unquote(named.group(1))
    for document in documents:
        for place in (document, document.get("response"), document.get("message"), document.get("interaction")):
            if isinstance(place, dict):
                model = place.get("modelVersion") or place.get("model")
                if isinstance(model, str) and model:
                    return model.removeprefix("models/")
    body = request.get("body")
    if isinstance(body, dict) and isinstance(body.get("model"), str):
        return body["model"].removeprefix("models/")
    if isinstance(body, dict):
        for part in body.get("_multipart") or []:
            if isinstance(part, dict) and part.get("name") == "model":
                return str(part.get("value") or part.get("text") or "unknown")
    return urllib.parse.unquote(named.group(1)) if named else "unknown"
