import TuppenceCore

/// What stands above the models in a ``ProviderFile``: a field a line.
struct ProviderHeader {
    private(set) var provider: Provider
    private(set) var sources: [String] = []
    private(set) var read: Timestamp
    /// How many lines it has, empty ones and comments included.
    private(set) var lines = 0

    private static let fields = [
        "provider", "base_url", "base_url_variable", "key_variable", "key_alias", "dialect", "host", "usage",
        "output_limit_field", "stream_options", "accepts", "on_disconnect", "source", "read",
    ]

    init(_ text: String) throws(PriceList.ParseError) {
        var values: [String: (text: String, line: Int)] = [:]
        var aliases: [String] = []
        // Line by line, and no further than the first model: every file is opened whenever a gateway starts.
        var rest = text.utf8[...]
        var index = -1
        while index < 0 || !rest.isEmpty {
            let bytes = rest.prefix { $0 != 10 }
            rest = rest[bytes.endIndex...].dropFirst()
            index += 1
            let line = Substring(bytes)
            let fields = bytes.split(whereSeparator: PriceList.isSpace).map { Substring($0) }
            guard let first = fields.first, !first.hasPrefix("#") else {
                lines = index + 1
                continue
            }
            guard first.hasSuffix(":"), first != "no_longer_offered:", line.utf8.first.map(PriceList.isSpace) == false
            else { break }
            lines = index + 1
            let name = String(first.dropLast())
            guard Self.fields.contains(name) else { throw Self.failure(index + 1, "there is no field '\(name)'") }
            guard fields.count == 2 else { throw Self.failure(index + 1, "'\(name)' has to have one value") }
            if name == "source" {
                sources.append(String(fields[1]))
            } else if name == "key_alias" {
                aliases.append(String(fields[1]))
            } else if values.updateValue((String(fields[1]), index + 1), forKey: name) != nil {
                throw Self.failure(index + 1, "'\(name)' is there twice")
            }
        }
        let end = lines + 1

        func value(_ name: String) throws(PriceList.ParseError) -> (text: String, line: Int) {
            guard let value = values[name] else { throw Self.failure(end, "'\(name):' has to stand above the models") }
            return value
        }
        func choice<Value: RawRepresentable<String> & CaseIterable>(
            _ name: String, _ standard: Value
        ) throws(PriceList.ParseError) -> Value {
            guard let (text, line) = values[name] else { return standard }
            guard let value = Value(rawValue: text) else {
                let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw Self.failure(line, "'\(text)' is no \(name); there are \(known)")
            }
            return value
        }

        let base = try value("base_url")
        guard base.text == "-" || base.text.hasPrefix("https://") || base.text.hasPrefix("http://") else {
            throw Self.failure(base.line, "'\(base.text)' is no base URL; write - where each customer has his own")
        }
        let day = try value("read")
        guard day.text.utf8.count == 10, let read = Timestamp(iso8601: day.text) else {
            throw Self.failure(day.line, "'\(day.text)' is no day such as 2026-11-23")
        }
        guard !sources.isEmpty else { throw Self.failure(end, "'source:' has to stand above the models") }
        self.read = read
        let dialect = try choice("dialect", Dialect.openAI)
        let host = try choice("host", Host.standard)
        provider = Provider(
            id: try value("provider").text, baseURL: base.text == "-" ? "" : base.text,
            keyVariable: values["key_variable"]?.text,
            outputLimitField: try choice("output_limit_field", .maxTokens),
            acceptsStreamOptions: try choice("stream_options", Truth.true) == .true,
            onDisconnect: try choice("on_disconnect", .stopsStreams), dialect: dialect,
            host: host.host, usageDialect: try choice("usage", UsageDialect(dialect)))
        if let (text, line) = values["accepts"] { provider.accepts = try Self.extensions(text, line: line) }
        provider.keyAliases = aliases
        provider.baseURLVariable = values["base_url_variable"]?.text
    }

    private static func extensions(_ text: String, line: Int) throws(PriceList.ParseError) -> ChatExtensions {
        if text == "-" { return [] }
        var accepts: ChatExtensions = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let one = ChatExtensions(name: String(name)) else {
                let known = ChatExtensions.allNames.joined(separator: ", ")
                throw failure(line, "'\(name)' is nothing that a provider accepts; there are \(known)")
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

    private static func failure(_ line: Int, _ message: String) -> PriceList.ParseError {
        .init(line: line, message: message)
    }
}
