import TuppenceCore

/// Making `budgets` of what LiteLLM limits by.
extension LiteLLMImport {
    /// All that goes through the proxy.
    mutating func readProxyBudget(_ node: SettingNode, _ duration: SettingNode?) {
        guard !file.providers.isEmpty else { return leftOut(node, "no model came over that could be limited.") }
        add("litellm-proxy", scope: [.init("model", .text("*"))], node, duration)
    }

    /// Each of the users that requests name.
    mutating func readUserBudget(_ node: SettingNode) {
        add("litellm-each-user", scope: [.init("user", .plain("each"))], node, nil)
    }

    mutating func readBudget(_ node: SettingNode, _ duration: SettingNode?, of deployment: LiteLLMDeployment) {
        guard let slash = deployment.target.firstIndex(of: "/") else { return }
        let (provider, model) = (
            deployment.target[..<slash], deployment.target[deployment.target.index(after: slash)...]
        )
        let name =
            "litellm-" + deployment.target.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" }
        add(
            String(name), scope: [.init("provider", .text(String(provider))), .init("model", .text(String(model)))],
            node,
            duration)
    }

    /// `{ openai: { budget_limit: 100, time_period: 1d } }`
    mutating func readProviderBudgets(_ node: SettingNode) {
        for member in node.members {
            let names = Set(deployments.filter { $0.prefix == member.name }.map { $0.target.prefix { $0 != "/" } })
            guard names.count == 1, let name = names.first else {
                leftOut(
                    member.value,
                    names.isEmpty
                        ? "no provider '\(member.name)' came over."
                        : "'\(member.name)' is \(names.count) providers here, each of which could have a budget of its own."
                )
                continue
            }
            guard let limit = member.value["budget_limit"] ?? member.value["max_budget"] else {
                leftOut(member.value, "it has no 'budget_limit'.")
                continue
            }
            add(
                "litellm-provider-\(name)", scope: [.init("provider", .text(String(name)))], limit,
                member.value["time_period"] ?? member.value["budget_duration"])
        }
    }

    private mutating func add(
        _ name: String, scope: [TuppenceFile.Field], _ limit: SettingNode, _ duration: SettingNode?
    ) {
        guard let text = limit.text, let money = Self.money(text), money > .zero else {
            return leftOut(limit, "it is no amount in USD above zero.")
        }
        guard !file.budgets.contains(where: { $0.contains(.init("name", .text(name))) }) else {
            return leftOut(limit, "there is a budget '\(name)' already: one for all that leads to the same target.")
        }
        var period = "total"
        if let duration {
            guard let (found, isExact) = duration.text.flatMap(Self.period) else {
                return leftOut(duration, "budgets are for a minute, an hour, a day, a week, a month, or in total.")
            }
            period = found
            if !isExact { changed(duration, "the budget is for a \(found) of the calendar, from its beginning.") }
        }
        file.budgets.append([
            .init("name", .text(name)), .init("scope", .mapping(scope)), .init("limit", .plain("$\(money.usd)")),
            .init("per", .plain(period)),
        ])
    }

    /// Rounded down to a nanodollar: a limit is not passed.
    private static func money(_ text: String) -> Money? {
        // Read to twelve decimals, of which an amount has nine.
        if let (rate, isExact) = PerToken.rate(text) {
            return Money(nanodollars: rate.picodollars / 1_000 - (isExact || rate.picodollars % 1_000 != 0 ? 0 : 1))
        }
        return Money(usd: text)
    }

    /// `1d`, `24h`, `30d`, `1mo` … as LiteLLM counts; and whether ours is just as long.
    private static func period(_ text: String) -> (String, isExact: Bool)? {
        switch text {
        case "60s", "1m": ("minute", true)
        case "3600s", "60m", "1h": ("hour", true)
        case "86400s", "24h", "1d": ("day", false)
        case "7d", "1w": ("week", false)
        case "28d", "30d", "31d", "1mo": ("month", false)
        default: nil
        }
    }
}
