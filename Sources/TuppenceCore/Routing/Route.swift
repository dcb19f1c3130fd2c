/// An alias such as `fast-llm`, and how its targets are chosen.
public struct Route: Hashable, Sendable {
    public struct Choice: Hashable, Sendable {
        public var candidate: Candidate
        /// The share of traffic among the choices of the same priority.
        public var weight: Int
        /// Lower goes first; higher is for when everything lower has failed.
        public var priority: Int
        /// With ``Strategy/complexity``, the highest score of requests that it is for; nil for all.
        public var upTo: Int?
        /// What stands for its target where requests stay together.
        fileprivate(set) var affinity: UInt64 = 0

        public init(candidate: Candidate, weight: Int = 1, priority: Int = 0, upTo: Int? = nil) {
            precondition(weight >= 0, "negative weight: \(weight)")
            self.candidate = candidate
            self.weight = weight
            self.priority = priority
            self.upTo = upTo
        }
    }

    /// What decides among targets of one priority.
    public enum Strategy: String, Hashable, Sendable, CaseIterable {
        /// Their weights.
        case weighted
        /// What this very request will most likely cost.
        case cheapest
        /// How soon they have answered of late.
        case fastest
        /// How much the request asks for, and which of them is for that.
        case complexity
    }

    /// Whose requests stay with one target.
    public enum Stickiness: String, Hashable, Sendable, CaseIterable {
        case key, customer, user
        /// A conversation, by whatever name the caller gives it.
        case session
    }

    public var name: String
    public var choices: [Choice]
    /// The output limit of requests that name none.
    public var maxOutputTokens: Int?
    /// What a budget may not lower the output limit below; less is of no use to whoever asks.
    public var outputFloor: Int?
    /// How long one attempt may take: to its first content when streamed, to its end when whole.
    public var attemptTimeout: Milliseconds?
    /// What its requests are divided by, if anything is tried out on it.
    public var experiment: Experiment?
    public let strategy: Strategy
    /// nil where requests go anywhere.
    public let stickiness: Stickiness?
    /// What targets must be able to do, whatever the request needs.
    public var required: ModelCapabilities
    /// How long a request may take, all its attempts together; nil for as long as any.
    public var deadline: Milliseconds?
    /// When a silent target gets another beside it; nil where it is waited for alone.
    public var hedging: Hedging?

    public init(
        name: String, choices: [Choice], maxOutputTokens: Int? = nil, outputFloor: Int? = nil,
        attemptTimeout: Milliseconds? = nil, deadline: Milliseconds? = nil, hedging: Hedging? = nil,
        strategy: Strategy = .weighted, stickiness: Stickiness? = nil, required: ModelCapabilities = [],
        experiment: Experiment? = nil
    ) {
        self.name = name
        self.strategy = strategy
        self.stickiness = stickiness
        self.required = required
        self.choices = choices
        self.maxOutputTokens = maxOutputTokens
        self.outputFloor = outputFloor
        self.attemptTimeout = attemptTimeout
        self.deadline = deadline
        self.hedging = hedging
        self.experiment = experiment
        prepare()
    }

    /// What its targets need for the strategy.
    private mutating func prepare() {
        guard choices.count > 1 else { return }
        for index in choices.indices {
            if stickiness != nil { choices[index].affinity = choices[index].candidate.target.affinity }
            if strategy == .cheapest || strategy == .fastest {
                choices[index].candidate = Candidate(choices[index].candidate, memory: TargetMemory())
            }
        }
    }

    /// It and those that its experiment sends requests to.
    public var everyRoute: [Route] {
        let arms = (experiment?.arms ?? []) + (experiment?.shadows.map(\.arm) ?? [])
        return [self] + arms.compactMap(\.route)
    }

    /// Every target that a request to it may go to, those of its experiment's arms too.
    public var everyCandidate: [Candidate] { everyRoute.flatMap(\.choices).map(\.candidate) }

    /// Has it know of its targets what `other` does.
    func remember(_ other: Route) {
        let known = other.everyCandidate
        for candidate in everyCandidate {
            guard let memory = candidate.memory else { continue }
            let same = known.first { $0.target == candidate.target && $0.memory != nil }
            same?.memory.map(memory.takeOver)
        }
    }
}

/// A target with what is needed to price and send a request to it.
///
/// A reference: every request is handed some, and none is changed.
public final class Candidate: Sendable {
    // What every decision asks of all targets of a route comes first, so that it lies together.

    /// What the model is known not to be able to do.
    public let lacks: ModelCapabilities
    /// Where to look whether it may have trouble.
    let mark: TroubleMarks.Mark
    public let contextLength: Int?
    public let maxOutputTokens: Int?
    public let inputRules: InputRules
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

    /// - Parameter habits: nil to go by the model's name.
    public init(
        target: Target, rates: RateCard, contextLength: Int? = nil, maxOutputTokens: Int? = nil,
        usualService: ServiceTier = .standard, habits: ModelHabits? = nil,
        onDisconnect: DisconnectHabit = .stopsStreams, retirement: Retirement? = nil, lacks: ModelCapabilities = [],
        limits: TargetLimits? = nil
    ) {
        self.limits = limits
        self.lacks = lacks
        memory = nil
        self.retirement = retirement
        self.target = target
        self.rates = rates
        self.contextLength = contextLength
        self.maxOutputTokens = maxOutputTokens
        self.usualService = usualService
        self.habits = habits ?? ModelHabits(of: target.model)
        self.onDisconnect = onDisconnect
        inputRules = InputRules(target)
        mark = TroubleMarks.Mark(of: target)
    }

    init(_ other: Candidate, memory: TargetMemory) {
        target = other.target
        rates = other.rates
        contextLength = other.contextLength
        maxOutputTokens = other.maxOutputTokens
        usualService = other.usualService
        habits = other.habits
        onDisconnect = other.onDisconnect
        retirement = other.retirement
        inputRules = other.inputRules
        mark = other.mark
        lacks = other.lacks
        limits = other.limits
        self.memory = memory
    }
}

extension Candidate: Hashable {
    public static func == (left: Candidate, right: Candidate) -> Bool {
        left === right
            || left.target == right.target && left.rates == right.rates && left.contextLength == right.contextLength
                && left.maxOutputTokens == right.maxOutputTokens && left.usualService == right.usualService
                && left.onDisconnect == right.onDisconnect && left.retirement == right.retirement
                && left.limits == right.limits && left.lacks == right.lacks
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(target) }
}
