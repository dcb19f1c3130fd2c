"""Nobody but the operator says where the gateway connects to. Every spelling of an address, wherever a caller may put one, and
redirects of providers: the only connections are to the configured provider, which may get the address as the text that it is."""

import json
import re
import socket
import urllib.parse

import pytest

from destinations import ADDRESS, Sink, urls
from fake_provider import FakeProvider, whole as answer
from hostile_upstream import TEXT, message
from programs import APP, Gateway, eventually
from wire import Answer, Wire, ask, head, sized

CONFIGURATION = """\
server: { listen: "@LISTEN@", late_usage: off }
store: @STORE@
providers:
  own: { dialect: openai, base_url: "http://127.0.0.1:@PORT@/v1", api_key: none }
  claude: { dialect: anthropic, base_url: "http://127.0.0.1:@PORT@/v1", api_key: none }
  gemini: { dialect: gemini, base_url: "http://127.0.0.1:@PORT@/v1beta", api_key: none }
prices:
  own/*: { input: 1, output: 1 }
  claude/*: { input: 1, output: 1 }
  gemini/*: { input: 1, output: 1 }
routes:
  all: { targets: [ own/m, claude/m ], strategy: priority }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: all, scope: { key: app }, limit: $1000000, per: total, hard: reject }
"""
CHAT, MESSAGES, RESPONSES = "/v1/chat/completions", "/v1/messages", "/v1/responses"


def reply(request) -> list:
    """As each dialect has it."""
    if request.path.endswith("/messages"):
        return answer({
            "id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn",
            "content": [{"type": "text", "text": TEXT}], "usage": {"input_tokens": 10, "output_tokens": 5}})
    if "generateContent" in request.path:
        return answer({
            "candidates": [{"content": {"role": "model", "parts": [{"text": TEXT}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}})
    return answer(message())


@pytest.fixture(scope="module")
def provider():
    with FakeProvider(reply) as provider:
        yield provider


@pytest.fixture(scope="module")
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, provider):
    text = CONFIGURATION.replace("@PORT@", str(provider.port))
    program = Gateway(tmp_path_factory.mktemp("destinations"), text).start()
    yield program
    eventually("nothing is held", lambda: program.held() == 0)
    assert program.stop() == 0


@pytest.fixture(autouse=True)
def nobody_comes(sink):
    yield
    assert sink.visits == 0


def test_there_are_enough_spellings(sink):
    spellings = urls(sink.port)
    assert len(set(spellings)) == len(spellings) >= 40


def test_who_comes_is_counted():
    with Sink() as sink:
        socket.create_connection((ADDRESS, sink.port)).close()
        eventually("the visit is counted", lambda: sink.visits == 1)


def judge(gateway: Gateway, data: bytes, method="POST") -> Answer:
    """An answer, or an error that says what is wrong; never one of ours."""
    answered = ask(gateway.port, data, method)
    assert answered.status == 200 or 400 <= answered.status < 500 or answered.status in (501, 505), answered
    if answered.status != 200 and answered.body:
        error = answered.json()["error"]
        assert error["message"] and answered.headers["x-tuppence-error-code"]
    return answered


def user(*parts) -> list:
    return [{"role": "user", "content": [{"type": "text", "text": "hi"}, *parts]}]


def anthropic(kind: str, url: str) -> dict:
    return {"type": kind, "source": {"type": "url", "url": url}}


# What is said in a request, where a reader could take it for something to fetch.
BODIES = {
    "an image": (CHAT, lambda url: {"messages": user({"type": "image_url", "image_url": {"url": url}})}),
    "a file": (CHAT, lambda url: {"messages": user({"type": "file", "file": {"file_url": url, "file_data": url, "filename": url}})}),
    "sound": (CHAT, lambda url: {"messages": user({"type": "input_audio", "input_audio": {"data": url, "url": url, "format": "wav"}})}),
    "a video": (CHAT, lambda url: {"messages": user({"type": "video_url", "video_url": {"url": url}})}),
    "addresses of other gateways' callers": (CHAT, lambda url: {
        "messages": user(), "api_base": url, "base_url": url, "baseURL": url, "endpoint": url, "webhook_url": url, "callback": url,
        "webhook": {"url": url}, "extra_body": {"api_base": url}, "metadata": {"callback_url": url},
        "provider": {"base_url": url}, "litellm_params": {"api_base": url}, "proxy": url}),
    "a schema of elsewhere": (CHAT, lambda url: {
        "messages": user(), "tools": [{"type": "function", "function": {"name": "f", "parameters": {"$ref": url, "$schema": url}}}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {"$ref": url}}}}),
    "an image for Claude": (MESSAGES, lambda url: {"messages": user(anthropic("image", url))}),
    "a document for Claude": (MESSAGES, lambda url: {"messages": user(anthropic("document", url))}),
    "a server of tools": (MESSAGES, lambda url: {
        "messages": user(), "mcp_servers": [{"type": "url", "url": url, "name": "s"}]}),
    "an image for Responses": (RESPONSES, lambda url: {
        "input": [{"role": "user", "content": [
            {"type": "input_image", "image_url": url}, {"type": "input_file", "file_url": url}]}]}),
    "a tool of Responses": (RESPONSES, lambda url: {
        "input": "hi", "tools": [{"type": "mcp", "server_label": "s", "server_url": url, "require_approval": "never"}]}),
}
MODELS = ["own/m", "claude/m", "gemini/m", "all"]


@pytest.mark.parametrize("place", BODIES)
def test_what_a_body_names_is_not_fetched(gateway, sink, place):
    target, make = BODIES[place]
    statuses = set()
    for number, url in enumerate(urls(sink.port)):
        body = {"model": MODELS[number % len(MODELS)], "max_tokens": 20, **make(url)}
        statuses.add(judge(gateway, sized(json.dumps(body).encode(), target=target)).status)
    assert statuses <= {200, 400, 422}, statuses


def test_an_address_is_passed_on_as_the_text_that_it_is(gateway, provider, sink):
    for url in urls(sink.port):
        body = {"model": "own/m", "max_tokens": 20, "messages": user({"type": "image_url", "image_url": {"url": url}})}
        assert judge(gateway, sized(json.dumps(body).encode())).status == 200
        assert provider.last.json["messages"][0]["content"][1]["image_url"]["url"] == url


@pytest.mark.parametrize("model", ["{url}", "{url}/own/m", "own/{url}", "{place}/m", "{place}", "openai@{url}", "own/../{url}", "gemini/{url}?x#"])
def test_no_model_is_an_address(gateway, provider, sink, model):
    port = provider.port
    for url in urls(sink.port):
        name = model.format(url=url, place=re.sub(r"^\w+:/*", "", url))
        for target in (CHAT, MESSAGES):
            judge(gateway, sized(json.dumps({"model": name, "max_tokens": 20, "messages": user()}).encode(), target=target))
        quoted = urllib.parse.quote(name, safe="")
        judge(gateway, sized(b'{"contents":[{"parts":[{"text":"hi"}]}]}', target=f"/v1beta/models/{quoted}:generateContent"))
        judge(gateway, head(method="GET", target=f"/v1/models/{quoted}"), "GET")
    # Whatever a model is called, the address and the host of its provider are those of the configuration.
    assert {request.headers["host"] for request in provider.requests} == {f"{ADDRESS}:{port}"}


@pytest.mark.parametrize("field", [
    "X-Forwarded-Host", "X-Forwarded-Server", "X-Forwarded-For", "X-Real-IP", "X-Host", "X-Original-URL", "X-Rewrite-URL", "Referer",
    "Origin", "Forwarded", "Via", "X-Upstream-URL", "X-Api-Base", "X-Target-URL", "X-Portkey-Custom-Host", "Helicone-Target-Url",
    "OpenAI-Base-URL", "X-Tuppence-Provider", "X-Tuppence-Model", "X-Tuppence-Route", "Proxy", "Destination", "Location"])
def test_no_field_of_a_head_leads_elsewhere(gateway, provider, sink, field):
    body = json.dumps({"model": "own/m", "max_tokens": 20, "messages": user()}).encode()
    for url in urls(sink.port):
        value = url.encode("ascii", "replace").decode().replace("\r\n", " ").strip()
        assert judge(gateway, sized(body, f"{field}: {value}")).status == 200
        assert provider.last.headers["host"] == f"{ADDRESS}:{provider.port}"
        assert value not in provider.last.headers.values()


def test_neither_the_host_nor_the_target_of_a_request_leads_elsewhere(gateway, provider, sink):
    body = json.dumps({"model": "own/m", "max_tokens": 20, "messages": user()}).encode()
    for url in urls(sink.port):
        url = url.encode("ascii", "replace").decode().replace("\r\n", "").strip()
        authority = re.sub(r"^\w+:[/\\]*", "", url).removesuffix("/x")
        for data in (
            sized(body, host=f"Host: {authority}"), sized(body, target=url), sized(body, target=f"http://{authority}{CHAT}"),
            sized(body, target=f"//{authority}{CHAT}"), sized(body, target=f"{CHAT}?url={url}&api_base={url}&key={url}"),
            sized(body, target=f"{CHAT}/../../{authority}"), sized(body, target=f"/{url}"),
        ):
            if judge(gateway, data).status == 200:
                assert provider.last.headers["host"] == f"{ADDRESS}:{provider.port}"
        with Wire(gateway.port) as wire:
            wire.send(head(method="CONNECT", target=authority, host=f"Host: {authority}"))
            answered = wire.read("GET")
            assert answered is None or answered.status >= 400


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
def test_no_redirect_of_a_provider_is_followed(gateway, provider, sink, status):
    """Nor is what it says beside it taken for an answer."""
    try:
        for number, url in enumerate(urls(sink.port)):
            place = url.encode("ascii", "replace").decode().replace("\r\n", "")
            provider.answer = lambda _: answer(message(), status, {
                "location": place, "content-location": place, "refresh": f"0; url={place}", "link": f"<{place}>; rel=next"})
            body = {"model": MODELS[number % 3], "max_tokens": 20, "messages": user(), "stream": number % 2 == 0}
            answered = ask(gateway.port, sized(json.dumps(body).encode()))
            assert answered.status in (502, 503), answered
            assert TEXT not in str(answered) and place.strip() not in str(answered)
    finally:
        provider.answer = reply
