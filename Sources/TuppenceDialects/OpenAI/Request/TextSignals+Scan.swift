import TuppenceCore

/// Looks for what a route goes by that has targets for simple and for hard questions: in the last message alone, as it stands
/// in the body.
extension ScannedRequest {
    /// - Parameter body: the body that the request was made of.
    package func signals(in body: UnsafeRawBufferPointer) -> TextSignals {
        let range = lastInputs.1.clamped(to: 0..<body.count)
        let text = UnsafeRawBufferPointer(rebasing: body[range.prefix(HardWords.mostBytes)])
        var scan = HardWords(text)
        scan.run()
        return TextSignals(messages: messageCount, tools: toolCount, hasCode: scan.hasCode, words: scan.found)
    }
}

/// Finds words by their beginnings, and code by its fences and by how its lines begin.
struct HardWords {
    private let text: UnsafeRawBufferPointer
    private(set) var found: UInt32 = 0
    private var fences = 0
    private var codeLines = 0

    /// Of a longer message the beginning says enough.
    static let mostBytes = 32_768

    /// With their bits, by the letter that they begin with.
    private static let words: [[(bytes: [UInt8], bit: UInt32)]] = {
        var words = [[(bytes: [UInt8], bit: UInt32)]](repeating: [], count: 26)
        for (index, word) in Complexity.words.enumerated() {
            let bytes = Array(word.utf8)
            words[Int(bytes[0] - UInt8(ascii: "a"))].append((bytes, 1 << index))
        }
        return words
    }()

    private static let fence = Array("```".utf8)
    /// None of these begins a line of prose often, let alone two.
    private static let beginnings: [[UInt8]] = [
        "def ", "class ", "import ", "func ", "function ", "const ", "var ", "#include", "fn ", "public class ",
    ].map { Array($0.utf8) }

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    /// A fence, or two lines that begin as those of programs do.
    var hasCode: Bool { fences > 0 || codeLines > 1 }

    mutating func run() {
        let words = Self.words
        var index = 0
        var isInWord = false
        var isLineStart = true
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\\") {
                let escaped = index + 1 < text.count ? text[index + 1] : 0
                isLineStart = escaped == UInt8(ascii: "n") || isLineStart && escaped == UInt8(ascii: "t")
                index += 2
                isInWord = false
                continue
            }
            if byte == UInt8(ascii: "`"), matches(Self.fence, at: index) { fences += 1 }
            if byte == UInt8(ascii: "\"") {
                isLineStart = true
            } else if byte != 32 {
                if isLineStart, Self.beginnings.contains(where: { matches($0, at: index) }) { codeLines += 1 }
                isLineStart = false
            }
            let letter = byte | 0x20
            let isLetter = (97...122).contains(letter)
            if isLetter && !isInWord {
                for word in words[Int(letter - 97)] where found & word.bit == 0 && matches(word.bytes, at: index) {
                    found |= word.bit
                }
            }
            isInWord = isLetter
            index += 1
        }
    }

    /// Whether `word`, which is in small letters, stands at `index`.
    private func matches(_ word: [UInt8], at index: Int) -> Bool {
        guard index + word.count <= text.count else { return false }
        for offset in word.indices {
            let byte = text[index + offset]
            let small = (65...90).contains(byte) ? byte | 0x20 : byte
            if small != word[offset] { return false }
        }
        return true
    }
}
