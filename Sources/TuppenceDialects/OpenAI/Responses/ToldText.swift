import TuppenceCore

/// How much of a text its deltas have told, without keeping it, so that what they left out can be told from the whole.
struct ToldText: Sendable {
    /// In bytes of UTF-8.
    private var count = 0
    private var hash = StableHash()

    var isEmpty: Bool { count == 0 }

    mutating func add(_ text: JSONString) {
        let bytes = text.utf8
        count += bytes.count
        for byte in bytes { hash.add(byte) }
    }

    /// Whether it is what `whole` begins with.
    func begins(_ whole: JSONString) -> Bool { isEmpty || begins(whole.utf8) }

    private func begins(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= count else { return false }
        var start = StableHash()
        for byte in bytes.prefix(count) { start.add(byte) }
        return start.value == hash.value
    }

    /// What `whole` has behind what was told; nil where that is nothing, or it begins otherwise.
    func rest(of whole: JSONString) -> JSONString? {
        if isEmpty { return whole.isEmpty ? nil : whole }
        let bytes = whole.utf8
        guard bytes.count > count, begins(bytes) else { return nil }
        return JSONString(utf8: bytes.dropFirst(count))
    }
}
