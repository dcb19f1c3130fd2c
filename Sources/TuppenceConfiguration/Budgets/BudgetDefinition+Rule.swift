import TuppenceCore

extension BudgetDefinition {
    /// What would be written to have `rule`; shares of a limit are amounts by now.
    public init(_ rule: BudgetRule) {
        self.init([
            Member("name", .text(rule.name)), Member("scope", Self.scope(rule)),
            Member("limit", Self.amount(rule.limit)),
            Member("per", .text(rule.period.rawValue)),
        ])
        self["timezone"] = (rule.zone?.name).map(Value.text)
        let thresholds = rule.thresholds.map(Self.threshold)
        self["soft"] = thresholds.isEmpty ? nil : thresholds.count == 1 ? thresholds[0] : .list(thresholds)
        let actions = rule.actions.map { action -> Value in
            action == .degrade
                ? .members([Member("degrade", .text(rule.degradeTo ?? ""))]) : .text(action.rawValue)
        }
        self["hard"] = actions.count == 1 ? actions[0] : .list(actions)
        self["on_store_failure"] = rule.allowance.map { .members([Member("allow_up_to", Self.amount($0))]) }
    }

    /// The same without what only those should see who may change it: where notices go is a secret of many receivers.
    public var withoutSecrets: BudgetDefinition {
        var shown = self
        shown["soft"] = shown["soft"]?.replacingTexts(of: "notify", by: "(hidden)")
        return shown
    }

    private static func amount(_ money: Money) -> Value { .text(money.description) }

    private static func scope(_ rule: BudgetRule) -> Value {
        var members: [Member] = []
        var tags: [Member] = []
        for (dimension, match) in rule.scope {
            let value: Value =
                switch match {
                case .exactly(let name): .text(name)
                case .matching(let pattern): .text(pattern.text)
                case .each: .text("each")
                }
            if case .tag(let name) = dimension {
                tags.append(Member(name, value))
            } else {
                members.append(Member(dimension.name, value))
            }
        }
        if !tags.isEmpty { members.append(Member("tag", .members(tags))) }
        return .members(members)
    }

    private static func threshold(_ threshold: SoftThreshold) -> Value {
        var members = [Member("at", amount(threshold.at))]
        if !threshold.notify.isEmpty { members.append(Member("notify", .list(threshold.notify.map(Value.text)))) }
        if let route = threshold.degradeTo { members.append(Member("degrade", .text(route))) }
        return .members(members)
    }
}

extension BudgetDefinition.Value {
    /// The same with `text` for what members of this name have, wherever they stand.
    fileprivate func replacingTexts(of name: String, by text: String) -> BudgetDefinition.Value {
        switch self {
        case .text, .nothing: self
        case .list(let values): .list(values.map { $0.replacingTexts(of: name, by: text) })
        case .members(let members):
            .members(
                members.map { member in
                    BudgetDefinition.Member(
                        member.name,
                        member.name == name ? .text(text) : member.value.replacingTexts(of: name, by: text))
                })
        }
    }
}
