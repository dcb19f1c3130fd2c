/// Schemas: Gemini's older fields (`responseSchema`, `parameters`) hold a part of OpenAPI's, with types in capitals; its newer
/// ones (`responseJsonSchema`, `parametersJsonSchema`) JSON Schema, of which the target follows a part.
///
/// Sources: https://ai.google.dev/api/caching#Schema, https://ai.google.dev/gemini-api/docs/structured-output#json_schema_support
/// (read 2026-11).
enum GeminiSchema {
    /// OpenAPI's as JSON Schema. What cannot be read stays as it is.
    static func translated(_ schema: JSONValue) -> RawJSON { RawJSON { json in openAPI(schema, &json) } }

    private static func openAPI(_ value: JSONValue, _ json: inout JSONWriter) {
        guard value.kind == .object else { return json.value(value.raw) }
        let isNullable = value["nullable"]?.bool == true
        json.object { json in
            for member in value.members {
                switch member.name {
                case "nullable": break
                case "type":
                    guard let name = member.value.string else {
                        json.name(key: member.key)
                        json.value(member.value.raw)
                        break
                    }
                    let lower = JSONString(name.decoded.lowercased())
                    json.name("type")
                    if isNullable {
                        json.array { json in
                            json.value(lower)
                            json.value(literal: "null")
                        }
                    } else {
                        json.value(lower)
                    }
                case "format" where member.value.equals("enum"): break
                // Whole numbers of 64 bits are strings in Google's JSON.
                case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
                    json.name(key: member.key)
                    if let count = member.value.text.flatMap({ Int($0.decoded) }) {
                        json.value(count)
                    } else {
                        json.value(member.value.raw)
                    }
                case "properties", "defs", "$defs": children(member, &json)
                case "items", "additionalProperties":
                    json.name(key: member.key)
                    openAPI(member.value, &json)
                case "anyOf", "any_of":
                    json.name("anyOf")
                    json.array { json in for element in member.value.elements { openAPI(element, &json) } }
                default:
                    json.name(key: member.key)
                    json.value(member.value.raw)
                }
            }
        }
    }

    private static func children(_ member: JSONValue.Member, _ json: inout JSONWriter) {
        json.name(key: member.key)
        json.object { json in
            for property in member.value.members {
                json.name(key: property.key)
                openAPI(property.value, &json)
            }
        }
    }

    /// The words of a schema that answers are not held to, each once, in order.
    static func unheeded(_ schema: RawJSON) -> [String] {
        var words: [String] = []
        do throws(JSONError) { try schema.read { root in scan(root, &words) } } catch { return [] }
        return words
    }

    private static func scan(_ value: JSONValue, _ words: inout [String]) {
        guard value.kind == .object else {
            for element in value.elements { scan(element, &words) }
            return
        }
        for member in value.members {
            switch member.name {
            case "pattern", "minLength", "maxLength", "multipleOf", "exclusiveMinimum", "exclusiveMaximum",
                "uniqueItems",
                "not", "allOf", "if", "then", "else", "patternProperties", "propertyNames", "minProperties",
                "maxProperties", "contains", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "const":
                let word = member.name.decoded
                if !words.contains(word) { words.append(word) }
            case "properties", "$defs", "definitions":
                // Names here are the caller's, not words of the schema.
                for property in member.value.members { scan(property.value, &words) }
            case "enum", "default", "examples", "example", "required": break
            default: scan(member.value, &words)
            }
        }
    }
}
