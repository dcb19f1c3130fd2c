import TuppenceCore

/// Looks through a provider's models for what is improbable: mistakes in a unit, in a column, in a name.
package struct PriceReview {
    package struct Finding: Hashable, Sendable {
        package var line: Int
        package var model: String
        package var oddity: Oddity
        package var message: String
        /// To know, but no mistake in the file.
        package var isNote = false
    }

    private let provider: Provider
    private let entries: [PriceList.Entry]
    private let today: Timestamp
    private let byName: [String: PriceList.Entry]

    /// What is odd about the models of `file` and not marked as `sure=`, by line; and marks that nothing asks for.
    ///
    /// - Parameter today: what is past and what lies ahead.
    package static func findings(
        in file: ProviderFile, on today: Timestamp
    ) throws(PriceList.ParseError) -> [Finding] {
        var findings = PriceReview(file.provider, try file.models(), today).findings()
        // Of those that are gone nobody needs to hear that they are.
        findings += PriceReview(file.provider, try file.formerModels(), today).findings().filter {
            ![.retirement, .replacement].contains($0.oddity)
        }
        if file.read > today {
            findings.insert(
                Finding(
                    line: 1, model: "", oddity: .retirement,
                    message: "the day of 'read', \(file.read.iso8601.prefix(10)), is still to come"), at: 0)
        }
        return findings
    }

    /// The same of a list whose models are written `provider/model`.
    package static func findings(in list: [PriceList.Entry], on today: Timestamp) -> [Finding] {
        PriceReview(Provider(id: "", baseURL: "", keyVariable: ""), list, today).findings()
    }

    private init(_ provider: Provider, _ entries: [PriceList.Entry], _ today: Timestamp) {
        self.provider = provider
        self.entries = entries
        self.today = today
        byName = Dictionary(entries.map { ($0.model, $0) }) { first, _ in first }
    }

    private func findings() -> [Finding] {
        var findings: [Finding] = []
        var spellings: [String: String] = [:]
        for entry in entries {
            var found = oddities(of: entry)
            if let other = spellings.updateValue(entry.model, forKey: entry.model.lowercased()) {
                found.append((.duplicate, "only the size of letters tells it from '\(other)'"))
            }
            let sure = Set(entry.sure)
            for (oddity, message) in found where !sure.contains(oddity) {
                findings.append(Finding(line: entry.line, model: entry.model, oddity: oddity, message: message))
            }
            for oddity in entry.sure where !found.contains(where: { $0.0 == oddity }) {
                let message = "there is nothing odd that sure=\(oddity.rawValue) would be for"
                findings.append(Finding(line: entry.line, model: entry.model, oddity: oddity, message: message))
            }
            if let retirement = entry.listing.retirement, retirement.isPast(at: today) {
                let message = "it was retired on \(retirement.date)"
                findings.append(
                    Finding(
                        line: entry.line, model: entry.model, oddity: .retirement, message: message, isNote: true))
            }
        }
        return findings
    }

    private func oddities(of entry: PriceList.Entry) -> [(Oddity, String)] {
        let listing = entry.listing
        let card = listing.rates
        var found = RateReview(listing, isFree: provider.keyVariable == nil).oddities()
        found += tiers(listing)
        found += services(card)
        found += limits(listing)
        if let replacement = listing.retirement?.replacement {
            if let message = objection(to: replacement, of: entry) { found.append((.replacement, message)) }
        }
        if let day = listing.retirement?.day, abs(day.milliseconds - today.milliseconds) > 10 * 366 * 86_400_000 {
            found.append((.retirement, "\(day.iso8601.prefix(10)) is no likely day for its retirement"))
        }
        if listing.kind == .chat, entry.model != "*" {
            let family = ModelFamily.name(of: entry.model)
            if !family.utf8.contains(where: { (97...122).contains($0) }) {
                found.append((.family, "its name tells no family, but '\(family)'"))
            }
        }
        return found
    }

    private func tiers(_ listing: PriceBook.Listing) -> [(Oddity, String)] {
        let card = listing.rates
        var found: [(Oddity, String)] = []
        for tier in card.tiers {
            if tier.rates.input <= card.standard.input || tier.rates.output < card.standard.output {
                found.append((.tier, "more than \(tier.inputTokens) tokens cost no more"))
            }
            if tier.inputTokens >= listing.contextLength ?? .max {
                found.append((.tier, "its context ends before the tier above \(tier.inputTokens)"))
            }
        }
        return found
    }

    private func services(_ card: RateCard) -> [(Oddity, String)] {
        var found: [(Oddity, String)] = []
        for (tier, service) in card.services.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let isDearer = service.rates.input > card.standard.input || service.rates.output > card.standard.output
            let isCheaper = service.rates.input < card.standard.input || service.rates.output < card.standard.output
            switch tier {
            case .batch, .flex: if isDearer { found.append((.service, "\(tier.rawValue) costs more than at once")) }
            case .priority, .ultrafast, .regional, .faster, .regionalFaster:
                if isCheaper { found.append((.service, "\(tier.rawValue) costs less than the standard tier")) }
            case .standard: break
            }
        }
        return found
    }

    private func limits(_ listing: PriceBook.Listing) -> [(Oddity, String)] {
        var found: [(Oddity, String)] = []
        if let context = listing.contextLength, let most = listing.maxOutputTokens, most > context {
            found.append((.smallContext, "it writes \(most) tokens and takes \(context)"))
        }
        for limit in [listing.contextLength, listing.maxOutputTokens] {
            if let limit, !(128...10_500_000).contains(limit) {
                found.append((.limit, "\(limit) tokens are no likely limit"))
            }
        }
        return found
    }

    private func objection(to replacement: String, of entry: PriceList.Entry) -> String? {
        guard let successor = byName[replacement] else { return "'\(replacement)' in its place is not listed" }
        guard let day = successor.listing.retirement?.day, let own = entry.listing.retirement?.day else { return nil }
        return day > own ? nil : "'\(replacement)' in its place retires on \(day.iso8601.prefix(10)) itself"
    }
}

/// What is odd about the rates of one model, under all tiers.
private struct RateReview {
    private let listing: PriceBook.Listing
    private let isFree: Bool

    init(_ listing: PriceBook.Listing, isFree: Bool) {
        self.listing = listing
        self.isFree = isFree
    }

    func oddities() -> [(Oddity, String)] {
        let card = listing.rates
        var found: [(Oddity, String)] = []
        let services = card.services.values.flatMap { [$0.rates] + $0.tiers.map(\.rates) }
        for rates in [card.standard] + card.tiers.map(\.rates) + services {
            for oddity in oddities(of: rates) where !found.contains(where: { $0.0 == oddity.0 }) {
                found.append(oddity)
            }
        }
        if listing.kind == .chat, !card.pricesOutput {
            found.append((.noOutputRate, "a chat model has no rate for output"))
        }
        return found
    }

    private func oddities(of rates: RateCard.Rates) -> [(Oddity, String)] {
        var found: [(Oddity, String)] = []
        let isText = listing.kind == .chat || listing.kind == .completion
        if rates[.cachedInput] > rates.input { found.append((.dearCache, "cached input costs more than other input")) }
        if rates[.cacheWrite] < rates.input || rates[.cacheWriteLong] < rates[.cacheWrite] {
            found.append(
                (
                    .cheapWrite,
                    "writing to a cache costs less than other input, or for an hour less than for less"
                ))
        }
        if isText, listing.rates.pricesOutput, rates.output < rates.input {
            found.append((.cheapOutput, "output costs less than input"))
        }
        if UsageKind.allCases.allSatisfy({ rates[$0] == .free }), listing.rates.perRequest == .zero, !isFree {
            found.append((.free, "it costs nothing"))
        }
        if let unit = unit(rates, isText: isText) { found.append((.unit, unit)) }
        return found
    }

    /// A rate by the thousand tokens, or by the token, in a column that is by the million, or the other way round.
    private func unit(_ rates: RateCard.Rates, isText: Bool) -> String? {
        let dollar: Int64 = 1_000_000
        let input = rates.input.picodollars
        let output = rates.output.picodollars
        if listing.kind == .embedding || listing.kind == .rerank, input > 5 * dollar {
            return "input costs more than $5 per million tokens"
        }
        if isText, input > 200 * dollar || output > 1_000 * dollar {
            return "a million tokens cost more than $200 or $1000"
        }
        if isText, input > 0, input < 500 { return "a million tokens of input cost less than $0.0005" }
        if isText, input > 0, output > 100 * input { return "output costs more than a hundred times as much as input" }
        if let cached = rates.cachedInput?.picodollars, cached > 0, cached <= (input - 1) / 200 {
            return "cached input costs less than a two hundredth of other input"
        }
        return nil
    }
}
