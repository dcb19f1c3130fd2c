import TuppenceCore

/// Who the caller's user is, as OpenAI takes it: in 64 characters at most ("string too long. Expected a string with maximum
/// length 64", 400). Clients of other dialects say more: Claude Code a hundred and more.
enum OpenAIUser {
    private static let mostCharacters = 64

    /// Writes the user, unless a `safety_identifier` that says the same is written among the extras.
    ///
    /// - Parameter hasSpelling: whether that is written if there is one.
    static func write(
        _ request: ChatRequest, isOwn: Bool, hasSpelling: Bool, _ losses: inout Losses, into json: inout JSONWriter
    ) {
        guard let user = request.user else { return }
        if hasSpelling, request.extras.isUnderstood("safety_identifier") { return }
        json.member("user", isOwn ? user : fitting(user, &losses))
    }

    /// The user; of one that is too long a hash, which is the same for the same user everywhere, and is named.
    static func fitting(_ user: JSONString, _ losses: inout Losses) -> JSONString {
        guard user.escaped.count > mostCharacters else { return user }
        let text = user.decoded
        guard text.unicodeScalars.count > mostCharacters else { return user }
        losses.add(
            "user", .adjusted, "The target takes \(mostCharacters) characters for a user: it is sent a hash of more.")
        return JSONString(hash(text))
    }

    /// Sixty-four hexadecimal digits. It is to tell users apart, which it does without a cryptographic one.
    private static func hash(_ text: String) -> String {
        (UInt8(0)..<4).map { part in
            var hash = StableHash()
            hash.add(part)
            hash.add(text)
            let digits = String(hash.mixed, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}
