import TuppenceCore

/// A `tuppence.yaml` that is put together, and its text.
struct TuppenceFile {
    /// One value as it is written: text is put in quotes where YAML would take it for something else.
    enum Value: Hashable {
        case text(String)
        case plain(String)
        indirect case mapping([Field])
        indirect case list([Value])
    }

    struct Field: Hashable {
        var name: String
        var value: Value

        init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    struct Provider: Hashable {
        var name: String
        var fields: [Field]
        /// By model.
        var limits: [Field] = []

        fileprivate var all: [Field] {
            limits.isEmpty ? fields : fields + [Field("limits", .mapping([Field("models", .mapping(limits))]))]
        }
    }

    struct Choice: Hashable {
        var target: String
        var weight: Int?
        var priority: Int?
    }

    struct Route: Hashable {
        var name: String
        var choices: [Choice]
        /// What its own targets are for.
        var kind = ModelKind.chat
        var strategy: String?
        var maxOutputTokens: Int?
        var timeout: String?
    }

    var server: [Field] = []
    var providers: [Provider] = []
    var prices: [(target: String, fields: [Field])] = []
    var allowsUnpriced = false
    var routes: [Route] = []
    var cache: Value?
    var keys: [[Field]] = []
    var budgets: [[Field]] = []

    /// The same with a token in place of each key file, which need not be on this machine.
    var withoutFiles: TuppenceFile {
        var file = self
        for provider in file.providers.indices {
            for field in file.providers[provider].fields.indices
            where file.providers[provider].fields[field].name == "credentials" {
                file.providers[provider].fields[field] = Field("access_token", .text("token-0123456789"))
            }
        }
        return file
    }

    /// - Parameter origin: what it is made from, for its first line.
    func text(origin: String) -> String {
        var lines = ["# Made from \(origin) by 'tuppence import litellm'. Check it with: tuppence check"]
        func section(_ name: String, _ entries: [String]) {
            guard !entries.isEmpty else { return }
            lines += ["", "\(name):"] + entries
        }
        section("server", server.map { "  \(Self.line($0))" })
        section("providers", providers.map { "  \(Self.quoted($0.name)): \(Self.flow(.mapping($0.all)))" })
        section("prices", prices.map { "  \(Self.quoted($0.target)): \(Self.flow(.mapping($0.fields)))" })
        if allowsUnpriced { lines += ["", "unpriced: allow"] }
        section("routes", routes.flatMap(Self.lines))
        if let cache { lines += ["", "cache: \(Self.flow(cache))"] }
        section("keys", keys.map { "  - \(Self.flow(.mapping($0)))" })
        section("budgets", budgets.map { "  - \(Self.flow(.mapping($0)))" })
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ route: Route) -> [String] {
        var lines = ["  \(quoted(route.name)):"]
        if let strategy = route.strategy { lines.append("    strategy: \(strategy)") }
        lines.append("    targets:")
        for choice in route.choices {
            var fields = [Field("target", .text(choice.target))]
            if let weight = choice.weight { fields.append(Field("weight", .plain("\(weight)"))) }
            if let priority = choice.priority { fields.append(Field("priority", .plain("\(priority)"))) }
            lines.append("      - \(flow(.mapping(fields)))")
        }
        if let limit = route.maxOutputTokens { lines.append("    max_output_tokens: \(limit)") }
        if let timeout = route.timeout { lines.append("    timeout: \(timeout)") }
        return lines
    }

    private static func line(_ field: Field) -> String { "\(quoted(field.name)): \(flow(field.value))" }

    private static func flow(_ value: Value) -> String {
        switch value {
        case .text(let text): return quoted(text)
        case .plain(let text): return text
        case .list(let values): return "[ " + values.map(flow).joined(separator: ", ") + " ]"
        case .mapping(let fields):
            return fields.isEmpty ? "{}" : "{ " + fields.map(line).joined(separator: ", ") + " }"
        }
    }

    /// As a double-quoted scalar, unless it is a plain word.
    private static func quoted(_ text: String) -> String {
        let isWord =
            text.utf8.first.map { (65...90).contains($0) || (97...122).contains($0) } == true
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "-_./".utf8.contains(byte)
            } && !words.contains(text.lowercased())
        if isWord { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 32 || scalar.value == 127:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// What YAML takes for something else than text.
    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
}
