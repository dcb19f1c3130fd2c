import Yams

/// Reads one file into cursors over its nodes, and collects what is found wrong with it on the way.
///
/// Reading goes on after a problem, so that one look shows all of them; what could not be read is nil.
final class YAMLReader {
    let file: String
    let environment: [String: String]
    /// Whether a secret whose variable is not set is a mistake.
    let needsSecrets: Bool
    private(set) var problems: [Problem] = []
    private let substitution: Substitution

    init(_ yaml: String, file: String, environment: [String: String], needsSecrets: Bool = true) {
        self.file = file
        self.needsSecrets = needsSecrets
        self.environment = environment
        substitution = Substitution(
            yaml.unicodeScalars.first == "\u{FEFF}" ? String(yaml.unicodeScalars.dropFirst()) : yaml)
    }

    /// The file's outermost node; nil where it is empty, or no YAML at all.
    func root() -> YAMLCursor? {
        do {
            return try compose(yaml: substitution.text, .default, .default, .utf8).map {
                YAMLCursor(node: $0, reader: self)
            }
        } catch let error as YamlError {
            problems.append(error.problem(file: file))
        } catch {
            problems.append(
                Problem(file: file, message: "this is no YAML.", remedy: "Check indentation, brackets and quotes."))
        }
        return nil
    }

    func report(_ message: String, remedy: String = "", line: Int, column: Int) {
        problems.append(Problem(file: file, line: line, column: column, message: message, remedy: remedy))
    }

    /// What a scalar stands for; nil, after a report, where a variable in it is not set.
    func resolve(_ scalar: String) -> YAMLText? {
        let resolved = substitution.resolve(scalar, in: environment)
        for failure in resolved.failures {
            report(failure.message, remedy: failure.remedy, line: failure.line, column: failure.column)
        }
        return resolved.failures.isEmpty ? YAMLText(value: resolved.value, written: resolved.written) : nil
    }

    /// What a secret is written as that is not known here and need not be; nil for any other.
    func unneededSecret(_ scalar: String) -> String? {
        guard !needsSecrets else { return nil }
        let resolved = substitution.resolve(scalar, in: environment)
        return !resolved.failures.isEmpty && resolved.failures.allSatisfy(\.isUnset) ? resolved.written : nil
    }

    /// What is known of what a scalar stands for, for those who only look: nothing is reported.
    func knownText(of scalar: String) -> String { substitution.resolve(scalar, in: environment).value }

    func containsExpression(_ scalar: String) -> Bool { substitution.containsExpression(scalar) }
}

/// The text of a scalar.
struct YAMLText {
    var value: String
    /// As it stands in the file, with names of variables in place of their values: the only form that messages may quote.
    var written: String
}

extension YamlError {
    fileprivate func problem(file: String) -> Problem {
        switch self {
        case .scanner(let context, let message, let mark, _), .parser(let context, let message, let mark, _),
            .composer(let context, let message, let mark, _):
            let whole = [context?.text, message].compactMap(\.self).joined(separator: ", ")
            return Problem(
                file: file, line: mark.line, column: mark.column, message: "this is no YAML: \(whole).",
                remedy: message.hasPrefix("mapping values are not allowed")
                    ? "A value that has a ': ' in it needs { } around it where it is a mapping, and quotes where it is a text."
                    : "Check indentation, brackets and quotes around here.")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ")
            return Problem(
                file: file, line: context.mark.line, column: context.mark.column,
                message: "\(names) occurs more than once in the same mapping.", remedy: "Keep one of them.")
        case .reader(let message, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = before.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
            let column = (before.lastIndex(where: \.isNewline).map { before[$0...] } ?? " " + before).unicodeScalars
                .count
            return Problem(
                file: file, line: line, column: column, message: "this is no YAML: \(message).",
                remedy: "Remove the character that cannot be printed.")
        default:
            return Problem(file: file, message: "this is no YAML.", remedy: "Check indentation, brackets and quotes.")
        }
    }
}
