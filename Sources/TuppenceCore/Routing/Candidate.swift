/// A target with what is needed to price and send a request to it.
///
/// A reference: every request is handed some, and none is changed.
public final class Candidate: Sendable {
    let facts: TargetFacts
    public let rates: RateCard
    /// What its route has seen of it; nil where that makes no difference.
    public let memory: TargetMemory?
    public let target: Target
    /// The tier of service of requests that ask for none.
    public let usualService: ServiceTier
    public let habits: ModelHabits
    public let onDisconnect: DisconnectHabit
    public let retirement: Retirement?
    /// What may be sent to it; nil where nobody counts.
    public let limits: TargetLimits?
    /// Its target's in ``FigureNames``.
    public let targetNumber: Int
    /// What its model refuses of requests that were made for another one and go to it as they came.
    public let refused: RequestTraits

    /// What the model is known not to be able to do.
    public var lacks: ModelCapabilities { facts.lacks }
    public var contextLength: Int? { facts.contextLength }
    public var maxOutputTokens: Int? { facts.maxOutputTokens }
    public var inputRules: InputRules { facts.inputRules }

    /// - Parameter habits: nil to go by the model's name.
    public init(
        target: Target, rates: RateCard, contextLength: Int? = nil, maxOutputTokens: Int? = nil,
        usualService: ServiceTier = .standard, habits: ModelHabits? = nil,
        onDisconnect: DisconnectHabit = .stopsStreams, retirement: Retirement? = nil, lacks: ModelCapabilities = [],
        limits: TargetLimits? = nil, refused: RequestTraits = []
    ) {
        let habits = habits ?? ModelHabits(of: target.model)
        facts = TargetFacts(
            target, rates, habits, lacks: lacks, contextLength: contextLength, maxOutputTokens: maxOutputTokens)
        self.limits = limits
        self.refused = refused
        memory = nil
        targetNumber = FigureNames.number(of: target)
        self.retirement = retirement
        self.target = target
        self.rates = rates
        self.usualService = usualService
        self.habits = habits
        self.onDisconnect = onDisconnect
    }

    init(_ other: Candidate, memory: TargetMemory) {
        facts = other.facts
        target = other.target
        rates = other.rates
        usualService = other.usualService
        habits = other.habits
        onDisconnect = other.onDisconnect
        retirement = other.retirement
        limits = other.limits
        targetNumber = other.targetNumber
        refused = other.refused
        self.memory = memory
    }
}

extension Candidate: Hashable {
    public static func == (left: Candidate, right: Candidate) -> Bool {
        left === right
            || left.target == right.target && left.rates == right.rates && left.contextLength == right.contextLength
                && left.maxOutputTokens == right.maxOutputTokens && left.usualService == right.usualService
                && left.onDisconnect == right.onDisconnect && left.retirement == right.retirement
                && left.limits == right.limits && left.lacks == right.lacks && left.habits == right.habits
                && left.refused == right.refused
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(target) }
}
