import TuppenceCore

/// What the file says about traces and metrics.
public enum TelemetryChoice: Hashable, Sendable {
    /// Nothing: the environment decides.
    case unsaid
    case off
    case to(TelemetrySettings)

    /// Reads `telemetry: { otlp: { endpoint: http://127.0.0.1:4318, headers: { authorization: … }, service_name: gateway,
    /// traces: on, metrics: on } }`, or `telemetry: off`.
    init(_ section: YAMLCursor?) {
        self = .unsaid
        guard let section else { return }
        if section.isScalar {
            if section.choice("answer to 'telemetry'", ["off"]) != nil { self = .off }
            return
        }
        guard let otlp = section.fields(of: "'telemetry'", ["otlp"])?["otlp"],
            let fields = otlp.fields(
                of: "'otlp'", ["endpoint", "headers", "service_name", "traces", "metrics"]),
            let endpoint = fields.required("endpoint", "the address of a collector: endpoint: http://127.0.0.1:4318")?
                .collector()
        else { return }
        var settings = TelemetrySettings(endpoint: endpoint)
        settings.headers = fields["headers"]?.entries("header").compactMap { $0.telemetryField() } ?? []
        settings.serviceName = fields["service_name"]?.text("a name")?.value
        settings.sendsTraces = fields["traces"]?.choice("answer to 'traces'", ["on", "off"]) != "off"
        settings.sendsMetrics = fields["metrics"]?.choice("answer to 'metrics'", ["on", "off"]) != "off"
        self = .to(settings)
    }
}

extension YAMLCursor {
    fileprivate func collector() -> String? {
        guard let text = text("an address such as http://127.0.0.1:4318") else { return nil }
        if TelemetrySettings.isAddress(text.value) { return text.value }
        report(
            "this is no address of a collector.",
            "Write a URL such as http://127.0.0.1:4318, without a query or a user name; /v1/traces is added to it.")
        return nil
    }
}

extension YAMLEntry {
    /// Never quoted: it may be a secret.
    fileprivate func telemetryField() -> TelemetrySettings.Field? {
        guard value.unneededSecret == nil else { return nil }
        guard let text = value.text("the value of a header")?.value else { return nil }
        if let field = TelemetrySettings.Field(name: name, value: text) { return field }
        key.report(
            "'\(name)' is no header that can be sent along, or has a value that none can have.",
            "Write a name of letters, digits and '-', and a value in one line.")
        return nil
    }
}
