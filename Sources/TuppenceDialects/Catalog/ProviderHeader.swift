import TuppenceCore

/// What stands above the models in a ``ProviderFile``: a field a line.
struct ProviderHeader {
    private(set) var provider: Provider
    let sources: [String]
    let read: Timestamp
    /// How many lines it has, empty ones and comments included.
    let lines: Int

    init(_ text: String) throws(PriceList.ParseError) {
        let fields = try ProviderHeaderFields(text)
        let base = try fields.value("base_url")
        guard base.text == "-" || base.text.hasPrefix("https://") || base.text.hasPrefix("http://") else {
            throw PriceList.ParseError(
                line: base.line,
                message: "'\(base.text)' is no base URL; write - where each customer has his own")
        }
        let day = try fields.value("read")
        guard day.text.utf8.count == 10, let read = Timestamp(iso8601: day.text) else {
            throw PriceList.ParseError(line: day.line, message: "'\(day.text)' is no day such as 2026-11-23")
        }
        guard !fields.sources.isEmpty else { throw fields.missing("source") }
        self.read = read
        sources = fields.sources
        lines = fields.lines
        let dialect = try fields.choice("dialect", Dialect.openAI)
        let host = try fields.choice("host", Host.standard)
        provider = Provider(
            id: try fields.value("provider").text, baseURL: base.text == "-" ? "" : base.text,
            keyVariable: fields["key_variable"]?.text,
            outputLimitField: try fields.choice("output_limit_field", .maxTokens),
            acceptsStreamOptions: try fields.choice("stream_options", Truth.true) == .true,
            onDisconnect: try fields.choice("on_disconnect", .stopsStreams), dialect: dialect,
            host: host.host, usageDialect: try fields.choice("usage", UsageDialect(dialect)))
        if let (text, line) = fields["accepts"] { provider.accepts = try Self.extensions(text, line: line) }
        provider.keyAliases = fields.aliases
        provider.baseURLVariable = fields["base_url_variable"]?.text
    }

    private static func extensions(_ text: String, line: Int) throws(PriceList.ParseError) -> ChatExtensions {
        if text == "-" { return [] }
        var accepts: ChatExtensions = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let one = ChatExtensions(name: String(name)) else {
                let known = ChatExtensions.allNames.joined(separator: ", ")
                throw PriceList.ParseError(
                    line: line, message: "'\(name)' is nothing that a provider accepts; there are \(known)")
            }
            accepts.formUnion(one)
        }
        return accepts
    }

    private enum Host: String, CaseIterable {
        case standard, azure, vertex

        var host: ProviderHost {
            switch self {
            case .standard: .standard
            case .azure: .azure(version: nil)
            case .vertex: .vertex
            }
        }
    }

    private enum Truth: String, CaseIterable { case `true`, `false` }
}
