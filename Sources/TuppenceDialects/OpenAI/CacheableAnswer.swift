/// Whether an answer of the OpenAI dialect came to a proper end, so that it may be given again.
package enum CacheableAnswer {
    /// Whether a whole body is the whole answer.
    package static func isComplete(_ body: UnsafeRawBufferPointer, endpoint: GovernedEndpoint) -> Bool {
        var choices = Choices()
        var hasData = false
        var hasError = false
        do throws(JSONError) {
            var cursor = JSONCursor(body)
            guard try cursor.kind() == .object else { return false }
            try cursor.object { (cursor, key) throws(JSONError) in
                let kind = try cursor.kind()
                if key.equals("choices"), kind == .array { return try choices.read(&cursor) }
                if key.equals("data"), kind == .array { hasData = true }
                if key.equals("error"), kind != .null { hasError = true }
                try cursor.skipValue()
            }
        } catch { return false }
        if hasError { return false }
        return endpoint == .embeddings ? hasData : choices.areComplete
    }

    /// Whether the events of a stream, without the one that ends it, are the whole answer.
    package static func isComplete(events: UnsafeRawBufferPointer) -> Bool {
        var choices = Choices()
        var rest = events[...]
        do throws(JSONError) {
            while !rest.isEmpty {
                var searched = 0
                let bytes = UnsafeRawBufferPointer(rebasing: rest)
                guard let length = SSE.eventLength(in: bytes, searched: &searched) else { return false }
                switch SSE.data(of: UnsafeRawBufferPointer(rebasing: bytes[..<length])) {
                case .none: break
                case .line(let range): try choices.read(chunk: UnsafeRawBufferPointer(rebasing: bytes[range]))
                // Nobody writes it so; it may be right, but is not looked at.
                case .lines: return false
                }
                rest = rest.dropFirst(length)
            }
        } catch { return false }
        return choices.areComplete
    }

    /// The choices of an answer, each of which has to come to its end.
    private struct Choices {
        /// By `index`: whether it has ended well.
        private var ended: [Int: Bool] = [:]

        var areComplete: Bool { !ended.isEmpty && ended.values.allSatisfy { $0 } }

        mutating func read(chunk: UnsafeRawBufferPointer) throws(JSONError) {
            var cursor = JSONCursor(chunk)
            guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("choices"), try cursor.kind() == .array { return try read(&cursor) }
                try cursor.skipValue()
            }
        }

        mutating func read(_ cursor: inout JSONCursor) throws(JSONError) {
            var place = 0
            try cursor.array { (cursor) throws(JSONError) in
                guard try cursor.kind() == .object else {
                    throw JSONError(cursor.position, "an object is expected here")
                }
                var index = place
                var hasEndedWell: Bool?
                try cursor.object { (cursor, key) throws(JSONError) in
                    let kind = try cursor.kind()
                    if key.equals("index"), kind == .number {
                        index = try cursor.number().integer ?? place
                    } else if key.equals("finish_reason"), kind == .string {
                        let reason = try cursor.string()
                        // Snowflake's is "" on chunks that finish nothing.
                        if !reason.isEmpty { hasEndedWell = Self.isGood(reason) }
                    } else {
                        try cursor.skipValue()
                    }
                }
                if let hasEndedWell { ended[index] = hasEndedWell } else if ended[index] == nil { ended[index] = false }
                place += 1
            }
        }

        /// The caller's own limit is an end, too; a filter, an error and what nobody knows are none.
        private static func isGood(_ reason: JSONText) -> Bool {
            reason.equals("stop") || reason.equals("length") || reason.equals("tool_calls")
                || reason.equals("function_call") || reason.equals("eos")
        }
    }
}
