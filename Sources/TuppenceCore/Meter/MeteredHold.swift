/// A program that calls a provider itself asks for money to be held, as the gateway does for requests that go through it.
public struct MeteredHold: Sendable {
    /// What the call may use.
    public enum Size: Hashable, Sendable {
        /// Tokens of input, and of output for each of so many answers; no limit is that of the route.
        case tokens(input: Int, output: Int?, answers: Int)
        /// The program knows itself what it may cost.
        case amount(Money)
    }

    public var id: RequestID
    public var key: Key
    public var customer: (name: String?, terms: Terms?)
    public var user: String?
    public var tags: String?
    /// A route, a model or `provider/model`; with an amount any `provider/model`.
    public var model: String
    public var size: Size
    /// Searches that the provider may make for the call, and the tier of service that it asks for.
    public var searches: Int
    public var service: ServiceWish
    public var maxCost: Money?
    /// What the program would like to happen where a budget has no room. Nil for a refusal: nobody here keeps it to fewer tokens
    /// than it asked for, so it has to say that it looks how many it was granted.
    public var onBudget: BudgetAction?
    public var lasting: Milliseconds

    public init(
        id: RequestID, key: Key, customer: (name: String?, terms: Terms?) = (nil, nil), user: String? = nil,
        tags: String? = nil, model: String, size: Size, searches: Int = 0, service: ServiceWish = .usual,
        maxCost: Money? = nil, onBudget: BudgetAction? = nil, lasting: Milliseconds
    ) {
        self.id = id
        self.key = key
        self.customer = customer
        self.user = user
        self.tags = tags
        self.model = model
        self.size = size
        self.searches = searches
        self.service = service
        self.maxCost = maxCost
        self.onBudget = onBudget
        self.lasting = lasting
    }

    /// What holds of programs have as their endpoint. Nobody else's may be settled from outside.
    public static let endpoint = "holds"

    /// What to ask of the ledger.
    ///
    /// - Parameter candidates: the targets of a route that a request is tried on, in order; the first is the one held for.
    /// - Throws: refusals as requests have them: `model_not_found`, `price_unknown`, `max_cost_exceeded`.
    public func ask(
        under policy: Policy, candidates: (Route, Demand) throws(Refusal) -> Candidates, at now: Timestamp
    ) throws(Refusal) -> MeteredAsk {
        let (target, route, bounds, tokens) = try bound(under: policy, candidates: candidates)
        if let maxCost, bounds.price > maxCost {
            var left = BudgetsLeft()
            left.price = maxCost
            throw Refusal(
                .maxCostExceeded,
                "This call may cost up to \(bounds.price) on \(target), more than the \(maxCost) that x-tuppence-max-cost allows. Lower max_tokens or raise the cap.",
                cap: BudgetFigures(
                    cap: maxCost, spent: .zero, needed: bounds.price,
                    affordableMaxTokens: tokens?.affordable(left)))
        }
        let subject = BudgetSubject(
            key: key.name, customer: customer.name, user: user, route: route, target: target, tags: tags)
        // Windows are those of the id's time, which tells later which they were.
        var claims = policy.book.claims(by: subject, at: id.time)
        if let wallet = customer.terms?.wallet { claims.append(wallet) }
        let hold = Hold(
            attempt: AttemptID(request: id, number: 1), amount: bounds.cost, price: bounds.price, claims: claims,
            expiresAt: now + lasting, target: target,
            attribution: Attribution(
                key: key.name, customer: customer.name, user: user, route: route, tags: tags,
                endpoint: Self.endpoint))
        return MeteredAsk(hold: hold, tokens: tokens, onBudget: onBudget ?? .reject)
    }

    private typealias Bound = (
        target: Target, route: String, bounds: (cost: Money, price: Money), tokens: MeteredAsk.Tokens?
    )

    private func bound(
        under policy: Policy, candidates: (Route, Demand) throws(Refusal) -> Candidates
    ) throws(Refusal) -> Bound {
        switch size {
        case .amount(let amount):
            let target = try target(under: policy, candidates: candidates)
            guard let pricing = customer.terms?.pricing else { return (target, model, (amount, amount), nil) }
            if pricing.hasRates(for: target) {
                throw Refusal(
                    .invalidRequest,
                    "You are charged for \(target) at rates of your own, and what a call costs does not say what it comes to at them. Say 'input_tokens' and 'max_tokens' in place of 'amount_usd'.",
                    parameter: "amount_usd")
            }
            return (target, model, (amount, pricing.bound(ofKnown: amount)), nil)
        case .tokens(let input, let output, let answers):
            let route = try policy.route(for: model)
            let demand = Demand(
                inputBound: InputCount(input), inputEstimate: input, outputLimit: output, answers: answers,
                producesOutput: output != 0, searches: searches, service: service)
            let candidate = try candidates(route, demand)[0]
            let call = MeteredAsk.Call(candidate: candidate, demand: demand, pricing: customer.terms?.pricing)
            guard
                let limit = candidate.outputLimit(
                    of: demand, usual: route.maxOutputTokens ?? policy.defaults.maxOutputTokens)
            else { return (candidate.target, model, call.bounds(outputLimit: nil), nil) }
            let floor = max(route.outputFloor ?? policy.defaults.outputFloor, 1)
            return (
                candidate.target, model, call.bounds(outputLimit: limit),
                MeteredAsk.Tokens(limit: limit, floor: floor, call: call)
            )
        }
    }

    /// What the amount is held for: no price need be known.
    private func target(
        under policy: Policy, candidates: (Route, Demand) throws(Refusal) -> Candidates
    ) throws(Refusal) -> Target {
        let demand = Demand(inputBound: 0, inputEstimate: 0, producesOutput: false)
        do {
            return try candidates(try policy.route(for: model), demand)[0].target
        } catch {
            guard let target = Target(model) else { throw error }
            return target
        }
    }
}

extension PriceRule {
    /// The most that can be charged for what costs `amount` at the most, whatever it is made up of.
    func bound(ofKnown amount: Money) -> Money {
        // Its parts are rounded up apart, if they are told.
        markup.added(to: amount) + Money(nanodollars: markup == .none ? 0 : 3)
    }

    /// What is charged for a cost whose usage nobody has told: rates of its own have nothing to be applied to.
    func price(ofKnown cost: Money) -> Money { markup.added(to: cost) }
}
