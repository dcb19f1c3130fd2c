/// Schemas of tools' arguments, for targets that ask for more to be said than callers of other dialects have to.
enum ToolSchema {
    /// Of a tool without arguments.
    static let noArguments = RawJSON { json in
        json.object { json in
            json.member("type", literal: "object")
            json.member("properties", object: { _ in })
        }
    }

    /// `schema`, which names its members even where there are none: OpenAI answers "object schema missing properties" (400)
    /// to one that does not.
    static func withProperties(_ schema: RawJSON?) -> RawJSON {
        guard let schema else { return noArguments }
        guard schema.isObject else { return schema }
        var isEmpty = true
        var isOfObject = false
        var hasProperties = false
        scan(schema) { name, value in
            isEmpty = false
            if name.equals("type") { isOfObject = value.elementsEqual("\"object\"".utf8) }
            if name.equals("properties") { hasProperties = true }
        }
        if isEmpty { return noArguments }
        guard isOfObject, !hasProperties else { return schema }
        return RawJSON { json in
            json.object { json in
                json.splice(Array(schema.bytes.dropFirst().dropLast()))
                json.member("properties", object: { _ in })
            }
        }
    }

    /// Looks at the members of an object's schema: the name of each, and its value as it is written.
    static func scan(_ schema: RawJSON, _ member: (JSONText, Slice<UnsafeRawBufferPointer>) -> Void) {
        schema.bytes.withUnsafeBytes { bytes in
            do throws(JSONError) {
                try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
                    let value = try cursor.skipValue()
                    member(key, bytes[value])
                }
            } catch { preconditionFailure("what is raw JSON was checked") }
        }
    }
}
