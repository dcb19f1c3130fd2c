/// Counts the text in an answer, whatever shape it has.
struct ContentBytes {
    private(set) var count = 0

    mutating func add(_ cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .string: count += try cursor.string().bytes.count
        case .array: try cursor.array { (cursor) throws(JSONError) in try add(&cursor) }
        case .object:
            try cursor.object { (cursor, key) throws(JSONError) in
                // Pictures are no text.
                if key.equals("image_url") { return _ = try cursor.skipValue() }
                try add(&cursor)
            }
        default: try cursor.skipValue()
        }
    }
}
