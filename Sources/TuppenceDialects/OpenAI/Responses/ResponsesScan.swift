import TuppenceCore

/// Reads answers of Responses that are passed on by their own bytes.
///
/// Source: https://platform.openai.com/docs/api-reference/responses-streaming (read 2026-11).
package struct ResponsesScan: StreamScan {
    package private(set) var isComplete = false
    /// Whether any of the answer has come before the whole of it, which repeats that.
    private var hasContent = false
    /// How many searches are over.
    private var searches = 0

    package init() {}

    package mutating func read(data: UnsafeRawBufferPointer) throws(JSONError) -> AnswerPiece {
        var piece = AnswerPiece()
        if data.count == 6, data[0] == UInt8(ascii: "["), data[1] == UInt8(ascii: "D") {
            piece.isDone = true
            return piece
        }
        var type = Kind.other
        var response: Int?
        var item: Int?
        try JSONCursor.document(data) { (cursor, key) throws(JSONError) in
            if key.equals("type"), try cursor.kind() == .string {
                type = Kind(try cursor.string())
            } else if key.equals("sequence_number"), try cursor.kind() == .number {
                // What is no number that a stream could come to does not count on.
                piece.number = try cursor.number().integer.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
            } else if key.equals("delta"), try cursor.kind() == .string {
                piece.content.count(try cursor.string().bytes.count)
                hasContent = hasContent || piece.content.isThere
            } else {
                if key.equals("response"), try cursor.kind() == .object { response = cursor.position }
                if key.equals("item") { item = cursor.position }
                try cursor.skipValue()
            }
        }
        if type == .item, let item {
            var cursor = JSONCursor(data, at: item)
            if try ResponsesSearches.isSearch(&cursor) {
                searches += 1
                piece.searches = searches
            }
        }
        if let response {
            var cursor = JSONCursor(data, at: response)
            try Self.read(&cursor, &piece, countsContent: !hasContent, searched: searches)
        }
        switch type {
        case .end:
            isComplete = piece.error == nil
            (piece.isFinish, piece.isEnd, piece.isLast) = (true, true, true)
        case .failure: piece.error = piece.error ?? StreamFault(data)
        case .item, .other: break
        }
        return piece
    }

    /// Reads a whole answer.
    ///
    /// - Throws: if it is none, or says that it failed.
    package static func read(whole bytes: UnsafeRawBufferPointer) throws(JSONError) -> AnswerPiece {
        var piece = AnswerPiece()
        var cursor = JSONCursor(bytes)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        let hasOutput = try read(&cursor, &piece, countsContent: true)
        try cursor.end()
        if let error = piece.error { throw JSONError(0, "the answer says that it failed: \(error.text)") }
        guard hasOutput else { throw JSONError(0, "'output' is missing") }
        return piece
    }

    private enum Kind {
        case end, failure
        /// An item is over.
        case item
        case other

        init(_ type: JSONText) {
            if type.equals("response.completed") || type.equals("response.incomplete") {
                self = .end
            } else if type.equals("response.failed") || type.equals("error") {
                self = .failure
            } else if type.equals("response.output_item.done") {
                self = .item
            } else {
                self = .other
            }
        }
    }

    /// Reads the object that an answer is.
    ///
    /// - Parameter searched: how many searches have been told of before it.
    /// - Returns: whether it has any output.
    @discardableResult
    private static func read(
        _ cursor: inout JSONCursor, _ piece: inout AnswerPiece, countsContent: Bool, searched: Int = 0
    ) throws(JSONError) -> Bool {
        let start = cursor.position
        let bytes = cursor.bytes
        var output: Int?
        var searches = searched
        var countsSearches = false
        var isEmpty = true
        try cursor.object { (cursor, key) throws(JSONError) in
            isEmpty = false
            if key.equals("usage"), try cursor.kind() == .object {
                let usage = try OpenAIUsage(&cursor)
                piece.take(usage)
                countsSearches = usage.countsSearches
            } else if key.equals("service_tier") {
                piece.service = try cursor.text().map { ServiceTier(named: $0) }
            } else if key.equals("previous_response_id") {
                piece.previousID = try cursor.skipValue()
            } else if key.equals("error"), try cursor.kind() == .object {
                piece.error = StreamFault(bytes[try cursor.skipValue()])
            } else if key.equals("output"), try cursor.kind() == .array {
                output = cursor.position
                searches = max(searched, try ResponsesSearches.count(&cursor))
            } else {
                try cursor.skipValue()
            }
        }
        if searches > 0, !countsSearches {
            piece.usage?.search = searches
            piece.searches = searches
        }
        piece.object = start..<cursor.position
        if piece.previousID == nil, !isEmpty { piece.previousID = (start + 1)..<(start + 1) }
        // What was counted needs no estimate.
        guard countsContent, let output, piece.usage == nil || piece.lacksOutput else { return output != nil }
        var content = ContentBytes()
        var second = JSONCursor(bytes, at: output)
        try content.add(&second)
        piece.content.count(content.count)
        return true
    }
}
