/// What a provider charges for one model, by kind of usage, by size of context and by tier of service.
public struct RateCard: Hashable, Sendable {
    /// Rates that apply together. A kind without a rate of its own is charged as the kind that contains it: cached, audio
    /// and image input and cache writes as input, cached audio as cached input, reasoning, audio and image output as
    /// output. Nothing contains what is charged by the piece (searches, images, characters, seconds of sound): without a
    /// rate it is part of the price of the tokens.
    public struct Rates: Hashable, Sendable {
        public var input: Rate
        public var output: Rate
        public var cachedInput: Rate?
        public var cacheWrite: Rate?
        public var cacheWriteLong: Rate?
        public var audioInput: Rate?
        public var reasoning: Rate?
        public var audioOutput: Rate?
        public var cachedAudioInput: Rate?
        public var imageInput: Rate?
        public var imageOutput: Rate?
        public var search: Rate?
        public var image: Rate?
        public var character: Rate?
        public var audioSecond: Rate?

        public init(input: Rate, output: Rate = .free) {
            self.input = input
            self.output = output
        }

        public subscript(kind: UsageKind) -> Rate {
            switch kind {
            case .input: input
            case .cachedInput: cachedInput ?? input
            case .cacheWrite: cacheWrite ?? input
            case .cacheWriteLong: cacheWriteLong ?? cacheWrite ?? input
            case .audioInput: audioInput ?? input
            case .output: output
            case .reasoning: reasoning ?? output
            case .audioOutput: audioOutput ?? output
            case .cachedAudioInput: cachedAudioInput ?? cachedInput ?? input
            case .imageInput: imageInput ?? input
            case .imageOutput: imageOutput ?? output
            case .search, .image, .character, .audioSecond: ofPiece(kind) ?? .free
            }
        }

        /// What is charged by the piece, where it has a rate.
        func ofPiece(_ kind: UsageKind) -> Rate? {
            switch kind {
            case .search: search
            case .image: image
            case .character: character
            case .audioSecond: audioSecond
            default: nil
            }
        }

        // Written out, for it is asked of every target of every request.
        var dearestInput: Rate {
            let cached = max(self[.cachedInput], self[.cachedAudioInput])
            let written = max(self[.cacheWrite], self[.cacheWriteLong])
            return max(max(input, cached), max(written, max(self[.audioInput], self[.imageInput])))
        }
        var dearestOutput: Rate { max(max(output, self[.reasoning]), max(self[.audioOutput], self[.imageOutput])) }
    }

    /// Rates for requests with more than `inputTokens` of input, for the whole request.
    public struct ContextTier: Hashable, Sendable {
        public var inputTokens: Int
        public var rates: Rates { didSet { roundingRoom = rates.roundingRoom } }
        fileprivate private(set) var roundingRoom: UInt8

        public init(above inputTokens: Int, rates: Rates) {
            self.inputTokens = inputTokens
            self.rates = rates
            roundingRoom = rates.roundingRoom
        }
    }

    /// The rates of a tier of service, in place of the card's own.
    public struct Service: Hashable, Sendable {
        public var rates: Rates { didSet { roundingRoom = rates.roundingRoom } }
        fileprivate private(set) var roundingRoom: UInt8
        /// In rising order of `inputTokens`.
        public var tiers: [ContextTier]

        public init(rates: Rates, tiers: [ContextTier] = []) {
            self.rates = rates
            self.tiers = tiers
            roundingRoom = rates.roundingRoom
        }
    }

    // What every target of every request is asked for comes first, so that it lies together.

    /// Whether there is a rate for output. Without one (an embedding model has none) the card does for requests only
    /// that produce no output: nothing is free by accident.
    public var pricesOutput = true
    /// That of `standard`. Kept with each set of rates, for it is asked of every target of every request.
    private var roundingRoom: UInt8
    /// Charged once for each request that is answered.
    public var perRequest: Money
    /// In rising order of `inputTokens`.
    public var tiers: [ContextTier]
    /// Tiers of service with rates of their own; any other is charged as the standard one.
    public var services: [ServiceTier: Service] = [:]
    /// The edition of what has no price and may be used all the same.
    static let unpriced = "unpriced"

    /// Whether nothing of it is charged.
    var isFree: Bool { standard == Rates(input: .free) && perRequest == .zero && tiers.isEmpty }

    /// Which edition of the prices this is; the ledger keeps it with every entry.
    public var version: String
    public var standard: Rates { didSet { roundingRoom = standard.roundingRoom } }

    public init(version: String, standard: Rates, tiers: [ContextTier] = [], perRequest: Money = .zero) {
        self.version = version
        self.standard = standard
        self.tiers = tiers
        self.perRequest = perRequest
        roundingRoom = standard.roundingRoom
    }

    package func rates(_ tier: ServiceTier, forInput tokens: Int) -> Rates {
        if tier != .standard, let service = ownService(tier) {
            return service.tiers.last { tokens > $0.inputTokens }?.rates ?? service.rates
        }
        return tiers.last { tokens > $0.inputTokens }?.rates ?? standard
    }

    /// What is made faster in one region costs no less than anywhere.
    func ownService(_ tier: ServiceTier) -> Service? {
        services[tier] ?? (tier == .regionalFaster ? services[.faster] : nil)
    }

    /// Whether what an answer costs that is made faster is known.
    package var pricesFaster: Bool { services[.faster] != nil || !chargesTokens }

    /// What `usage` costs, each kind rounded up once.
    ///
    /// - Parameter tier: the tier of service that the provider says it answered with; nil for one that is not known, which is
    ///   charged as the dearest, but for those that ``ServiceTier/isFaster``: these are never meant without being named.
    public func cost(of usage: Usage, service tier: ServiceTier? = .standard) -> Cost {
        guard let tier else {
            return services.keys.reduce(self.cost(of: usage)) { dearest, tier in
                guard !tier.isFaster else { return dearest }
                let other = self.cost(of: usage, service: tier)
                return other.total > dearest.total ? other : dearest
            }
        }
        // Most usage is of two kinds and most cards have no tiers, and this is asked of every target of a request: all rates
        // together are large to copy.
        let isPlain = usage.totalInput == usage.input && usage.totalOutput == usage.output && !usage.hasPieces
        if isPlain && tiers.isEmpty && (tier == .standard || services.isEmpty) {
            return Cost(
                input: standard.input.price(of: usage.input), output: standard.output.price(of: usage.output),
                request: perRequest)
        }
        let rates = rates(tier, forInput: usage.totalInput)
        var cost = Cost(
            input: rates.input.price(of: usage.input), output: rates.output.price(of: usage.output), request: perRequest
        )
        if isPlain { return cost }
        for kind in UsageKind.inputs where kind != .input && usage[kind] > 0 {
            cost.input += rates[kind].price(of: usage[kind])
        }
        for kind in UsageKind.outputs where kind != .output && usage[kind] > 0 {
            cost.output += rates[kind].price(of: usage[kind])
        }
        for kind in UsageKind.pieces where usage[kind] > 0 {
            cost.request += rates[kind].price(of: usage[kind])
        }
        return cost
    }

    /// The most that a request can cost whose input is at most `inputTokens` and whose output at most `outputTokens`.
    ///
    /// A tier of context that begins within the bound counts too: the true input may lie on either side of it. Where all rates
    /// that may apply are whole numbers of nanodollars, it is exactly what all of it costs at the dearest of them.
    ///
    /// - Parameters:
    ///   - searches: the most searches that the provider may make for it.
    ///   - tier: the tier of service that is asked for; nil for one that is not known here. A faster one that is not granted
    ///     is charged as a slower one, so that counts too. Who has no room for flex or a batch refuses it: OpenAI by 429,
    ///     Azure by 400 (https://developers.openai.com/api/docs/guides/flex-processing, read 2026-11-26).
    public func bound(
        inputTokens: Int, outputTokens: Int, searches: Int = 0, service tier: ServiceTier? = .standard
    ) -> Money {
        func bound(_ service: Service) -> Money {
            self.bound(service.rates, service.roundingRoom, service.tiers, inputTokens, outputTokens, searches)
        }
        let most = self.bound(standard, roundingRoom, tiers, inputTokens, outputTokens, searches)
        switch tier {
        case .standard: return most
        case .flex: return services[.flex].map(bound) ?? most
        case .batch: return services[.batch].map(bound) ?? most
        case .priority: return services[.priority].map { max(most, bound($0)) } ?? most
        case .regional: return services[.regional].map { max(most, bound($0)) } ?? most
        case .faster: return services[.faster].map { max(most, bound($0)) } ?? most
        case .regionalFaster:
            let granted: [ServiceTier] = [.regional, .faster, .regionalFaster]
            return granted.compactMap { services[$0] }.reduce(most) { max($0, bound($1)) }
        case .ultrafast, nil: return services.reduce(most) { $1.key.isFaster ? $0 : max($0, bound($1.value)) }
        }
    }

    /// The most that an attempt can cost which uses `most` at the most.
    func bound(_ most: UsageBound) -> Money {
        let bound = bound(
            inputTokens: most.inputTokens, outputTokens: most.outputTokens, searches: most.searches,
            service: most.service)
        guard let pieces = most.pieces else { return bound }
        return UsageKind.pieces.reduce(bound) { $0 + dearest($1).price(of: pieces[$1]) }
    }

    /// The part of ``cost(of:service:)`` that is charged for the pieces of one kind.
    func cost(ofPieces kind: UsageKind, in usage: Usage, service tier: ServiceTier?) -> Money {
        guard let tier else { return dearest(kind, withFaster: false).price(of: usage[kind]) }
        return rates(tier, forInput: usage.totalInput)[kind].price(of: usage[kind])
    }

    /// The most that the pieces of one kind can cost.
    func bound(ofPieces kind: UsageKind, in most: UsageBound) -> Money {
        var cost = dearest(kind).price(of: most.pieces?[kind] ?? 0)
        if kind == .search { cost += dearest(kind).price(of: most.searches) }
        return cost
    }

    /// Whether tokens cost anything.
    var chargesTokens: Bool { standard.dearestInput != .free || standard.dearestOutput != .free }

    /// Whether `usage` has pieces of a kind that has no rate.
    func lacksPiece(in usage: Usage) -> Bool {
        let rates = rates(.standard, forInput: usage.totalInput)
        return UsageKind.pieces.contains { usage[$0] > 0 && rates.ofPiece($0) == nil }
    }

    /// Whether pieces of `kind` have no rate in some tier of context.
    func mayLack(_ kind: UsageKind) -> Bool {
        standard.ofPiece(kind) == nil || tiers.contains { $0.rates.ofPiece(kind) == nil }
    }

    /// The highest rate that a piece has anywhere on the card.
    ///
    /// - Parameter withFaster: whether tiers count that ``ServiceTier/isFaster``.
    private func dearest(_ kind: UsageKind, withFaster: Bool = true) -> Rate {
        var dearest = tiers.reduce(standard[kind]) { max($0, $1.rates[kind]) }
        for (tier, service) in services where withFaster || !tier.isFaster {
            dearest = service.tiers.reduce(max(dearest, service.rates[kind])) { max($0, $1.rates[kind]) }
        }
        return dearest
    }

    private func bound(
        _ rates: Rates, _ roundingRoom: UInt8, _ tiers: [ContextTier], _ inputTokens: Int, _ outputTokens: Int,
        _ searches: Int
    ) -> Money {
        var room = roundingRoom
        var input = rates.dearestInput
        var output = rates.dearestOutput
        var search = rates[.search]
        for tier in tiers where inputTokens > tier.inputTokens {
            input = max(input, tier.rates.dearestInput)
            output = max(output, tier.rates.dearestOutput)
            search = max(search, tier.rates[.search])
            room = max(room, tier.roundingRoom)
        }
        // Pieces need no room: what is charged by the piece is one line here as there.
        return input.price(of: inputTokens) + output.price(of: outputTokens) + search.price(of: searches) + perRequest
            + Money(nanodollars: Int64(room))
    }
}

/// What an attempt cost, in the parts a bill shows.
public struct Cost: Hashable, Sendable {
    public var input: Money
    public var output: Money
    /// What is charged by the request and by the piece, not by the token.
    public var request: Money
    public var total: Money { input + output + request }

    public init(input: Money = .zero, output: Money = .zero, request: Money = .zero) {
        self.input = input
        self.output = output
        self.request = request
    }

    public static let zero = Cost()
}
