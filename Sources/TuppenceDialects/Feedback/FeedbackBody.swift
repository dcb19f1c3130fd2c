import TuppenceCore

/// The body of `POST /v1/feedback`.
package enum FeedbackBody {
    /// - Throws: a refusal with code `invalid_request` that names the field at fault.
    package static func read(_ bytes: UnsafeRawBufferPointer, at now: Timestamp) throws(Refusal) -> Feedback {
        var fields = BodyFields()
        var id: String?
        var score: Double?
        var comment: String?
        try fields.read(bytes) { (fields, cursor, key) throws(JSONError) in
            if key.equals("request_id") {
                id = try fields.text("request_id", &cursor)
            } else if key.equals("score") {
                score = try fields.score(&cursor)
            } else if key.equals("comment") {
                comment = try fields.text("comment", &cursor, longest: longestComment)
            } else {
                try cursor.skipValue()
            }
        }
        guard let id else { throw .invalid("Say 'request_id': the answer's x-tuppence-request-id.", "request_id") }
        guard let request = RequestID(id) else {
            throw .invalid(
                "'request_id' must be the answer's x-tuppence-request-id, 'req_' and 32 hexadecimal digits.",
                "request_id")
        }
        guard let score else { throw .invalid("Say 'score', a number or true or false.", "score") }
        return Feedback(request: request, score: score, comment: comment, at: now)
    }

    private static let longestComment = 4_096
}

extension BodyFields {
    /// A number; or true for 1 and false for 0, as thumbs are given.
    fileprivate mutating func score(_ cursor: inout JSONCursor) throws(JSONError) -> Double? {
        once("score")
        switch try cursor.kind() {
        case .bool: return try cursor.bool() ? 1 : 0
        case .number:
            if let value = Double(try cursor.number().text), abs(value) <= Self.mostScore { return value }
        default: try cursor.skipValue()
        }
        refuse("'score' must be a number from -1000000 to 1000000, or true or false.", "score")
        return nil
    }

    private static var mostScore: Double { 1e6 }
}
