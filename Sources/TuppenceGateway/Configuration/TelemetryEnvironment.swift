import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceServer
import TuppenceTelemetry
import TuppenceUpstream

/// Where telemetry goes: what the configuration says, and what it leaves to the variables that OpenTelemetry's own SDKs read.
///
/// Those are often set for every program of a machine: none of them keeps the gateway from starting.
///
/// Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables (read 2026-11-27).
struct TelemetryEnvironment {
    /// Nil where nothing is to be sent.
    private(set) var settings: TelemetrySettings?
    /// What is not done as a variable has it: a sentence or two each, for people. Values may be secrets: none is quoted but
    /// the name of a protocol.
    private(set) var warnings: [String] = []

    init(_ choice: TelemetryChoice, _ environment: [String: String]) {
        var settings: TelemetrySettings
        switch choice {
        case .off: return
        case .to(let said): settings = said
        case .unsaid:
            guard let endpoint = environment.variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
                environment.variable("OTEL_SDK_DISABLED")?.lowercased() != "true"
            else { return }
            settings = TelemetrySettings(endpoint: endpoint)
            if let name = environment.variable("OTEL_EXPORTER_OTLP_PROTOCOL"), name != "http/protobuf" {
                warnings.append(Self.warning(ofProtocol: name))
            }
            guard let headers = Self.headers(environment.variable("OTEL_EXPORTER_OTLP_HEADERS") ?? "") else {
                warnings.append(
                    "OTEL_EXPORTER_OTLP_HEADERS can't be read, so that no telemetry is sent. Write it as name=value,name=value, or write 'telemetry: off'."
                )
                return
            }
            settings.headers = headers
            settings.sendsTraces = environment.variable("OTEL_TRACES_EXPORTER") != "none"
            settings.sendsMetrics = environment.variable("OTEL_METRICS_EXPORTER") != "none"
        }
        if let resource = Self.resource(environment.variable("OTEL_RESOURCE_ATTRIBUTES") ?? "") {
            settings.resource = resource
        } else {
            warnings.append(
                "OTEL_RESOURCE_ATTRIBUTES can't be read, and nothing of it is sent. Write it as name=value,name=value, with %2C for a comma in either."
            )
        }
        let named = settings.resource.removeValue(forKey: "service.name")
        settings.serviceName = settings.serviceName ?? environment.variable("OTEL_SERVICE_NAME") ?? named
        guard TelemetrySettings.isAddress(settings.endpoint),
            UpstreamEndpoint(baseURL: settings.endpoint, apiKey: nil) != nil
        else {
            warnings.append(
                "Telemetry can't be sent to the address that the configuration or OTEL_EXPORTER_OTLP_ENDPOINT names, and is not sent at all. Write one such as http://127.0.0.1:4318, or 'telemetry: off'."
            )
            return
        }
        self.settings = settings
    }

    private static func warning(ofProtocol name: String) -> String {
        let named =
            "OTEL_EXPORTER_OTLP_PROTOCOL is '\(name.prefix(40))', which is not spoken here: 'http/protobuf' is sent"
        let remedy =
            "name that address in the configuration, 'telemetry: { otlp: { endpoint: http://127.0.0.1:4318 } }', or write 'telemetry: off'."
        guard name == "grpc" else {
            return "\(named), which collectors take at the same address. Where yours does not, \(remedy)"
        }
        return
            "\(named), to the address that OTEL_EXPORTER_OTLP_ENDPOINT names. If that is the one for gRPC, which is mostly on port 4317, nothing arrives: collectors take it on another, mostly 4318. In that case \(remedy)"
    }

    /// Reads `api-key=secret,tenant=a%20b`.
    ///
    /// - Returns: nil for what can't be read.
    private static func headers(_ text: String) -> [TelemetrySettings.Field]? {
        var fields: [TelemetrySettings.Field] = []
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = PercentEncoding.decoded(parts[1]),
                let field = TelemetrySettings.Field(
                    name: parts[0].trimmingCharacters(in: .whitespaces),
                    value: value.trimmingCharacters(in: .whitespaces))
            else { return nil }
            fields.append(field)
        }
        return fields
    }
}

extension TelemetryEnvironment {
    /// Reads `deployment.environment=prod,team=a%20b`, where names are encoded as values are.
    ///
    /// Source: https://opentelemetry.io/docs/specs/otel/resource/sdk (read 2026-11-29), which wants all of it or nothing.
    ///
    /// - Returns: nil for what can't be read.
    private static func resource(_ text: String) -> [String: String]? {
        var attributes: [String: String] = [:]
        for pair in text.split(separator: ",") where !pair.allSatisfy(\.isWhitespace) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2,
                let name = PercentEncoding.decoded(parts[0].trimmingCharacters(in: .whitespaces)), !name.isEmpty,
                let value = PercentEncoding.decoded(parts[1].trimmingCharacters(in: .whitespaces))
            else { return nil }
            attributes[name] = value
        }
        return attributes
    }
}

extension LoadedConfiguration {
    /// What variables of `environment` say of telemetry that is not done so: a sentence or two each, for people.
    package func telemetryWarnings(_ environment: [String: String]) -> [String] {
        TelemetryEnvironment(configuration.telemetry, environment).warnings
    }
}

extension GatewaySnapshot {
    /// The models that have a price of their own or that a route leads to, with their provider's name and without, and the routes.
    var modelNames: Set<String> {
        let targets = policy.prices.targets + policy.routes.values.flatMap(\.everyCandidate).map(\.target)
        return Set(targets.flatMap { [$0.model, $0.description] }).union(policy.routes.keys)
    }

    /// Where its providers are, and who they are, by name.
    var providerAddresses: [String: ProviderAddress] {
        Dictionary(
            uniqueKeysWithValues: providers.map { name, connected in
                let kind = connected.provider.kind(called: name)
                return (name, ProviderAddress(host: connected.endpoint.host, port: connected.endpoint.port, kind: kind))
            })
    }
}
