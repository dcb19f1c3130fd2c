import TuppenceCore

/// What every ledger store does. Run ``check(_:)`` against a new store; whatever it returns is broken.
public struct LedgerStoreContract {
    /// How the contract looks into a store.
    public struct Inspection {
        public var balance: (BudgetAccount) throws -> Balance
        public var entries: () throws -> [LedgerEntry]
        public var openHolds: () throws -> Int

        public init(
            balance: @escaping (BudgetAccount) throws -> Balance, entries: @escaping () throws -> [LedgerEntry],
            openHolds: @escaping () throws -> Int
        ) {
            self.balance = balance
            self.entries = entries
            self.openHolds = openHolds
        }
    }

    private let store: any LedgerStore
    private let inspection: Inspection
    private let rule = Samples.rule(limit: Money(nanodollars: 1_000))
    private let second = Samples.rule("second", limit: Money(nanodollars: 500), period: .month)
    private var broken: [String] = []

    /// - Parameter store: an empty store of its own.
    public init(_ store: any LedgerStore, inspection: Inspection) {
        self.store = store
        self.inspection = inspection
    }

    /// - Returns: the rules that the store breaks, in words.
    public mutating func check() throws -> [String] {
        try holdsAreAllOrNone()
        try settlementsReleaseAndBook()
        try repeatsChangeNothing()
        try expiryReleases()
        try batchesAreInOrder()
        try everyFieldIsKept()
        try replaysCountOnce()
        return broken
    }

    private mutating func expect(_ condition: Bool, _ rule: String) { if !condition { broken.append(rule) } }

    private func balance(_ rule: BudgetRule) throws -> Balance {
        let claim = rule.claim(by: BudgetSubject(key: "app", target: Samples.target), at: Samples.start)
        return try claim.map { try inspection.balance($0.account) } ?? Balance()
    }

    private func one(_ operation: LedgerOperation) throws -> LedgerOutcome? { try store.apply([operation]).first }

    private mutating func holdsAreAllOrNone() throws {
        let fits = Samples.hold(Samples.attempt(1), 400, rules: [rule, second])
        expect(try one(.hold(fits)) == .held(remaining: Money(nanodollars: 100)), "a hold that fits is granted")
        let tooMuch = Samples.hold(Samples.attempt(2), 200, rules: [rule, second])
        if case .denied(let denial) = try one(.hold(tooMuch)) {
            expect(denial.claim.account.name == "second", "a denial names the budget without room")
        } else {
            expect(false, "a hold beyond any of its budgets is denied")
        }
        expect(try balance(rule).held.nanodollars == 400, "a hold that is denied by one budget holds in none")
        if case .held = try one(.hold(fits)) {} else { expect(false, "a hold asked for twice is granted twice") }
        expect(try balance(rule).held.nanodollars == 400, "a hold asked for twice is held once")
    }

    private mutating func settlementsReleaseAndBook() throws {
        let hold = Samples.hold(Samples.attempt(1), 400, rules: [rule, second])
        guard case .settled(_, late: false, _) = try one(Samples.settlement(of: hold, cost: 150)) else {
            return expect(false, "an open hold settles")
        }
        expect(
            try balance(rule) == Balance(spent: Money(nanodollars: 150)),
            "settling books the cost and gives back the rest")
        expect(try balance(second) == Balance(spent: Money(nanodollars: 150)), "settling concerns every budget held")
        expect(try inspection.openHolds() == 0, "a settled hold is gone")
    }

    private mutating func repeatsChangeNothing() throws {
        let hold = Samples.hold(Samples.attempt(1), 400, rules: [rule, second])
        expect(try one(Samples.settlement(of: hold, cost: 999)) == .alreadySettled, "a second settlement is recognised")
        expect(try balance(rule).spent.nanodollars == 150, "a second settlement changes nothing")
        expect(try inspection.entries().count == 1, "a second settlement writes nothing")
    }

    private mutating func expiryReleases() throws {
        let hold = Samples.hold(Samples.attempt(1, of: 2), 100, rules: [rule], lasting: .seconds(1))
        _ = try one(.hold(hold))
        expect(try one(.expire(now: Samples.start)) == .expired(count: 0), "a hold does not expire before its time")
        expect(try one(.expire(now: hold.expiresAt)) == .expired(count: 1), "a hold expires at its time")
        expect(try balance(rule).held == .zero, "an expired hold is given back")
        expect(
            try inspection.entries().contains { $0.attempt == hold.attempt && $0.outcome == .expired },
            "an expiry is in the ledger")
        guard case .settled(_, late: true, _) = try one(Samples.settlement(of: hold, cost: 30)) else {
            return expect(false, "a settlement after the expiry is booked, and said to be late")
        }
        expect(
            try balance(rule) == Balance(spent: Money(nanodollars: 180)),
            "a late settlement books the truth and releases nothing twice")
        expect(try one(Samples.settlement(of: hold, cost: 30)) == .alreadySettled, "a late settlement is booked once")
    }

    private mutating func batchesAreInOrder() throws {
        let first = Samples.hold(Samples.attempt(1, of: 3), 800, rules: [rule])
        let next = Samples.hold(Samples.attempt(1, of: 4), 800, rules: [rule])
        let outcomes = try store.apply([
            .hold(first), Samples.settlement(of: first, cost: 0), .hold(next), Samples.settlement(of: next, cost: 1),
        ])
        expect(outcomes.count == 4, "there is an outcome for each operation")
        if case .held = outcomes[2] {} else { expect(false, "an operation sees what came before it in its batch") }
    }

    private mutating func replaysCountOnce() throws {
        let rule = Samples.rule("replayed", limit: Money(nanodollars: 10))
        let open = Samples.hold(Samples.attempt(1, of: 20), 40, rules: [rule])
        let ended = Samples.hold(Samples.attempt(1, of: 21), 30, rules: [rule])
        let late = Samples.hold(Samples.attempt(1, of: 22), 20, rules: [rule], lasting: .seconds(1))
        let before = try inspection.entries().count
        let all = [
            .hold(open), .hold(ended), .hold(late), Samples.settlement(of: ended, cost: 5),
            .note(Samples.note(Samples.attempt(1, of: 23))),
        ].map { LedgerOperation.replayed($0) }
        _ = try store.apply(all)
        expect(
            try balance(rule) == Balance(spent: Money(nanodollars: 5), held: Money(nanodollars: 60)),
            "what is replayed counts whatever the balance says")
        _ = try one(.expire(now: late.expiresAt))
        _ = try store.apply(all + all)
        expect(
            try balance(rule) == Balance(spent: Money(nanodollars: 5), held: Money(nanodollars: 40)),
            "what is replayed again changes no balance")
        expect(try inspection.entries().count == before + 3, "what is replayed again is booked once")
        // A store may tell nothing while it cannot be written; what it tells is true.
        let known = (
            try? store.lastKnownBalance(of: open.accounts[0]), try? store.lastKnowsHold(of: open.attempt),
            try? store.lastKnownOutcome(of: late.attempt)
        )
        expect(
            known.0 == nil || known.0 == Balance(spent: Money(nanodollars: 5), held: Money(nanodollars: 40)),
            "a balance is known as it is")
        expect(known.1 == nil || known.1 == true, "a hold in force is known as such")
        expect(known.2 == nil || known.2 == .expired, "the end of an attempt is known as it was")
    }

    private mutating func everyFieldIsKept() throws {
        let hold = Samples.hold(Samples.attempt(7, of: 5), 1, rules: [])
        let operation = Samples.settlement(of: hold, cost: 1)
        _ = try one(operation)
        guard case .settle(let settlement) = operation else { return }
        expect(try inspection.entries().contains(settlement.entry), "every field of an entry comes back as it was")
    }
}
