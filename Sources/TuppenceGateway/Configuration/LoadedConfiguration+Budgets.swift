import TuppenceConfiguration
import TuppenceCore
import TuppenceStore

extension LoadedConfiguration {
    /// Its own budgets: without those of the store.
    package var ownBudgets: [BudgetRule] { configuration.policy.budgets.filter { $0.edition == 0 } }

    /// Those of its own budgets that have another scope here than they had in `former`. A budget is its name: what was spent by the
    /// former scope counts for this one.
    package func rescopedBudgets(since former: LoadedConfiguration) -> [String] {
        let scopes = Dictionary(
            former.ownBudgets.map { ($0.name, $0.scopeText) }, uniquingKeysWith: { first, _ in first })
        return ownBudgets.filter { rule in scopes[rule.name].map { $0 != rule.scopeText } ?? false }.map(\.name)
    }

    /// The same with the budgets that a store keeps in the place of those that it had from it before.
    ///
    /// - Throws: ``Failure`` where one of them has a name of its own budgets', or can't be read any more: what it names is no
    ///   longer there. To go on without it would let be spent what somebody has said may not.
    package func with(_ stored: StoredBudgets, keys: [StoredKey]) throws(Failure) -> LoadedConfiguration {
        let completed = completed(with: stored, keys: keys)
        guard completed.troubles.isEmpty else {
            throw Failure(ConfigurationError(problems: completed.problems).description)
        }
        return completed.loaded
    }

    /// The same with those of the budgets of a store that can be in force. Another that it had from the store before stays as it
    /// was, within the limit that the store has for it by now.
    package func completed(with stored: StoredBudgets, keys: [StoredKey]) -> CompletedConfiguration {
        var completed = CompletedConfiguration(loaded: self)
        let own = ownBudgets
        let names = Set(own.map(\.name))
        let former = Dictionary(
            configuration.policy.budgets.filter { $0.edition != 0 }.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let making = BudgetMaking(in: configuration, keys: Set(keys.map(\.name)))
        var rules: [BudgetRule] = []
        for budget in stored.budgets {
            if names.contains(budget.name) {
                completed.troubles[budget.name] = clash(budget.name)
                continue
            }
            do throws(BudgetDefinitionError) {
                guard let definition = BudgetDefinition(json: Array(budget.definition.utf8)) else {
                    throw BudgetDefinitionError(problems: [.init(text: "what is stored of it is no JSON.")])
                }
                rules.append(try making.rule(definition).of(edition: stored.edition))
            } catch {
                completed.troubles[budget.name] = lost(budget, error)
                if let rule = former[budget.name] { rules.append(rule) }
            }
        }
        completed.loaded.configuration.policy.budgets = own + rules
        completed.loaded.budgetEdition = stored.edition
        return completed
    }

    /// The same with the budgets of `store` as they are now.
    package func withBudgets(of store: any Store, at now: Timestamp) throws -> LoadedConfiguration {
        guard let stored = try store.budgets(otherThan: budgetEdition) else { return self }
        return try with(stored, keys: try store.keys(at: now))
    }

    /// Where one of its own budgets stands: `tuppence.yaml:12`.
    package func place(ofBudget name: String) -> String {
        guard let path else { return "the sandbox's configuration" }
        if let place = configuration.budgetPlaces[name] { return "\(path):\(place.line)" }
        return isSandbox ? "the sandbox's configuration" : path
    }

    private func clash(_ name: String) -> Problem {
        let place = configuration.budgetPlaces[name]
        return Problem(
            file: path ?? "the sandbox's configuration", line: place?.line ?? 0, column: place?.column ?? 0,
            message: "there is a budget '\(name)' already, which was made while the gateway ran.",
            remedy: "Give this one another name, or remove that one: tuppence budgets remove \(name)")
    }

    private func lost(_ budget: StoredBudget, _ error: BudgetDefinitionError) -> Problem {
        Problem(
            file: "budget '\(budget.name)', made while the gateway ran", message: error.description,
            remedy: "Put back what it needs, or remove it: tuppence budgets remove \(budget.name)")
    }
}

/// A configuration with the budgets of a store, and why others of them can't be in force.
package struct CompletedConfiguration: Sendable {
    package var loaded: LoadedConfiguration
    /// By the names of those budgets.
    package var troubles: [String: Problem] = [:]

    /// In the order of the names.
    package var problems: [Problem] { troubles.sorted { $0.key < $1.key }.map(\.value) }
}
