import TuppenceCore

/// Someone who answers requests: where, in what dialect, and with which habits.
public struct Provider: Hashable, Sendable {
    /// The field that carries a chat request's output limit.
    public enum OutputLimitField: String, Hashable, Sendable, CaseIterable {
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    public var id: String
    /// Up to and including the version: `https://api.openai.com/v1`. Empty where each customer has an address of his own.
    public var baseURL: String
    /// The environment variable that usually holds its key; nil where none is needed.
    public var keyVariable: String?
    /// Others that hold it for some programs: read in this order where ``keyVariable`` is not set.
    public internal(set) var keyAliases: [String] = []
    /// The variable that says where it runs, of one that runs wherever its owner wants; nil of the others.
    public internal(set) var baseURLVariable: String?
    /// What it is spoken to in.
    package var dialect: Dialect
    package var host: ProviderHost
    /// Whether what stands for its key is an access token, which goes into `authorization` whatever keys do.
    package var keyIsToken = false
    public var outputLimitField: OutputLimitField
    /// Whether a streamed request may carry `stream_options.include_usage`.
    public var acceptsStreamOptions: Bool
    /// What requests of other dialects' callers may have, where it speaks OpenAI's.
    package var accepts = ChatExtensions.ofUnknownHosts
    /// What it does when the connection that it answers on is closed. Where nothing is known of one it is taken to stop
    /// streams and to finish whole answers.
    public var onDisconnect: DisconnectHabit
    /// The wire format that its usage is read in.
    package var usageDialect: UsageDialect

    public init(
        id: String, baseURL: String, keyVariable: String? = nil, outputLimitField: OutputLimitField = .maxTokens,
        acceptsStreamOptions: Bool = true, onDisconnect: DisconnectHabit = .stopsStreams
    ) {
        self.init(
            id: id, baseURL: baseURL, keyVariable: keyVariable, outputLimitField: outputLimitField,
            acceptsStreamOptions: acceptsStreamOptions, onDisconnect: onDisconnect, dialect: .openAI)
    }

    package init(
        id: String, baseURL: String, keyVariable: String? = nil, outputLimitField: OutputLimitField = .maxTokens,
        acceptsStreamOptions: Bool = true, onDisconnect: DisconnectHabit = .stopsStreams, dialect: Dialect,
        host: ProviderHost = .standard, usageDialect: UsageDialect = .openAI
    ) {
        self.onDisconnect = onDisconnect
        self.dialect = dialect
        self.host = host
        self.usageDialect = usageDialect
        self.id = id
        self.baseURL = baseURL
        self.keyVariable = keyVariable
        self.outputLimitField = outputLimitField
        self.acceptsStreamOptions = acceptsStreamOptions
    }
}

extension Provider {
    /// The key that an environment has for it: of the first of its variables that is set. One that is empty is not.
    package func key(in environment: [String: String]) -> String? {
        ([keyVariable].compactMap(\.self) + keyAliases).lazy.compactMap { environment.variable($0) }.first
    }
}
