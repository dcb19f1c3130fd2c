import TuppenceCore
import TuppenceTesting

/// Keeps books of its own beside the ledger's, and the providers' bills beside both, and says where they part.
///
/// It sees what the ledger was asked and answered, and what providers did; it calls none of the code that decides about
/// money. After every operation it looks at the accounts that the operation touched, at the end at all of them.
public struct Auditor: Sendable {
    public private(set) var discrepancies: [String] = []
    public internal(set) var figures = Figures()
    public var settled: Int { figures.settled }
    public var denied: Int { figures.denied }

    let budgets: [BudgetPlan]
    var room: RoomBook
    var books: [BudgetAccount: AccountBook] = [:]
    var attempts: [AttemptID: AttemptRecord] = [:]
    /// The attempts whose holds are in force.
    var open: Set<AttemptID> = []
    /// The requests that a budget had a reason to send to the cheap route, and which.
    var sentElsewhere: [RequestID: Elsewhere] = [:]
    /// The same of attempts beside others, which are sent there only where they are the only ones left.
    var causesBeside: [RequestID: Elsewhere] = [:]
    var route = RouteBook()
    /// Of requests that are under way.
    var itineraries: [RequestID: Itinerary] = [:]
    var blackout: Blackout?
    var blackouts = 0
    var entriesRead = 0
    /// While the store cannot be written: what was held and spent of allowances, by accounts' names.
    var allowed: [String: Int64]?

    /// How long attempts are to be read on; nil where that cannot be told.
    private let lateUsage: Milliseconds?

    init(budgets: [BudgetPlan], room: RoomBook, lateUsage: Milliseconds?) {
        self.budgets = budgets
        self.room = room
        self.lateUsage = lateUsage
    }

    mutating func object(_ discrepancy: @autoclosure () -> String) {
        // The first few tell what went wrong; a broken rule breaks a thousand times.
        if discrepancies.count < 20 { discrepancies.append(discrepancy()) }
    }

    // MARK: What exchanges do

    /// A hold is asked for: in every budget that applies, in the window of that moment, under an id of its own.
    mutating func asked(
        _ hold: Hold, _ request: Exchange.Request, isDegraded: Bool, isHedge: Bool, at now: Timestamp
    ) {
        let accounts = budgets.compactMap { plan in
            plan.account(of: request, on: hold.target, at: now).map { (account: $0, limit: plan.limit, plan: plan) }
        }
        if isDegraded, sentElsewhere[hold.attempt.request] == nil, let cause = causesBeside[hold.attempt.request] {
            figures.degraded += 1
            sentElsewhere[hold.attempt.request] = cause
        }
        if isDegraded && (hold.target.model != "cheap" || sentElsewhere[hold.attempt.request] == nil) {
            object("attempt \(hold.attempt.text) is degraded to \(hold.target) without a reason")
        }
        if hold.claims.count != accounts.count
            || !zip(hold.claims, accounts).allSatisfy({
                $0.account == $1.account && $0.limit.nanodollars == $1.limit
            })
        {
            object(
                "attempt \(hold.attempt.text) claims \(hold.claims.map(\.account.name)) of \(hold.claims.map(\.account.windowStart.iso8601)) at \(now.iso8601)"
            )
        }
        if let earlier = attempts[hold.attempt], earlier.state != .denied {
            object("attempt \(hold.attempt.text) is asked for a second time")
        }
        for (account, _, plan) in accounts where books[account] == nil { books[account] = AccountBook(plan: plan) }
        attempts[hold.attempt] = AttemptRecord(
            amount: hold.amount.nanodollars, accounts: accounts.map(\.account), expiresAt: hold.expiresAt,
            isDegraded: isDegraded, isHedge: isHedge, wish: request.onBudget)
        chose(hold, isDegraded: isDegraded, isHedge: isHedge, at: now)
    }

    /// Held before sent, and held for the most that it can cost.
    mutating func sent(_ hold: Hold, _ call: ProviderCall, _ ledger: InMemoryLedgerStore.Contents) {
        guard let record = attempts[hold.attempt], record.state == .open, ledger.holds[hold.attempt] != nil else {
            return object("attempt \(hold.attempt.text) was sent without a hold")
        }
        // A connection that turned out to be closed has not carried it: the same attempt goes out once more.
        if record.call != nil && record.call?.failure != .stale {
            object("attempt \(hold.attempt.text) was sent twice")
        }
        if call.demand.producesOutput && call.allowed == 0 {
            object("attempt \(hold.attempt.text) was sent without an output limit")
        }
        if call.worst > record.amount {
            object("attempt \(hold.attempt.text) may cost \(call.worst) on a hold of \(record.amount)")
        }
        attempts[hold.attempt]?.call = call
        attempts[hold.attempt]?.isStopped = false
        figures.sent += 1
        checkRace(of: hold.attempt)
    }

    /// Settled before done.
    mutating func finished(_ exchange: Exchange) {
        let request = exchange.request.id
        let numbers = 1...max(1, exchange.attemptsMade)
        let records = numbers.compactMap { attempts[AttemptID(request: request, number: $0)] }
        let answer = exchange.attempt.flatMap { attempts[$0.id] } ?? records.last
        if answer?.isBooked != true || answer?.outcome == .failed || answer?.outcome == .aborted {
            object("request \(request) was finished before it was settled")
        }
        // The line of an attempt that failed earlier may be on its way still, if the ledger failed with it.
        // So may that of one that is read on, and it is not known before what it comes to.
        let cost = records.reduce(0) { $0 + ($1.isReadOn ? 0 : $1.cost) }
        if cost > exchange.cost.nanodollars { object("request \(request) says it cost \(exchange.cost), not \(cost)") }
        if let cap = exchange.request.maxCost, cost > cap.nanodollars,
            !records.contains(where: { $0.call?.ignoresLimit == true })
        {
            object("request \(request) cost \(cost), more than its cap of \(cap)")
        }
    }

    /// The process died: of what it had not settled nobody knows any more.
    mutating func crashed() {
        room.crashed()
        route = RouteBook()
        itineraries = [:]
        blackout = nil
        for (id, record) in attempts where !record.isBooked { attempts[id]?.isExcused = true }
    }

    /// The ledger did something and said that it had failed.
    mutating func lied(about operation: LedgerOperation) {
        if case .hold(let hold) = operation { attempts[hold.attempt]?.isExcused = true }
    }

    // MARK: What providers do

    mutating func provider(of attempt: AttemptID, did step: EventQueue.ProviderStep) {
        attempts[attempt]?.call?.happened(step)
        guard case .count(let usage, isLast: true) = step, let record = attempts[attempt], let call = record.call,
            record.state == .open
        else { return }
        // The providers' own bills stay within the limit, too, where they are known and a hold stands for them.
        let bill = min(call.prices.bill(usage), call.ignoresLimit ? record.amount : .max)
        attempts[attempt]?.billed = bill
        for account in record.accounts {
            guard let book = book(account, { $0.billed += bill }) else { continue }
            if book.billed > book.limit {
                overshoot(book.billed - book.limit, "\(account.name): providers bill \(book.billed) of \(book.limit)")
            }
        }
    }

    mutating func providerWasCutOff(_ attempt: AttemptID, during step: EventQueue.ProviderStep, at time: Timestamp) {
        attempts[attempt]?.call?.cutOff(during: step)
        guard case .count(_, isLast: true) = step, let record = attempts[attempt], let call = record.call, call.goesOn,
            let cancelled = record.cancelledAt, let lateUsage, time < cancelled + lateUsage, !record.isExcused
        else { return }
        object("attempt \(attempt.text) was cut off \(time - cancelled) before its count, which was coming anyway")
    }

    /// The exchange has stopped the attempt, which was the right thing to do if its provider stops as well.
    mutating func cancelled(_ attempt: AttemptID, at time: Timestamp) {
        attempts[attempt]?.isStopped = true
        guard attempts[attempt]?.call?.ignoresLimit == false else { return }
        attempts[attempt]?.cancelledAt = time
    }

    /// Nobody waits for the attempt, and it is not stopped: only where that saves nothing, or more may be here than was told.
    mutating func isReadOn(_ attempt: AttemptID, isUnread: Bool) {
        attempts[attempt]?.isReadOn = true
        if attempts[attempt]?.call?.goesOn == false, !isUnread {
            object("attempt \(attempt.text) is read on, and its provider would have stopped")
        }
    }

    // MARK: Figures

    mutating func overshoot(_ amount: Int64, _ discrepancy: @autoclosure () -> String) {
        figures.overshoot = max(figures.overshoot, amount)
        object("overshoot: " + discrepancy())
    }

    @discardableResult
    mutating func book(_ account: BudgetAccount, _ change: (inout AccountBook) -> Void) -> AccountBook? {
        guard let index = books.index(forKey: account) else { return nil }
        change(&books.values[index])
        return books.values[index]
    }
}

/// Why a request is sent to the cheap route.
enum Elsewhere: Sendable {
    /// A threshold would rather have it there.
    case spared
    /// A budget has no room for it.
    case noRoom
}

/// What the auditor knows of one account, in nanodollars.
struct AccountBook: Sendable {
    let plan: BudgetPlan
    var limit: Int64 { plan.limit }
    var spent: Int64 = 0
    var held: Int64 = 0
    /// What was spent without a hold by right: late truths, and answers longer than their provider was allowed.
    var excused: Int64 = 0
    /// What providers say that attempts with a hold in force, or settled in time, cost.
    var billed: Int64 = 0
}

/// What the auditor knows of one attempt.
struct AttemptRecord: Sendable {
    enum State { case asked, open, denied, expired, settled, settledLate }

    let amount: Int64
    let accounts: [BudgetAccount]
    let expiresAt: Timestamp
    /// Whether a budget has sent it to the cheap route.
    let isDegraded: Bool
    /// Whether it was asked for while another was in flight.
    let isHedge: Bool
    let wish: BudgetAction?
    var state = State.asked
    var call: ProviderCall?
    var outcome: AttemptOutcome?
    var cost: Int64 = 0
    var billed: Int64 = 0
    /// How many lines the ledger has for it.
    var entries = 0
    /// Whether it may be left to its hold's end: its process is gone, or was told that there is no hold.
    var isExcused = false
    /// Whether it was admitted in the present outage.
    var isAllowed = false
    /// When it was stopped, while its provider worked.
    var cancelledAt: Timestamp?
    /// Whether the exchange has given it up.
    var isStopped = false
    var isReadOn = false

    var isBooked: Bool { state == .settled || state == .settledLate }

    /// Whether the exchange waits for it.
    var isInFlight: Bool {
        guard let call, !isStopped, !isReadOn else { return false }
        return !call.hasEnded && call.failure == nil
    }

    init(
        amount: Int64, accounts: [BudgetAccount], expiresAt: Timestamp, isDegraded: Bool, isHedge: Bool,
        wish: BudgetAction?
    ) {
        self.amount = amount
        self.accounts = accounts
        self.expiresAt = expiresAt
        self.isDegraded = isDegraded
        self.isHedge = isHedge
        self.wish = wish
    }
}

extension AttemptID {
    /// As discrepancies name it.
    var text: String { "\(request) no. \(number)" }
}
