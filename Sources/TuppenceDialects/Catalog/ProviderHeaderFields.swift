/// The fields of a ``ProviderHeader`` as they are written, by name.
struct ProviderHeaderFields {
    private(set) var sources: [String] = []
    private(set) var aliases: [String] = []
    /// How many lines they have, empty ones and comments included.
    private(set) var lines = 0
    private var values: [String: (text: String, line: Int)] = [:]

    private static let known = [
        "provider", "base_url", "base_url_variable", "key_variable", "key_alias", "dialect", "host", "usage",
        "output_limit_field", "stream_options", "accepts", "on_disconnect", "source", "read",
    ]

    init(_ text: String) throws(PriceList.ParseError) {
        // Line by line, and no further than the first model: every file is opened whenever a gateway starts.
        var rest = text.utf8[...]
        var number = 0
        while number == 0 || !rest.isEmpty {
            let bytes = rest.prefix { $0 != 10 }
            rest = rest[bytes.endIndex...].dropFirst()
            number += 1
            let line = Substring(bytes)
            let words = bytes.split(whereSeparator: PriceList.isSpace).map { Substring($0) }
            guard let first = words.first, !first.hasPrefix("#") else {
                lines = number
                continue
            }
            guard first.hasSuffix(":"), first != "no_longer_offered:", line.utf8.first.map(PriceList.isSpace) == false
            else { break }
            lines = number
            try take(words)
        }
    }

    /// The words of a line, the first of which is a field's name.
    private mutating func take(_ words: [Substring]) throws(PriceList.ParseError) {
        let name = String(words[0].dropLast())
        guard Self.known.contains(name) else {
            throw PriceList.ParseError(line: lines, message: "there is no field '\(name)'")
        }
        guard words.count == 2 else {
            throw PriceList.ParseError(line: lines, message: "'\(name)' has to have one value")
        }
        let value = String(words[1])
        if name == "source" {
            sources.append(value)
        } else if name == "key_alias" {
            aliases.append(value)
        } else if values.updateValue((value, lines), forKey: name) != nil {
            throw PriceList.ParseError(line: lines, message: "'\(name)' is there twice")
        }
    }

    subscript(name: String) -> (text: String, line: Int)? { values[name] }

    func value(_ name: String) throws(PriceList.ParseError) -> (text: String, line: Int) {
        guard let value = values[name] else { throw missing(name) }
        return value
    }

    func missing(_ name: String) -> PriceList.ParseError {
        .init(line: lines + 1, message: "'\(name):' has to stand above the models")
    }

    func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ standard: Value
    ) throws(PriceList.ParseError) -> Value {
        guard let (text, line) = values[name] else { return standard }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw PriceList.ParseError(line: line, message: "'\(text)' is no \(name); there are \(known)")
        }
        return value
    }
}
