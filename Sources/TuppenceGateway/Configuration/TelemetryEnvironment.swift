import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceServer
import TuppenceTelemetry
import TuppenceUpstream

/// Where telemetry goes: what the configuration says, and what it leaves to the variables that OpenTelemetry's own SDKs read.
///
/// Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables (read 2026-11-27).
enum TelemetryEnvironment {
    /// - Returns: nil where nothing is to be sent.
    static func settings(
        _ choice: TelemetryChoice, _ environment: [String: String]
    ) throws(Failure) -> TelemetrySettings? {
        var settings: TelemetrySettings
        switch choice {
        case .off: return nil
        case .to(let said): settings = said
        case .unsaid:
            guard let endpoint = environment.variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
                environment.variable("OTEL_SDK_DISABLED")?.lowercased() != "true"
            else { return nil }
            if let name = environment.variable("OTEL_EXPORTER_OTLP_PROTOCOL"), name != "http/protobuf" {
                throw Failure(
                    "OTEL_EXPORTER_OTLP_PROTOCOL is '\(name)', and only 'http/protobuf' is spoken here. Change it, or write 'telemetry: off'."
                )
            }
            settings = TelemetrySettings(endpoint: endpoint)
            settings.headers = try headers(environment.variable("OTEL_EXPORTER_OTLP_HEADERS") ?? "")
            settings.sendsTraces = environment.variable("OTEL_TRACES_EXPORTER") != "none"
            settings.sendsMetrics = environment.variable("OTEL_METRICS_EXPORTER") != "none"
        }
        settings.serviceName = settings.serviceName ?? environment.variable("OTEL_SERVICE_NAME")
        guard TelemetrySettings.isAddress(settings.endpoint),
            UpstreamEndpoint(baseURL: settings.endpoint, apiKey: nil) != nil
        else {
            throw Failure(
                "Telemetry can't be sent to the address that the configuration or OTEL_EXPORTER_OTLP_ENDPOINT names. Write one such as http://127.0.0.1:4318."
            )
        }
        return settings
    }

    /// Reads `api-key=secret,tenant=a%20b`. What is in it is never quoted.
    private static func headers(_ text: String) throws(Failure) -> [TelemetrySettings.Field] {
        var fields: [TelemetrySettings.Field] = []
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = PercentEncoding.decoded(parts[1]),
                let field = TelemetrySettings.Field(
                    name: parts[0].trimmingCharacters(in: .whitespaces),
                    value: value.trimmingCharacters(in: .whitespaces))
            else {
                throw Failure("OTEL_EXPORTER_OTLP_HEADERS can't be read. Write it as name=value,name=value.")
            }
            fields.append(field)
        }
        return fields
    }
}

extension GatewaySnapshot {
    /// Where its providers are, by name.
    var providerAddresses: [String: ProviderAddress] {
        providers.mapValues { ProviderAddress(host: $0.endpoint.host, port: $0.endpoint.port) }
    }
}
