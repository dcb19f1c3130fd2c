import TuppenceCore
import TuppenceDialects

/// One provider as a configuration has it.
extension ProviderSettings {
    private static let fields = [
        "file", "dialect", "host", "base_url", "api_key", "access_token", "output_limit_field", "stream_options",
        "accepts", "service_tier", "on_disconnect", "api_version", "region", "access_key_id", "secret_access_key",
        "session_token", "project", "location", "credentials", "tier", "health", "limits", "unpriced",
    ]
    private static let hosts: [(name: String, host: ProviderHost)] = [
        ("standard", .standard), ("azure", .azure(version: nil)), ("vertex", .vertex),
    ]
    private static let usualServices: [ServiceTier] = [.standard, .flex, .priority, .regional]

    /// - Parameter file: the one that the entry names, if it names one.
    /// - Returns: nil, after a report, where requests cannot be sent to it.
    init?(_ entry: YAMLEntry, in file: ProviderModels?, environment: [String: String]) {
        guard Scalar.name(entry.name) != nil else {
            entry.key.report("'\(entry.name)' is not \(Scalar.nameForm).")
            return nil
        }
        guard let fields = entry.value.fields(of: "provider '\(entry.name)'", Self.fields) else { return nil }
        if let file, file.provider == nil { return nil }
        let listed = file?.provider ?? ProviderCatalog.provider(entry.name)
        if let listed { self.init(listed, apiKey: nil) } else { self.init(id: entry.name, baseURL: "") }
        id = entry.name
        readDialect(fields)
        guard readPlace(entry, fields, listed: listed, environment: environment) else { return nil }
        readHabits(fields)
        limits = fields["limits"]?.providerLimits(of: fields.place)
        if let name = fields["tier"]?.choice("tier", Tier.allCases.map(\.rawValue)) {
            tier = Tier(rawValue: name) ?? tier
        }
        allowsUnpriced = fields["unpriced"]?.choice("answer to 'unpriced'", ["allow", "refuse"]).map { $0 == "allow" }
        health = fields["health"].flatMap { HealthCheck($0, of: fields.place) }
    }

    private mutating func readDialect(_ fields: YAMLFields) {
        if let name = fields["dialect"]?.choice("dialect", Dialect.allCases.map(\.rawValue)) {
            dialect = Dialect(rawValue: name) ?? dialect
        }
        if let name = fields["host"]?.choice("host", Self.hosts.map(\.name)) {
            host = Self.hosts.first { $0.name == name }?.host ?? host
        }
        if case .azure = host, let version = fields["api_version"]?.text("a version of the API")?.value {
            host = .azure(version: version)
        }
    }

    /// Where it is, and what it is shown.
    ///
    /// - Returns: false, after a report, where that is not known.
    private mutating func readPlace(
        _ entry: YAMLEntry, _ fields: YAMLFields, listed: Provider?, environment: [String: String]
    ) -> Bool {
        let provided = ProviderPlace(
            entry, fields, listed: listed, dialect: dialect, host: host, environment: environment)
        guard provided.hasOnlyItsOwnFields() else { return false }
        switch provided.access() {
        case .key(let key): apiKey = key
        case .credentials(let credentials): self.credentials = credentials
        // The file that could not be read may name the project.
        case nil where host == .vertex: return false
        // Whatever else is wrong is told as well.
        case nil, .some(.none): break
        }
        guard let url = provided.baseURL(account) else { return false }
        if listed == nil, let known = ProviderCatalog.provider(at: url, host, dialect) { adoptHabits(of: known) }
        baseURL = url
        // Where the environment names the place, no field says what it costs there.
        if host == .vertex, fields["location"] == nil, !url.hasSuffix("/locations/global") { usualService = .regional }
        return true
    }

    /// What it takes, and what it does.
    private mutating func readHabits(_ fields: YAMLFields) {
        if let name = fields["output_limit_field"]?.choice("field", ["max_tokens", "max_completion_tokens"]) {
            outputLimitField = Provider.OutputLimitField(rawValue: name) ?? outputLimitField
        }
        acceptsStreamOptions = fields["stream_options"]?.boolean() ?? acceptsStreamOptions
        if let names = fields["accepts"]?.list(of: "extensions") {
            accepts = names.reduce(into: []) { accepts, each in
                let name = each.choice("extension", ChatExtensions.allNames)
                accepts.formUnion(name.flatMap(ChatExtensions.init(name:)) ?? [])
            }
        }
        if let name = fields["service_tier"]?.choice("tier of service", Self.usualServices.map(\.rawValue)) {
            usualService = ServiceTier(rawValue: name) ?? usualService
        }
        if let name = fields["on_disconnect"]?.choice("habit", DisconnectHabit.allCases.map(\.rawValue)) {
            onDisconnect = DisconnectHabit(rawValue: name) ?? onDisconnect
        }
    }
}
