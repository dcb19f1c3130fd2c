import TuppenceCore

/// Reads embeddings of Gemini's dialect that are passed on by their own bytes.
package enum GeminiEmbeddingScan {
    /// - Throws: if there are none.
    package static func read(whole bytes: UnsafeRawBufferPointer) throws(JSONError) -> AnswerPiece {
        var piece = AnswerPiece()
        var isAnswer = false
        try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
            if key.equals("usageMetadata"), try cursor.kind() == .object {
                let (counts, place) = try GeminiScan.counts(&cursor)
                if counts.isReadable {
                    (piece.usage, piece.service, piece.place) = (counts.usage, counts.service, place)
                }
            } else if key.equals("error"), try cursor.kind() != .null {
                piece.error = StreamFault(bytes[try cursor.skipValue()])
            } else {
                if key.equals("embedding") || key.equals("embeddings") { isAnswer = true }
                try cursor.skipValue()
            }
        }
        if let error = piece.error { throw JSONError(0, "an answer is expected here, not: \(error.text)") }
        guard isAnswer else { throw JSONError(0, "there are no embeddings") }
        return piece
    }
}
