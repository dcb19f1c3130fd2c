extension BudgetBook {
    /// The budgets that a key's requests draw on, as far as is known whose they are and where they would go; those that
    /// ask more than is known are left out.
    ///
    /// - Parameter route: the name asked for, and the targets that it leads to; nil for requests to no particular one.
    public func overview(
        key: String, customer: String?, user: String?, tags: String?, route: Route?, at now: Timestamp
    ) -> [BudgetClaim] {
        guard let route else {
            let nowhere = Target(provider: "", model: "")
            let subject = BudgetSubject(key: key, customer: customer, user: user, target: nowhere, tags: tags)
            return made(for: subject, at: now).filter { !$0.rule.asksWhere }
        }
        var found: [BudgetClaim] = []
        for choice in route.choices {
            let subject = BudgetSubject(
                key: key, customer: customer, user: user, route: route.name, target: choice.candidate.target,
                tags: tags)
            for claim in made(for: subject, at: now) where !found.contains(where: { $0.account == claim.account }) {
                found.append(claim)
            }
        }
        return found
    }
}

extension BudgetRule {
    /// Whether it concerns requests to some places only, or counts them apart.
    fileprivate var asksWhere: Bool {
        asked.contains { [.route, .provider, .model, .family].contains($0) }
    }
}
