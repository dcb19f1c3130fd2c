/// Turns a schema into one that Anthropic holds answers to: closed objects only, and no bounds on numbers, lengths or
/// counts, which it refuses. Bounds are kept as words in the description, for the model to read.
///
/// Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations (read 2026-11).
enum AnthropicSchema {
    /// A schema that cannot be read stays as it is: the provider's message is then the better one.
    static func translated(_ schema: RawJSON) -> RawJSON {
        do throws(JSONError) {
            return try schema.read { root in RawJSON { json in value(root, &json) } }
        } catch { return schema }
    }

    /// Names what cannot be said: an object whose members may have any name would have none at all.
    static func note(_ schema: RawJSON, _ losses: inout Losses) {
        do throws(JSONError) {
            guard try schema.read({ hasMap($0) }) else { return }
        } catch { return }
        losses.add(
            "response_format", .refused,
            "The target takes no objects whose members may have any name: name them in 'properties', or use a list of pairs."
        )
    }

    /// Whether the arguments of a tool can be held to it. An object without members is a tool without arguments here.
    static func holdsArguments(_ schema: RawJSON) -> Bool {
        do throws(JSONError) {
            return try schema.read { root in
                root["additionalProperties"]?.kind != .object && !root.members.contains(where: holdsMap)
            }
        } catch { return false }
    }

    /// Whether there is an object in it of which no member is named, or whose others have a schema.
    private static func hasMap(_ value: JSONValue) -> Bool {
        switch value.kind {
        case .array: return value.elements.contains(where: hasMap)
        case .object: break
        default: return false
        }
        if value.isOpenObject {
            if value["additionalProperties"]?.kind == .object { return true }
            if value["properties"]?.isEmpty ?? true, !value.isCombined { return true }
        }
        return value.members.contains(where: holdsMap)
    }

    private static func holdsMap(_ member: JSONValue.Member) -> Bool {
        switch member.name {
        case "enum", "const", "default", "examples": false
        // Names here are the caller's.
        case "properties", "$defs", "definitions": member.value.members.contains { hasMap($0.value) }
        default: hasMap(member.value)
        }
    }

    private static func value(_ value: JSONValue, _ json: inout JSONWriter) {
        switch value.kind {
        case .object: object(value, &json)
        case .array: json.array { json in for element in value.elements { self.value(element, &json) } }
        default: json.value(value.raw)
        }
    }

    private static func object(_ schema: JSONValue, _ json: inout JSONWriter) {
        var bounds: [String] = []
        var description: JSONString?
        let isOpenObject = schema.isOpenObject
        json.object { json in
            for member in schema.members {
                switch member.name {
                case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
                    "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties":
                    bounds.append("\(member.name.decoded): \(member.value.raw.text)")
                case "minItems":
                    // Of these, 0 and 1 are taken.
                    if let count = member.value.integer, (0...1).contains(count) {
                        json.member("minItems", count)
                    } else {
                        bounds.append("minItems: \(member.value.raw.text)")
                    }
                case "description" where member.value.kind == .string: description = member.value.string
                case "additionalProperties" where isOpenObject: break
                case "properties", "$defs", "definitions":
                    // Names here are the caller's, not words of the schema.
                    json.name(key: member.key)
                    json.object { json in
                        for property in member.value.members {
                            json.name(key: property.key)
                            value(property.value, &json)
                        }
                    }
                case "enum", "const", "default", "examples":
                    json.name(key: member.key)
                    json.value(member.value.raw)
                default:
                    json.name(key: member.key)
                    value(member.value, &json)
                }
            }
            if isOpenObject { json.member("additionalProperties", false) }
            if !bounds.isEmpty {
                let words = JSONString("(" + bounds.joined(separator: ", ") + ")")
                description = description.map { $0 + " " + words } ?? words
            }
            json.member("description", description)
        }
    }
}

extension JSONValue {
    /// Whether other schemas say what members it has.
    fileprivate var isCombined: Bool {
        self["anyOf"] != nil || self["allOf"] != nil || self["oneOf"] != nil || self["$ref"] != nil
    }

    /// Whether this schema is of an object, or of one or nothing, that may have members of any name.
    fileprivate var isOpenObject: Bool {
        guard let type = self["type"], self["additionalProperties"]?.bool != false else { return false }
        return type.equals("object") || type.kind == .array && type.elements.contains { $0.equals("object") }
    }
}
