/// The names of a request's documents, those of tools' results among them. No two may be alike, in capitals or not: "Messages
/// can't contain duplicate document names".
struct BedrockDocumentNames {
    private static let longest = 200

    private var count = 0
    private var taken: Set<String> = []
    /// The last number that was put behind a name.
    private var numbers: [String: Int] = [:]

    /// The name of the next document: its title as far as that is allowed, or its number.
    ///
    /// - Parameter isOwn: whether the caller speaks the dialect, and has to name documents himself.
    mutating func next(title: JSONString?, isOwn: Bool) -> JSONString {
        count += 1
        let name = title.flatMap(Self.fit) ?? "Document \(count)"
        return JSONString(isOwn ? name : unique(name))
    }

    private mutating func unique(_ name: String) -> String {
        var result = name
        while !taken.insert(result.lowercased()).inserted {
            let number = (numbers[name] ?? 1) + 1
            numbers[name] = number
            let ending = " \(number)"
            result = Self.cut(name, Self.longest - ending.count) + ending
        }
        return result
    }

    /// Letters, digits, `_`, hyphens, brackets and single spaces are all that a name may have.
    private static func fit(_ title: JSONString) -> String? {
        var result = ""
        for character in title.decoded {
            let isFit =
                character.isASCII && (character.isLetter || character.isNumber) || "_-()[]".contains(character)
            if isFit { result.append(character) } else if !result.isEmpty, result.last != " " { result.append(" ") }
        }
        result = cut(result, longest)
        return result.isEmpty ? nil : result
    }

    /// The beginning of a name, without a space at its end.
    private static func cut(_ name: String, _ length: Int) -> String {
        var result = String(name.prefix(length))
        while result.last == " " { result.removeLast() }
        return result
    }
}
