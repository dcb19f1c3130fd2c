/// What a tool's schema says of arguments where its root combines others. Claude refuses that ("input_schema does not support
/// oneOf, allOf, or anyOf at the top level", 400), and with it every request that has the tool.
///
/// Then the root names all members of those that it combines, and of those that they combine or refer to in turn. The model sees
/// every argument that there may be, and is not told which of them go together.
struct AnthropicCombinations {
    private static let words: [(word: StaticString, holdsAll: Bool)] = [
        ("anyOf", false), ("oneOf", false), ("allOf", true),
    ]
    /// Every member is carried up at most that many times. People combine schemas in two levels or three.
    private static let deepest = 16

    /// By the references to them.
    private let definitions: [JSONString: JSONValue]
    /// What definitions have come to; they may be referred to from many places.
    private var known: [JSONString: AnthropicArguments] = [:]
    /// Definitions that are being looked into: one may refer to itself.
    private var open: Set<JSONString> = []
    /// How many more bytes are taken from definitions that were taken before. A hostile schema refers to a large one without end.
    private var repeatable = 1 << 20

    /// - Returns: nil where nothing is combined at the root.
    static func uncombined(_ schema: RawJSON) -> RawJSON? {
        guard schema.isObject else { return nil }
        var isCombined = false
        ToolSchema.scan(schema) { name, _ in
            if words.contains(where: { name.equals($0.word) }) { isCombined = true }
        }
        guard isCombined else { return nil }
        do throws(JSONError) { return try schema.read { uncombined($0) } } catch { return nil }
    }

    private static func uncombined(_ root: JSONValue) -> RawJSON {
        var combinations = AnthropicCombinations(root)
        let arguments = combinations.arguments(of: root, depth: 0)
        return RawJSON { json in
            json.object { json in
                for member in root.members {
                    switch member.name {
                    case "anyOf", "oneOf", "allOf", "properties", "required": break
                    default:
                        json.name(key: member.key)
                        json.value(member.value.raw)
                    }
                }
                arguments.write(into: &json)
            }
        }
    }

    private init(_ root: JSONValue) {
        var definitions: [JSONString: JSONValue] = [:]
        if let named = root["$defs"] {
            for member in named.members { definitions["#/$defs/" + member.key] = member.value }
        }
        if let named = root["definitions"] {
            for member in named.members { definitions["#/definitions/" + member.key] = member.value }
        }
        self.definitions = definitions
    }

    private mutating func arguments(of schema: JSONValue, depth: Int) -> AnthropicArguments {
        var found = AnthropicArguments(schema)
        guard depth < Self.deepest else { return found }
        if let reference = schema["$ref"]?.string, let referred = arguments(behind: reference, depth: depth + 1) {
            found.add([referred], holdsAll: true)
        }
        for (word, holdsAll) in Self.words {
            guard let combined = schema[word] else { continue }
            var branches: [AnthropicArguments] = []
            for branch in combined.elements { branches.append(arguments(of: branch, depth: depth + 1)) }
            found.add(branches, holdsAll: holdsAll)
        }
        return found
    }

    /// - Returns: nil where nothing more is to be learned: the definition is not there, or was taken too often.
    private mutating func arguments(behind reference: JSONString, depth: Int) -> AnthropicArguments? {
        if let before = known[reference] {
            guard before.size <= repeatable else { return nil }
            repeatable -= before.size
            return before
        }
        guard let schema = definitions[reference], open.insert(reference).inserted else { return nil }
        let found = arguments(of: schema, depth: depth)
        open.remove(reference)
        known[reference] = found
        return found
    }
}
