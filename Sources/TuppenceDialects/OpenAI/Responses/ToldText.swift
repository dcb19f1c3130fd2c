import TuppenceCore

/// How much of a text its deltas have told, without keeping it, so that what they left out can be told from the whole.
struct ToldText: Hashable, Sendable {
    /// In bytes of UTF-8.
    private(set) var count = 0
    private var hash = StableHash()

    var isEmpty: Bool { count == 0 }

    mutating func add(_ text: JSONString) { add(text.utf8) }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        count += bytes.count
        for byte in bytes { hash.add(byte) }
    }

    /// What is told by so many of the first bytes of `whole`, for each of `counts` that it has as many as.
    ///
    /// - Parameter counts: in rising order.
    static func beginnings(of whole: JSONString, _ counts: [Int]) -> [ToldText] {
        let bytes = whole.utf8
        var told = ToldText()
        return counts.prefix { $0 <= bytes.count }.map { count in
            told.add(bytes.dropFirst(told.count).prefix(count - told.count))
            return told
        }
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
