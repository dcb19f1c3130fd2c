/// Makes up values that fit a JSON schema: enough of the language for tools and structured output.
struct SandboxSchema {
    /// How deep a value may go; a schema that refers to itself ends there.
    private static let deepest = 12

    private let root: SandboxJSON

    init(_ schema: SandboxJSON) { root = schema }

    /// A value for the whole schema, which is an object even when the schema does not say so.
    var object: SandboxJSON {
        let value = value(for: root, depth: 0)
        return value.members == nil ? [:] : value
    }

    private func value(for schema: SandboxJSON, depth: Int) -> SandboxJSON {
        guard depth < Self.deepest else { return [:] }
        if let target = schema["$ref"]?.string { return value(for: resolve(target), depth: depth + 1) }
        if let constant = schema["const"] { return constant }
        if let first = schema["enum"]?.array?.first { return first }
        if let first = (schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"])?.array?.first {
            return value(for: first, depth: depth + 1)
        }
        // Google writes types in capitals.
        switch (schema["type"]?.string ?? schema["type"]?.array?.first?.string)?.lowercased() {
        case "integer", "number": return 1
        case "boolean": return true
        case "array": return []
        case "null": return .null
        case "string": return "sandbox"
        case "object": return object(for: schema, depth: depth)
        default: return schema["properties"] == nil && depth > 0 ? "sandbox" : object(for: schema, depth: depth)
        }
    }

    private func object(for schema: SandboxJSON, depth: Int) -> SandboxJSON {
        let properties = schema["properties"]?.members ?? []
        return .object(properties.map { .init(name: $0.name, value: value(for: $0.value, depth: depth + 1)) })
    }

    /// The schema at a pointer such as `#/$defs/Place`; an empty one when there is none.
    private func resolve(_ target: String) -> SandboxJSON {
        guard target.hasPrefix("#") else { return [:] }
        return target.dropFirst().split(separator: "/").reduce(root) { $0[String($1)] ?? [:] }
    }
}
