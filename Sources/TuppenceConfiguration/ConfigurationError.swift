/// Everything that is wrong with a configuration, in the order of the file.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [Problem]

    public init(problems: [Problem]) {
        self.problems = problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    /// A problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong, where it is, and what to do about it. It never contains a value from the environment.
public struct Problem: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// Line and column count from 1; both are 0 when the file as a whole is concerned.
    public var line: Int
    public var column: Int
    public var message: String
    /// What the reader can do; empty where the message says it all.
    public var remedy: String

    public init(file: String, line: Int = 0, column: Int = 0, message: String, remedy: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
    }

    /// `tuppence.yaml:12:5: unknown key 'budgts' in the top level. Did you mean 'budgets'?`
    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(message)" + (remedy.isEmpty ? "" : " \(remedy)")
    }
}
