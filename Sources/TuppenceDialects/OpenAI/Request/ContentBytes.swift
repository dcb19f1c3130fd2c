/// Counts what a model wrote in an answer, whatever shape it has.
struct ContentBytes {
    private(set) var count = 0

    mutating func add(_ cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .string: count += try cursor.string().bytes.count
        case .array: try cursor.array { (cursor) throws(JSONError) in try add(&cursor) }
        case .object:
            try cursor.object { (cursor, key) throws(JSONError) in
                if Self.isAround(key) { return _ = try cursor.skipValue() }
                // What a tool is asked is written as JSON.
                if key.equals("input"), try cursor.kind() == .object { return count += try cursor.skipValue().count }
                try add(&cursor)
            }
        default: try cursor.skipValue()
        }
    }

    /// What stands around a text and is none of it: what it is, where it has its words from, pictures, and what is sealed.
    private static func isAround(_ key: JSONText) -> Bool {
        switch key.bytes.count {
        case 2: key.equals("id")
        case 4: key.equals("type") || key.equals("role") || key.equals("data")
        case 6: key.equals("status")
        case 7: key.equals("call_id")
        case 8: key.equals("logprobs")
        case 9: key.equals("image_url") || key.equals("signature") || key.equals("citations")
        case 11: key.equals("annotations")
        case 17: key.equals("encrypted_content")
        default: false
        }
    }
}
