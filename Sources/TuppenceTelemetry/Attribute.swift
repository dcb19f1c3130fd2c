import TuppenceCore

/// What is said of a span, a point or the process, by the names of the semantic conventions.
struct Attribute: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        case text(String)
        case whole(Int64)
        case ratio(Double)
        case truth(Bool)
        case texts([String])
    }

    let name: String
    let value: Value

    init(_ name: String, _ text: String) { (self.name, value) = (name, .text(text)) }
    init(_ name: String, _ number: Int) { (self.name, value) = (name, .whole(Int64(number))) }
    init(_ name: String, _ number: Double) { (self.name, value) = (name, .ratio(number)) }
    init(_ name: String, _ truth: Bool) { (self.name, value) = (name, .truth(truth)) }
    init(_ name: String, _ texts: [String]) { (self.name, value) = (name, .texts(texts)) }
}

extension Attribute {
    /// Who sends it. What the settings say besides never stands for the name of the service, nor for what made the spans.
    static func resource(_ settings: TelemetrySettings, _ version: String) -> [Attribute] {
        let own = [
            Attribute("service.name", settings.serviceName ?? TelemetrySettings.standardServiceName),
            Attribute("telemetry.sdk.name", "tuppence"), Attribute("telemetry.sdk.language", "swift"),
            Attribute("telemetry.sdk.version", version),
        ]
        let names = own.map(\.name)
        // Whoever deploys it may count versions in another way.
        let said = settings.resource.merging(["service.version": version]) { said, _ in said }
        return own
            + said.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map { Attribute($0.key, $0.value) }
    }
}

extension ProtobufWriter {
    /// `KeyValue`s: https://github.com/open-telemetry/opentelemetry-proto, `common.proto` (1.10, read 2026-11-27).
    mutating func attributes(_ field: UInt64, _ attributes: [Attribute]) {
        for attribute in attributes {
            message(field) { pair in
                pair.text(1, attribute.name)
                pair.message(2) { value in
                    switch attribute.value {
                    case .text(let text): value.text(1, text)
                    case .truth(let truth): value.number(2, truth ? 1 : 0)
                    case .whole(let number): value.number(3, UInt64(bitPattern: number))
                    case .ratio(let number): value.double(4, number)
                    case .texts(let texts):
                        value.message(5) { array in
                            for text in texts { array.message(1) { $0.text(1, text) } }
                        }
                    }
                }
            }
        }
    }
}
