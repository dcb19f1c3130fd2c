import TuppenceCore

/// Puts values from the environment in the place of `${NAME}` and `${NAME:-default}`.
///
/// That happens in two steps, so that a value is never read as YAML, whatever it contains. Before the file is parsed each
/// expression becomes a placeholder of private characters, just as long, because its braces would end a flow mapping such
/// as `{ api_key: ${KEY} }`. Afterwards the placeholders in a scalar that is read become the values. An expression in a
/// comment is therefore never looked up. `$${NAME}` stands for the text `${NAME}`.
struct Substitution {
    /// The text to parse: line by line and column by column like the original.
    let text: String
    private let expressions: [Expression]

    struct Expression {
        enum Meaning: Equatable {
            case variable(String, fallback: String?)
            case literal(String)
            case malformed(String)
        }

        var meaning: Meaning
        var line: Int
        var column: Int
    }

    /// What a scalar stands for.
    struct Resolved {
        var value: String
        /// The scalar as people wrote it, for messages: with the names of variables, never with what they hold.
        var written: String
        var failures: [Failure] = []
    }

    /// An expression that stands for nothing, and why.
    struct Failure: Equatable {
        var line: Int
        var column: Int
        var message: String
        var remedy: String
        /// Whether it is only that a variable is not set.
        var isUnset = false
    }

    init(_ original: String) {
        var scanner = Scanner(original.unicodeScalars)
        scanner.run()
        text = String(scanner.output)
        expressions = scanner.expressions
    }

    func containsExpression(_ scalar: String) -> Bool {
        scalar.unicodeScalars.contains { Placeholder.index(of: $0) != nil }
    }

    func resolve(_ scalar: String, in environment: [String: String]) -> Resolved {
        guard containsExpression(scalar) else { return Resolved(value: scalar, written: scalar) }
        var resolved = Resolved(value: "", written: "")
        for character in scalar.unicodeScalars where character != Placeholder.filler {
            guard let index = Placeholder.index(of: character), expressions.indices.contains(index) else {
                resolved.value.unicodeScalars.append(character)
                resolved.written.unicodeScalars.append(character)
                continue
            }
            let expression = expressions[index]
            switch expression.meaning {
            case .literal(let text):
                resolved.value += text
                resolved.written += text
            case .malformed(let why):
                resolved.fail(at: expression, why, "Write '$${' for a '${' that is meant as text.")
            case .variable(let name, let fallback):
                resolved.written += "${\(name)}"
                if let value = environment.variable(name) ?? fallback {
                    resolved.value += value
                } else {
                    resolved.fail(
                        at: expression, "the environment variable '\(name)' is not set.",
                        "Set it, or give a default: '${\(name):-default}'.", isUnset: true)
                }
            }
        }
        return resolved
    }
}

extension Substitution.Resolved {
    fileprivate mutating func fail(
        at expression: Substitution.Expression, _ message: String, _ remedy: String, isUnset: Bool = false
    ) {
        failures.append(
            Substitution.Failure(
                line: expression.line, column: expression.column, message: message, remedy: remedy, isUnset: isUnset))
    }
}

extension String {
    /// Whether a shell can set a variable of that name: letters, digits and `_`, and no digit at its beginning.
    var isVariableName: Bool {
        guard let first = utf8.first, !(48...57).contains(first) else { return false }
        return utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte)
                || (97...122).contains(byte)
        }
    }
}

/// Which private characters mark an expression: one from plane 15 tells which it is, the filler makes up its length.
private enum Placeholder {
    static let filler: Unicode.Scalar = "\u{E000}"
    static let first: UInt32 = 0xF_0000
    static let capacity = 0xFFFD

    static func character(_ index: Int) -> Unicode.Scalar { Unicode.Scalar(first + UInt32(index)) ?? filler }

    static func index(of character: Unicode.Scalar) -> Int? {
        let index = Int(character.value) - Int(first)
        return index >= 0 && index < capacity ? index : nil
    }
}

/// Finds the expressions in the text of a file.
private struct Scanner {
    typealias Expression = Substitution.Expression

    private let input: [Unicode.Scalar]
    /// For each opening brace that is closed on its line, where.
    private let closing: [Int: Int]
    private var position = 0
    private var line = 1
    private var column = 1
    private(set) var output = String.UnicodeScalarView()
    private(set) var expressions: [Expression] = []

    init(_ input: String.UnicodeScalarView) {
        self.input = Array(input)
        closing = Self.pairs(in: self.input)
    }

    /// All of them at one go: each looked for by itself would take long in a line of many that are open.
    private static func pairs(in input: [Unicode.Scalar]) -> [Int: Int] {
        var pairs: [Int: Int] = [:]
        var open: [Int] = []
        for (index, character) in input.enumerated() {
            switch character {
            case "{": open.append(index)
            case "}": if let start = open.popLast() { pairs[start] = index }
            case "\n", "\r": open.removeAll()
            default: break
            }
        }
        return pairs
    }

    mutating func run() {
        while position < input.count {
            let rest = input[position...]
            if rest.starts(with: "$${".unicodeScalars), let end = end(ofExpressionAt: position + 1) {
                replace(upTo: end, with: .literal(string(position + 1..<end)))
            } else if rest.starts(with: "${".unicodeScalars) {
                if let end = end(ofExpressionAt: position) {
                    replace(upTo: end, with: meaning(of: string(position + 2..<end - 1)))
                } else {
                    replace(upTo: position + 2, with: .malformed("'${' without a '}' on the same line."))
                }
            } else if input[position] == Placeholder.filler || Placeholder.index(of: input[position]) != nil {
                // The file's own private characters must not be taken for placeholders.
                replace(upTo: position + 1, with: .literal(string(position..<position + 1)))
            } else {
                copy()
            }
        }
    }

    private mutating func copy() {
        output.append(input[position])
        if input[position] == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        position += 1
    }

    private mutating func replace(upTo end: Int, with meaning: Expression.Meaning) {
        guard expressions.count < Placeholder.capacity else { return copy() }
        output.append(Placeholder.character(expressions.count))
        for _ in position + 1..<end { output.append(Placeholder.filler) }
        expressions.append(Expression(meaning: meaning, line: line, column: column))
        column += end - position
        position = end
    }

    /// Where the expression whose `$` is at `start` ends, one past its brace; braces within it come in pairs.
    private func end(ofExpressionAt start: Int) -> Int? { closing[start + 1].map { $0 + 1 } }

    private func meaning(of inside: String) -> Expression.Meaning {
        let parts = inside.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard name.isVariableName else {
            return .malformed("'${…}' must hold the name of an environment variable: letters, digits and '_'.")
        }
        guard parts.count == 2 else { return .variable(name, fallback: nil) }
        guard parts[1].hasPrefix("-") else {
            return .malformed("'${\(name):…}' is not understood; a default is written '${\(name):-default}'.")
        }
        let fallback = String(parts[1].dropFirst())
        guard !fallback.contains("${") else {
            return .malformed("the default of '${\(name):-…}' contains another variable, which is not supported.")
        }
        return .variable(name, fallback: fallback)
    }

    private func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: input[range])
        return String(view)
    }
}
