public import struct Foundation.Date
import NIOPosix
import TuppenceGateway
import TuppenceServer

/// What has been spent and what is left, as `tuppence spend` shows it.
public struct SpendSummary: Hashable, Sendable {
    /// A budget in its present window; where it is one for each value, that of one of them.
    public struct Budget: Hashable, Sendable {
        /// As it is configured.
        public var name: String
        /// With the value that it is of: `each-user/alice`.
        public var account: String
        public var scope: String
        public var limit: Money
        public var spent: Money
        /// Set aside for calls under way.
        public var held: Money
        public var remaining: Money
        /// When it has its whole limit again; nil if never.
        public var resetsAt: Date?
    }

    /// What is booked on a key or a model.
    public struct Line: Hashable, Sendable {
        /// Of the key or the model; empty for the total.
        public var name: String
        public var requests: Int
        public var attempts: Int
        public var inputTokens: Int
        public var outputTokens: Int
        public var cost: Money
    }

    public var budgets: [Budget]
    public var keys: [Line]
    public var models: [Line]
    public var total: Line
    /// Set aside for calls under way, of all keys.
    public var held: Money
    public var openHolds: Int
}

extension Tuppence {
    /// What has been spent by all who use the same database, this program among them.
    public func spend() async throws -> SpendSummary {
        try checkOpen()
        let (store, rules) = (gateway.store, budgetRules)
        return SpendSummary(
            try await NIOThreadPool.singleton.runIfActive {
                try SpendReport(store: store, rules: rules, now: WallClock.now)
            })
    }
}

extension SpendSummary {
    fileprivate init(_ report: SpendReport) {
        budgets = report.budgets.map { budget in
            Budget(
                name: budget.name, account: budget.account, scope: budget.scope,
                limit: Money(nanodollars: budget.limitNanodollars), spent: Money(nanodollars: budget.spentNanodollars),
                held: Money(nanodollars: budget.heldNanodollars),
                remaining: Money(nanodollars: budget.remainingNanodollars),
                resetsAt: budget.resetsAt.flatMap(Date.init(iso8601:)))
        }
        keys = (report.keys ?? []).map { Line($0, name: $0.key ?? "") }
        models = (report.models ?? []).map { Line($0, name: $0.model ?? "") }
        total = Line(report.total, name: "")
        held = Money(nanodollars: report.held.nanodollars)
        openHolds = report.held.count
    }
}

extension SpendSummary.Line {
    fileprivate init(_ group: SpendReport.Group, name: String) {
        self.init(
            name: name, requests: group.requests, attempts: group.attempts, inputTokens: group.inputTokens,
            outputTokens: group.outputTokens, cost: Money(nanodollars: group.costNanodollars))
    }
}
