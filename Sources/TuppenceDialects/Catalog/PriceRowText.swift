import TuppenceCore

extension PriceList.Entry {
    /// The row that ``PriceList`` reads as this again, over as many lines as it takes.
    package var text: String {
        let card = listing.rates
        let standard = card.standard
        var lines = [
            [
                model, standard.input.perMillion.usd, standard.cachedInput?.perMillion.usd ?? "-",
                card.pricesOutput ? standard.output.perMillion.usd : "-", listing.contextLength.map(String.init) ?? "-",
                listing.maxOutputTokens.map(String.init) ?? "-",
            ].joined(separator: "  ")
        ]
        lines += [facts, extras(of: card)].filter { !$0.isEmpty }.map { "    " + $0.joined(separator: " ") }
        lines += card.tiers.map { "    above_\($0.inputTokens):" + $0.rates.changes(from: standard) }
        for tier in ServiceTier.allCases {
            guard let service = card.services[tier] else { continue }
            lines.append("    \(tier.rawValue):" + service.rates.changes(from: standard))
            lines += service.tiers.map {
                "    \(tier.rawValue)_above_\($0.inputTokens):" + $0.rates.changes(from: service.rates)
            }
        }
        return lines.joined(separator: "\n")
    }

    private var facts: [String] {
        var facts: [String] = []
        if listing.kind != .chat { facts.append("kind=\(listing.kind.rawValue)") }
        if !listing.capabilities.isEmpty { facts.append("can=" + listing.capabilities.names.joined(separator: ",")) }
        if let retirement = listing.retirement {
            facts.append("retires=\(retirement.date)")
            if let replacement = retirement.replacement { facts.append("replaced_by=\(replacement)") }
        }
        if !sure.isEmpty { facts.append("sure=" + sure.map(\.rawValue).joined(separator: ",")) }
        return facts
    }

    private func extras(of card: RateCard) -> [String] {
        var extras: [String] = []
        for kind in UsageKind.allCases where ![.input, .cachedInput, .output].contains(kind) {
            if let rate = card.standard.own(kind) { extras.append("\(kind.priceName)=\(rate.text(of: kind))") }
        }
        if card.perRequest != .zero { extras.append("request=\(card.perRequest.usd)") }
        return extras
    }
}

extension RateCard.Rates {
    /// `input=2,cached=0.40`; the input, at least, so that there is always something.
    fileprivate func changes(from base: RateCard.Rates) -> String {
        let changed = UsageKind.allCases.filter { $0 == .input || own($0) != base.own($0) }
        return changed.compactMap { kind in
            own(kind).map { "\(kind == .cachedInput ? "cached" : kind.priceName)=\($0.text(of: kind))" }
        }.joined(separator: ",")
    }
}

extension Rate {
    /// As people write the price of `kind`: for a million, for each, or for a minute.
    package func text(of kind: UsageKind) -> String {
        switch kind.priceUnit {
        case .million: perMillion.usd
        case .each: perPiece.usd
        case .minute: perMinute.usd
        }
    }
}
