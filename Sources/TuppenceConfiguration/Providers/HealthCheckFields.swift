import TuppenceCore

extension HealthCheck {
    /// Reads `health: { path: /models, every: 10s }` of the provider at `place`.
    init?(_ cursor: YAMLCursor, of place: String) {
        guard let fields = cursor.fields(of: "'health' of \(place)", ["path", "every"]) else { return nil }
        self.init()
        if let path = fields["path"]?.value("a path such as /models", Self.path) { self.path = path }
        guard let cursor = fields["every"], let every = cursor.duration() else { return }
        if every < Milliseconds(100) {
            cursor.report("a check every \(every.count) ms is too much to ask.", "Write 100ms or more.")
        }
        self.every = every
    }

    private static func path(_ text: String) -> String? {
        Scalar.isToken(text) && text.hasPrefix("/") && !text.contains(where: { "#\"<>\\".contains($0) }) ? text : nil
    }
}
