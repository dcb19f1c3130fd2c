import TuppenceCore

/// What matters to the books in a whole answer that is no chat: of images, text that was heard, a ranking or a verdict.
package struct PieceAnswer: Hashable, Sendable {
    /// nil where the provider counts nothing.
    package private(set) var usage: Usage?
    /// Where the provider's own object stands, if there is one.
    package private(set) var place: UsagePlace?
    package private(set) var service: ServiceTier?
    package private(set) var reportedCost: Money?
    /// Bytes of text that the answer brought.
    package private(set) var contentBytes = 0
    /// Whether it says that it is an error, and so no answer.
    package private(set) var isError = false
    /// Whether there are pieces in it, under any name that hosts have for them, or else a count of some.
    package private(set) var isAnswer = false

    private init() {}

    /// Text that is no JSON, as subtitles are.
    package static func text(bytes: Int) -> PieceAnswer {
        var answer = PieceAnswer()
        answer.contentBytes = bytes
        answer.isAnswer = true
        return answer
    }

    /// - Throws: if the bytes are no JSON object.
    package init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var cursor = JSONCursor(bytes)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        var counted: OpenAIUsage?
        var billed = Usage()
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("usage"), try cursor.kind() == .object {
                let found = try OpenAIUsage(&cursor)
                // Without the output there is nothing in it of what costs most.
                if found.isReadable, found.output != .unreadable { counted = found }
            } else if key.equals("duration"), try cursor.kind() == .number {
                billed.audioSecond = try cursor.number().roundedUp ?? 0
            } else if key.equals("meta"), try cursor.kind() == .object {
                try Self.meta(&cursor, &billed)
            } else if key.equals("data"), try cursor.kind() == .array {
                billed.image = try Self.images(&cursor)
                isAnswer = true
            } else if key.equals("service_tier") {
                service = try cursor.text().map { ServiceTier(named: $0) }
            } else if key.equals("text"), try cursor.kind() == .string {
                contentBytes = try cursor.string().bytes.count
                isAnswer = true
            } else if key.equals("data") || key.equals("results") || key.equals("images") || key.equals("segments") {
                // MiniMax has an object for the list of images.
                let kind = try cursor.kind()
                if kind == .array || kind == .object { isAnswer = true }
                try cursor.skipValue()
            } else if key.equals("error") {
                if try cursor.kind() != .null { isError = true }
                try cursor.skipValue()
            } else {
                try cursor.skipValue()
            }
        }
        try cursor.end()
        if let counted {
            place = counted.place
            reportedCost = counted.reportedCost
            var usage = counted.usage
            for kind in [UsageKind.search, .audioSecond, .image] where usage[kind] == 0 { usage[kind] = billed[kind] }
            self.usage = usage
        } else if billed != Usage() {
            usage = billed
        }
        if usage != nil { isAnswer = true }
    }

    /// How many images there are: fewer than were asked for where a filter has taken some away.
    private static func images(_ cursor: inout JSONCursor) throws(JSONError) -> Int {
        var count = 0
        try cursor.elements { (cursor) throws(JSONError) in
            var isImage = false
            try cursor.members { (cursor, key) throws(JSONError) in
                if key.equals("b64_json") || key.equals("url"), try cursor.kind() == .string { isImage = true }
                try cursor.skipValue()
            }
            if isImage { count += 1 }
        }
        return count
    }

    /// Cohere's: `meta.billed_units`.
    private static func meta(_ cursor: inout JSONCursor, _ usage: inout Usage) throws(JSONError) {
        try cursor.object { (cursor, key) throws(JSONError) in
            guard key.equals("billed_units"), try cursor.kind() == .object else { return _ = try cursor.skipValue() }
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("search_units") {
                    usage.search = try cursor.tokenCount() ?? 0
                } else if key.equals("input_tokens") {
                    usage.input = try cursor.tokenCount() ?? 0
                } else {
                    try cursor.skipValue()
                }
            }
        }
    }
}

extension JSONNumber {
    /// The next whole number, of one that a request could have used; nil of any other.
    var roundedUp: Int? {
        if let integer { return (0...1_000_000_000).contains(integer) ? integer : nil }
        guard let nanos = Money(jsonNumber: self)?.nanodollars, nanos >= 0 else { return nil }
        let whole = Int(nanos / 1_000_000_000) + (nanos % 1_000_000_000 == 0 ? 0 : 1)
        return whole <= 1_000_000_000 ? whole : nil
    }
}
