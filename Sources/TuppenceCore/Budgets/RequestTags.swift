/// What a caller marks a request with, so that spending can be told apart: `team=search,project=x`.
///
/// Kept as one text, sorted by name, so that the same tags are the same bytes in whatever order they came.
public enum RequestTags {
    public static let maximumCount = 8
    /// Of a name and of a value, in bytes. Tags are kept in the books for good.
    public static let maximumLength = 64
    public static let field = "x-tuppence-tags"

    /// Reads `k=v,…` as a request field has it; several fields of the name are one list.
    ///
    /// - Returns: nil if there are none.
    /// - Throws: a refusal with code `invalid_request` that says which one is wrong, and what may stand there.
    public static func read(_ text: String) throws(Refusal) -> String? {
        var tags: [(name: Substring, value: Substring)] = []
        for item in text.split(separator: ",") {
            let item = trimmed(item)
            if item.isEmpty { continue }
            guard let sign = item.firstIndex(of: "=") else {
                throw refusal("'\(item.prefix(80))' is not name=value")
            }
            let tag = (name: trimmed(item[..<sign]), value: trimmed(item[item.index(after: sign)...]))
            for part in [tag.name, tag.value] where !isPlain(part) {
                throw refusal(
                    "'\(part.prefix(80))' is not 1 to \(maximumLength) letters, digits and any of - _ . : @ + /")
            }
            guard !tags.contains(where: { $0.name == tag.name }) else { throw refusal("'\(tag.name)' is there twice") }
            guard tags.count < maximumCount else { throw refusal("there are more than \(maximumCount)") }
            tags.append(tag)
        }
        return joined(tags)
    }

    /// Adds tags that a client sends of its own accord to `tags`, which ``read(_:)`` wrote: those win, and what there is no
    /// room for, or may be no tag, is left out.
    public static func adding(_ more: [(name: String, value: String)], to tags: String?) -> String? {
        var all = pairs(in: tags ?? "")
        for tag in more where all.count < maximumCount && isPlain(tag.name) && isPlain(tag.value) {
            if all.contains(where: { $0.name == tag.name }) { continue }
            all.append((name: tag.name[...], value: tag.value[...]))
        }
        return joined(all)
    }

    private static func joined(_ tags: [(name: Substring, value: Substring)]) -> String? {
        guard !tags.isEmpty else { return nil }
        return tags.sorted { $0.name < $1.name }.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }

    /// The tags of a text that ``read(_:)`` wrote.
    static func pairs(in tags: String) -> [(name: Substring, value: Substring)] {
        tags.split(separator: ",").map { tag in
            let sign = tag.firstIndex(of: "=") ?? tag.endIndex
            return (name: tag[..<sign], value: tag[sign...].dropFirst())
        }
    }

    /// The value of the tag `name` in a text that ``read(_:)`` wrote.
    public static func value(of name: String, in tags: String) -> String? {
        for tag in tags.utf8.split(separator: UInt8(ascii: ",")) {
            guard let sign = tag.firstIndex(of: UInt8(ascii: "=")), tag[..<sign].elementsEqual(name.utf8) else {
                continue
            }
            return String(Substring(tag[tag.index(after: sign)...]))
        }
        return nil
    }

    /// Whether `text` may be the name or the value of a tag.
    public static func isPlain(_ text: some StringProtocol) -> Bool {
        (1...maximumLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "-_.:@+/".utf8.contains(byte)
            }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    private static func refusal(_ reason: String) -> Refusal {
        Refusal(
            .invalidRequest, "'\(field)' must be tags such as team=search,project=x: \(reason).", parameter: field)
    }
}
