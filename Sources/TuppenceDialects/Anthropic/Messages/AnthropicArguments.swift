/// What a tool's schema says of arguments where its root combines others. Claude refuses that ("input_schema does not support
/// oneOf, allOf, or anyOf at the top level", 400), and with it every request that has the tool.
///
/// Then the root names all members of those that it combines. The model sees every argument that there may be, and is not told
/// which of them go together.
struct AnthropicArguments {
    private static let combinations: [(word: StaticString, holdsAll: Bool)] = [
        ("anyOf", false), ("oneOf", false), ("allOf", true),
    ]

    private var names: [JSONString] = []
    private var schemas: [JSONString: RawJSON] = [:]
    private var required: [JSONString] = []

    /// - Returns: nil where nothing is combined at the root.
    static func uncombined(_ schema: RawJSON) -> RawJSON? {
        guard schema.isObject, isCombined(schema) else { return nil }
        do throws(JSONError) { return try schema.read { uncombined($0) } } catch { return nil }
    }

    private static func isCombined(_ schema: RawJSON) -> Bool {
        var isCombined = false
        schema.bytes.withUnsafeBytes { bytes in
            do throws(JSONError) {
                try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
                    try cursor.skipValue()
                    if combinations.contains(where: { key.equals($0.word) }) { isCombined = true }
                }
            } catch { preconditionFailure("what is raw JSON was checked") }
        }
        return isCombined
    }

    private static func uncombined(_ root: JSONValue) -> RawJSON {
        var arguments = AnthropicArguments(root)
        let definitions = definitions(of: root)
        for (word, holdsAll) in combinations {
            guard let combined = root[word] else { continue }
            var branches: [AnthropicArguments] = []
            // What is referred to twice says nothing more the second time.
            var seen: Set<JSONString> = []
            for branch in combined.elements {
                let reference = branch["$ref"]?.string
                if let reference, !seen.insert(reference).inserted { continue }
                branches.append(AnthropicArguments(reference.flatMap { definitions[$0] } ?? branch))
            }
            arguments.add(branches, holdsAll: holdsAll)
        }
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

    /// By the references to them.
    private static func definitions(of root: JSONValue) -> [JSONString: JSONValue] {
        var definitions: [JSONString: JSONValue] = [:]
        if let named = root["$defs"] {
            for member in named.members { definitions["#/$defs/" + member.key] = member.value }
        }
        if let named = root["definitions"] {
            for member in named.members { definitions["#/definitions/" + member.key] = member.value }
        }
        return definitions
    }

    private init(_ schema: JSONValue) {
        if let properties = schema["properties"] {
            for member in properties.members { add(member.key, member.value.raw) }
        }
        required = schema["required"]?.elements.compactMap(\.string) ?? []
    }

    private mutating func add(_ name: JSONString, _ schema: RawJSON) {
        if schemas.updateValue(schema, forKey: name) == nil { names.append(name) }
    }

    /// - Parameter holdsAll: whether all of `branches` hold, and not one of them.
    private mutating func add(_ branches: [AnthropicArguments], holdsAll: Bool) {
        var order: [JSONString] = []
        var found: [JSONString: [RawJSON]] = [:]
        var counts: [JSONString: Int] = [:]
        for branch in branches {
            // What the root itself says of a member goes before what they say.
            for name in branch.names where schemas[name] == nil {
                if found[name] == nil { order.append(name) }
                if let schema = branch.schemas[name] { found[name, default: []].append(schema) }
            }
            for name in Set(branch.required) { counts[name, default: 0] += 1 }
        }
        for name in order { add(name, Self.combined(found[name] ?? [], holdsAll: holdsAll)) }
        for name in required { counts[name] = nil }
        for name in branches.flatMap(\.required) {
            guard let count = counts.removeValue(forKey: name), holdsAll || count == branches.count else { continue }
            required.append(name)
        }
    }

    private static func combined(_ schemas: [RawJSON], holdsAll: Bool) -> RawJSON {
        var seen: Set<RawJSON> = []
        let different = schemas.filter { seen.insert($0).inserted }
        if different.count == 1 { return different[0] }
        return RawJSON { json in
            json.object { json in
                json.member(
                    holdsAll ? "allOf" : "anyOf", array: { json in for schema in different { json.value(schema) } })
            }
        }
    }

    private func write(into json: inout JSONWriter) {
        json.member(
            "properties",
            object: { json in
                for name in names {
                    guard let schema = schemas[name] else { continue }
                    json.name(key: name)
                    json.value(schema)
                }
            })
        guard !required.isEmpty else { return }
        json.member("required", array: { json in for name in required { json.value(name) } })
    }
}
