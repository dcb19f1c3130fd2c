import TuppenceCore

extension JSONCursor {
    /// Reads a count of tokens, or past whatever else stands here.
    ///
    /// What is no whole number that a request could have used is none: a provider's mistake is not the caller's debt.
    mutating func tokenCount() throws(JSONError) -> Int? {
        guard try kind() == .number else {
            try skipValue()
            return nil
        }
        let number = try number()
        // Some hosts count in floating point: 100.0.
        let whole = number.integer ?? DecimalNumber(number.bytes, .minus)?.exactUnits(0).map { Int($0) }
        guard let whole, (0...1_000_000_000).contains(whole) else { return nil }
        return whole
    }

    /// Reads a string, or past whatever else stands here.
    mutating func text() throws(JSONError) -> String? {
        guard try kind() == .string else {
            try skipValue()
            return nil
        }
        return try string().decoded
    }

    /// Reads the members of an object, or past whatever else stands here.
    ///
    /// - Returns: whether an object stood here.
    @discardableResult
    mutating func members(
        _ member: (inout JSONCursor, JSONText) throws(JSONError) -> Void
    ) throws(JSONError) -> Bool {
        guard try kind() == .object else {
            try skipValue()
            return false
        }
        try object(member)
        return true
    }

    /// Reads the elements of an array, or past whatever else stands here.
    mutating func elements(_ element: (inout JSONCursor) throws(JSONError) -> Void) throws(JSONError) {
        guard try kind() == .array else { return _ = try skipValue() }
        try array(element)
    }

    /// Reads the one document in `bytes`, which has to be an object.
    static func document(
        _ bytes: UnsafeRawBufferPointer, _ member: (inout JSONCursor, JSONText) throws(JSONError) -> Void
    ) throws(JSONError) {
        var cursor = JSONCursor(bytes)
        guard try cursor.kind() == .object else { throw JSONError(cursor.position, "an object is expected here") }
        try cursor.object(member)
        try cursor.end()
    }
}
