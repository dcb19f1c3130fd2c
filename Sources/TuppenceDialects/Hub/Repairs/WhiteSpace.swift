/// Texts of white space, and white space at the end of texts, which Anthropic's models refuse in places.
extension JSONString {
    /// Whether there is nothing but white space.
    var isBlank: Bool {
        var index = escaped.startIndex
        while index < escaped.endIndex {
            let byte = escaped[index]
            if byte == UInt8(ascii: " ") {
                index += 1
                continue
            }
            // Nearly always the first byte is a letter, and says it all.
            if byte > 32, byte < 127, byte != UInt8(ascii: "\\") { return false }
            let sign = escaped[index...].prefix(lengthOfSign(at: index))
            guard JSONString(escaped: sign, isEscaped: isEscaped).decoded.allSatisfy(\.isWhitespace) else {
                return false
            }
            index = sign.endIndex
        }
        return true
    }

    /// How many bytes an escape, or a character's first scalar, has.
    private func lengthOfSign(at index: Int) -> Int {
        switch escaped[index] {
        case UInt8(ascii: "\\"): escaped[index + 1] == UInt8(ascii: "u") ? 6 : 2
        case 0xF0...: 4
        case 0xE0...: 3
        case 0xC0...: 2
        default: 1
        }
    }

    /// The text without the white space at its end; nil if there is none.
    var withoutTrailingSpace: JSONString? {
        let text = decoded
        guard text.last?.isWhitespace == true else { return nil }
        guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return JSONString(text[...last])
    }
}

extension Block {
    /// The same without the white space at its end; nil if there is none, or it is no text.
    var withoutTrailingSpace: Block? {
        switch self {
        case .text(var block):
            guard let rest = block.text.withoutTrailingSpace else { return nil }
            block.text = rest
            return .text(block)
        case .refusal(let text): return text.withoutTrailingSpace.map { .refusal($0) }
        case .media, .toolCall, .toolResult, .thinking, .native: return nil
        }
    }

    /// Whether it is a text of nothing at all.
    var isEmptyText: Bool {
        switch self {
        case .text(let block): block.text.isEmpty
        case .refusal(let text): text.isEmpty
        case .media, .toolCall, .toolResult, .thinking, .native: false
        }
    }

    /// Whether it is a text of white space alone.
    var isBlankText: Bool {
        switch self {
        case .text(let block): block.text.isBlank
        case .refusal(let text): text.isBlank
        case .media, .toolCall, .toolResult, .thinking, .native: false
        }
    }
}

extension ChatMessage {
    /// Whether it says nothing but white space.
    var isSilent: Bool { plainText?.isBlank ?? content.allSatisfy(\.isBlankText) }
}

extension Losses {
    /// Names that the beginning of an answer, which a caller gives, has lost the white space at its end.
    mutating func noteTrimmedEnd(ofMessage index: Int) {
        add(
            "messages[\(index)].content", .adjusted,
            "The target takes no white space at the end of what its answer is to begin with.")
    }
}
