"""A provider that speaks every dialect but OpenAI's chats alone, each at its own path, and answers as the prompt says.

A prompt with `scenario:text`, `scenario:calls`, `scenario:busy`, `scenario:wrong`, `scenario:cut`, `scenario:late` (an error
within a stream, once there is content), `scenario:early` (before there is any) or `scenario:slow` gets that. All dialects say the same, in their own words; these words are written
after the makers' documentation.
"""

import re

from fake_provider import Answer, End, FakeProvider, Piece, Request, stream, whole
from speakers.bedrock import Bedrock
from speakers.chats import Mistral, OpenAI
from speakers.claude import Claude
from speakers.cohere import Cohere
from speakers.embeddings import (
    BedrockCohereEmbeddings, CohereEmbeddings, Embeddings, GeminiEmbeddings, MistralEmbeddings, OpenAIEmbeddings,
    TitanEmbeddings, VertexEmbeddings)
from speakers.gemini import Gemini
from speakers.responses import Responses
from token_desk import TokenDesk

# By what stands in the path. Each streams where the path or the body says so.
SPEAKERS = [
    (r":batchEmbedContents$", GeminiEmbeddings()), (r":predict$", VertexEmbeddings()), (r"^/v2/embed$", CohereEmbeddings()),
    (r"/model/amazon.titan-embed.*/invoke$", TitanEmbeddings()), (r"cohere.embed.*/invoke$", BedrockCohereEmbeddings()),
    (r"^/mistral/v1/embeddings$", MistralEmbeddings()), (r"^/gpt/v1/embeddings$", OpenAIEmbeddings()),
    (r"/v1beta/models/[^/]+:", Gemini()), (r"/publishers/google/models/", Gemini()),
    (r"/publishers/anthropic/models/", Claude()), (r"/model/[^/]+/converse", Bedrock()), (r"^/v2/chat$", Cohere()),
    (r"^/mistral/v1/chat/completions$", Mistral()), (r"^/openai/", OpenAI()), (r"^/gpt/v1/responses$", Responses())]


def scenario(request: Request) -> str:
    found = re.findall(rb"scenario:(\w+)", request.body)
    return found[-1].decode() if found else "text"


class DialectProvider(FakeProvider):
    def __init__(self):
        self.desk = TokenDesk()
        self.refused_tokens: set[str] = set()
        super().__init__(self.say)

    def stop(self):
        self.desk.stop()
        super().stop()

    def speaker(self, path: str):
        return next(speaker for pattern, speaker in SPEAKERS if re.search(pattern, path.partition("?")[0]))

    def say(self, request: Request) -> Answer:
        if request.headers.get("authorization", "").removeprefix("Bearer ") in self.refused_tokens:
            return whole({"error": {"code": 401, "message": "this token is no more", "status": "UNAUTHENTICATED"}}, 401)
        speaker, wanted = self.speaker(request.path), scenario(request)
        if wanted in ("busy", "wrong"):
            failure = speaker.failure(wanted)
            return whole(failure.body, failure.status, failure.headers)
        if isinstance(speaker, Embeddings):
            return whole(speaker.answer(request.json), fields=speaker.headers)
        if "stream" not in request.path.partition("?")[0].lower() and not request.streams:
            return whole(speaker.whole(wanted))
        pieces = list(speaker.pieces("calls" if wanted == "calls" else "text"))
        # Behind the first words, and before the last.
        middle = len(pieces) // 2
        if wanted == "cut":
            pieces = pieces[:middle]
        if wanted == "late":
            pieces = [*pieces[:middle], speaker.late()]
        if wanted == "early":
            pieces = [speaker.late()]
        # In pieces that break events, frames and characters anywhere.
        data = b"".join(pieces)
        told: list[Piece] = [data[start:start + 37] for start in range(0, len(data), 37)]
        if wanted == "slow":
            told = [piece for each in told for piece in (0.1, each)]
        return stream(*told, *([End.CLOSE] if wanted == "cut" else []), fields={"content-type": speaker.content_type})
