/// Where traces and metrics are sent.
public struct TelemetrySettings: Hashable, Sendable {
    /// A collector's base address, below which it takes `/v1/traces` and `/v1/metrics`.
    public var endpoint: String
    /// Sent along; never logged.
    public var headers: [Field]
    /// nil for the standard one.
    public var serviceName: String?
    /// What else is said of whoever sends it, by the names of OpenTelemetry: `deployment.environment`.
    public var resource: [String: String] = [:]
    public var sendsTraces = true
    public var sendsMetrics = true

    /// A field of the head of every request to the collector.
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: String

        /// - Returns: nil for what no such field can be, and for those that frame a request.
        public init?(name: String, value: String) {
            let name = name.lowercased()
            let isToken = name.utf8.allSatisfy {
                (48...57).contains($0) || (97...122).contains($0) || "-_.".utf8.contains($0)
            }
            guard !name.isEmpty, isToken, !Self.taken.contains(name),
                value.utf8.allSatisfy({ (32..<127).contains($0) })
            else { return nil }
            self.name = name
            self.value = value
        }

        private static let taken = [
            "host", "content-length", "content-type", "transfer-encoding", "connection", "expect",
        ]
    }

    public static let standardServiceName = "tuppence"

    public init(endpoint: String, headers: [Field] = [], serviceName: String? = nil) {
        self.endpoint = endpoint
        self.headers = headers
        self.serviceName = serviceName
    }

    /// Whether `text` can be the base address of a collector.
    public static func isAddress(_ text: String) -> Bool { WebhookAddress(text) != nil && !text.contains("?") }
}
