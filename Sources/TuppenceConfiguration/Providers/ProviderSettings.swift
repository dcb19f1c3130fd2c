import TuppenceCore
import TuppenceDialects

/// One provider as it is reached.
public struct ProviderSettings: Hashable, Sendable {
    public var id: String
    /// Up to and including the version, without a slash at the end.
    public var baseURL: String
    /// Never logged, never part of a message.
    public var apiKey: String?
    /// What it is spoken to in.
    package var dialect = Dialect.openAI
    package var host = ProviderHost.standard
    /// What it is shown in place of a key.
    package var credentials: ProviderCredentials?
    public var outputLimitField: Provider.OutputLimitField
    public var acceptsStreamOptions: Bool
    package var accepts = ChatExtensions.ofUnknownHosts
    /// The tier of service that it answers in where a request asks for none.
    public var usualService: ServiceTier
    public var onDisconnect: DisconnectHabit
    /// What may be sent to it; nil for whatever it takes.
    public var limits: ProviderLimits?
    public var tier = Tier.direct
    /// How it is asked whether it is there; nil where nobody asks.
    public var health: HealthCheck?
    /// Whether its models without a price may be used, at no cost; nil for what holds for all.
    public var allowsUnpriced: Bool?
    /// The variables of the environment that it is there by; none of one that the file lists.
    public internal(set) var variables: [String] = []
    /// Whether those are credentials of a cloud, which may be for something else: it takes no name away from another provider.
    public internal(set) var yieldsNames = false

    public init(
        id: String, baseURL: String, apiKey: String? = nil,
        outputLimitField: Provider.OutputLimitField = .maxTokens, acceptsStreamOptions: Bool = true,
        usualService: ServiceTier = .standard, onDisconnect: DisconnectHabit = .stopsStreams
    ) {
        self.id = id
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.outputLimitField = outputLimitField
        self.acceptsStreamOptions = acceptsStreamOptions
        self.usualService = usualService
        self.onDisconnect = onDisconnect
    }

    init(_ provider: Provider, apiKey: String?) {
        self.init(
            id: provider.id, baseURL: provider.baseURL, apiKey: apiKey, outputLimitField: provider.outputLimitField,
            acceptsStreamOptions: provider.acceptsStreamOptions, onDisconnect: provider.onDisconnect)
        dialect = provider.dialect
        host = provider.host
        accepts = provider.accepts
    }

    /// Takes over the habits of the provider that the address, or the host, is known to be, whatever it is called here.
    mutating func adoptHabits(of known: Provider) {
        outputLimitField = known.outputLimitField
        acceptsStreamOptions = known.acceptsStreamOptions
        onDisconnect = known.onDisconnect
        accepts = known.accepts
    }
}

extension ProviderSettings {
    /// With the habits that requests to it are written by.
    package var provider: Provider {
        var provider = Provider(
            id: id, baseURL: baseURL, outputLimitField: outputLimitField, acceptsStreamOptions: acceptsStreamOptions,
            onDisconnect: onDisconnect, dialect: dialect, host: host)
        provider.accepts = accepts
        return provider
    }

    /// Whose tokens it is asked with.
    package var account: GoogleServiceAccount? {
        if case .serviceAccount(let account)? = credentials { account } else { nil }
    }
}

extension [ProviderSettings] {
    /// Of those that are not direct.
    var tiers: [String: Tier] {
        reduce(into: [:]) { if $1.tier != .direct { $0[$1.id] = $1.tier } }
    }

    /// What each does when a connection is closed.
    var onDisconnect: [String: DisconnectHabit] {
        [String: DisconnectHabit](map { ($0.id, $0.onDisconnect) }) { first, _ in first }
    }

    /// Of those that take no lower ones.
    var leastOutputLimits: [String: Int] {
        reduce(into: [:]) { if $1.dialect == .responses { $0[$1.id] = OpenAIResponses.leastOutputLimit } }
    }

    /// Of those that have an answer of their own.
    var allowsUnpriced: [String: Bool] { reduce(into: [:]) { $0[$1.id] = $1.allowsUnpriced } }

    /// Those that take no name away from the others.
    var yielding: Set<String> { Set(filter(\.yieldsNames).map(\.id)) }

    /// Of those that have some.
    var limits: [String: ProviderLimits] { reduce(into: [:]) { $0[$1.id] = $1.limits } }
}
