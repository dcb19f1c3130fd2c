"""Whether a request is one that its provider takes, by the maker's own library: none of our code has a say in it."""

import anthropic.types.message_create_params
import botocore.loaders
import botocore.model
import botocore.validate
import openai.types.chat.completion_create_params
import openai.types.responses.response_create_params
import pydantic
from google.genai import types

CHAT = pydantic.TypeAdapter(openai.types.chat.completion_create_params.CompletionCreateParamsNonStreaming)
RESPONSE = pydantic.TypeAdapter(openai.types.responses.response_create_params.ResponseCreateParamsNonStreaming)
MESSAGE = pydantic.TypeAdapter(anthropic.types.message_create_params.MessageCreateParamsNonStreaming)
CONVERSE = botocore.model.ServiceModel(
    botocore.loaders.Loader().load_service_model("bedrock-runtime", "service-2")).operation_model("Converse")


def known(body: dict, params) -> dict:
    """Every member of `body` is one of `params`, a TypedDict; without `stream`, which has a type of its own."""
    body = {name: value for name, value in body.items() if name != "stream"}
    unknown = set(body) - set(params.__annotations__)
    assert not unknown, unknown
    return body


def converse(shape, value: dict) -> None:
    report = botocore.validate.ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()


def bedrock(body: dict) -> None:
    converse(CONVERSE.input_shape, {"modelId": "m", **body})


def gemini(body: dict) -> None:
    # What may stand in a request (https://ai.google.dev/api/generate-content, read 2026-11).
    assert set(body) <= {"contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "labels"}, set(body)
    for content in [*body["contents"], *([body["systemInstruction"]] if "systemInstruction" in body else [])]:
        types.Content.model_validate(content)
    for tool in body.get("tools", []):
        types.Tool.model_validate(tool)
    types.ToolConfig.model_validate(body.get("toolConfig", {}))
    types.GenerationConfig.model_validate(body["generationConfig"])


def responses(body: dict) -> None:
    body = known(body, openai.types.responses.response_create_params.ResponseCreateParamsBase)
    # The type asks for the id of what an assistant said; the API takes it without, as clients of all kinds send it.
    given = {"id": "msg_1", "status": "completed"}
    said = [
        {**given, **item, "content": [{"annotations": [], **part} for part in item["content"]]}
        if item.get("role") == "assistant" else item for item in body["input"]]
    RESPONSE.validate_python({**body, "input": said})


def chat(body: dict) -> None:
    CHAT.validate_python(known(body, openai.types.chat.completion_create_params.CompletionCreateParamsBase))


def claude(body: dict) -> None:
    """At Vertex: without a model, with a version."""
    body = {"model": "m", **body}
    assert body.pop("anthropic_version") == "vertex-2023-10-16"
    # Of models up to 4.6; the library knows them no more.
    body = {name: value for name, value in body.items() if name not in ("temperature", "top_p", "top_k")}
    MESSAGE.validate_python(known(body, anthropic.types.message_create_params.MessageCreateParamsBase))
