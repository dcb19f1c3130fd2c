import Synchronization

/// An alias such as `fast-llm`, and how its targets are chosen.
///
/// A reference: every request is handed one, and none is changed.
public final class Route: Sendable {
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
        /// One after the other, as configured.
        case priority
        /// What this very request will most likely cost.
        case cheapest
        /// How soon they have answered of late.
        case fastest
        /// How much the request asks for, and which of them is for that.
        case complexity

        /// Whether chance decides among targets of the same priority, by their weights.
        public var goesByWeight: Bool { self == .weighted || self == .priority }
    }

    /// Whose requests stay with one target.
    public enum Stickiness: String, Hashable, Sendable, CaseIterable {
        case key, customer, user
        /// A conversation, by whatever name the caller gives it.
        case session
    }

    public let name: String
    public let choices: [Choice]
    /// Of the targets of `choices`, in their order.
    let facts: [TargetFacts]
    /// The same; empty where the strategy does not go by what was seen of them.
    let memories: [TargetMemory]
    /// The output limit of requests that name none.
    public let maxOutputTokens: Int?
    /// What a budget may not lower the output limit below; less is of no use to whoever asks.
    public let outputFloor: Int?
    /// How long one attempt may take: to its first content when streamed, to its end when whole.
    public let attemptTimeout: Milliseconds?
    /// What its requests are divided by, if anything is tried out on it.
    public let experiment: Experiment?
    public let strategy: Strategy
    /// nil where requests go anywhere.
    public let stickiness: Stickiness?
    /// What targets must be able to do, whatever the request needs.
    public let required: ModelCapabilities
    /// How long a request may take, all its attempts together; nil for as long as any.
    public let deadline: Milliseconds?
    /// When a silent target gets another beside it; nil where it is waited for alone.
    public let hedging: Hedging?
    private let knownNumber = Atomic(NameNumber.direct)

    public convenience init(
        name: String, choices: [Choice], maxOutputTokens: Int? = nil, outputFloor: Int? = nil,
        attemptTimeout: Milliseconds? = nil, deadline: Milliseconds? = nil, hedging: Hedging? = nil,
        strategy: Strategy = .weighted, stickiness: Stickiness? = nil, required: ModelCapabilities = [],
        experiment: Experiment? = nil
    ) {
        self.init(
            name: name, prepared: Self.prepared(choices, strategy, stickiness), maxOutputTokens: maxOutputTokens,
            outputFloor: outputFloor, attemptTimeout: attemptTimeout, deadline: deadline, hedging: hedging,
            strategy: strategy, stickiness: stickiness, required: required, experiment: experiment)
    }

    /// The same under another name, with fewer choices, with an experiment, or without a second attempt beside a silent one:
    /// what it has seen of its targets both know.
    public convenience init(
        _ other: Route, name: String? = nil, choices: [Choice]? = nil, mayHedge: Bool = true,
        experiment: Experiment? = nil
    ) {
        self.init(
            name: name ?? other.name, prepared: choices ?? other.choices, maxOutputTokens: other.maxOutputTokens,
            outputFloor: other.outputFloor, attemptTimeout: other.attemptTimeout, deadline: other.deadline,
            hedging: mayHedge ? other.hedging : nil, strategy: other.strategy, stickiness: other.stickiness,
            required: other.required, experiment: experiment ?? other.experiment)
    }

    private init(
        name: String, prepared choices: [Choice], maxOutputTokens: Int?, outputFloor: Int?,
        attemptTimeout: Milliseconds?, deadline: Milliseconds?, hedging: Hedging?, strategy: Strategy,
        stickiness: Stickiness?, required: ModelCapabilities, experiment: Experiment?
    ) {
        self.name = name
        self.choices = choices
        facts = choices.map(\.candidate.facts)
        memories = choices.compactMap(\.candidate.memory)
        self.maxOutputTokens = maxOutputTokens
        self.outputFloor = outputFloor
        self.attemptTimeout = attemptTimeout
        self.deadline = deadline
        self.hedging = hedging
        self.strategy = strategy
        self.stickiness = stickiness
        self.required = required
        self.experiment = experiment
    }

    /// What its targets need for the strategy.
    private static func prepared(_ choices: [Choice], _ strategy: Strategy, _ stickiness: Stickiness?) -> [Choice] {
        guard choices.count > 1 else { return choices }
        // Made one after the other, and so found one beside the other: a decision looks at all of them.
        let remembers = strategy == .cheapest || strategy == .fastest
        let memories = remembers ? choices.map { _ in TargetMemory() } : []
        return choices.enumerated().map { index, choice in
            var choice = choice
            if stickiness != nil { choice.affinity = choice.candidate.target.affinity }
            if remembers { choice.candidate = Candidate(choice.candidate, memory: memories[index]) }
            return choice
        }
    }

    /// Its name's in ``FigureNames``, where it is one of those that the configuration names; else that of all models.
    public var number: Int { knownNumber.load(ordering: .relaxed) }

    /// It is one of those that have names: its requests are counted by it from here on.
    public func takeNumber() { knownNumber.store(FigureNames.routes.number(of: name), ordering: .relaxed) }

    /// It and those that its experiment sends requests to.
    public var everyRoute: [Route] {
        let arms = (experiment?.arms ?? []) + (experiment?.shadows.map(\.arm) ?? [])
        return [self] + arms.compactMap(\.route)
    }

    /// Every target that a request to it may go to, those of its experiment's arms too.
    public var everyCandidate: [Candidate] { everyRoute.flatMap(\.choices).map(\.candidate) }

    /// Has it know of its targets what `other` does, and go on with what that has counted.
    func remember(_ other: Route) {
        let known = other.everyCandidate
        for candidate in everyCandidate {
            guard let memory = candidate.memory else { continue }
            let same = known.first { $0.target == candidate.target && $0.memory != nil }
            same?.memory.map(memory.takeOver)
        }
        if let hedging, let known = other.hedging { hedging.takeOver(known) }
        guard let experiment, let earlier = other.experiment else { return }
        for arm in experiment.arms {
            let same = earlier.arms.first { $0.label == arm.label }
            if let hedging = arm.route?.hedging, let known = same?.route?.hedging { hedging.takeOver(known) }
        }
        for shadow in experiment.shadows {
            earlier.shadows.first { $0.arm.label == shadow.arm.label }.map(shadow.takeOver)
        }
    }
}

extension Route: Hashable {
    public static func == (left: Route, right: Route) -> Bool {
        left === right
            || left.name == right.name && left.choices == right.choices
                && left.maxOutputTokens == right.maxOutputTokens && left.outputFloor == right.outputFloor
                && left.attemptTimeout == right.attemptTimeout && left.experiment == right.experiment
                && left.strategy == right.strategy && left.stickiness == right.stickiness
                && left.required == right.required && left.deadline == right.deadline
                && left.hedging == right.hedging
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
