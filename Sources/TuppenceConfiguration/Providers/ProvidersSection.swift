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

    /// Of those that have some.
    var limits: [String: ProviderLimits] { reduce(into: [:]) { $0[$1.id] = $1.limits } }
}

/// The providers of a configuration: those of the file, then those whose keys are in the environment.
struct ProvidersSection {
    private(set) var settings: [ProviderSettings] = []
    /// Every provider that was mentioned, even those that could not be read: what leads to them is no further problem.
    private(set) var names: Set<String> = []
    /// Those that requests can be sent to; where nothing is sent, all that were mentioned.
    private(set) var inForce: Set<String> = []
    /// The files that the configuration names, with their models, by provider.
    private(set) var files: [String: ProviderModels] = [:]
    var onDisconnect: [String: DisconnectHabit] { settings.onDisconnect }
    var tiers: [String: Tier] { settings.tiers }

    /// Reads `providers: { openai: { api_key: ${KEY} }, local: { base_url: http://127.0.0.1:9001/v1 } }`.
    ///
    /// - Parameter root: that of the file, whose reader says whether secrets are needed.
    init(_ section: YAMLCursor?, in root: YAMLCursor? = nil, server: ServerSettings, environment: [String: String]) {
        for entry in section?.entries("provider") ?? [] {
            names.insert(entry.name)
            let file = entry.value.field("file").map { ProviderModels(at: $0) }
            if let file { files[entry.name] = file }
            guard let provider = Self.read(entry, in: file, environment: environment) else { continue }
            settings.append(provider)
            if server.answers(provider.baseURL) {
                entry.key.report(
                    "provider '\(entry.name)' leads back to this gateway, which listens there itself.",
                    "Give it another 'base_url', or 'server' another 'listen'.")
            }
        }
        for provider in Self.inEnvironment(environment) where names.insert(provider.id).inserted {
            settings.append(provider)
        }
        inForce = Set(settings.map(\.id))
        guard let section = section ?? root, !section.reader.needsSecrets else { return }
        // Their keys may be in the environment of the gateway, which is not this one.
        let reader = section.reader
        names.formUnion(
            ProviderCatalog.all.filter {
                ($0.keyVariable ?? $0.baseURLVariable) != nil && reader.mentions("\($0.id)/")
            }.map(\.id))
        inForce = names
    }

    /// The known providers whose variables are set: those that need nothing but a key, and those that run where one says.
    static func inEnvironment(_ environment: [String: String]) -> [ProviderSettings] {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        return ProviderCatalog.all.compactMap { provider in
            let (key, address) = (provider.key(in: environment), provider.baseURL(in: environment))
            guard provider.host == .standard, !provider.baseURL.isEmpty, key != nil || address != nil else {
                return nil
            }
            var settings = ProviderSettings(provider, apiKey: key)
            if let address { settings.baseURL = address }
            let region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION")
            if provider.dialect == .bedrock, let region, Scalar.isPathName(region) {
                settings.baseURL = ProviderCatalog.bedrockURL(region: region)
            }
            return settings
        }
    }

    private static func read(
        _ entry: YAMLEntry, in file: ProviderModels?, environment: [String: String]
    ) -> ProviderSettings? {
        guard Scalar.name(entry.name) != nil else {
            entry.key.report("'\(entry.name)' is not \(Scalar.nameForm).")
            return nil
        }
        let place = "provider '\(entry.name)'"
        let known = [
            "file", "dialect", "host", "base_url", "api_key", "access_token", "output_limit_field", "stream_options",
            "accepts", "service_tier", "on_disconnect", "api_version", "region", "access_key_id", "secret_access_key",
            "session_token", "project", "location", "credentials", "tier", "health", "limits",
        ]
        guard let fields = entry.value.fields(of: place, known) else { return nil }
        if let file, file.provider == nil { return nil }
        let listed = file?.provider ?? ProviderCatalog.provider(entry.name)
        var settings = listed.map { ProviderSettings($0, apiKey: nil) } ?? ProviderSettings(id: entry.name, baseURL: "")
        settings.id = entry.name
        if let name = fields["dialect"]?.choice("dialect", Dialect.allCases.map(\.rawValue)) {
            settings.dialect = Dialect(rawValue: name) ?? settings.dialect
        }
        if let host = fields["host"]?.choice("host", hosts.map(\.name)) {
            settings.host = hosts.first { $0.name == host }?.host ?? settings.host
        }
        if case .azure = settings.host, let version = fields["api_version"]?.text("a version of the API")?.value {
            settings.host = .azure(version: version)
        }
        let provided = ProviderPlace(
            entry, fields, listed: listed, dialect: settings.dialect, host: settings.host, environment: environment)
        guard provided.hasOnlyItsOwnFields() else { return nil }
        switch provided.access() {
        case .key(let key): settings.apiKey = key
        case .credentials(let credentials): settings.credentials = credentials
        // The file that could not be read may name the project.
        case nil where settings.host == .vertex: return nil
        // Whatever else is wrong is told as well.
        case nil, .some(.none): break
        }
        guard let url = provided.baseURL(settings.account) else { return nil }
        if listed == nil, let known = ProviderCatalog.provider(at: url, settings.host, settings.dialect) {
            settings.adoptHabits(of: known)
        }
        settings.baseURL = url
        if let field = fields["output_limit_field"]?.choice("field", ["max_tokens", "max_completion_tokens"]) {
            settings.outputLimitField = Provider.OutputLimitField(rawValue: field) ?? settings.outputLimitField
        }
        settings.acceptsStreamOptions = fields["stream_options"]?.boolean() ?? settings.acceptsStreamOptions
        if let names = fields["accepts"]?.list(of: "extensions") {
            settings.accepts = names.reduce(into: []) { accepts, each in
                let name = each.choice("extension", ChatExtensions.allNames)
                accepts.formUnion(name.flatMap(ChatExtensions.init(name:)) ?? [])
            }
        }
        if let tier = fields["service_tier"]?.choice("tier of service", usualServices.map(\.rawValue)) {
            settings.usualService = ServiceTier(rawValue: tier) ?? settings.usualService
        }
        if let habit = fields["on_disconnect"]?.choice("habit", DisconnectHabit.allCases.map(\.rawValue)) {
            settings.onDisconnect = DisconnectHabit(rawValue: habit) ?? settings.onDisconnect
        }
        settings.limits = fields["limits"]?.providerLimits(of: place)
        if let tier = fields["tier"]?.choice("tier", Tier.allCases.map(\.rawValue)) {
            settings.tier = Tier(rawValue: tier) ?? settings.tier
        }
        settings.health = fields["health"].flatMap { HealthCheck($0, of: place) }
        return settings
    }

    private static let hosts: [(name: String, host: ProviderHost)] = [
        ("standard", .standard), ("azure", .azure(version: nil)), ("vertex", .vertex),
    ]

    private static let usualServices: [ServiceTier] = [.standard, .flex, .priority, .regional]

    /// Of those that do not answer in the standard tier.
    var usualServices: [String: ServiceTier] {
        settings.reduce(into: [:]) { if $1.usualService != .standard { $0[$1.id] = $1.usualService } }
    }
}

extension Scalar {
    /// Whether `text` can go into an HTTP header as a token: visible ASCII characters only.
    static func isToken(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    /// A base URL without a slash at its end. User names, queries and fragments have no place in one.
    static func baseURL(_ text: String) -> String? {
        guard isToken(text), !text.contains(where: { "?#@\"<>\\^`{|}".contains($0) }),
            let scheme = ["https://", "http://"].first(where: text.hasPrefix)
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" }
        let isIPv6 = authority.hasPrefix("[")
        let port =
            isIPv6
            ? authority.split(separator: "]", maxSplits: 1).dropFirst().first
            : authority.firstIndex(of: ":").map { authority[$0...] }
        if let port, !port.isEmpty {
            guard port.hasPrefix(":"), integer(String(port.dropFirst()), in: 1...65_535) != nil else { return nil }
        }
        guard !authority.isEmpty, !authority.hasPrefix(":"), !isIPv6 || authority.contains("]") else { return nil }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }
}
