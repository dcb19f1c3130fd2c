/// Which models belong together, as far as their names tell.
///
/// The family is what a name begins with before anything that tells its members apart: `claude` of
/// `anthropic/claude-sonnet-4-5-20250929`, `gpt` of `gpt-4o-mini`, `text-embedding` of `text-embedding-3-small`. The rules,
/// in order:
///
/// 1. Letters are made small, and whoever offers the model is taken off: everything up to the last `/` (unless a version
///    alone follows), `ft:` before a fine-tuned one, and what stands before a dot as in Bedrock's `us.anthropic.claude`.
/// 2. What is left is cut into words at `-` `_` `:` `@` `?` and spaces, and leading ``vendors`` are taken off.
/// 3. The first word stays, without the version at its end: `qwen` of `qwen2.5` and `qwen2p5`, `o` of `o3`.
/// 4. Further words stay as long as they are no version, size or date (a digit in front, or one letter and digits: `4o`,
///    `70b`, `8x7b`, `20241022`, `r1`, `v3p1`) and none of ``variants``. The first that is ends the name.
public enum ModelFamily {
    /// What tells the members of a family apart in words: sizes, tempers and stages.
    static let variants: Set<String> = [
        "nano", "micro", "tiny", "mini", "small", "medium", "large", "xl", "max", "plus", "pro", "ultra", "premier",
        "lite", "light", "flash", "turbo", "fast", "express", "air", "haiku", "sonnet", "opus", "fable", "scout",
        "maverick",
        "behemoth", "instant", "instruct", "chat", "base", "it", "text", "vision", "vl", "reasoner", "reasoning",
        "thinking", "deep", "r", "a", "latest", "preview", "beta", "exp", "experimental", "hd", "saba", "nemo",
    ]

    /// Who offers a model, where it is a word of its own before the model's name.
    static let vendors: Set<String> = [
        "amazon", "anthropic", "cohere", "databricks", "fw", "google", "meta", "microsoft", "nvidia", "openai", "zai",
    ]

    /// The family's name, in small letters.
    public static func name(of model: String) -> String {
        let plain = plainName(of: model)
        var words = plain.split(whereSeparator: isSeparator)[...]
        while words.count > 1, vendors.contains(String(words[words.startIndex])),
            !isVersion(words[words.startIndex + 1])
        {
            words.removeFirst()
        }
        guard let first = words.popFirst() else { return plain }
        var family = withoutVersion(first)
        if family.utf8.count < first.utf8.count { return family }
        while let word = words.popFirst(), !isVersion(word), !variants.contains(String(word)) { family += "-" + word }
        return family
    }

    /// The model's name in small letters and without whoever offers it: what patterns are matched against.
    public static func plainName(of model: String) -> String {
        let segments = model.lowercased().split(separator: "/")
        var name = segments.last { !isVersionTag($0) } ?? segments.last ?? ""
        if name.hasPrefix("ft:") { name = name.dropFirst(3) }
        while let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), isLabel(name[..<dot].utf8) {
            let rest = name[dot...].dropFirst()
            guard let next = rest.utf8.first, isLetter(next) else { break }
            // `deepseek.v3` is named by its vendor alone.
            if isVersionTag(rest) { return name[..<dot] + "-" + rest }
            name = rest
        }
        return String(name)
    }

    /// `anthropic`, `ai21`, `us-gov`; not `gpt-4`, nor nothing.
    private static func isLabel(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty
            && (text.allSatisfy { isLetter($0) || isDigit($0) }
                || text.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") })
    }

    /// `qwen2p5` without `2p5`; a word that is nothing but a version stays.
    private static func withoutVersion(_ word: Substring) -> String {
        var rest = word.utf8[...]
        while let last = rest.last {
            let before = rest.dropLast().last
            let isPoint = last == UInt8(ascii: ".") || last == UInt8(ascii: "p") && before.map(isDigit) == true
            guard isDigit(last) || isPoint && rest.count < word.utf8.count else { break }
            rest = rest.dropLast()
        }
        return rest.isEmpty ? String(word) : String(Substring(rest))
    }

    private static func isSeparator(_ character: Character) -> Bool {
        switch character {
        case "-", "_", ":", "@", "?", " ": true
        default: false
        }
    }

    /// `4o`, `3.5`, `70b`, `r1`, `v3p1`.
    private static func isVersion(_ word: Substring) -> Bool {
        var bytes = word.utf8[...]
        guard let first = bytes.popFirst() else { return true }
        return isDigit(first) || isLetter(first) && bytes.first.map(isDigit) == true
    }

    /// `v1.1`, `v3`.
    private static func isVersionTag(_ text: Substring) -> Bool {
        text.utf8.first == UInt8(ascii: "v") && text.utf8.dropFirst().first.map(isDigit) == true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
}
