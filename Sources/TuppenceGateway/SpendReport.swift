import TuppenceCore
import TuppenceStore

/// What has been spent, by budget, key and model, as `tuppence spend` shows it. Amounts are nanodollars.
package struct SpendReport: Encodable, Sendable {
    package struct Budget: Encodable, Sendable {
        package var name: String
        package var account: String
        package var scope: String
        package var period: String
        package var limitNanodollars: Int64
        package var spentNanodollars: Int64
        package var heldNanodollars: Int64
        package var remainingNanodollars: Int64
        package var resetsAt: String?
        /// Why what the store has of it is not in force; nil where it is.
        package var trouble: String?
    }

    package struct Group: Encodable, Sendable {
        package var key: String?
        package var customer: String?
        package var provider: String?
        package var model: String?
        package var family: String?
        package var route: String?
        package var user: String?
        /// Of a tag, whose name this is.
        package var tag: String?
        package var value: String?
        package var requests: Int
        package var attempts: Int
        package var inputTokens: Int
        package var outputTokens: Int
        package var costNanodollars: Int64
    }

    package struct Held: Encodable, Sendable {
        package var count: Int
        package var nanodollars: Int64
    }

    /// What the present month will have cost at its end.
    package struct Forecast: Encodable, Sendable {
        package var spentNanodollars: Int64
        package var expectedNanodollars: Int64
        /// Between which it ends four times in five.
        package var lowNanodollars: Int64?
        package var highNanodollars: Int64?
        package var days: Int

        package init(spent: Money, expected: Money, range: ClosedRange<Money>?, days: Int) {
            spentNanodollars = spent.nanodollars
            expectedNanodollars = expected.nanodollars
            lowNanodollars = range?.lowerBound.nanodollars
            highNanodollars = range?.upperBound.nanodollars
            self.days = days
        }
    }

    package var budgets: [Budget]
    /// What was booked when, for each grouping that was asked for; nil for others.
    package var keys: [Group]?
    package var customers: [Group]?
    package var providers: [Group]?
    package var models: [Group]?
    package var families: [Group]?
    package var routes: [Group]?
    /// Added up from entries; ``take(_:)``.
    package private(set) var users: [Group]?
    package private(set) var tags: [Group]?
    /// What more users, or values of tags, than are told apart have spent; nil where all are.
    package private(set) var otherUsers: Group?
    package private(set) var otherTags: Group?
    /// From when on entries are there for users and tags, where they are not for all of the time asked for.
    package var countedFrom: String?
    package var total: Group
    package var held: Held
    package var since: String?
    package var until: String?
    package var forecast: Forecast?

    /// - Parameters:
    ///   - start: nil for the beginning of the ledger. Put back to the beginning of an hour, or of a day where keys or customers
    ///     are asked for; so is `end`, which is not included.
    package init(
        store: any Store, rules: [BudgetRule], now: Timestamp, by groupings: [SpendingGrouping] = [.key, .model],
        from start: Timestamp? = nil, until end: Timestamp? = nil
    ) throws {
        budgets = Self.budgets(of: rules, in: try store.balances(), at: now)
        let finest = SpendingSpan.finest(for: groupings)
        since = start.map { finest.start(containing: $0).iso8601 }
        until = end.map { finest.start(containing: $0).iso8601 }
        let spending = try store.spending(
            by: groupings + [.total], from: start ?? Timestamp(seconds: 0), until: end ?? .distantFuture)
        func groups(_ grouping: SpendingGrouping, _ name: WritableKeyPath<Group, String?>) -> [Group]? {
            guard groupings.contains(grouping) else { return nil }
            return (spending[grouping] ?? []).map { found in
                var group = Group(found.spending)
                group[keyPath: name] = found.name
                return group
            }
        }
        keys = groups(.key, \.key)
        customers = groups(.customer, \.customer)
        providers = groups(.provider, \.provider)
        models = groups(.model, \.model)
        families = groups(.family, \.family)
        routes = groups(.route, \.route)
        total = Group(spending[.total]?.first?.spending ?? Spending())
        let open = try store.openHolds()
        held = Held(count: open.count, nanodollars: open.reduce(Money.zero) { $0 + $1.amount }.nanodollars)
    }

    /// Tells what has been added up of users and tags.
    package mutating func take(_ sums: EntrySums) {
        users = sums.users?.dearestFirst.map { found in
            var group = Group(found.spending)
            group.user = found.name.value
            return group
        }
        tags = sums.tags?.dearestFirst.map { found in
            var group = Group(found.spending)
            group.tag = found.name.tag
            group.value = found.name.value
            return group
        }
        otherUsers = sums.users?.others.map { Group($0) }
        otherTags = sums.tags?.others.map { Group($0) }
    }

    /// Every budget as it stands.
    package static func budgets(
        of rules: [BudgetRule], in balances: [BudgetAccount: Balance], at now: Timestamp
    ) -> [Budget] {
        // By rule, whose name ends at the first slash of an account's: there may be a hundred thousand of both. The slash is
        // looked for in bytes, for it is one letter with an accent that begins the value behind it.
        let balances = Dictionary(grouping: balances) {
            String(Substring($0.key.name.utf8.prefix { $0 != UInt8(ascii: "/") }))
        }
        return rules.flatMap { Self.budgets(of: $0, in: balances[$0.name] ?? [], at: now) }
    }

    /// The present window of every account under a rule, and older windows that still hold something.
    private static func budgets(
        of rule: BudgetRule, in balances: [(key: BudgetAccount, value: Balance)], at now: Timestamp
    ) -> [Budget] {
        let window = BudgetWindow(rule.period, containing: now, in: rule.zone)
        var own = balances.filter { $0.windowStart == window.start || $1.held != .zero }
        if own.isEmpty && !rule.isPerValue {
            own.append((BudgetAccount(name: rule.name, windowStart: window.start), Balance()))
        }
        return own.sorted { $0.key.name < $1.key.name }.map { account, balance in
            Budget(
                name: rule.name, account: account.name, scope: rule.scopeText, period: rule.period.rawValue,
                limitNanodollars: rule.limit.nanodollars, spentNanodollars: balance.spent.nanodollars,
                heldNanodollars: balance.held.nanodollars,
                remainingNanodollars: balance.available(under: rule.limit).nanodollars, resetsAt: window.end?.iso8601)
        }
    }
}

extension SpendReport.Budget {
    /// One that is not in force, so that nothing is counted for it.
    package init(_ name: String, scope: String, period: String, limit: Money, trouble: String) {
        self.init(
            name: name, account: name, scope: scope, period: period, limitNanodollars: limit.nanodollars,
            spentNanodollars: 0, heldNanodollars: 0, remainingNanodollars: limit.nanodollars, trouble: trouble)
    }
}

extension SpendReport.Group {
    fileprivate init(_ spend: Spending) {
        self.init(
            requests: spend.requests, attempts: spend.attempts, inputTokens: spend.input,
            outputTokens: spend.output, costNanodollars: spend.cost.nanodollars)
    }
}
