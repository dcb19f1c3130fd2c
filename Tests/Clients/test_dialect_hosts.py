"""Where each target is asked, and how it is told who asks."""

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from dialect_gateway import AWS, ask, check_booked, claude, client, gateway, provider, say
from programs import tuppence


@pytest.mark.parametrize("target, field, value", [
    ("gemini/gemini-2.5-flash", "x-goog-api-key", "gemini-key"),
    ("vertex-token/gemini-2.5-pro", "authorization", "Bearer ya29.static"),
    ("bedrock-key/amazon.nova-lite-v1:0", "authorization", "Bearer bedrock-key"),
    ("cohere/command-a-03-2025", "authorization", "Bearer cohere-key"),
    ("mistral/mistral-large-latest", "authorization", "Bearer mistral-key"),
    ("azure/my gpt", "api-key", "azure-key"), ("azure-v1/gpt-4o", "authorization", "Bearer entra-token"),
    ("gpt/gpt-4.1", "authorization", "Bearer gpt-key")])
def test_each_gets_its_key_in_its_own_field_and_no_other(client, provider, target, field, value):
    client.chat.completions.create(model=target, max_tokens=50, messages=say())
    fields = {name: provider.last.headers.get(name) for name in ("authorization", "x-goog-api-key", "api-key", "x-api-key")}
    assert fields == {name: value if name == field else None for name in fields}


@pytest.mark.parametrize("target, path, streamed", [
    ("gemini/gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent",
     "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
    ("vertex/gemini-2.5-flash", "/v1/projects/acme/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent",
     "/v1/projects/acme/locations/europe-west4/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
    ("vertex/claude-sonnet-4-5@20250929",
     "/v1/projects/acme/locations/europe-west4/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict",
     "/v1/projects/acme/locations/europe-west4/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict"),
    ("bedrock/us.amazon.nova-pro-v1:0", "/model/us.amazon.nova-pro-v1%3A0/converse",
     "/model/us.amazon.nova-pro-v1%3A0/converse-stream"),
    ("azure/my gpt", "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21", None),
    ("azure-v1/gpt-4o", "/openai/v1/chat/completions", None), ("gpt/gpt-4.1", "/gpt/v1/responses", None)])
def test_each_is_asked_at_its_own_address(client, provider, target, path, streamed):
    client.chat.completions.create(model=target, max_tokens=50, messages=say())
    assert provider.last.path == path
    list(client.chat.completions.create(model=target, max_tokens=50, messages=say(), stream=True))
    assert provider.last.path == (streamed or path)


def test_claude_at_vertex_has_its_version_in_the_body(claude, provider):
    claude.messages.create(model="vertex/claude-sonnet-4-5", max_tokens=50, messages=ask())
    body = provider.last.json
    assert body["anthropic_version"] == "vertex-2023-10-16" and "model" not in body
    assert "anthropic-version" not in provider.last.headers


def test_claude_at_vertex_answers_anthropics_callers_in_its_own_bytes(claude, gateway):
    raw = claude.messages.with_raw_response.create(
        model="vertex/claude-sonnet-4-5@20250929", max_tokens=50, messages=ask())
    # Nobody here has heard of it.
    assert raw.parse().model_extra["of_a_later_day"] == {"is": "kept"}
    check_booked(gateway, raw.headers["request-id"], "vertex/claude-sonnet-4-5@20250929")


@pytest.mark.parametrize("stream", [False, True])
def test_botocore_comes_to_the_same_signature(client, provider, stream):
    answer = client.chat.completions.create(
        model="bedrock/us.amazon.nova-pro-v1:0", max_tokens=50, messages=say(), stream=stream,
        extra_headers={"x-title": "not signed"})
    if stream:
        list(answer)
    request = provider.last
    scheme, _, rest = request.headers["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(", "))
    signed = parts["SignedHeaders"].split(";")
    assert scheme == "AWS4-HMAC-SHA256" and {"host", "x-amz-date", "x-amz-security-token"} <= set(signed)
    judge = botocore.auth.SigV4Auth(
        botocore.credentials.Credentials(AWS["access_key_id"], AWS["secret_access_key"], AWS["session_token"]),
        "bedrock", "eu-central-1")
    copy = botocore.awsrequest.AWSRequest(
        method="POST", url=provider.url + request.path, data=request.body,
        headers={name: request.headers[name] for name in signed})
    copy.context["timestamp"] = request.headers["x-amz-date"]
    text = judge.string_to_sign(copy, judge.canonical_request(copy))
    assert parts["Signature"] == judge.signature(text, copy)
    assert parts["Credential"] == f"AKIDEXAMPLE/{request.headers['x-amz-date'][:8]}/eu-central-1/bedrock/aws4_request"


# Mistakes in the file.


@pytest.mark.parametrize("provider_line, problem", [
    ("bedrock: { access_key_id: a, secret_access_key: b }", "has no 'region', and AWS_REGION is not set"),
    ("bedrock: { region: us-east-1, access_key_id: a }", "has no 'secret_access_key'"),
    ("bedrock: { region: us-east-1 }", "neither are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ("vertex: { project: p }", "GOOGLE_APPLICATION_CREDENTIALS is not set"),
    ("vertex: { project: p, credentials: /nowhere/key.json }", "there is no file '/nowhere/key.json'"),
    ("azure: { api_key: k }", "every resource of Azure has one of its own"),
    ("gemini: { api_key: k, region: x }", "'region' is for providers of Bedrock's dialect alone"),
])
def test_what_is_missing_is_told(tmp_path, provider_line, problem):
    file = tmp_path / "tuppence.yaml"
    file.write_text(f"providers:\n  {provider_line}\n")
    checked = tuppence("check", "--config", file)
    assert checked.returncode != 0 and problem in checked.stderr + checked.stdout
