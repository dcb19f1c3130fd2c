/// An answer with embeddings, in no dialect's words.
package struct EmbeddingAnswer: Hashable, Sendable {
    package enum Vector: Hashable, Sendable {
        /// An array of numbers.
        case numbers(RawJSON)
        /// As its provider has written it in base64.
        case encoded(JSONString)
    }

    package var model: JSONString?
    /// In the order of the texts.
    package var vectors: [Vector] = []
    /// nil where the provider counts nothing.
    package var usage: UsageReport?

    package init() {}

    package var hasNumbersOnly: Bool {
        vectors.allSatisfy { if case .numbers = $0 { true } else { false } }
    }

    /// The vector that `value` is.
    ///
    /// - Throws: if it is neither an array nor a string.
    static func vector(_ value: JSONValue?, in root: JSONValue) throws(JSONError) -> Vector {
        if let value, value.kind == .array { return .numbers(value.raw) }
        if let text = value?.string { return .encoded(text) }
        throw JSONError(value?.offset ?? root.offset, "a vector is expected here")
    }
}

extension EmbeddingAnswer.Vector {
    /// The numbers as bytes, four each, the lowest first; nil where they are no numbers that fit.
    var littleEndian: [UInt8]? {
        guard case .numbers(let list) = self else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(list.bytes.count / 2)
        var isWhole = true
        list.bytes.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            do throws(JSONError) {
                try cursor.array { (cursor) throws(JSONError) in
                    guard try cursor.kind() == .number, let number = Float(try cursor.number().text), number.isFinite
                    else {
                        isWhole = false
                        return
                    }
                    withUnsafeBytes(of: number.bitPattern.littleEndian) { result.append(contentsOf: $0) }
                }
            } catch { isWhole = false }
        }
        return isWhole ? result : nil
    }
}
