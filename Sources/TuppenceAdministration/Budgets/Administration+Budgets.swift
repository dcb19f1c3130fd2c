import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceStore

extension Administration {
    /// Every budget as it stands; of one for `each` value, every value that has spent or held something in its window.
    package func budgets(at now: Timestamp) throws -> [SpendReport.Budget] {
        let rules = try current(at: now).configuration.policy.budgets
        return SpendReport.budgets(of: rules, in: try store.balances(), at: now)
    }

    /// Likewise, with those of the store that can't be in force. For them nothing is counted.
    package func budgetAccounts(at now: Timestamp) throws -> [SpendReport.Budget] {
        try standing(at: now).flatMap { line, stored -> [SpendReport.Budget] in
            guard let trouble = line.trouble, let stored else { return line.accounts }
            guard line.accounts.isEmpty else {
                return line.accounts.map { account in
                    var account = account
                    account.trouble = trouble
                    return account
                }
            }
            func text(_ field: String) -> String {
                if case .text(let text)? = line.definition[field] { text } else { line.definition[field]?.json ?? "" }
            }
            return [
                SpendReport.Budget(
                    line.name, scope: text("scope"), period: text("per"), limit: stored.limit, trouble: trouble)
            ]
        }
    }

    /// Every budget with what it is: those of the file, and those of the store.
    package func budgetLines(at now: Timestamp) throws -> [BudgetLine] { try standing(at: now).map(\.line) }

    package func budget(_ name: String, at now: Timestamp) throws -> BudgetLine {
        // The own one comes first, should there be two.
        guard let found = try standing(at: now, of: name).first else { throw noBudget(name) }
        return found.line
    }

    /// - Parameter name: nil for every budget.
    private func standing(
        at now: Timestamp, of name: String? = nil
    ) throws -> [(line: BudgetLine, stored: StoredBudget?)] {
        var stored = try store.budgets()
        if let name { stored.budgets.removeAll { $0.name != name } }
        let completed = loaded.completed(with: stored, keys: try store.keys(at: now))
        let rules = completed.loaded.configuration.policy.budgets.filter { name == nil || $0.name == name }
        let accounts = Dictionary(
            grouping: SpendReport.budgets(of: rules, in: try store.balances(), at: now), by: \.name)
        let own = rules.filter { $0.edition == 0 }
        let names = Set(own.map(\.name))
        return own.map { (line(of: $0, accounts[$0.name] ?? []), nil) }
            + stored.budgets.map { budget in
                // What is spent under the name is the own one's.
                var line = Self.line(of: budget, names.contains(budget.name) ? [] : accounts[budget.name] ?? [])
                line.trouble = completed.troubles[budget.name]?.description
                return (line, budget)
            }
    }

    // MARK: Changes

    /// Makes a budget. It counts what is held from when it is in force on, and what is spent already under its name, if there has
    /// been one: to remove a budget and make it anew does not empty it.
    ///
    /// - Throws: ``BudgetDefinitionError`` for what is wrong with its definition.
    package func createBudget(
        _ definition: BudgetDefinition, by actor: Actor, at now: Timestamp
    ) throws -> BudgetLine {
        try definition.checkTexts()
        let rule = try rule(definition, at: now)
        if let own = ownBudget(rule.name) { throw standsInFile(own) }
        if rule.actions.contains(.cached), loaded.configuration.cache == nil {
            throw BudgetDefinitionError(problems: [
                .init(
                    field: "hard",
                    text: "'cached' answers from the cache, which is off. Remove 'cache: off' from the configuration."
                )
            ])
        }
        var stored = StoredBudget(
            name: rule.name, definition: definition.json, limit: rule.limit, createdAt: now, changedAt: now,
            changedBy: actor.name)
        let record = AuditRecord(
            actor, "budget.create", rule.name,
            detail: "\(rule.limit) per \(rule.period.rawValue), \(rule.scopeText)", at: now)
        guard case .made(let version) = try store.insert(stored, record) else {
            throw AdministrationError(
                .conflict,
                "There is a budget '\(rule.name)' already. Choose another name, or change that one: tuppence budgets set \(rule.name)"
            )
        }
        stored.version = version
        return try line(of: stored, rule, at: now)
    }

    /// Changes fields of a budget: those in `patch`; null takes one out. Its name and its scope stay. With another period or time
    /// zone it counts from then on, in a window of that kind.
    package func changeBudget(
        _ name: String, by patch: BudgetDefinition, of version: ExpectedVersion, by actor: Actor, at now: Timestamp
    ) throws -> BudgetLine {
        try patch.checkFields()
        try patch.checkTexts()
        var stored = try storedBudget(name, of: version)
        let before = try definition(of: stored)
        for field in ["name", "scope"] {
            guard let value = patch[field], value != before[field] else { continue }
            throw BudgetDefinitionError(problems: [
                .init(
                    field: field,
                    text: "it stays what it is: spending is counted by it. Make another budget, and remove this one.")
            ])
        }
        let after = before.changed(by: patch)
        let rule = try rule(after, at: now)
        stored.definition = after.json
        stored.limit = rule.limit
        stored.changedAt = now
        stored.changedBy = actor.name
        let record = AuditRecord(actor, "budget.change", name, detail: Self.difference(before, after), at: now)
        stored.version = try self.version(of: try store.replace(stored, record), name)
        return try line(of: stored, rule, at: now)
    }

    /// Removes a budget. Holds that it has counted are settled as they would have been; what it was spent stays in the ledger.
    package func removeBudget(
        _ name: String, of version: ExpectedVersion, by actor: Actor, at now: Timestamp
    ) throws {
        let stored = try storedBudget(name, of: version)
        let record = AuditRecord(
            actor, "budget.remove", name, detail: "its limit was \(stored.limit)", at: now)
        _ = try self.version(of: try store.removeBudget(name, version: stored.version, record), name)
    }

    // MARK: Parts

    private func rule(_ definition: BudgetDefinition, at now: Timestamp) throws -> BudgetRule {
        let keys = try store.keys(at: now)
        return try BudgetMaking(in: loaded.configuration, keys: Set(keys.map(\.name))).rule(definition)
    }

    private func storedBudget(_ name: String, of version: ExpectedVersion) throws -> StoredBudget {
        guard let stored = try store.budget(name) else { throw ownBudget(name).map(standsInFile) ?? noBudget(name) }
        guard version.allows(stored.version) else { throw stale(name) }
        return stored
    }

    private func version(of change: BudgetChange, _ name: String) throws(AdministrationError) -> Int64 {
        switch change {
        case .made(let version): return version
        case .missing: throw noBudget(name)
        case .stale, .taken: throw stale(name)
        }
    }

    private func definition(of stored: StoredBudget) throws -> BudgetDefinition {
        guard let definition = BudgetDefinition(json: Array(stored.definition.utf8)) else {
            throw StoreError("what is stored of the budget '\(stored.name)' is no JSON")
        }
        return definition
    }

    private func ownBudget(_ name: String) -> BudgetRule? { loaded.ownBudgets.first { $0.name == name } }

    private func line(of rule: BudgetRule, _ accounts: [SpendReport.Budget]) -> BudgetLine {
        BudgetLine(
            name: rule.name, source: "configuration", definition: BudgetDefinition(rule),
            place: loaded.place(ofBudget: rule.name), accounts: accounts)
    }

    private func line(of stored: StoredBudget, _ rule: BudgetRule, at now: Timestamp) throws -> BudgetLine {
        Self.line(of: stored, SpendReport.budgets(of: [rule], in: try store.balances(), at: now))
    }

    private static func line(of stored: StoredBudget, _ accounts: [SpendReport.Budget]) -> BudgetLine {
        BudgetLine(
            name: stored.name, source: "store",
            definition: BudgetDefinition(json: Array(stored.definition.utf8)) ?? BudgetDefinition(),
            version: stored.version, createdAt: stored.createdAt.iso8601, changedAt: stored.changedAt.iso8601,
            changedBy: stored.changedBy, accounts: accounts)
    }

    /// `limit: "20" → "30"`. Of thresholds it is said that they are others: where their notices go may be a secret.
    private static func difference(_ before: BudgetDefinition, _ after: BudgetDefinition) -> String {
        let changes = BudgetDefinition.fields.filter { before[$0] != after[$0] }.map { field in
            func text(_ definition: BudgetDefinition) -> String { definition[field]?.json ?? "none" }
            return field == "soft" ? "soft" : "\(field): \(text(before)) → \(text(after))"
        }
        return changes.isEmpty ? "nothing" : changes.joined(separator: ", ")
    }

    private func standsInFile(_ rule: BudgetRule) -> AdministrationError {
        AdministrationError(
            .conflict,
            "'\(rule.name)' is a budget of \(loaded.place(ofBudget: rule.name)): change it there and reload, or choose another name."
        )
    }

    private func noBudget(_ name: String) -> AdministrationError {
        AdministrationError(.notFound, "There is no budget '\(name)'. List them: tuppence budgets")
    }

    private func stale(_ name: String) -> AdministrationError {
        AdministrationError(
            .stale, "The budget '\(name)' has been changed since you looked at it. Look again, and then decide.")
    }
}
