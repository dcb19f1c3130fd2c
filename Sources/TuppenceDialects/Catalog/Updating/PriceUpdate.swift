import TuppenceCore

/// What a list would change about prices that are known, and what of it is taken over.
package struct PriceUpdate: Sendable {
    package enum Verdict: String, Hashable, Sendable {
        /// Not known before.
        case new
        /// Changed, and no rate is lower than it was.
        case changed
        /// A rate is lower: requests would be held for at less. Taken over only where that is asked for.
        case lower
        /// Improbable; never taken over.
        case odd
    }

    package struct Change: Sendable {
        package var target: Target
        package var known: PriceBook.Listing?
        package var fresh: PriceBook.Listing
        package var verdict: Verdict
        /// What differs, in words: `input 0.15 → 0.30`.
        package var differences: [String]
    }

    package private(set) var changes: [Change] = []
    package private(set) var unchanged = 0

    /// Holds `imported` against what `known` says of the same targets.
    package init(_ imported: ImportedPrices, on today: Timestamp, known: (Target) -> PriceBook.Listing?) {
        var seen: Set<Target> = []
        for (target, facts) in imported.models where seen.insert(target).inserted {
            let old = known(target)
            guard let fresh = facts.listing(over: old) else { continue }
            let differences = PriceDifferences(from: old, to: fresh)
            guard !differences.texts.isEmpty else {
                unchanged += 1
                continue
            }
            let entry = PriceList.Entry(model: target.model, listing: fresh)
            // Of names alone nothing can be said where the other models are not seen.
            let odd = PriceReview.findings(in: [entry], on: today).filter { !$0.isNote && $0.oddity != .replacement }
            let verdict: Verdict =
                !odd.isEmpty ? .odd : old == nil ? .new : differences.hasLowerRate ? .lower : .changed
            changes.append(
                Change(
                    target: target, known: old, fresh: fresh, verdict: verdict,
                    differences: odd.isEmpty ? differences.texts : odd.map(\.message)))
        }
        changes.sort { $0.target.description < $1.target.description }
    }
}

/// What is another from one listing to the next.
private struct PriceDifferences {
    private(set) var texts: [String] = []
    private(set) var hasLowerRate = false

    init(from old: PriceBook.Listing?, to fresh: PriceBook.Listing) {
        compare("", old?.rates.standard, fresh.rates.standard)
        for tier in fresh.rates.tiers {
            let before = old?.rates.tiers.first { $0.inputTokens == tier.inputTokens }?.rates
            compare("above \(tier.inputTokens): ", before ?? old?.rates.standard, tier.rates)
        }
        for tier in ServiceTier.allCases {
            guard let service = fresh.rates.services[tier] else { continue }
            compare("\(tier.rawValue): ", old?.rates.services[tier]?.rates ?? old?.rates.standard, service.rates)
        }
        for tier in old?.rates.tiers ?? []
        where !fresh.rates.tiers.contains(where: { $0.inputTokens == tier.inputTokens }) {
            texts.append("above \(tier.inputTokens): no rates of its own any more")
            hasLowerRate = true
        }
        compare("request", old?.rates.perRequest.nanodollars, fresh.rates.perRequest.nanodollars)
        compare("context", old?.contextLength, fresh.contextLength)
        compare("max_output", old?.maxOutputTokens, fresh.maxOutputTokens)
        compare("retires", old?.retirement?.date, fresh.retirement?.date)
        let gained = fresh.capabilities.subtracting(old?.capabilities ?? [])
        if !gained.isEmpty { texts.append("can \(gained.names.joined(separator: ","))") }
    }

    private mutating func compare(_ place: String, _ old: RateCard.Rates?, _ fresh: RateCard.Rates) {
        for kind in UsageKind.allCases {
            guard let rate = fresh.own(kind) else { continue }
            guard let old else {
                if rate != .free || kind == .input { texts.append("\(place)\(kind.rawValue) \(text(rate, kind))") }
                continue
            }
            guard old[kind] != rate else { continue }
            texts.append("\(place)\(kind.rawValue) \(text(old[kind], kind)) → \(text(rate, kind))")
            if rate < old[kind] { hasLowerRate = true }
        }
    }

    private mutating func compare<Value: Equatable>(_ what: String, _ old: Value?, _ fresh: Value?) {
        guard old != fresh, let fresh else { return }
        if let zero = fresh as? Int64, zero == 0, old == nil { return }
        texts.append(old.map { "\(what) \($0) → \(fresh)" } ?? "\(what) \(fresh)")
    }

    private func text(_ rate: Rate, _ kind: UsageKind) -> String {
        rate.text(of: kind)
    }
}
