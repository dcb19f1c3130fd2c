/// What a program says that its call has come to.
public struct MeteredSettlement: Hashable, Sendable {
    public var outcome: AttemptOutcome
    /// The provider's HTTP status; 0 where nothing is said.
    public var status: Int
    public var duration: Milliseconds
    public var usage: Usage
    public var service: ServiceTier
    /// What other models of the same provider used for the answer.
    public var helpers: [(model: String, usage: Usage)] = []
    /// What the program says that it cost; nil to go by the prices here.
    public var cost: Money?
    public var reportedCost: Money?

    public init(
        outcome: AttemptOutcome = .completed, status: Int = 0, duration: Milliseconds = Milliseconds(0),
        usage: Usage = Usage(), service: ServiceTier = .standard, cost: Money? = nil, reportedCost: Money? = nil
    ) {
        self.outcome = outcome
        self.status = status
        self.duration = duration
        self.usage = usage
        self.service = service
        self.cost = cost
        self.reportedCost = reportedCost
    }

    /// Nothing was sent, or nothing came of it.
    public static let release = MeteredSettlement(outcome: .aborted, cost: .zero)

    public static func == (left: MeteredSettlement, right: MeteredSettlement) -> Bool {
        left.outcome == right.outcome && left.status == right.status && left.duration == right.duration
            && left.usage == right.usage && left.service == right.service && left.cost == right.cost
            && left.reportedCost == right.reportedCost
            && left.helpers.elementsEqual(right.helpers) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(usage) }

    /// What to ask of the ledger for a hold that was found again.
    ///
    /// - Parameters:
    ///   - terms: those of the hold's customer or key, as they are now.
    ///   - sighting: what was found together with the hold.
    /// - Throws: a refusal with code `price_unknown`, where a usage is to be priced and cannot be.
    public func settlement(
        of found: OpenHold, under policy: Policy, terms: Terms?, sighting: Sighting? = nil, at now: Timestamp
    ) throws(Refusal) -> Settlement {
        let (cost, version) = try charge(by: found.target, under: policy)
        let price = terms?.pricing.map { self.price($0, cost: cost, by: found.target, under: policy) }
        return settlement(
            of: found, under: policy, cost: cost.total, price: price ?? cost.total, rateCardVersion: version,
            sighting: sighting, at: now)
    }

    /// What to ask of the ledger for a hold that comes to nothing: that takes no price.
    public static func releasing(_ hold: OpenHold, under policy: Policy, at now: Timestamp) -> Settlement {
        release.settlement(
            of: hold, under: policy, cost: .zero, price: .zero, rateCardVersion: "", sighting: nil, at: now)
    }

    private func settlement(
        of found: OpenHold, under policy: Policy, cost: Money, price: Money, rateCardVersion: String,
        sighting: Sighting?, at now: Timestamp
    ) -> Settlement {
        let entry = LedgerEntry(
            attempt: found.attempt, at: now, attribution: found.attribution, target: found.target, outcome: outcome,
            status: status, usage: usage, cost: cost, estimated: false, reportedCost: reportedCost,
            rateCardVersion: rateCardVersion, duration: duration, firstContent: nil, price: price,
            isPrepaid: found.accounts.contains(where: \.isWallet))
        return Settlement(hold: policy.book.hold(found), entry: entry, sighting: sighting)
    }

    /// What is charged for a call that cost `cost`.
    private func price(_ pricing: PriceRule, cost: Cost, by target: Target, under policy: Policy) -> Money {
        let isUncounted = usage == Usage() && helpers.isEmpty
        if isUncounted || self.cost != nil && !pricing.hasRates(for: target) {
            return pricing.price(ofKnown: cost.total)
        }
        var sum = Money.zero
        var isWhole = true
        for part in [(model: target.model, usage: usage)] + helpers {
            let model = Target(provider: target.provider, model: part.model)
            let listed = policy.prices.listing(of: model)?.rates
            let rates = listed ?? RateCard(version: RateCard.unpriced, standard: .init(input: .free))
            let cost = rates.cost(of: part.usage, service: service)
            sum += pricing.price(of: part.usage, cost: cost, at: rates, service: service, by: model).total
            if listed == nil && pricing.needsCost(of: part.usage, by: model) { isWhole = false }
        }
        // Of what no rate here is for, all that is known is what the program says of the whole.
        return isWhole ? sum : max(sum, pricing.price(ofKnown: cost.total))
    }

    private func charge(by target: Target, under policy: Policy) throws(Refusal) -> (cost: Cost, version: String) {
        // What the program says costs what it says, at no rate of ours.
        if let cost { return (Cost(request: cost), "") }
        var sum = Cost.zero
        let card = try rates(of: target, policy)
        sum = card.cost(of: usage, service: service)
        for helper in helpers {
            let rates = try rates(of: Target(provider: target.provider, model: helper.model), policy)
            let cost = rates.cost(of: helper.usage, service: service)
            sum.input += cost.input
            sum.output += cost.output
            sum.request += cost.request
        }
        return (sum, card.version)
    }

    private func rates(of target: Target, _ policy: Policy) throws(Refusal) -> RateCard {
        do { return try policy.candidate(target).rates } catch {
            throw Refusal(
                .priceUnknown,
                "No price is known for \(target), so its usage cannot be priced. Say cost_usd, or add it under prices: in the configuration.",
                parameter: "usage")
        }
    }
}

extension BudgetBook {
    /// A hold as it was asked for, made from what the books keep of it. The accounts are those of the record; a budget that
    /// is no longer configured limits nothing.
    func hold(_ found: OpenHold) -> Hold {
        let subject = BudgetSubject(
            key: found.key, customer: found.attribution.customer, user: found.attribution.user,
            route: found.attribution.route, target: found.target, tags: found.attribution.tags)
        let present = claims(by: subject, at: found.attempt.request.time)
        let claims = found.accounts.map { account in
            present.first { $0.account == account } ?? BudgetClaim(unruled: account)
        }
        return Hold(granted: found, claims: claims)
    }
}

extension Hold {
    /// Whether what its budgets have left is limited at all.
    public var isLimited: Bool { claims.contains { $0.limit < .unlimited } }
}
