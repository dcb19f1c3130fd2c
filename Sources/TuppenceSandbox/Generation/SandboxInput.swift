/// One text to embed or to complete: written out, or as the numbers of its tokens.
enum SandboxInput: Hashable, Sendable {
    case text(String)
    case tokens([Int])

    var tokenCount: Int {
        switch self {
        case .text(let text): SandboxTokens.count(text)
        case .tokens(let tokens): tokens.count
        }
    }

    /// What stands for the input where words are wanted.
    var words: String {
        switch self {
        case .text(let text): text
        case .tokens(let tokens): tokens.map(String.init).joined(separator: " ")
        }
    }

    private static let most = 2_048

    /// Reads the four spellings of a field: a string, strings, token numbers, arrays of token numbers.
    ///
    /// - Returns: at least one input, and at most 2,048.
    static func decode(_ name: String, of request: SandboxJSON) throws(SandboxRefusal) -> [SandboxInput] {
        guard let value = request[name] else { throw .missing(name) }
        if let text = value.string { return [.text(text)] }
        guard let elements = value.array else {
            throw .wrongType(name, expected: "a string or an array", got: value)
        }
        guard let first = elements.first else {
            throw .invalid("Invalid '\(name)': empty array.", param: name, code: "empty_array")
        }
        if first.integer != nil { return [.tokens(try tokens(elements, name))] }
        guard elements.count <= most else {
            throw .invalid(
                "Invalid '\(name)': more than \(most) elements.", param: name, code: "array_above_max_length")
        }
        var inputs: [SandboxInput] = []
        for (index, element) in elements.enumerated() { inputs.append(try input(element, "\(name)[\(index)]")) }
        return inputs
    }

    private static func input(_ value: SandboxJSON, _ param: String) throws(SandboxRefusal) -> SandboxInput {
        if let text = value.string { return .text(text) }
        guard let elements = value.array else {
            throw .wrongType(param, expected: "a string or an array of tokens", got: value)
        }
        return .tokens(try tokens(elements, param))
    }

    private static func tokens(_ elements: [SandboxJSON], _ param: String) throws(SandboxRefusal) -> [Int] {
        var tokens: [Int] = []
        for element in elements {
            guard let token = element.integer, token >= 0 else {
                throw .wrongType(param, expected: "an array of token numbers", got: element)
            }
            tokens.append(token)
        }
        return tokens
    }
}
