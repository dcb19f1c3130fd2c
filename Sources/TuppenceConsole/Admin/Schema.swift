/// What a JSON value looks like, as OpenAPI writes it (JSON Schema 2020-12).
indirect enum Schema: Sendable {
    case text
    /// Text of this form, a regular expression.
    case matching(String)
    /// A time in ISO 8601, UTC.
    case time
    case whole
    /// A whole number from the first to the last.
    case between(Int64, Int64)
    case ratio
    case truth
    case choice([String])
    /// As any one of these.
    case either([Schema])
    case list(Schema)
    /// Whole numbers by name.
    case counts
    /// - Parameter optional: those of the members that may be missing.
    case object(KeyValuePairs<String, Schema>, optional: Set<String> = [])
    /// Some lines of a list; see ``ListPage``.
    case page(Schema)
    /// Any document.
    case any
    /// Any value.
    case anything

    var document: [String: Any] {
        switch self {
        case .text: return ["type": "string"]
        case .matching(let pattern): return ["type": "string", "pattern": pattern]
        case .between(let least, let most):
            return ["type": "integer", "format": "int64", "minimum": least, "maximum": most]
        case .time: return ["type": "string", "format": "date-time"]
        case .whole: return ["type": "integer", "format": "int64"]
        case .ratio: return ["type": "number"]
        case .truth: return ["type": "boolean"]
        case .choice(let names): return ["type": "string", "enum": names]
        case .either(let schemas): return ["anyOf": schemas.map(\.document)]
        case .list(let element): return ["type": "array", "items": element.document]
        case .counts: return ["type": "object", "additionalProperties": ["type": "integer"]]
        case .any: return ["type": "object"]
        case .anything: return [:]
        case .page(let element):
            return Schema.object(["data": .list(element), "next_cursor": .text], optional: ["next_cursor"]).document
        case .object(let members, let optional):
            var properties: [String: Any] = [:]
            for (name, schema) in members { properties[name] = schema.document }
            return [
                "type": "object", "properties": properties, "additionalProperties": false,
                "required": members.map(\.key).filter { !optional.contains($0) },
            ]
        }
    }
}

extension Schema {
    /// The same of what is sent: what may be missing may be null as well.
    var inputDocument: [String: Any] {
        guard case .object(let members, let optional) = self else { return document }
        var document = document
        var properties: [String: Any] = [:]
        for (name, schema) in members {
            properties[name] =
                optional.contains(name) ? ["anyOf": [schema.inputDocument, ["type": "null"]]] : schema.inputDocument
        }
        document["properties"] = properties
        return document
    }

    /// What keys and tokens are called.
    static let name = Schema.matching("^[!-.0-~]{1,128}$")
    /// What a key may be called that is made: not by a word that stands for many, see ``Administration/createKey``.
    static let keyName = Schema.matching("^(?!each$)[!-)+-.0-~]{1,128}$")
    /// Of lists that are told in pages; see ``ListPage``.
    static let listCursor = Schema.matching("^([1-9][0-9]{0,8}[.][0-9a-f]{1,16})?$")
    static let requestID = Schema.matching("^req_[0-9a-f]{32}$")
}
