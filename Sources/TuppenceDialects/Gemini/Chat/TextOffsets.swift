/// Where the characters of a text are among its bytes, built piece by piece. Text of bytes alone costs nothing.
struct TextOffsets: Sendable {
    /// Where in the text's UTF-8 those bytes are that begin no character, in order.
    private var continuations: [Int] = []
    private(set) var bytes = 0

    var characters: Int { bytes - continuations.count }

    mutating func add(_ text: JSONString) {
        // Escapes are few, and decoding them is rare work.
        if text.isEscaped { return add(utf8: text.utf8) }
        add(utf8: text.escaped)
    }

    private mutating func add(utf8: ArraySlice<UInt8>) {
        for byte in utf8 {
            if byte & 0xC0 == 0x80 { continuations.append(bytes) }
            bytes += 1
        }
    }

    /// How many characters begin before the byte at `offset`.
    func characters(beforeByte offset: Int) -> Int {
        let offset = min(max(offset, 0), bytes)
        return offset - firstIndex { $0 >= offset }
    }

    /// Where the character number `index` begins.
    func bytes(beforeCharacter index: Int) -> Int {
        let index = min(max(index, 0), characters)
        var (low, high) = (0, continuations.count)
        // The number of characters that have begun before a continuation grows along the list.
        while low < high {
            let middle = (low + high) / 2
            if continuations[middle] - middle > index { high = middle } else { low = middle + 1 }
        }
        return index + low
    }

    private func firstIndex(_ isBehind: (Int) -> Bool) -> Int {
        var (low, high) = (0, continuations.count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(continuations[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
