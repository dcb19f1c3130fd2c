/// Sees in what is booked where prices are wrong: what was used for nothing since no price is known for it, and what providers
/// charge otherwise than it is computed here. Each is news once a day of UTC for each target, and after a restart once more.
public struct PriceWatch: Sendable {
    /// What a day's attempts on a target come to, of those that the provider states a cost of.
    private struct Charges {
        var computed = Money.zero
        var reported = Money.zero
        var isTold = false

        /// Rounding makes no drift, and neither do fees of some promille.
        var areApart: Bool {
            let apart = max(computed, reported) - min(computed, reported)
            return apart > PriceWatch.leastDrift && apart.nanodollars > computed.nanodollars / 20
        }
    }

    /// A day's costs of a target may be apart by a twentieth, or by this: a cent.
    public static let leastDrift = Money(nanodollars: 10_000_000)
    /// Beyond this many in a day, further targets are not looked at.
    private static let mostTargets = 10_000

    private var day = Timestamp(milliseconds: .min)
    private var unpriced: Set<Target> = []
    private var charges: [Target: Charges] = [:]

    public init() {}

    /// Whether an entry can be news at all, which few can.
    public static func concerns(_ entry: LedgerEntry) -> Bool {
        entry.reportedCost != nil || entry.usage.hasPieces || isWithoutPrice(entry)
    }

    private static func isWithoutPrice(_ entry: LedgerEntry) -> Bool {
        entry.rateCardVersion == RateCard.unpriced && entry.cost == .zero && entry.usage != Usage()
    }

    /// What is news in `entry`, which has just been booked.
    ///
    /// - Parameter card: the prices of its target now; nil where there are none.
    public mutating func notices(of entry: LedgerEntry, card: RateCard?) -> [Notice] {
        begin(dayOf: entry.at)
        return [unpriced(entry, card), drift(entry)].compactMap(\.self)
    }

    private mutating func begin(dayOf time: Timestamp) {
        let today = SpendingSpan.day.start(containing: time)
        guard today > day else { return }
        day = today
        unpriced = []
        charges = [:]
    }

    // MARK: Unknown prices

    private mutating func unpriced(_ entry: LedgerEntry, _ card: RateCard?) -> Notice? {
        let isFree = Self.isWithoutPrice(entry)
        let piece = isFree ? nil : Self.unpricedPiece(of: entry, card)
        guard isFree || piece != nil, unpriced.count < Self.mostTargets, unpriced.insert(entry.target).inserted else {
            return nil
        }
        let message =
            piece.map { piece in
                "\(Self.name(of: piece)) of \(entry.target) have no price: budgets and bills count nothing of it but tokens. Add '\(piece.priceName)' to it under 'prices' in the configuration."
            }
            ?? "\(entry.target) was used and cost nothing, since no price is known for it: no budget counts it, and nobody is billed for it. Add it under 'prices' in the configuration."
        return Notice(
            kind: .priceUnknown, at: entry.at, message: message,
            details: Self.details(of: entry.target) + [("unit", .text(piece?.rawValue ?? "token"))])
    }

    /// The kind of piece that `entry` has for nothing, or for a guess at tokens.
    private static func unpricedPiece(of entry: LedgerEntry, _ card: RateCard?) -> UsageKind? {
        // Prices that have changed since tell nothing of those that were.
        guard entry.usage.hasPieces, let card, card.version == entry.rateCardVersion else { return nil }
        return UsageKind.pieces.first { kind in
            guard entry.usage[kind] > 0, card.standard.ofPiece(kind) == nil else { return false }
            // Models that are charged by tokens search, too.
            if kind == .search { return true }
            // Others are part of the price of the tokens, unless nothing was charged where something should have been, or the
            // provider, who counts sound alone of them, may have counted no tokens.
            if entry.cost == .zero { return card.chargesTokens || !card.pricesOutput }
            return kind == .audioSecond && entry.estimated && entry.outcome == .completed && card.chargesTokens
        }
    }

    private static func name(of piece: UsageKind) -> String {
        switch piece {
        case .image: "Images"
        case .character: "Characters"
        case .audioSecond: "Seconds of sound"
        default: "Searches"
        }
    }

    // MARK: Drift

    private mutating func drift(_ entry: LedgerEntry) -> Notice? {
        // What is our own estimate says nothing of prices.
        guard let reported = entry.reportedCost, !entry.estimated,
            charges[entry.target] != nil || charges.count < Self.mostTargets
        else { return nil }
        var own = charges[entry.target] ?? Charges()
        own.computed += entry.cost
        own.reported += reported
        let isNews = !own.isTold && own.areApart
        own.isTold = own.isTold || isNews
        charges[entry.target] = own
        guard isNews else { return nil }
        return Notice(
            kind: .costDrift, at: entry.at,
            message:
                "\(entry.target.provider) says that it has charged \(own.reported) for \(entry.target.model) today, and by the prices here it is \(own.computed). Correct its prices in the configuration, and hold the provider's export against the ledger: tuppence reconcile.",
            details: Self.details(of: entry.target) + [
                ("computed", .money(own.computed)), ("reported", .money(own.reported)),
            ])
    }

    private static func details(of target: Target) -> [(name: String, value: Notice.Value)] {
        [("provider", .text(target.provider)), ("model", .text(target.model))]
    }
}
