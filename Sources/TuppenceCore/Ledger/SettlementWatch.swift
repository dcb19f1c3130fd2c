/// Sees in settlements what a person should hear about: what came after its hold had expired, and what was booked beyond what
/// was held for it. Each is news once a day of UTC for each key and target, and after a restart once more.
public struct SettlementWatch: Sendable {
    private struct Place: Hashable {
        let key: String
        let target: Target
    }

    /// Beyond this many in a day, further ones are not told of: programs with a meter name any target they like.
    private static let mostPlaces = 10_000

    private var day = Timestamp(milliseconds: .min)
    private var late: Set<Place> = []
    private var exceeded: Set<Place> = []

    public init() {}

    /// What is news in a settlement that has just been booked.
    public mutating func notices(of settlement: Settlement, isLate: Bool, isExceeded: Bool) -> [Notice] {
        let entry = settlement.entry
        begin(dayOf: entry.at)
        let place = Place(key: entry.key, target: entry.target)
        var notices: [Notice] = []
        if isLate, Self.add(place, to: &late) { notices.append(.late(entry)) }
        if isExceeded, Self.add(place, to: &exceeded) { notices.append(.exceeded(settlement)) }
        return notices
    }

    private static func add(_ place: Place, to places: inout Set<Place>) -> Bool {
        places.count < mostPlaces && places.insert(place).inserted
    }

    private mutating func begin(dayOf time: Timestamp) {
        let today = SpendingSpan.day.start(containing: time)
        guard today > day else { return }
        day = today
        late = []
        exceeded = []
    }
}

extension Settlement {
    /// Whether it books more than was held for it: of budgets, or of a wallet that pays.
    public var exceedsHold: Bool { entry.cost > hold.amount || entry.isPrepaid && entry.price > hold.price }

    /// What was held and what is booked: what budgets count, unless it is a wallet alone that holds too little.
    public var heldAndBooked: (held: Money, booked: Money) {
        entry.cost <= hold.amount && exceedsHold ? (hold.price, entry.price) : (hold.amount, entry.cost)
    }
}

extension Notice {
    fileprivate static func late(_ entry: LedgerEntry) -> Notice {
        Notice(
            kind: .settlementLate, at: entry.at,
            message:
                "\(entry.attempt.request) of the key '\(entry.key)' on \(entry.target) was settled after its hold had expired: its \(entry.cost) are booked all the same, and may have passed budgets that let others in meanwhile. If it happens again, hold for longer: 'server.hold_grace', or 'expires_in' of a program's own hold. The log names the further ones of today.",
            details: details(of: entry) + [("cost", .money(entry.cost))])
    }

    fileprivate static func exceeded(_ settlement: Settlement) -> Notice {
        let entry = settlement.entry
        let (held, booked) = settlement.heldAndBooked
        return Notice(
            kind: .holdExceeded, at: entry.at,
            message:
                "\(entry.attempt.request) of the key '\(entry.key)' on \(entry.target) came to \(booked), and \(held) had been held for it: all of it is booked, and may have passed budgets. See whether the provider keeps to 'max_tokens' and counts as it did, or which program holds less than it settles. The log names the further ones of today.",
            details: details(of: entry) + [("held", .money(held)), ("booked", .money(booked))])
    }

    private static func details(of entry: LedgerEntry) -> [(name: String, value: Value)] {
        [
            ("request", .text(entry.attempt.request.description)), ("key", .text(entry.key)),
            ("provider", .text(entry.target.provider)), ("model", .text(entry.target.model)),
        ]
    }
}
