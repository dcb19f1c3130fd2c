/// What a key has spent: altogether, and in the day and the month (UTC) of one moment.
public struct KeySpending: Sendable {
    public var total = Spending()
    public var today = Spending()
    public var month = Spending()
    /// This month's, by target.
    public var models: [Target: Spending] = [:]

    public init() {}
}

/// Adds the entries of all keys up, as they are booked.
///
/// In memory: a few sums for each key, one for each of its targets of the month, and the requests of about two days whose
/// first attempt did not succeed, for only they come again.
public struct SpendingByKey: Sendable {
    private struct Sums {
        var day: Int64 = .min
        var monthStart: Int64 = .min
        var spending = KeySpending()
    }

    /// What a request is counted in once.
    private struct Counted: Hashable {
        let request: RequestID
        let group: Group
    }

    private enum Group: Hashable {
        case total
        case day(Int64)
        case month(Int64)
        case model(Int64, Target)
    }

    private var keys: [String: Sums] = [:]
    private var counted: Set<Counted> = []
    private var countedBefore: Set<Counted> = []
    private var countingSince = Timestamp(milliseconds: .min)

    /// Callers may name any target that they hold an amount for; beyond this many a month they count together.
    private static let mostModels = 1_000
    /// Longer than a request and its hold can last.
    private static let forgetAfter = Milliseconds.seconds(26 * 3_600)
    private static let others = Target(provider: "others", model: "*")

    public init() {}

    public mutating func add(_ entry: LedgerEntry) {
        let day = entry.at.seconds.floored(to: 86_400)
        // Nearly every entry is of the same day as the one before.
        let month = day == lastDay ? lastMonth : BudgetWindow(.month, containing: entry.at).start.seconds
        (lastDay, lastMonth) = (day, month)
        forgetOld(entry.at)
        // Taken out and put back: a copy of its dictionary would be made otherwise.
        var sums = keys.removeValue(forKey: entry.key) ?? Sums()
        if day > sums.day {
            sums.day = day
            sums.spending.today = Spending()
        }
        if month > sums.monthStart {
            sums.monthStart = month
            sums.spending.month = Spending()
            sums.spending.models = [:]
        }
        sums.spending.total.add(entry, isNewRequest: isNew(entry, .total))
        if day == sums.day { sums.spending.today.add(entry, isNewRequest: isNew(entry, .day(day))) }
        if month == sums.monthStart {
            sums.spending.month.add(entry, isNewRequest: isNew(entry, .month(month)))
            let isKnown = sums.spending.models[entry.target] != nil
            let target = isKnown || sums.spending.models.count < Self.mostModels ? entry.target : Self.others
            sums.spending.models[target, default: Spending()]
                .add(entry, isNewRequest: isNew(entry, .model(month, target)))
        }
        keys[entry.key] = sums
    }

    private var lastDay: Int64 = .min
    private var lastMonth: Int64 = .min

    /// What `key` has spent, with the day and the month that `now` lies in.
    public func spending(of key: String, at now: Timestamp) -> KeySpending {
        guard let sums = keys[key] else { return KeySpending() }
        var spending = sums.spending
        if sums.day != now.seconds.floored(to: 86_400) { spending.today = Spending() }
        if sums.monthStart != BudgetWindow(.month, containing: now).start.seconds {
            spending.month = Spending()
            spending.models = [:]
        }
        return spending
    }

    /// The same rule as ``SpendingReader`` has.
    private mutating func isNew(_ entry: LedgerEntry, _ group: Group) -> Bool {
        let id = entry.attempt
        guard id.number <= AttemptID.lateOffset, entry.outcome != .overtaken else { return false }
        if id.number == 1 && (entry.outcome == .completed || entry.outcome == .cached) { return true }
        let mark = Counted(request: id.request, group: group)
        return !countedBefore.contains(mark) && counted.insert(mark).inserted
    }

    private mutating func forgetOld(_ now: Timestamp) {
        if countingSince.milliseconds == .min { countingSince = now }
        guard now - countingSince > Self.forgetAfter else { return }
        countedBefore = counted
        counted = []
        countingSince = now
    }
}
