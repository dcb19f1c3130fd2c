import Testing
import TuppenceConfiguration
import TuppenceCore

@Suite("Where telemetry is sent")
struct TelemetryTests {
    private func choice(_ yaml: String) throws -> TelemetryChoice {
        try Configuration.parse(yaml, file: "t.yaml", environment: ["TOKEN": "secret"]).telemetry
    }

    @Test("without a word the environment decides, and 'off' is off")
    func standard() throws {
        #expect(try choice("") == .unsaid)
        #expect(try choice("server: { listen: 127.0.0.1:1 }") == .unsaid)
        #expect(try choice("telemetry: off") == .off)
    }

    @Test("everything that can be said is read")
    func everything() throws {
        let yaml = """
            telemetry:
              otlp: { endpoint: "https://collector.example:4318/base", headers: { X-Team: blue, authorization: "Bearer ${TOKEN}" },
                      service_name: gateway, traces: off, metrics: on }
            """
        guard case .to(let settings) = try choice(yaml) else {
            Issue.record("nothing was read")
            return
        }
        #expect(settings.endpoint == "https://collector.example:4318/base")
        #expect(settings.headers.map { "\($0.name)=\($0.value)" } == ["x-team=blue", "authorization=Bearer secret"])
        #expect(settings.serviceName == "gateway" && !settings.sendsTraces && settings.sendsMetrics)
    }

    @Test(
        "what cannot be is reported, and no secret with it",
        arguments: [
            ("telemetry: on", "unknown answer to 'telemetry' 'on'"),
            ("telemetry: { otlp: {} }", "'otlp' has no 'endpoint'"),
            ("telemetry: { otlp: { endpoint: localhost:4318 } }", "this is no address of a collector"),
            ("telemetry: { otlp: { endpoint: \"http://h/x?y\" } }", "this is no address of a collector"),
            ("telemetry: { otlp: { endpoint: \"http://u:secret@h\" } }", "this is no address of a collector"),
            ("telemetry: { otlp: { endpoint: \"http://h\", headers: { host: secret } } }", "'host' is no header"),
            ("telemetry: { otlp: { endpoint: \"http://h\", headers: { a b: secret } } }", "'a b' is no header"),
            ("telemetry: { otlp: { endpoint: \"http://h\", headers: { a: \"secret\\n\" } } }", "'a' is no header"),
            ("telemetry: { otlp: { endpoint: \"http://h\", traces: maybe } }", "unknown answer to 'traces' 'maybe'"),
            ("telemetry: { otel: {} }", "unknown key 'otel'"),
        ])
    func mistakes(yaml: String, message: String) {
        #expect {
            _ = try Configuration.parse(yaml, file: "t.yaml", environment: [:])
        } throws: { error in
            let text = "\(error)"
            return text.contains(message) && !text.contains("secret")
        }
    }
}
