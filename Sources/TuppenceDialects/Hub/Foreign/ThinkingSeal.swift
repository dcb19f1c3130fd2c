/// Signatures and ciphers of other providers in a dialect that has one string for its own, which has to say whose it is, so
/// that what callers send back finds its way home: `tuppence:<format>:<id>:s:<signature>`, or `e` for a cipher.
enum ThinkingSeal {
    private static let mark = Array("tuppence:".utf8)

    /// - Parameter own: the formats that the dialect knows for its own, whose strings go as they are.
    /// - Returns: the string that stands for the signature or cipher of `thinking`; nil if it has neither.
    static func string(_ thinking: Thinking, own: [Thinking.Format]) -> JSONString? {
        guard let secret = thinking.encrypted ?? thinking.signature else { return nil }
        guard let format = thinking.format, !own.contains(format) else { return secret }
        let kind: JSONString = thinking.encrypted == nil ? ":s:" : ":e:"
        return JSONString(utf8: mark[...]) + format.name + ":" + (thinking.id ?? "") + kind + secret
    }

    /// What stands for the signature of `thinking`, which has none, in a dialect that wants one of all thoughts: many clients do
    /// not send back those without, which some providers then miss (DeepSeek's "must be passed back").
    static func unsigned(_ thinking: Thinking) -> JSONString {
        let format: JSONString = thinking.format?.name ?? ""
        return JSONString(utf8: mark[...]) + format + "::s:"
    }

    /// Puts into `thinking` what `string` stands for.
    static func read(_ string: JSONString, into thinking: inout Thinking, isCipher: Bool) {
        let text = string.utf8
        let parts =
            text.starts(with: mark)
            ? text.dropFirst(mark.count).split(
                separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            : []
        guard parts.count == 4, parts[2].count == 1 else {
            if isCipher { thinking.encrypted = string } else { thinking.signature = string }
            return
        }
        thinking.format = parts[0].isEmpty ? nil : Thinking.Format(JSONString(utf8: parts[0]))
        thinking.id = parts[1].isEmpty ? nil : JSONString(utf8: parts[1])
        guard !parts[3].isEmpty else { return }
        let secret = JSONString(utf8: parts[3])
        if parts[2].first == UInt8(ascii: "e") { thinking.encrypted = secret } else { thinking.signature = secret }
    }
}
