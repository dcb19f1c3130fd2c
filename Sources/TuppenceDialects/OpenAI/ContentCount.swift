/// Counts what a request's content consists of, for its bound and its estimate.
struct ContentCount: Sendable {
    private(set) var asciiBytes = 0
    private(set) var otherBytes = 0
    private(set) var numbers = 0
    private(set) var images = 0
    private(set) var files = 0
    /// Bytes of images that are in the request itself, whose tokens have nothing to do with their bytes.
    private(set) var dataURLBytes = 0
    var messages = 0

    /// Tokens as they usually come out: four bytes of ASCII text each, two of other scripts, and a frame a message.
    var estimate: Int { (asciiBytes + 3) / 4 + (otherBytes + 1) / 2 + numbers + messages * 4 + images * 1_000 + files * 4_000 }

    /// Reads one value of any kind and counts the text in it.
    mutating func add(_ cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .string: count(try cursor.string())
        case .number:
            numbers += 1
            _ = try cursor.number()
        case .array: try cursor.array { (cursor) throws(JSONError) in try add(&cursor) }
        case .object:
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("image_url") || key.equals("video_url") {
                    images += 1
                } else if key.equals("file") || key.equals("document_url") {
                    files += 1
                }
                try add(&cursor)
            }
        default: try cursor.skipValue()
        }
    }

    private mutating func count(_ text: JSONText) {
        if text.hasPrefix("data:image/") {
            dataURLBytes += text.bytes.count
            return
        }
        var others = 0
        for byte in text.bytes where byte >= 0x80 { others += 1 }
        otherBytes += others
        asciiBytes += text.bytes.count - others
    }
}
