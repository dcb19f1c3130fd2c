/// A virtual API key as requests are checked against it.
///
/// A reference: every request is handed one, and none is changed.
public final class Key: Sendable {
    public let name: String
    public let isDisabled: Bool
    /// From when on it counts no more; nil for never.
    public let expiresAt: Timestamp?
    /// Whether it was made for the sandbox, and providers that cost money are none of its business.
    public let isTest: Bool
    /// The routes and models it may use; nil for all.
    public let routes: Set<String>?
    /// Whom it belongs to, whatever its requests say.
    public let customer: String?
    /// What its requests are charged, where their customer has no terms.
    public let terms: Terms?
    public let priority: Priority

    public init(
        name: String, isDisabled: Bool = false, expiresAt: Timestamp? = nil, isTest: Bool = false,
        routes: Set<String>? = nil, customer: String? = nil, terms: Terms? = nil, priority: Priority = .interactive
    ) {
        self.priority = priority
        self.name = name
        self.isDisabled = isDisabled
        self.expiresAt = expiresAt
        self.isTest = isTest
        self.routes = routes
        self.customer = customer
        self.terms = terms
    }

    public func hasExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }
}

extension Key: Hashable {
    public static func == (left: Key, right: Key) -> Bool {
        left === right
            || left.name == right.name && left.isDisabled == right.isDisabled
                && left.expiresAt == right.expiresAt && left.isTest == right.isTest && left.routes == right.routes
                && left.customer == right.customer && left.terms == right.terms && left.priority == right.priority
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Everything the configuration decides, resolved once: which names lead where, at what price, within what budgets.
public struct Policy: Sendable {
    public struct Defaults: Hashable, Sendable {
        /// The output limit where neither caller nor route names one; a model's own maximum stays below it.
        public var maxOutputTokens = 8_192
        /// What a budget may not lower the output limit below where the route names no floor.
        public var outputFloor = 16
        /// How long one client request may take altogether.
        public var requestTimeout = Milliseconds.seconds(600)
        public var attemptTimeout = Milliseconds.seconds(300)
        /// The longest silence within an answer.
        public var idleTimeout = Milliseconds.seconds(120)
        /// How long an attempt that nobody waits for is read on for its provider's count; 0 for not at all.
        public var lateUsage = Milliseconds.seconds(60)
        /// How long a hold outlives the request that it was made for, and the time for late usage.
        public var holdGrace = Milliseconds.seconds(30)
        /// Where requests wait while no target has room for them; nil has them refused.
        public var queue: Queue?

        public init() {}
    }

    public struct Queue: Hashable, Sendable {
        /// How many may wait at once.
        public var length = 100
        /// How long each of them waits at the most.
        public var within = Milliseconds.seconds(5)

        public init() {}
    }

    public var routes: [String: Route] { didSet { book = BudgetBook(budgets, routes: routes) } }
    public var providers: Set<String> { didSet { independent = providers.subtracting(yielding) } }
    /// Those that take no name away from another provider: they are there by credentials that may be for something else.
    public let yielding: Set<String>
    /// The providers without those that yield.
    private var independent: Set<String>
    /// The tiers of service that providers answer in where a request asks for none, if that is not the standard one.
    public var usualServices: [String: ServiceTier]
    public var prices: PriceBook
    public var budgets: [BudgetRule] { didSet { book = BudgetBook(budgets, routes: routes) } }
    /// The same, as exchanges look them up.
    public private(set) var book: BudgetBook
    public var defaults: Defaults
    public var customers: Customers
    /// What providers do when a connection is closed, where that is not ``DisconnectHabit/stopsStreams``.
    public var onDisconnect: [String: DisconnectHabit]
    /// What may be sent to each provider.
    public var limits: [String: ProviderLimits]
    /// Output limits that providers are asked for in place of lower ones, whatever their models are called.
    public var leastOutputLimits: [String: Int]
    /// Whether targets without a price may be used, at no cost.
    public var allowsUnpriced: Bool
    /// The same of providers that have an answer of their own.
    public var allowsUnpricedOf: [String: Bool]

    public init(
        routes: [String: Route], providers: Set<String>, prices: PriceBook, budgets: [BudgetRule] = [],
        defaults: Defaults = Defaults(), allowsUnpriced: Bool = false, customers: Customers = Customers(),
        usualServices: [String: ServiceTier] = [:], onDisconnect: [String: DisconnectHabit] = [:],
        limits: [String: ProviderLimits] = [:], leastOutputLimits: [String: Int] = [:],
        allowsUnpricedOf: [String: Bool] = [:], yielding: Set<String> = []
    ) {
        self.yielding = yielding
        independent = providers.subtracting(yielding)
        self.allowsUnpricedOf = allowsUnpricedOf
        self.limits = limits
        self.leastOutputLimits = leastOutputLimits
        self.usualServices = usualServices
        self.routes = routes
        self.providers = providers
        self.prices = prices
        self.budgets = budgets
        self.book = BudgetBook(budgets, routes: routes)
        self.defaults = defaults
        self.allowsUnpriced = allowsUnpriced
        self.customers = customers
        self.onDisconnect = onDisconnect
    }

    /// Has the routes know of their targets what those of `other` do, and go on with what these have counted.
    public func remember(_ other: Policy) {
        for (name, route) in routes { other.routes[name].map(route.remember) }
    }

    /// Whose request one by `key` is, where it says that it is `customer`'s, and on what terms.
    ///
    /// - Throws: if the key belongs to somebody else.
    public func customer(
        of key: Key, saying customer: String?
    ) throws(Refusal) -> (name: String?, terms: Terms?) {
        guard let name = key.customer ?? customer else { return (nil, key.terms) }
        if let customer, !customer.hasSameBytes(as: name) {
            throw Refusal(
                .invalidRequest, "The key '\(key.name)' belongs to another customer than '\(customer)'.",
                parameter: "x-tuppence-customer")
        }
        return (name, terms(of: name, using: key))
    }

    /// On what terms `customer`'s requests by `key` are served.
    public func terms(of customer: String?, using key: Key) -> Terms? {
        customer.flatMap(customers.terms) ?? key.terms
    }

    /// What `name` leads to: a route, `provider/model`, or a model that just one provider lists.
    ///
    /// Names are the same if their bytes are, as with budgets: no other spelling leads past one.
    public func route(for name: String) throws(Refusal) -> Route {
        if let place = routes.index(forKey: name), routes[place].key.hasSameBytes(as: name) {
            return routes[place].value
        }
        if let target = Target(name), let place = providers.firstIndex(of: target.provider),
            providers[place].hasSameBytes(as: target.provider),
            !yielding.contains(target.provider) || !isClaimed(name)
        {
            return Route(name: name, choices: [.init(candidate: try candidate(target))])
        }
        let owners = name.isEmpty ? [] : owners(of: name)
        switch owners.count {
        case 1: return Route(name: name, choices: [.init(candidate: try candidate(owners[0]))])
        case 0:
            let unlisted = providers.sorted().map { Target(provider: $0, model: name) }
                .filter { !name.isEmpty && prices.listing(of: $0) != nil }.map { "'\($0)'" }
            let hint =
                unlisted.isEmpty
                ? "" : " It is not listed by itself: say whose it is, \(unlisted.joined(separator: " or "))."
            throw Refusal(
                .modelNotFound,
                "No route, model or provider/model is called '\(name)'. GET /v1/models lists what there is.\(hint)",
                parameter: "model")
        default:
            throw Refusal(
                .modelNotFound,
                "'\(name)' is offered by several providers; say which: \(owners.map(\.description).joined(separator: ", ")).",
                parameter: "model")
        }
    }

    /// Whose model a name without a provider's may be. One that yields has what no other has.
    private func owners(of name: String) -> [Target] {
        let owners = prices.owners(of: name, among: independent)
        return owners.isEmpty && !yielding.isEmpty ? prices.owners(of: name, among: providers) : owners
    }

    /// Whether a provider that yields to none has a model of that very name, slash and all.
    private func isClaimed(_ name: String) -> Bool {
        prices.owners(of: name, among: independent).contains(where: prices.claims)
    }

    /// What the model is for, as far as that is known: one whose output has no price writes nothing, and is for what it is
    /// charged by.
    public func kind(of candidate: Candidate) -> ModelKind? {
        let kind = prices.listing(of: candidate.target)?.kind
        return kind == .chat && !candidate.rates.pricesOutput ? candidate.rates.kindWithoutOutput : kind
    }

    /// - Parameter refused: what the model refuses of requests that were made for another one. Who names it himself gets its own
    ///   word, so that only a route's targets have any.
    public func candidate(_ target: Target, refused: RequestTraits = []) throws(Refusal) -> Candidate {
        if let listing = prices.listing(of: target) { return candidate(target, listing, refused: refused) }
        guard allowsUnpricedOf[target.provider] ?? allowsUnpriced else {
            throw Refusal(
                .priceUnknown,
                "No price is known for \(target), so it cannot be budgeted. Add it under prices: in the configuration, or set unpriced: allow.",
                parameter: "model")
        }
        return Candidate(
            target: target, rates: RateCard(version: RateCard.unpriced, standard: .init(input: .free)),
            habits: habits(of: target, nil), onDisconnect: habit(of: target), limits: countedLimits(of: target),
            refused: refused)
    }

    func candidate(_ target: Target, _ listing: PriceBook.Listing, refused: RequestTraits) -> Candidate {
        Candidate(
            target: target, rates: listing.rates, contextLength: listing.contextLength,
            maxOutputTokens: listing.maxOutputTokens,
            usualService: usualServices[target.provider] ?? .standard, habits: habits(of: target, listing.habits),
            onDisconnect: habit(of: target), retirement: listing.retirement, lacks: listing.lacks,
            limits: countedLimits(of: target), refused: refused)
    }

    private func habit(of target: Target) -> DisconnectHabit { onDisconnect[target.provider] ?? .stopsStreams }

    private func countedLimits(of target: Target) -> TargetLimits? {
        limits.isEmpty ? nil : TargetLimits(limits[target.provider], of: target.model)
    }

    /// - Returns: nil to go by the model's name.
    private func habits(of target: Target, _ listed: ModelHabits?) -> ModelHabits? {
        guard !leastOutputLimits.isEmpty, let least = leastOutputLimits[target.provider] else { return listed }
        return (listed ?? ModelHabits(of: target.model)).raisingLimits(to: least)
    }
}
