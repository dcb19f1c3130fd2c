import Synchronization
import TuppenceCore

/// Makes known what happens to budgets: thresholds that are passed, and windows that refuse.
///
/// A threshold is passed in one settlement, which is told of once, after it is durable; should the process die in between,
/// nobody is told. That a window has refused is kept in memory: after a restart it is told of once more.
public final class BudgetNotifier: Sendable {
    private let sink: any NoticeSink
    /// What has refused, by the name of its rule: callers make up as many accounts as they like under one, and none of another.
    private let refused = Mutex<[String: RefusingWindows]>([:])
    private let settlements = Mutex(SettlementWatch())

    public init(_ sink: any NoticeSink) { self.sink = sink }

    /// What the outcome of a settlement says of thresholds.
    public func settled(_ warnings: [BudgetWarning], at time: Timestamp) {
        for warning in warnings {
            for place in warning.crossed { sink.post(.passed(warning.claim.rule.thresholds[place], warning, at: time)) }
        }
    }

    /// A settlement came late, or came to more than was held for it.
    func settled(_ settlement: Settlement, isLate: Bool, isExceeded: Bool) {
        let notices = settlements.withLock {
            $0.notices(of: settlement, isLate: isLate, isExceeded: isExceeded)
        }
        for notice in notices { sink.post(notice) }
    }

    /// A request was refused because a budget's money is spent.
    public func refused(_ denial: BudgetDenial, at time: Timestamp) {
        let news = refused.withLock {
            $0[denial.claim.rule.name, default: RefusingWindows()].take(denial.claim, at: time)
        }
        switch news {
        case .first: sink.post(.exhausted(denial, at: time))
        case .tooMany(let count): sink.post(.exhausted(denial, beyond: count, at: time))
        case nil: break
        }
    }

    /// The store cannot be written, and budgets have allowed a first request all the same.
    func allowanceUsed(since: Timestamp, at time: Timestamp) { sink.post(.allowanceUsed(since: since, at: time)) }

    /// The store has taken in what was done without it.
    func replayed(_ operations: [LedgerOperation], at time: Timestamp) {
        sink.post(.allowanceReplayed(operations, at: time))
    }
}

/// The windows of one rule that have refused and are not over.
private struct RefusingWindows {
    enum News {
        /// A window refuses for the first time, or again after its limit was raised.
        case first
        /// So many do already, and further ones are not told of.
        case tooMany(Int)
    }

    /// Beyond this many at one time, further ones are told of together, once.
    private static let most = 256

    /// What has no end is told of anew after so long, where others need the place.
    private static let longest = Milliseconds.seconds(86_400)

    private var windows: [BudgetAccount: (end: Timestamp, limit: Money)] = [:]
    /// When the first of them is over.
    private var firstEnd = Timestamp.distantFuture
    private var hasToldOfMore = false

    mutating func take(_ claim: BudgetClaim, at time: Timestamp) -> News? {
        if let known = windows[claim.account] {
            // A limit that has been raised and is reached again is news.
            if known.limit >= claim.limit { return nil }
        } else {
            if windows.count >= Self.most, firstEnd <= time { forget(before: time) }
            guard windows.count < Self.most else {
                defer { hasToldOfMore = true }
                return hasToldOfMore ? nil : .tooMany(Self.most)
            }
        }
        let end = claim.resetsAt ?? time + Self.longest
        windows[claim.account] = (end, claim.limit)
        firstEnd = min(firstEnd, end)
        return .first
    }

    private mutating func forget(before time: Timestamp) {
        windows = windows.filter { $0.value.end > time }
        firstEnd = windows.values.map(\.end).min() ?? .distantFuture
        hasToldOfMore = false
    }
}
