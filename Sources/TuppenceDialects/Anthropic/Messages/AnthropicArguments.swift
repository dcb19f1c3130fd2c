/// The arguments that a tool's schema names.
struct AnthropicArguments {
    private var names: [JSONString] = []
    private var schemas: [JSONString: RawJSON] = [:]
    private var required: [JSONString] = []
    /// How many bytes there are to them.
    private(set) var size = 0

    /// Those that a schema names itself, and not by others that it combines.
    init(_ schema: JSONValue) {
        if let properties = schema["properties"] {
            for member in properties.members { add(member.key, member.value.raw) }
        }
        for name in schema["required"]?.elements.compactMap(\.string) ?? [] { require(name) }
    }

    private mutating func add(_ name: JSONString, _ schema: RawJSON) {
        size += name.escaped.count + schema.bytes.count
        if schemas.updateValue(schema, forKey: name) == nil { names.append(name) }
    }

    private mutating func require(_ name: JSONString) {
        size += name.escaped.count
        required.append(name)
    }

    /// - Parameter holdsAll: whether all of `branches` hold, and not one of them.
    mutating func add(_ branches: [AnthropicArguments], holdsAll: Bool) {
        var order: [JSONString] = []
        var found: [JSONString: [RawJSON]] = [:]
        var counts: [JSONString: Int] = [:]
        for branch in branches {
            // What the schema itself says of a member goes before what they say.
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
            require(name)
        }
    }

    private static func combined(_ schemas: [RawJSON], holdsAll: Bool) -> RawJSON {
        if schemas.count == 1 { return schemas[0] }
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

    func write(into json: inout JSONWriter) {
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
