/// What the sandbox says: it repeats the first words it was sent and goes on plausibly, the same way each time.
enum SandboxText {
    /// The tokens of an answer to `prompt`.
    ///
    /// - Parameters:
    ///   - wished: how many tokens exactly; nil gives whole sentences, between 12 and 40 tokens in all.
    ///   - variant: tells the choices of one request apart.
    static func tokens(about prompt: String, wished: Int?, variant: Int) -> [String] {
        let seed = SandboxSeed.hash(prompt) &+ UInt64(variant)
        let length = wished ?? 12 + Int(seed % 16)
        var tokens = SandboxTokens.split(opening(prompt))
        var sentence = Int(seed % UInt64(sentences.count))
        while tokens.count < length {
            // A sentence begins with white space and follows a full stop: its tokens do not depend on what came before.
            tokens += sentences[sentence]
            sentence = (sentence + 1) % sentences.count
        }
        return wished.map { Array(tokens.prefix($0)) } ?? tokens
    }

    private static func opening(_ prompt: String) -> String {
        var quote = ""
        for word in prompt.split(whereSeparator: \.isWhitespace).prefix(6) {
            guard quote.utf8.count + word.utf8.count < 48 else { break }
            quote += (quote.isEmpty ? "" : " ") + word
        }
        return quote.isEmpty ? "You said little." : "You said: \"\(quote)\"."
    }

    private static let sentences: [[String]] = [
        " The sandbox heard every word of it.",
        " Nothing here costs real money.",
        " Two pence buy a good answer these days.",
        " Every token is counted once, and only once.",
        " A budget is a promise that somebody keeps.",
        " The ledger and the bill agree tonight.",
        " Small models answer quickly; large ones take their time.",
        " Ask again and the same words come back.",
        " What was held is settled before the last byte leaves.",
        " The provider round the corner is busy, but this one is not.",
        " Streams end with an honest word.",
        " Now try it with a fault on request.",
    ].map(SandboxTokens.split)
}
