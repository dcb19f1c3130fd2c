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
    private let isASCII: Bool
    private let hasSources: Bool

    /// - Parameters:
    ///   - isASCII: whether all that will be counted is known to be, so that nobody need look.
    ///   - hasSources: whether images and files stand in a `source`, as in Anthropic's dialect.
    init(isASCII: Bool = false, hasSources: Bool = false) {
        self.isASCII = isASCII
        self.hasSources = hasSources
    }

    /// Tokens as they usually come out: four bytes of ASCII text each, two of other scripts, and a frame a message.
    var estimate: Int {
        (asciiBytes + 3) / 4 + (otherBytes + 1) / 2 + numbers + messages * 4 + images * 1_000 + files * 4_000
    }

    /// Reads one value of any kind and counts the text in it.
    ///
    /// - Parameter media: whether images and files may be part of it, and are no mere names in somebody's schema.
    mutating func add(_ cursor: inout JSONCursor, media: Bool = false) throws(JSONError) {
        switch try cursor.kind() {
        case .string: count(try cursor.string())
        case .number:
            numbers += 1
            _ = try cursor.number()
        case .array: try cursor.array { (cursor) throws(JSONError) in try add(&cursor, media: media) }
        case .object where hasSources && media: try addBlock(&cursor)
        case .object:
            try cursor.object { (cursor, key) throws(JSONError) in
                if media && key.equals("image_url") {
                    images += 1
                    return try addImage(&cursor)
                }
                // Anything given by its address alone, however long it turns out to be.
                if media && Self.isAddress(key) { files += 1 }
                try add(&cursor, media: media)
            }
        default: try cursor.skipValue()
        }
    }

    /// Reads an object of Anthropic's dialect: `{"type": "image", "source": {"type": "base64", "media_type": …, "data": …}}`.
    private mutating func addBlock(_ cursor: inout JSONCursor) throws(JSONError) {
        var isImage = false
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("type"), try cursor.kind() == .string {
                let type = try cursor.string()
                if type.equals("image") { isImage = true }
                count(type)
            } else if key.equals("source"), try cursor.kind() == .object {
                try addSource(isImage: isImage, &cursor)
            } else {
                // The arguments of a call are the caller's own, whatever names they have.
                try add(&cursor, media: !key.equals("input"))
            }
        }
    }

    /// An image has more tokens than bytes where it is simple, and a document may be pages of images; text is itself.
    private mutating func addSource(isImage: Bool, _ cursor: inout JSONCursor) throws(JSONError) {
        var data: JSONText?
        var (isText, isImage) = (false, isImage)
        try cursor.object { (cursor, key) throws(JSONError) in
            guard try cursor.kind() == .string else { return try add(&cursor, media: true) }
            let value = try cursor.string()
            if key.equals("data") {
                data = value
            } else {
                if key.equals("type") { isText = value.equals("text") || value.equals("content") }
                if key.equals("media_type"), value.hasPrefix("image/") { isImage = true }
                count(value)
            }
        }
        if isText {
            if let data { count(data) }
        } else if isImage {
            images += 1
            dataURLBytes += data?.bytes.count ?? 0
        } else {
            files += 1
        }
    }

    private static func isAddress(_ key: JSONText) -> Bool {
        switch key.bytes.count {
        case 4: key.equals("file")
        case 9: key.equals("video_url") || key.equals("audio_url")
        case 12: key.equals("document_url")
        default: key.isEscaped && ["file", "video_url", "audio_url", "document_url"].contains(key.decoded)
        }
    }

    /// Reads an image's address, or an object with one. Only here is a data URL an image: anywhere else it is text.
    private mutating func addImage(_ cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .string: countImage(try cursor.string())
        case .object:
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("url"), try cursor.kind() == .string {
                    countImage(try cursor.string())
                } else {
                    try add(&cursor)
                }
            }
        default: try add(&cursor)
        }
    }

    private mutating func countImage(_ address: JSONText) {
        if address.hasPrefix("data:image/") { dataURLBytes += address.bytes.count } else { count(address) }
    }

    private mutating func count(_ text: JSONText) {
        let others = isASCII ? 0 : Self.bytesBeyondASCII(text.bytes)
        otherBytes += others
        asciiBytes += text.bytes.count - others
    }

    private static func bytesBeyondASCII(_ bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        var index = 0
        while index + 8 <= bytes.count {
            let highs = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) >> 7 & 0x0101_0101_0101_0101
            // Multiplied by ones, the bytes add up in the topmost.
            count += Int((highs &* 0x0101_0101_0101_0101) >> 56)
            index += 8
        }
        while index < bytes.count {
            if bytes[index] >= 0x80 { count += 1 }
            index += 1
        }
        return count
    }
}
