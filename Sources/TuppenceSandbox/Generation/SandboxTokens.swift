/// The sandbox's tokenizer: simple enough to compute elsewhere, close to four bytes a token on English text.
///
/// A token is a run of at most six UTF-8 bytes. It ends before white space that follows something else, and before a
/// scalar that would make it longer. So each word has at least one token, white space belongs to the word after it,
/// no text has more tokens than bytes, and the first tokens of a text, joined, have those same tokens.
package enum SandboxTokens {
    private static let longest = 6

    /// The tokens of `text`; joined, they are `text`. A grapheme may span two of them, a scalar never does.
    package static func split(_ text: String) -> [String] {
        var tokens: [String] = []
        walk(text) { scalar, begins in
            if begins { tokens.append("") }
            tokens[tokens.count - 1].unicodeScalars.append(scalar)
        }
        return tokens
    }

    package static func count(_ text: String) -> Int {
        var count = 0
        walk(text) { _, begins in if begins { count += 1 } }
        return count
    }

    private static func walk(_ text: String, _ visit: (_ scalar: Unicode.Scalar, _ begins: Bool) -> Void) {
        var size = 0
        var afterWord = false
        for scalar in text.unicodeScalars {
            let width = scalar.utf8.count
            let space = isSpace(scalar)
            let begins = size == 0 || size + width > longest || (space && afterWord)
            visit(scalar, begins)
            size = begins ? width : size + width
            afterWord = !space
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
    }
}
