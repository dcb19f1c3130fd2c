/// An alias such as `fast-llm`, and how its targets are chosen.
public struct Route: Hashable, Sendable {
    public struct Choice: Hashable, Sendable {
        public var candidate: Candidate
        /// The share of traffic among the choices of the same priority.
        public var weight: Int
        /// Lower goes first; higher is for when everything lower has failed.
        public var priority: Int

        public init(candidate: Candidate, weight: Int = 1, priority: Int = 0) {
            precondition(weight >= 0, "negative weight: \(weight)")
            self.candidate = candidate
            self.weight = weight
            self.priority = priority
        }
    }

    public var name: String
    public var choices: [Choice]
    /// The output limit of requests that name none.
    public var maxOutputTokens: Int?
    /// What a budget may not lower the output limit below; less is of no use to whoever asks.
    public var outputFloor: Int?
    /// How long one attempt may take: to its first content when streamed, to its end when whole.
    public var attemptTimeout: Milliseconds?
    /// How long a request may take, all its attempts together; nil for as long as any.
    public var deadline: Milliseconds?
    /// When a silent target gets another beside it; nil where it is waited for alone.
    public var hedging: Hedging?

    public init(
        name: String, choices: [Choice], maxOutputTokens: Int? = nil, outputFloor: Int? = nil,
        attemptTimeout: Milliseconds? = nil, deadline: Milliseconds? = nil, hedging: Hedging? = nil
    ) {
        self.name = name
        self.choices = choices
        self.maxOutputTokens = maxOutputTokens
        self.outputFloor = outputFloor
        self.attemptTimeout = attemptTimeout
        self.deadline = deadline
        self.hedging = hedging
    }
}

/// A target with what is needed to price and send a request to it.
///
/// A reference: every request is handed some, and none is changed.
public final class Candidate: Sendable {
    public let target: Target
    public let rates: RateCard
    public let contextLength: Int?
    public let maxOutputTokens: Int?
    /// The tier of service of requests that ask for none.
    public let usualService: ServiceTier
    public let habits: ModelHabits
    public let onDisconnect: DisconnectHabit
    public let retirement: Retirement?
    public let inputRules: InputRules

    /// - Parameter habits: nil to go by the model's name.
    public init(
        target: Target, rates: RateCard, contextLength: Int? = nil, maxOutputTokens: Int? = nil,
        usualService: ServiceTier = .standard, habits: ModelHabits? = nil,
        onDisconnect: DisconnectHabit = .stopsStreams, retirement: Retirement? = nil
    ) {
        self.retirement = retirement
        self.target = target
        self.rates = rates
        self.contextLength = contextLength
        self.maxOutputTokens = maxOutputTokens
        self.usualService = usualService
        self.habits = habits ?? ModelHabits(of: target.model)
        self.onDisconnect = onDisconnect
        inputRules = InputRules(target)
    }
}

extension Candidate: Hashable {
    public static func == (left: Candidate, right: Candidate) -> Bool {
        left === right
            || left.target == right.target && left.rates == right.rates && left.contextLength == right.contextLength
                && left.maxOutputTokens == right.maxOutputTokens && left.usualService == right.usualService
                && left.onDisconnect == right.onDisconnect && left.retirement == right.retirement
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(target) }
}
