/// The names of a request's documents, those of tools' results among them. No two may be alike, in capitals or not: "Messages
/// can't contain duplicate document names".
struct BedrockDocumentNames {
    private static let longest = 200

    private var count = 0
    private var taken: Set<String> = []
    /// The last number that was put behind a name, by the name in small letters as far as it stands before numbers.
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
        guard !taken.insert(name.lowercased()).inserted else { return name }
        // Cut alike for all numbers, so that no number is tried twice: names that are long have a beginning in common.
        let stem = Self.cut(name, Self.longest - 7)
        let key = stem.lowercased()
        var number = numbers[key] ?? 1
        var result: String
        repeat {
            number += 1
            result = "\(stem) \(number)"
        } while !taken.insert(result.lowercased()).inserted
        numbers[key] = number
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
