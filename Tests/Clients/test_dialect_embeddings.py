"""OpenAI's SDK and Google's ask for embeddings of providers that speak other dialects."""

import openai
import pytest
from google.genai import errors, types

from dialect_gateway import client, gateway, google, provider
from money import nanodollars
from speakers.embeddings import TOKENS, vector

TEXTS = ["one", "and another"]
# Of Gemini's first models there is no count.
TARGETS = {
    "cohere/embed-v4.0": "/v2/embed",
    "gemini/gemini-embedding-001": "/v1beta/models/gemini-embedding-001:batchEmbedContents",
    "vertex/text-embedding-005": "/v1/projects/acme/locations/europe-west4/publishers/google/models/text-embedding-005:predict",
    "bedrock/us.cohere.embed-v4:0": "/model/us.cohere.embed-v4%3A0/invoke",
    "mistral/mistral-embed": "/mistral/v1/embeddings"}
ALL = pytest.mark.parametrize("target", TARGETS)
# What OpenAI's SDK says goes there as it is.
GOOGLES_TARGETS = {**TARGETS, "gpt/text-embedding-3-small": "/gpt/v1/embeddings"}


@ALL
@pytest.mark.parametrize("how", [{}, {"encoding_format": "float"}], ids=["base64", "float"])
def test_vectors_come_with_their_count_and_cost(client, gateway, provider, target, how):
    """The SDK asks for base64 where nothing is said."""
    raw = client.embeddings.with_raw_response.create(model=target, input=TEXTS, **how)
    answer = raw.parse()
    assert [one.embedding for one in answer.data] == [vector(text) for text in TEXTS]
    assert [one.index for one in answer.data] == [0, 1] and answer.model
    assert provider.last.path == TARGETS[target]
    [entry] = gateway.entries(raw.headers["x-tuppence-request-id"])
    is_counted = not target.startswith("gemini/")
    assert (entry["status"], entry["estimated"]) == ("completed", not is_counted)
    if is_counted:
        assert answer.usage.prompt_tokens == TOKENS * len(TEXTS)
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == entry["usage"]["input"] > 0
    assert entry["cost_nanodollars"] == nanodollars(answer.usage.model_extra["cost"]) == entry["usage"]["input"] * 1_000


def test_titan_embeds_one_text(client, provider):
    titan = "bedrock/amazon.titan-embed-text-v2:0"
    answer = client.embeddings.create(model=titan, input="one", dimensions=256)
    assert answer.data[0].embedding == vector("one") and answer.usage.prompt_tokens == TOKENS
    assert provider.last.json == {"inputText": "one", "dimensions": 256}
    seen = len(provider.requests)
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model=titan, input=TEXTS)
    assert caught.value.param == "input" and "one text at a time" in caught.value.message
    assert len(provider.requests) == seen


@pytest.mark.parametrize("model, rate", [
    ("amazon.titan-embed-text-v1", 100), ("cohere.embed-multilingual-v3", 100), ("global.cohere.embed-v4:0", 120)])
def test_bedrocks_models_have_their_prices_in_the_catalogue(client, gateway, model, rate):
    """In nanodollars for each token."""
    raw = client.embeddings.with_raw_response.create(model=f"bedrock/{model}", input="one")
    [entry] = gateway.entries(raw.headers["x-tuppence-request-id"])
    tokens = raw.parse().usage.prompt_tokens
    assert tokens > 0 and not entry["estimated"]
    assert entry["rate_card"].startswith("catalogue") and entry["cost_nanodollars"] == tokens * rate


@ALL
def test_tokens_are_refused_in_a_sentence(client, provider, target):
    seen = len(provider.requests)
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model=target, input=[[1, 2], [3]])
    assert caught.value.param == "input" and "takes text" in caught.value.message
    assert len(provider.requests) == seen


@ALL
def test_dimensions_and_the_purpose_arrive_in_the_dialects_own_words(client, provider, target):
    raw = client.embeddings.with_raw_response.create(
        model=target, input=TEXTS, dimensions=64, user="u-1", extra_body={"input_type": "search_query"})
    sent = provider.last.body.decode()
    assert "64" in sent and "u-1" not in sent
    assert ("search_query" in sent or "RETRIEVAL_QUERY" in sent) == (not target.startswith("mistral/"))
    dropped = "input_type, user" if target.startswith("mistral/") else "user"
    assert raw.headers["x-tuppence-dropped"] == dropped


@ALL
def test_a_providers_error_is_the_exception_that_the_sdk_has_for_it(client, target):
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model=target, input=["scenario:wrong"])
    assert "it does not like it" in caught.value.message


@pytest.mark.parametrize("target", GOOGLES_TARGETS)
def test_googles_sdk_gets_vectors_with_their_count_from_every_dialect(google, gateway, provider, target):
    answer = google.models.embed_content(
        model=target, contents=TEXTS,
        config=types.EmbedContentConfig(task_type="RETRIEVAL_DOCUMENT", title="Two", output_dimensionality=64))
    assert [one.values for one in answer.embeddings] == [vector(text) for text in TEXTS]
    assert provider.last.path == GOOGLES_TARGETS[target] and "64" in provider.last.body.decode()
    headers = answer.sdk_http_response.headers
    [entry] = gateway.entries(headers["x-tuppence-request-id"])
    assert (entry["status"], entry["estimated"]) == ("completed", target.startswith("gemini/"))
    assert answer.usage_metadata.prompt_token_count == answer.usage_metadata.total_token_count == entry["usage"]["input"] > 0
    assert entry["cost_nanodollars"] == entry["usage"]["input"] * 1_000
    knows_titles = target.startswith(("gemini/", "vertex/"))
    assert ("title" in headers.get("x-tuppence-dropped", "")) != knows_titles


def test_googles_sdk_gets_its_own_exception(google):
    with pytest.raises(errors.ClientError) as caught:
        google.models.embed_content(model="cohere/embed-v4.0", contents="scenario:wrong")
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    assert "it does not like it" in caught.value.message
    with pytest.raises(errors.ClientError) as caught:
        google.models.embed_content(
            model="cohere/embed-v4.0", contents=types.Part.from_bytes(data=b"x", mime_type="image/png"))
    assert caught.value.code == 400 and "Only text is embedded here" in caught.value.message
