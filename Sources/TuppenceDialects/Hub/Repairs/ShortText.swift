import TuppenceCore

extension JSONString {
    /// The text in `limit` characters: as it is where it fits, and otherwise its beginning with a hash of all of it behind that,
    /// so that it is cut to the same each time, and two that begin or end alike are not.
    func shortened(to limit: Int) -> JSONString {
        // Escapes make it longer, and nothing makes it shorter.
        guard escaped.count > limit else { return self }
        let text = decoded
        guard text.unicodeScalars.count > limit else { return self }
        var hash = StableHash()
        hash.add(text)
        let end = "_" + String(hash.mixed, radix: 36)
        return JSONString(String(text.unicodeScalars.prefix(limit - end.utf8.count)) + end)
    }
}
