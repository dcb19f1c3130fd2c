/// What may be sent to a provider, or to one model of it, by the operator's word.
public struct RateLimit: Hashable, Sendable {
    public enum Kind: Int, Hashable, Sendable, CaseIterable {
        case requestsPerMinute, tokensPerMinute, requestsPerDay, tokensPerDay
        /// Attempts under way at once.
        case concurrency
    }

    public let kind: Kind
    public let count: Int

    public init(_ kind: Kind, _ count: Int) {
        precondition(count > 0, "a limit that lets nothing pass: \(count)")
        self.kind = kind
        self.count = count
    }
}

/// The limits of a provider: those that all its models share, and those that each model has for itself.
public struct ProviderLimits: Hashable, Sendable {
    public var shared: [RateLimit]
    /// By a model's name; one that ends in `*` stands for all that begin so, and each of them is counted by itself.
    public private(set) var models: [String: [RateLimit]]
    /// The names that end in `*`, without it, the most particular one first.
    private let prefixes: [String]

    public init(shared: [RateLimit] = [], models: [String: [RateLimit]] = [:]) {
        self.shared = shared
        self.models = models
        prefixes = models.keys.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
            .sorted { $0.utf8.count > $1.utf8.count }
    }

    func limits(of model: String) -> [RateLimit] {
        models[model] ?? prefixes.first { model.hasPrefix($0) }.flatMap { models[$0 + "*"] } ?? []
    }
}

/// All limits that one target is under.
public struct TargetLimits: Hashable, Sendable {
    /// What it shares with the other models of its provider.
    public let provider: [RateLimit]
    public let model: [RateLimit]

    /// - Returns: nil where there are none.
    public init?(_ limits: ProviderLimits?, of model: String) {
        guard let limits else { return nil }
        provider = limits.shared
        self.model = limits.limits(of: model)
        if provider.isEmpty && self.model.isEmpty { return nil }
    }
}
