import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceServer
import TuppenceSigning
import TuppenceStore
import TuppenceUpstream

/// Puts configuration and stored keys together into what the data plane works with.
enum SnapshotBuilder {
    static func snapshot(
        _ loaded: LoadedConfiguration, storedKeys: [StoredKey], callers: OwnCallers?, sandboxURL: String?,
        cache: GatewayCache?, responses: StoredResponses, idempotentAnswers: IdempotentAnswers, tokens: TokenSources
    ) throws -> GatewaySnapshot {
        let configuration = loaded.configuration
        var providers: [String: ConnectedProvider] = [:]
        for settings in configuration.providers { providers[settings.id] = try connected(settings, tokens) }
        tokens.forgetAll(but: configuration.providers.compactMap(\.account))
        if let sandboxURL, let endpoint = UpstreamEndpoint(baseURL: sandboxURL, apiKey: nil) {
            providers["sandbox"] = ConnectedProvider(
                provider: Provider(id: "sandbox", baseURL: sandboxURL), endpoint: endpoint)
        }
        var keys = keys(configuration, storedKeys, isSandbox: loaded.isSandbox)
        callers?.admit(to: &keys)
        return GatewaySnapshot(
            policy: configuration.policy, providers: providers, keys: keys,
            cache: cache, responses: configuration.server.keepsResponses ? responses : nil,
            idempotentAnswers: configuration.server.keepsIdempotentAnswers ? idempotentAnswers : nil,
            loops: configuration.loops, formerTargets: configuration.formerTargets, since: WallClock.now)
    }

    private static func connected(_ settings: ProviderSettings, _ tokens: TokenSources) throws -> ConnectedProvider {
        var provider = settings.provider
        var key = settings.apiKey
        var authorization = ProviderAuthorization.key
        switch settings.credentials {
        case nil: break
        case .token(let token): (key, provider.keyIsToken) = (token, true)
        case .aws(let access):
            let credentials = AWSCredentials(
                accessKeyID: access.accessKeyID, secretAccessKey: access.secretAccessKey,
                sessionToken: access.sessionToken)
            authorization = .signature(AWSSignature(credentials, region: access.region, service: "bedrock"))
        case .serviceAccount(let account): authorization = .tokens(try tokens.tokens(of: account))
        }
        guard let endpoint = UpstreamEndpoint(baseURL: settings.baseURL, apiKey: key) else {
            throw Failure(
                "Provider '\(settings.id)' can't be reached at \(settings.baseURL): either that is no http:// or https:// address, or its key has spaces or line ends in it."
            )
        }
        return ConnectedProvider(
            provider: provider, endpoint: endpoint, authorization: authorization, health: settings.health)
    }

    /// A key in the configuration wins over a stored one of the same name.
    private static func keys(
        _ configuration: Configuration, _ stored: [StoredKey], isSandbox: Bool
    ) -> [KeyDigest: Key] {
        let configured = Set(configuration.keys.map(\.name))
        var keys: [KeyDigest: Key] = [:]
        for key in stored where !configured.contains(key.name) && key.hash.count == 32 {
            let made = Key(
                name: key.name, isDisabled: key.isDisabled, expiresAt: key.expiresAt, isTest: key.isTest && !isSandbox)
            for hash in key.former.map(\.hash) + [key.hash] { keys[KeyDigest(bytes: hash)] = made }
        }
        for key in configuration.keys {
            keys[KeyDigest(of: key.secret)] = key.key
        }
        return keys
    }
}
