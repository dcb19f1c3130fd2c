/// The rate cards in force, by target.
public struct PriceBook: Hashable, Sendable {
    /// What the book says about one target.
    public struct Listing: Hashable, Sendable {
        public var rates: RateCard
        public var contextLength: Int?
        public var maxOutputTokens: Int?
        public var kind = ModelKind.chat
        public var capabilities: ModelCapabilities = []
        /// Whether the model is known to be able to do nothing else, even where that is nothing at all.
        public var saysAll = false
        /// nil while no end is known.
        public var retirement: Retirement?
        /// Of a model that is listed by its full name.
        public internal(set) var habits: ModelHabits?

        public init(rates: RateCard, contextLength: Int? = nil, maxOutputTokens: Int? = nil) {
            self.rates = rates
            self.contextLength = contextLength
            self.maxOutputTokens = maxOutputTokens
        }

        /// What the model is known not to be able to do: what is not said of one of which something is said.
        public var lacks: ModelCapabilities { saysAll || !capabilities.isEmpty ? capabilities.lacking : [] }
    }

    private var exact: [Target: Listing] = [:]
    /// Model names that end in `*`, longest first, so that the most particular one wins.
    private var prefixes: [String: [(prefix: String, listing: Listing)]] = [:]

    public init() {}

    /// Sets the listing of `provider/model`; a model that ends in `*` stands for all that begin so.
    public mutating func set(_ listing: Listing, provider: String, model: String) {
        guard model.hasSuffix("*") else {
            var listing = listing
            listing.habits = ModelHabits(of: model)
            exact[Target(provider: provider, model: model)] = listing
            return
        }
        let prefix = String(model.dropLast())
        var list = prefixes[provider] ?? []
        list.removeAll { $0.prefix == prefix }
        list.append((prefix, listing))
        list.sort { $0.prefix.utf8.count > $1.prefix.utf8.count }
        prefixes[provider] = list
    }

    public func listing(of target: Target) -> Listing? {
        exact[target] ?? prefixes[target.provider]?.first { target.model.utf8.starts(with: $0.prefix.utf8) }?.listing
    }

    /// What is said of a target by its full name alone.
    package func exactListing(of target: Target) -> Listing? { exact[target] }

    /// Whose model a name without a provider's may be: of those that list it by its full name, or else by how it begins. A `*` alone
    /// has every name there is, and every misspelling: it counts where there is no other provider that could be meant.
    package func owners(of model: String, among providers: Set<String>) -> [Target] {
        let named = providers.sorted().map { Target(provider: $0, model: model) }
        let exactly = named.filter { exact[$0] != nil }
        guard exactly.isEmpty else { return exactly }
        return named.filter { target in
            let pattern = prefixes[target.provider]?.first { model.utf8.starts(with: $0.prefix.utf8) }
            return pattern.map { !$0.prefix.isEmpty || providers.count == 1 } ?? false
        }
    }

    /// Whether a name with a slash may be, all of it, that of a model there: it is listed so, or has a price by how it begins. To what is
    /// free by its beginning, as all is on one's own machine, every name there is belongs, and none in particular.
    package func claims(_ target: Target) -> Bool {
        exact[target] != nil || listing(of: target).map { !$0.rates.isFree } ?? false
    }

    /// Every target that is listed by its full name, in order.
    public var targets: [Target] { exact.keys.sorted { $0.description < $1.description } }

    /// What the models of `provider` begin with that are listed by their beginning.
    public func prefixes(of provider: String) -> [String] { prefixes[provider]?.map(\.prefix) ?? [] }

    /// What stands for all models that begin so, as `provider/llama*`.
    package var patterns: [Target] { Array(flattened.keys) }

    public static func == (left: PriceBook, right: PriceBook) -> Bool {
        left.exact == right.exact && left.flattened == right.flattened
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(exact) }

    private var flattened: [Target: Listing] {
        var all: [Target: Listing] = [:]
        for (provider, list) in prefixes {
            for entry in list { all[Target(provider: provider, model: entry.prefix + "*")] = entry.listing }
        }
        return all
    }
}
