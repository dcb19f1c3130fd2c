import TuppenceCore

/// One model's fields, and the line they begin on.
struct PriceRow {
    let line: Int
    var fields: [Substring]

    func entry(version: String) throws(PriceList.ParseError) -> PriceList.Entry {
        guard fields.count >= 6 else {
            throw failure("expected model, input, cached, output, context and max_output; use - for none")
        }
        let model = String(fields[0])
        guard !model.dropLast().contains("*") else { throw failure("'\(model)' has a * before its end") }
        guard let input = try rate(fields[1]) else { throw failure("'\(model)' has no input rate") }
        var rates = RateCard.Rates(input: input, output: try rate(fields[3]) ?? .free)
        rates.cachedInput = try rate(fields[2])
        var card = RateCard(version: version, standard: rates)
        card.pricesOutput = fields[3] != "-"
        var facts = PriceRowFacts(line: line)
        var extras: [Substring] = []
        for field in fields.dropFirst(6) {
            if try !facts.take(field) { extras.append(field) }
        }
        for extra in extras where !extra.contains(":") && !extra.hasPrefix("above_") { try add(extra, to: &card) }
        // Last, because tiers of context and of service begin with all the standard rates.
        for extra in extras where extra.hasPrefix("above_") {
            card.tiers.append(try tier(extra, after: card.tiers.last, base: card.standard))
        }
        for extra in extras where extra.contains(":") && !extra.hasPrefix("above_") { try addService(extra, to: &card) }
        var entry = PriceList.Entry(
            line: line, model: model,
            listing: PriceBook.Listing(
                rates: card, contextLength: try tokens(fields[4]), maxOutputTokens: try tokens(fields[5])))
        try facts.add(to: &entry)
        return entry
    }

    private func add(_ item: Substring, to card: inout RateCard) throws(PriceList.ParseError) {
        let (name, figure) = try pair(item)
        if name == "request" {
            guard let fee = Money(usd: String(figure)) else { throw failure("'\(item)' is no amount in USD") }
            card.perRequest = fee
        } else {
            try set(name, figure, in: &card.standard)
        }
    }

    /// Reads `above_200000:input=2.50,output=5`.
    private func tier(
        _ item: Substring, after last: RateCard.ContextTier?, base: RateCard.Rates
    ) throws(PriceList.ParseError) -> RateCard.ContextTier {
        let parts = item.dropFirst("above_".count).split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let bound = try tokens(parts[0]) else { throw failure("'\(item)' is no tier") }
        guard bound > last?.inputTokens ?? 0 else { throw failure("the tiers do not rise at \(bound)") }
        return RateCard.ContextTier(above: bound, rates: try rates(parts[1], over: base))
    }

    /// Reads `flex:input=1,output=5`, or `flex_above_200000:input=2`, which has to come behind it.
    private func addService(_ item: Substring, to card: inout RateCard) throws(PriceList.ParseError) {
        let name = item.prefix { $0 != ":" && $0 != "_" }
        guard let tier = ServiceTier(rawValue: String(name)), tier != .standard else {
            throw failure("'\(item)' is no tier")
        }
        let rest = item.dropFirst(name.count + 1)
        if item.dropFirst(name.count).first == ":" {
            card.services[tier] = RateCard.Service(rates: try rates(rest, over: card.standard))
            return
        }
        guard var service = card.services[tier], rest.hasPrefix("above_") else { throw failure("'\(item)' is no tier") }
        service.tiers.append(try self.tier(rest, after: service.tiers.last, base: service.rates))
        card.services[tier] = service
    }

    private func rates(
        _ list: Substring, over base: RateCard.Rates
    ) throws(PriceList.ParseError) -> RateCard.Rates {
        var rates = base
        for rate in list.split(separator: ",") {
            let (name, figure) = try pair(rate)
            try set(name, figure, in: &rates)
        }
        return rates
    }

    private func set(
        _ name: Substring, _ figure: Substring, in rates: inout RateCard.Rates
    ) throws(PriceList.ParseError) {
        guard let kind = name == "cached" ? .cachedInput : UsageKind(priceName: String(name)) else {
            throw failure("'\(name)' is no kind of usage")
        }
        let rate =
            switch kind.priceUnit {
            case .million: try self.rate(figure)
            case .each: try piece(figure, Rate.init(forEach:))
            case .minute: try piece(figure, Rate.init(forMinute:))
            }
        guard let rate else { throw failure("'\(name)' has no rate") }
        rates.set(rate, for: kind)
    }

    private func pair(_ item: Substring) throws(PriceList.ParseError) -> (name: Substring, figure: Substring) {
        let parts = item.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { throw failure("'\(item)' is not name=figure") }
        return (parts[0], parts[1])
    }

    private func rate(_ field: Substring) throws(PriceList.ParseError) -> Rate? {
        if field == "-" { return nil }
        guard let rate = Rate(usdPerMillion: String(field)) else {
            throw failure("'\(field)' is no rate in USD per million with at most six decimals")
        }
        return rate
    }

    /// A rate in USD for each piece, or each minute.
    private func piece(_ field: Substring, _ rate: (Money) -> Rate?) throws(PriceList.ParseError) -> Rate? {
        if field == "-" { return nil }
        guard let rate = Money(usd: String(field)).flatMap(rate) else {
            throw failure("'\(field)' is no amount in USD")
        }
        return rate
    }

    private func tokens(_ field: Substring) throws(PriceList.ParseError) -> Int? {
        if field == "-" { return nil }
        guard let count = Int(field), count > 0 else { throw failure("'\(field)' is no number of tokens") }
        return count
    }

    private func failure(_ message: String) -> PriceList.ParseError { .init(line: line, message: message) }
}
