import Testing
import TuppenceCore

@testable import TuppenceTelemetry

@Suite("Who sends telemetry")
struct ResourceTests {
    private func resource(_ said: [String: String], named name: String? = nil) -> [String: Attribute.Value] {
        var settings = TelemetrySettings(endpoint: "http://collector", serviceName: name)
        settings.resource = said
        let attributes = Attribute.resource(settings, "1.2.3")
        #expect(Set(attributes.map(\.name)).count == attributes.count)
        return Dictionary(attributes.map { ($0.name, $0.value) }) { first, _ in first }
    }

    @Test("what is said of it is sent beside its name and its version")
    func said() {
        let own = resource([:])
        #expect(own["service.name"] == .text("tuppence") && own["service.version"] == .text("1.2.3"))
        let all = resource(["deployment.environment": "prod", "service.version": "ours-7"], named: "gateway")
        #expect(all["service.name"] == .text("gateway") && all["service.version"] == .text("ours-7"))
        #expect(all["deployment.environment"] == .text("prod") && all.count == own.count + 1)
    }

    @Test("it cannot pass for another program's work")
    func sdk() {
        #expect(resource(["telemetry.sdk.name": "opentelemetry"])["telemetry.sdk.name"] == .text("tuppence"))
    }
}
