"""Traces and metrics over OTLP, decoded by OpenTelemetry's own messages: what they say, what they do not, and that nobody waits
for whoever takes them."""

import socket
import time

import openai
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from conftest import CONFIGURATION
from fake_provider import Answer, FakeProvider, Request, whole
from programs import APP, POOR, Gateway, eventually

MESSAGES = [{"role": "user", "content": "the-prompt-that-nobody-else-reads"}]
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
BUCKETS_OF_STREAMS = {
    "gen_ai.client.operation.time_to_first_chunk": [0.01 * 2**power for power in range(14)],
    "gen_ai.server.time_to_first_token": [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
}
BUCKETS = {
    "gen_ai.client.token.usage": [float(4**power) for power in range(14)],
    "gen_ai.client.operation.duration": [0.01 * 2**power for power in range(14)],
    "gen_ai.server.request.duration": [0.01 * 2**power for power in range(14)],
}


class Collector(FakeProvider):
    """Takes what is posted, once it has refused as much as it is to refuse."""

    def __init__(self):
        self.spans, self.metrics, self.taken, self.resources = [], [], [], []
        self.refusals = 0
        super().__init__(self.take)

    def take(self, request: Request) -> Answer:
        if self.refusals > 0:
            self.refusals -= 1
            return whole(status=503)
        self.taken.append(request)
        if request.path.endswith("/v1/traces"):
            for group in ExportTraceServiceRequest.FromString(request.body).resource_spans:
                self.resources.append(attributes(group.resource.attributes))
                self.spans += [span for scope in group.scope_spans for span in scope.spans]
        else:
            assert request.path.endswith("/v1/metrics"), request.path
            for group in ExportMetricsServiceRequest.FromString(request.body).resource_metrics:
                self.metrics = [metric for scope in group.scope_metrics for metric in scope.metrics]
        return whole()

    def of(self, request_id: str) -> list[Span]:
        """The span of a request, and those of its attempts."""
        [root] = [span for span in self.spans if attributes(span.attributes).get("tuppence.request.id") == request_id]
        return [root] + sorted(
            (span for span in self.spans if span.parent_span_id == root.span_id),
            key=lambda span: attributes(span.attributes)["tuppence.attempt"])


def attributes(pairs) -> dict:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}


@pytest.fixture
def collector():
    with Collector() as collector:
        yield collector


def configured(endpoint: str, more: str = "") -> str:
    return CONFIGURATION + f'telemetry: {{ otlp: {{ endpoint: "{endpoint}"{more} }} }}\n'


def asked(gateway: Gateway, model: str, key: str = APP, **options) -> str:
    """Its request id."""
    try:
        answer = gateway.client(key).chat.completions.with_raw_response.create(model=model, messages=MESSAGES, **options)
        if options.get("stream"):
            assert [chunk for chunk in answer.parse()]
    except openai.APIStatusError as error:
        answer = error.response
    return answer.headers["x-tuppence-request-id"]


def test_a_request_and_its_attempts_are_spans_as_the_conventions_have_them(start_gateway, collector):
    own = start_gateway(configured(collector.url, ", headers: { x-team: blue }, service_name: the-gateway"))
    id = asked(own, "falls-over", extra_headers={"traceparent": PARENT, "x-tuppence-customer": "acme"}, user="a-person")
    eventually("three spans have come", lambda: len(collector.spans) == 3)
    root, failed, answered = collector.of(id)

    assert root.trace_id.hex() == PARENT.split("-")[1] and root.parent_span_id.hex() == PARENT.split("-")[2]
    assert {span.trace_id for span in (failed, answered)} == {root.trace_id}
    assert len({span.span_id for span in collector.spans}) == 3
    assert root.kind == Span.SPAN_KIND_SERVER and {failed.kind, answered.kind} == {Span.SPAN_KIND_CLIENT}
    assert root.name == "chat falls-over" and answered.name == "chat chat-large"
    assert failed.status.code == Status.STATUS_CODE_ERROR and answered.status.code == Status.STATUS_CODE_UNSET
    for span in collector.spans:
        assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
        assert abs(span.end_time_unix_nano / 1e9 - time.time()) < 60

    of_root, of_failed, of_answered = (attributes(span.attributes) for span in (root, failed, answered))
    assert of_root["gen_ai.operation.name"] == "chat" and of_root["gen_ai.request.model"] == "falls-over"
    assert of_root["http.response.status_code"] == 200 and of_root["tuppence.attempts"] == 2
    assert of_root["tuppence.key"] == "app" and of_root["tuppence.customer"] == "acme"
    assert "error.type" not in of_root and of_root["gen_ai.request.stream"] is False
    assert of_failed["error.type"] == "503" and of_failed["tuppence.outcome"] == "failed"
    [_, line] = sorted(own.entries(id), key=lambda line: line["attempt"])
    assert of_answered["gen_ai.provider.name"] == "sandbox" and of_answered["gen_ai.request.model"] == "chat-large"
    assert of_answered["gen_ai.usage.input_tokens"] == line["usage"]["input"]
    assert of_answered["gen_ai.usage.output_tokens"] == line["usage"]["output"]
    assert of_answered["tuppence.cost.usd"] == pytest.approx(line["cost_nanodollars"] / 1e9)
    assert of_answered["server.address"] == "127.0.0.1" and of_answered["server.port"] > 0
    assert of_answered["tuppence.route"] == "falls-over"
    assert of_root["gen_ai.provider.name"] == "sandbox" and of_answered["gen_ai.request.stream"] is False
    assert of_answered["gen_ai.response.id"] and of_answered["gen_ai.request.max_tokens"] > 0
    assert [reason.string_value for reason in of_answered["gen_ai.response.finish_reasons"].values] in (["stop"], ["length"])

    resource = collector.resources[0]
    assert resource["service.name"] == "the-gateway" and resource["service.version"]
    first = collector.taken[0]
    assert first.path == "/v1/traces" and first.headers["content-type"] == "application/x-protobuf"
    assert first.headers["x-team"] == "blue"


def test_a_stream_and_a_refusal_are_told_as_well_and_a_trace_of_its_own_is_found_by_the_request(start_gateway, collector):
    own = start_gateway(configured(collector.url))
    streamed = asked(own, "fast-llm", stream=True)
    refused = asked(own, "fast-llm", key=POOR)
    eventually("three spans have come", lambda: len(collector.spans) == 3)
    root, attempt = collector.of(streamed)
    assert root.trace_id.hex() == streamed.removeprefix("req_") and not root.parent_span_id
    assert attributes(root.attributes)["gen_ai.request.stream"] is True
    assert 0 <= attributes(attempt.attributes)["gen_ai.response.time_to_first_chunk"] < 20
    [root] = collector.of(refused)
    said = attributes(root.attributes)
    assert said["error.type"] == "budget_exceeded" and said["http.response.status_code"] == 402


def test_neither_prompts_nor_answers_nor_secrets_nor_users_are_sent(start_gateway, collector):
    own = start_gateway(configured(collector.url))
    answer = own.client().chat.completions.create(model="fast-llm", messages=MESSAGES, user="a-person-by-name")
    asked(own, "no-such-model")
    eventually("spans have come", lambda: len(collector.spans) >= 2)
    own.stop()
    everything = b"".join(request.body for request in collector.taken)
    for secret in (MESSAGES[0]["content"], answer.choices[0].message.content, APP, "a-person-by-name"):
        assert secret and secret.encode() not in everything, secret


def test_a_trace_that_is_not_recorded_is_not_recorded_here_either(start_gateway, collector):
    own = start_gateway(configured(collector.url))
    asked(own, "fast-llm", extra_headers={"traceparent": PARENT[:-1] + "0"})
    seen = asked(own, "fast-llm", extra_headers={"traceparent": "00-nonsense"})
    eventually("the other has come", lambda: len(collector.spans) == 2)
    assert collector.of(seen)[0].trace_id.hex() == seen.removeprefix("req_")


def test_tokens_and_durations_are_counted_as_the_ledger_counts_them(start_gateway, collector):
    own = start_gateway(configured(collector.url, ", traces: off"))
    for _ in range(3):
        asked(own, "falls-over")
    own.stop()
    ledger = own.ledger()
    assert not collector.spans
    metrics = {metric.name: metric for metric in collector.metrics}
    assert set(metrics) == set(BUCKETS)
    for name, metric in metrics.items():
        assert metric.unit == ("{token}" if name == "gen_ai.client.token.usage" else "s")
        assert metric.histogram.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
        for point in metric.histogram.data_points:
            assert list(point.explicit_bounds) == pytest.approx(BUCKETS[name])
            assert sum(point.bucket_counts) == point.count and len(point.bucket_counts) == len(point.explicit_bounds) + 1
            assert 0 < point.start_time_unix_nano < point.time_unix_nano
    tokens = {
        attributes(point.attributes)["gen_ai.token.type"]: point
        for point in metrics["gen_ai.client.token.usage"].histogram.data_points}
    for kind in ("input", "output"):
        assert tokens[kind].sum == sum(line["usage"][kind] for line in ledger) and tokens[kind].count == 3
    durations = metrics["gen_ai.client.operation.duration"].histogram.data_points
    assert {attributes(point.attributes).get("error.type"): point.count for point in durations} == {None: 3, "503": 3}
    [asked_for] = metrics["gen_ai.server.request.duration"].histogram.data_points
    assert asked_for.count == 3 and attributes(asked_for.attributes)["gen_ai.request.model"] == "falls-over"


def test_streams_are_timed_up_to_their_first_content(start_gateway, collector):
    own = start_gateway(configured(collector.url, ", traces: off"))
    asked(own, "fast-llm", stream=True)
    own.stop()
    metrics = {metric.name: metric for metric in collector.metrics}
    assert set(metrics) == set(BUCKETS) | set(BUCKETS_OF_STREAMS)
    for name, bounds in BUCKETS_OF_STREAMS.items():
        [point] = metrics[name].histogram.data_points
        assert list(point.explicit_bounds) == pytest.approx(bounds) and point.count == 1 and metrics[name].unit == "s"


def test_what_a_collector_could_not_take_comes_again(start_gateway, collector):
    collector.refusals = 1
    own = start_gateway(configured(collector.url, ", metrics: off"))
    id = asked(own, "fast-llm")
    eventually("it has come", lambda: len(collector.spans) == 2, within=10)
    assert len(collector.of(id)) == 2


def test_the_environment_says_where_to_as_it_does_to_other_programs(tmp_path, sandbox, collector):
    own = Gateway(
        tmp_path, CONFIGURATION, sandbox, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url + "/otlp",
        OTEL_EXPORTER_OTLP_HEADERS="x-token=a%20b", OTEL_SERVICE_NAME="by-environment",
        OTEL_RESOURCE_ATTRIBUTES="deployment.environment=prod,team=a%20b,service.name=another").start()
    try:
        asked(own, "fast-llm")
        eventually("spans have come", lambda: len(collector.spans) == 2)
        assert collector.last.path == "/otlp/v1/traces" and collector.last.headers["x-token"] == "a b"
        resource = collector.resources[0]
        assert resource["service.name"] == "by-environment" and resource["team"] == "a b"
        assert resource["deployment.environment"] == "prod"
    finally:
        own.stop()


@pytest.mark.parametrize("protocol", ["grpc", "http/json"])
def test_a_protocol_that_is_meant_for_other_programs_keeps_nothing_from_starting(tmp_path, sandbox, collector, protocol):
    own = Gateway(
        tmp_path, CONFIGURATION, sandbox, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL=protocol).start()
    try:
        asked(own, "fast-llm")
        eventually("spans have come", lambda: len(collector.spans) == 2)
    finally:
        own.stop()
    assert f"OTEL_EXPORTER_OTLP_PROTOCOL is '{protocol}'" in own.output()


def test_nobody_waits_for_a_collector_that_hangs(start_gateway):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        own = start_gateway(configured(f"http://127.0.0.1:{silent.getsockname()[1]}"))
        began = time.monotonic()
        for _ in range(30):
            asked(own, "fast-llm")
        assert time.monotonic() - began < 10
        time.sleep(1.5)
        asked(own, "fast-llm")
        began = time.monotonic()
        assert own.stop() == 0
        assert time.monotonic() - began < 8
    assert "spans were dropped" in own.output()


def test_it_is_off_unless_it_is_asked_for(start_gateway, collector):
    own = start_gateway(CONFIGURATION)
    asked(own, "fast-llm")
    time.sleep(1.5)
    assert own.stop() == 0 and not collector.requests
