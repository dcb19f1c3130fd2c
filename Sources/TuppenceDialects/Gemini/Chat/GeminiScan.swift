import TuppenceCore

/// Reads answers of Gemini's dialect that are passed on by their own bytes.
///
/// The dialect has no message for the end: what comes with the first reason to end, and behind it, waits until the body has
/// ended.
package struct GeminiScan: StreamScan {
    private var counts = GeminiUsage()
    private var counted = Usage()
    private var service: ServiceTier?
    private var searches = GeminiSearches()
    /// Which candidates have been heard of, and which have said why they end; a bit each.
    private var seen: UInt64 = 0
    private var finished: UInt64 = 0
    private var isBlocked = false
    /// Whether content has come since the last counts.
    private var isOutdated = false

    package init() {}

    package var isComplete: Bool { seen == 0 ? isBlocked : finished == seen }

    package mutating func read(data: UnsafeRawBufferPointer) throws(JSONError) -> AnswerPiece {
        var piece = AnswerPiece()
        try read(data, &piece)
        piece.isEnd = isBlocked || finished != 0
        return piece
    }

    /// Reads a whole answer.
    ///
    /// - Throws: if it is none.
    package static func read(whole bytes: UnsafeRawBufferPointer) throws(JSONError) -> AnswerPiece {
        var scan = GeminiScan()
        var piece = AnswerPiece()
        let isAnswer = try scan.read(bytes, &piece)
        if let error = piece.error { throw JSONError(0, "an answer is expected here, not: \(error.text)") }
        guard isAnswer else { throw JSONError(0, "'candidates' is missing") }
        return piece
    }

    /// - Returns: whether there are candidates, or a word on why there are none.
    @discardableResult
    private mutating func read(
        _ bytes: UnsafeRawBufferPointer, _ piece: inout AnswerPiece
    ) throws(JSONError) -> Bool {
        var isAnswer = false
        let known = searches.count
        try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
            if key.equals("candidates"), try cursor.kind() == .array {
                isAnswer = true
                try cursor.array { (cursor) throws(JSONError) in try candidate(&cursor, &piece) }
            } else if key.equals("usageMetadata"), try cursor.kind() == .object {
                try usage(&cursor, &piece)
            } else if key.equals("modelVersion"), try cursor.kind() == .string {
                searches.take(model: try cursor.string())
            } else if key.equals("promptFeedback"), try cursor.kind() == .object {
                isAnswer = true
                try cursor.object { (cursor, key) throws(JSONError) in
                    if key.equals("blockReason"), try cursor.kind() != .null { isBlocked = true }
                    try cursor.skipValue()
                }
                piece.isFinish = piece.isFinish || isBlocked
            } else if key.equals("error"), try cursor.kind() != .null {
                piece.error = StreamFault(bytes[try cursor.skipValue()])
            } else {
                try cursor.skipValue()
            }
        }
        if piece.usage != nil { isOutdated = false } else if piece.content.isThere { isOutdated = true }
        // Searches may be told behind the last counts.
        if piece.usage == nil, counts.isReadable, searches.count > known {
            (piece.usage, piece.service) = (counted, service)
            // Told once more, they know no more of the answer than they did.
            piece.lacksOutput = isOutdated || counts.output != .counted
        }
        piece.usage?.search = searches.count
        if searches.count != known { piece.searches = searches.count }
        return isAnswer
    }

    /// Counts grow; the last ones hold.
    private mutating func usage(_ cursor: inout JSONCursor, _ piece: inout AnswerPiece) throws(JSONError) {
        let (next, place) = try Self.counts(&cursor)
        service = next.service ?? service
        // Chunks on the way may have an object without counts.
        guard next.isReadable, !next.isNothing || counts.isNothing else { return }
        counts = next
        counted = next.usage.following(counted)
        (piece.usage, piece.service) = (counted, service)
        piece.lacksOutput = counts.output != .counted
        piece.isNonsense = counts.output == .unreadable
        piece.place = place
    }

    /// Reads the usage object at the cursor, and where our figures go in it.
    static func counts(_ cursor: inout JSONCursor) throws(JSONError) -> (GeminiUsage, UsagePlace) {
        let start = cursor.position
        var copy = cursor
        let counts = try GeminiUsage(&cursor)
        var isEmpty = true
        var hasCost = false
        try copy.object { (cursor, key) throws(JSONError) in
            isEmpty = false
            if key.equals("cost") || key.equals("cost_details") { hasCost = true }
            try cursor.skipValue()
        }
        return (counts, UsagePlace(range: start..<cursor.position, isToBeRewritten: isEmpty || hasCost))
    }

    private mutating func candidate(_ cursor: inout JSONCursor, _ piece: inout AnswerPiece) throws(JSONError) {
        var index = 0
        var ends = false
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("content") {
                try cursor.members { (cursor, key) throws(JSONError) in
                    guard key.equals("parts"), try cursor.kind() == .array else { return _ = try cursor.skipValue() }
                    try cursor.array { (cursor) throws(JSONError) in try Self.part(&cursor, &piece) }
                }
            } else if key.equals("finishReason") {
                ends = try Self.isReason(&cursor)
            } else if key.equals("groundingMetadata") {
                try searches.add(&cursor)
            } else if key.equals("index"), try cursor.kind() == .number {
                index = try cursor.number().integer ?? 0
            } else {
                try cursor.skipValue()
            }
        }
        let bit = UInt64(1) << UInt64(min(max(index, 0), 63))
        seen |= bit
        guard ends else { return }
        finished |= bit
        piece.isFinish = true
    }

    /// A word, or its number; an empty word is none.
    private static func isReason(_ cursor: inout JSONCursor) throws(JSONError) -> Bool {
        switch try cursor.kind() {
        case .string: return try !cursor.string().isEmpty
        case .number:
            try cursor.skipValue()
            return true
        default:
            try cursor.skipValue()
            return false
        }
    }

    private static func part(_ cursor: inout JSONCursor, _ piece: inout AnswerPiece) throws(JSONError) {
        try cursor.members { (cursor, key) throws(JSONError) in
            if key.equals("text"), try cursor.kind() == .string {
                piece.content.count(try cursor.string().bytes.count)
            } else if key.equals("functionCall") {
                piece.content.count(try cursor.skipValue().count)
            } else {
                // What is sealed, and pictures, are as long as they like.
                let isObject = try cursor.kind() == .object
                try cursor.skipValue()
                if isObject { piece.content.count(1) }
            }
        }
    }
}
