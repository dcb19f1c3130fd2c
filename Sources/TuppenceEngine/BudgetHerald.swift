import Synchronization
import TuppenceCore

/// Makes known what happens to budgets: thresholds that are passed, and windows that refuse.
///
/// A threshold is passed in one settlement, which is told of once, after it is durable; should the process die in between,
/// nobody is told. That a window has refused is kept in memory: after a restart it is told of once more.
public final class BudgetHerald: Sendable {
    private let sink: any NoticeSink
    /// The windows that have refused, when they end, and the limits that were reached.
    private let refused = Mutex<[BudgetAccount: (end: Timestamp, limit: Money)]>([:])

    /// Beyond this many windows that refuse at one time, further ones are not told of.
    private static let mostWindows = 10_000

    public init(_ sink: any NoticeSink) { self.sink = sink }

    /// What the outcome of a settlement says of thresholds.
    public func settled(_ warnings: [BudgetWarning], at time: Timestamp) {
        for warning in warnings {
            for place in warning.crossed { sink.post(.passed(warning.claim.rule.thresholds[place], warning, at: time)) }
        }
    }

    /// A request was refused because a budget's money is spent.
    public func refused(_ denial: BudgetDenial, at time: Timestamp) {
        let isFirst = refused.withLock { refused in
            // A limit that has been raised and is reached again is news.
            if let known = refused[denial.claim.account], known.limit >= denial.claim.limit { return false }
            if refused.count >= Self.mostWindows { refused = refused.filter { $0.value.end > time } }
            guard refused.count < Self.mostWindows else { return false }
            refused[denial.claim.account] = (denial.claim.resetsAt ?? .distantFuture, denial.claim.limit)
            return true
        }
        if isFirst { sink.post(.exhausted(denial, at: time)) }
    }

    /// The store cannot be written, and budgets have allowed a first request all the same.
    func allowanceUsed(since: Timestamp, at time: Timestamp) { sink.post(.allowanceUsed(since: since, at: time)) }

    /// The store has taken in what was done without it.
    func replayed(_ operations: [LedgerOperation], at time: Timestamp) {
        sink.post(.allowanceReplayed(operations, at: time))
    }
}
