import Testing
import TuppenceConfiguration
import TuppenceCore

@testable import TuppenceGateway

@Suite("What variables say of telemetry")
struct TelemetryEnvironmentTests {
    private static let endpoint = "http://collector.example:4317"

    private func read(_ more: [String: String] = [:], _ choice: TelemetryChoice = .unsaid) -> TelemetryEnvironment {
        TelemetryEnvironment(
            choice, ["OTEL_EXPORTER_OTLP_ENDPOINT": Self.endpoint].merging(more) { _, own in own })
    }

    @Test("they decide where the configuration says nothing, and nothing is sent without them")
    func standard() {
        let read = read(["OTEL_EXPORTER_OTLP_HEADERS": "x-token=a%20b", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"])
        #expect(read.settings?.endpoint == Self.endpoint && read.warnings == [])
        #expect(read.settings?.headers.map(\.value) == ["a b"])
        #expect(TelemetryEnvironment(.unsaid, [:]).settings == nil)
        #expect(self.read([:], .off).settings == nil)
        #expect(self.read(["OTEL_SDK_DISABLED": "True"]).settings == nil)
    }

    @Test(
        "a protocol that is not spoken stops nothing, and is warned of by name", arguments: ["grpc", "http/json", "x"])
    func protocols(name: String) throws {
        let read = read(["OTEL_EXPORTER_OTLP_PROTOCOL": name])
        #expect(read.settings?.endpoint == Self.endpoint)
        let warning = try #require(read.warnings.first)
        #expect(read.warnings.count == 1 && warning.contains("OTEL_EXPORTER_OTLP_PROTOCOL is '\(name)'"))
        // Which is where the address most likely leads.
        #expect(warning.contains("4317") == (name == "grpc") && warning.contains("4318"))
        let own = self.read(["OTEL_EXPORTER_OTLP_PROTOCOL": name], .to(TelemetrySettings(endpoint: "http://own:4318")))
        #expect(own.settings?.endpoint == "http://own:4318" && own.warnings == [], "it is not asked then")
        #expect(self.read(["OTEL_EXPORTER_OTLP_PROTOCOL": name], .off).warnings == [])
    }

    @Test(
        "what can't be read stops nothing but telemetry, and no secret is told",
        arguments: [
            ["OTEL_EXPORTER_OTLP_HEADERS": "secret"], ["OTEL_EXPORTER_OTLP_HEADERS": "a=%secret"],
            ["OTEL_EXPORTER_OTLP_ENDPOINT": "secret:4317"], ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://u:secret@h"],
        ])
    func mistakes(variables: [String: String]) {
        let read = read(variables)
        #expect(read.settings == nil && read.warnings.count == 1)
        #expect(read.warnings.allSatisfy { $0.contains("OTEL_EXPORTER_OTLP_") && !$0.contains("secret") })
    }

    @Test("OTEL_RESOURCE_ATTRIBUTES says who sends it, wherever that is sent")
    func resource() {
        let variables = ["OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=prod, team = a%20%2C%3D%C3%A4 ,k%2Ey=a=b,"]
        let expected = ["deployment.environment": "prod", "team": "a ,=ä", "k.y": "a=b"]
        #expect(read(variables).settings?.resource == expected && read(variables).warnings == [])
        #expect(read(variables, .to(TelemetrySettings(endpoint: "http://own"))).settings?.resource == expected)
        #expect(read().settings?.resource == [:])
    }

    @Test("all of it counts or nothing, and a mistake is warned of", arguments: ["a=b,secret", "a=%2", "=b", "a=%FF"])
    func resourceMistakes(text: String) {
        let read = read(["OTEL_RESOURCE_ATTRIBUTES": text])
        #expect(read.settings?.resource == [:] && read.warnings.count == 1)
        #expect(read.warnings.allSatisfy { $0.contains("OTEL_RESOURCE_ATTRIBUTES") && !$0.contains("secret") })
    }

    @Test("the name of the service is the configuration's, then OTEL_SERVICE_NAME's, then that of the attributes")
    func names() {
        let attributes = ["OTEL_RESOURCE_ATTRIBUTES": "service.name=third,team=x"]
        let third = read(attributes).settings
        #expect(third?.serviceName == "third" && third?.resource == ["team": "x"])
        let both = attributes.merging(["OTEL_SERVICE_NAME": "second"]) { $1 }
        #expect(read(both).settings?.serviceName == "second")
        let own = TelemetrySettings(endpoint: "http://own", serviceName: "first")
        #expect(read(both, .to(own)).settings?.serviceName == "first")
        #expect(read(both, .to(own)).settings?.resource == ["team": "x"])
    }
}
