import TuppenceCore
import TuppenceDialects

/// The providers of a configuration: those of the file, then those whose keys are in the environment.
struct ProvidersSection {
    private(set) var settings: [ProviderSettings] = []
    /// Every provider that was mentioned, even those that could not be read: what leads to them is no further problem.
    private(set) var names: Set<String> = []
    /// Those that requests can be sent to; where nothing is sent, all that were mentioned.
    private(set) var inForce: Set<String> = []
    /// Nobody has configured a provider, so the sandbox answers.
    private(set) var isSandbox = false
    /// Why providers are not there whose variables are set.
    private(set) var troubles: [String] = []
    /// The files that the configuration names, with their models, by provider.
    private(set) var files: [String: ProviderModels] = [:]
    var onDisconnect: [String: DisconnectHabit] { settings.onDisconnect }
    var tiers: [String: Tier] { settings.tiers }

    /// Reads `providers: { openai: { api_key: ${KEY} }, local: { base_url: http://127.0.0.1:9001/v1 } }`.
    ///
    /// - Parameter root: that of the file, which names providers elsewhere, and whose reader says whether secrets are needed.
    init(_ section: YAMLCursor?, in root: YAMLCursor, server: ServerSettings, environment: [String: String]) {
        var sandbox: YAMLEntry?
        for entry in section?.entries("provider") ?? [] {
            if entry.name == SandboxDefaults.provider, entry.value.isEmpty {
                sandbox = entry
            } else {
                read(entry, server: server, environment: environment)
            }
        }
        var found = EnvironmentProviders(environment)
        if names.isEmpty, sandbox != nil || root.namedProviders.contains(SandboxDefaults.provider) {
            found.yieldToSandbox()
        }
        for provider in found.settings where names.insert(provider.id).inserted { settings.append(provider) }
        troubles = found.troubles.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
        isSandbox = names.isEmpty
        if isSandbox {
            names.insert(SandboxDefaults.provider)
        } else if let sandbox {
            // Beside others it is one like them, and needs an address.
            read(sandbox, server: server, environment: environment)
        }
        inForce = isSandbox ? names : Set(settings.map(\.id))
        guard !root.reader.needsSecrets else { return }
        // Their keys may be in the environment of the gateway, which is not this one.
        let named = root.namedProviders
        names.formUnion(
            ProviderCatalog.all.filter { ($0.keyVariable ?? $0.baseURLVariable) != nil && named.contains($0.id) }
                .map(\.id))
        inForce = names
    }

    private mutating func read(_ entry: YAMLEntry, server: ServerSettings, environment: [String: String]) {
        names.insert(entry.name)
        let file = entry.value.field("file").map { ProviderModels(at: $0) }
        if let file { files[entry.name] = file }
        guard let provider = ProviderSettings(entry, in: file, environment: environment) else { return }
        settings.append(provider)
        if server.answers(provider.baseURL) {
            entry.key.report(
                "provider '\(entry.name)' leads back to this gateway, which listens there itself.",
                "Give it another 'base_url', or 'server' another 'listen'.")
        }
    }

    /// Of those that do not answer in the standard tier.
    var usualServices: [String: ServiceTier] {
        settings.reduce(into: [:]) { if $1.usualService != .standard { $0[$1.id] = $1.usualService } }
    }
}

extension YAMLCursor {
    fileprivate var isEmpty: Bool { isNull || node.mapping?.isEmpty == true }
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
