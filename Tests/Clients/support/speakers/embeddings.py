"""Embeddings of every dialect that has them: for each text its length and a half, three tokens a text."""

import json

from speakers.words import Failure

TOKENS = 3


def vector(text: str) -> list[float]:
    return [float(len(text)), 0.5]


class Embeddings:
    headers: dict = {}

    def texts(self, body) -> list[str]:
        raise NotImplementedError

    def write(self, vectors: list[list[float]]) -> dict:
        raise NotImplementedError

    def answer(self, body) -> dict:
        return self.write([vector(text) for text in self.texts(body)])

    def failure(self, scenario):
        return Failure(400, {"error": {"message": "it does not like it", "code": 400}})


class CohereEmbeddings(Embeddings):
    def texts(self, body):
        assert body["input_type"] and body["embedding_types"] == ["float"] and body["truncate"] == "NONE"
        return body["texts"]

    def write(self, vectors):
        return {
            "id": "e1", "embeddings": {"float": vectors}, "response_type": "embeddings_by_type",
            "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": TOKENS * len(vectors)}}}


class GeminiEmbeddings(Embeddings):
    """Counts nothing, as models of the first generation do."""

    def texts(self, body):
        return [part["text"] for request in body["requests"] for part in request["content"]["parts"]]

    def write(self, vectors):
        return {"embeddings": [{"values": values} for values in vectors]}


class VertexEmbeddings(Embeddings):
    def texts(self, body):
        assert body["parameters"]["autoTruncate"] is False
        return [instance["content"] for instance in body["instances"]]

    def write(self, vectors):
        statistics = {"token_count": TOKENS, "truncated": False}
        return {"predictions": [{"embeddings": {"values": values, "statistics": statistics}} for values in vectors]}


class TitanEmbeddings(Embeddings):
    def texts(self, body):
        return [body["inputText"]]

    def write(self, vectors):
        return {"embedding": vectors[0], "inputTextTokenCount": TOKENS}


class BedrockCohereEmbeddings(CohereEmbeddings):
    """Counts in a header alone, for two texts."""

    headers = {"x-amzn-bedrock-input-token-count": str(2 * TOKENS)}

    def write(self, vectors):
        return {"id": "e1", "embeddings": {"float": vectors}, "response_type": "embeddings_by_type"}


class MistralEmbeddings(Embeddings):
    def texts(self, body):
        assert set(body) <= {"model", "input", "encoding_format", "output_dimension", "output_dtype", "metadata"}, json.dumps(body)
        return body["input"]

    def write(self, vectors):
        data = [{"object": "embedding", "index": index, "embedding": values} for index, values in enumerate(vectors)]
        count = TOKENS * len(vectors)
        return {
            "id": "e1", "object": "list", "model": "mistral-embed", "data": data,
            "usage": {"prompt_tokens": count, "total_tokens": count, "completion_tokens": 0}}


class OpenAIEmbeddings(MistralEmbeddings):
    """As they are asked for callers of another dialect."""

    def texts(self, body):
        assert set(body) <= {"model", "input", "dimensions"}, json.dumps(body)
        return body["input"]
