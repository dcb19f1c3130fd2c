import TuppenceCore

/// What is wrong with the definition of a budget.
public struct BudgetDefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Problem: Hashable, Sendable {
        /// Nil where it concerns no one field.
        public var field: String?
        /// What is wrong, and what to do about it.
        public var text: String

        public init(field: String? = nil, text: String) {
            self.field = field
            self.text = text
        }
    }

    public var problems: [Problem]

    public init(problems: [Problem]) { self.problems = problems }

    public var description: String {
        problems.map { problem in
            (problem.field.map { "'\($0)': " } ?? "") + problem.text
        }.joined(separator: " ")
    }
}

/// Makes budgets of definitions, by the rules that those in the file have.
public struct BudgetMaking: Sendable {
    private let reader: BudgetReader

    /// - Parameter keys: the names of keys that stand in no file.
    public init(in configuration: Configuration, keys: Set<String>) {
        reader = BudgetReader(
            scopes: BudgetScopes(configuration, keys: keys), zones: configuration.zones,
            hasEmergencyJournal: configuration.emergencyJournal != nil)
    }

    public func rule(_ definition: BudgetDefinition) throws(BudgetDefinitionError) -> BudgetRule {
        try definition.checkFields()
        let yaml = YAMLReader(definition.yaml, file: "", environment: [:])
        let rule = yaml.root().flatMap { reader.read($0, naming: { _, _ in true }) }
        if let rule, yaml.problems.isEmpty { return rule }
        throw BudgetDefinitionError(
            problems: ConfigurationError(problems: yaml.problems).problems.map { problem in
                .init(
                    field: definition.field(inLine: problem.line, naming: problem.message),
                    text: problem.message + (problem.remedy.isEmpty ? "" : " \(problem.remedy)"))
            })
    }
}

extension BudgetDefinition {
    /// The field that a problem is about. One that is missing has no line of its own, and is named by what is said of it.
    fileprivate func field(inLine line: Int, naming message: String) -> String? {
        if let missing = Self.fields.first(where: {
            message.hasSuffix("has no '\($0)'.") && (self[$0] ?? .nothing) == .nothing
        }) {
            return missing
        }
        return members.indices.contains(line - 1) ? members[line - 1].name : nil
    }
}
