import TuppenceCore
import TuppenceDialects

/// The known providers whose variables are set, which nobody has to list: those that need nothing but a key, those that run where one
/// says, and those of the clouds.
struct EnvironmentProviders {
    private(set) var settings: [ProviderSettings] = []
    /// Why a provider is not there though its variables are set, by its name.
    private(set) var troubles: [String: String] = [:]

    /// What those have in place of a key: there with all of it, as if they were listed without a field.
    private static let credentials = [
        "azure": ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"],
        "bedrock": ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        "vertex": ["GOOGLE_APPLICATION_CREDENTIALS"],
    ]

    init(_ environment: [String: String]) {
        for provider in ProviderCatalog.all {
            if let found = Self.keyed(provider, environment) {
                settings.append(found)
            } else if let variables = Self.credentials[provider.id],
                variables.allSatisfy({ environment.variable($0) != nil })
            {
                read(provider, variables, environment)
            }
        }
    }

    private static func keyed(_ provider: Provider, _ environment: [String: String]) -> ProviderSettings? {
        let key = provider.keyName(in: environment)
        let address = provider.baseURL(in: environment)
        guard provider.host == .standard, !provider.baseURL.isEmpty, key != nil || address != nil else { return nil }
        var settings = ProviderSettings(provider, apiKey: provider.key(in: environment))
        settings.variables = [key, address == nil ? nil : provider.baseURLVariable].compactMap(\.self)
        if let address { settings.baseURL = address }
        let region = environment.variable("AWS_REGION") ?? environment.variable("AWS_DEFAULT_REGION")
        if provider.dialect == .bedrock, let region, Scalar.isPathName(region) {
            settings.baseURL = ProviderCatalog.bedrockURL(region: region)
        }
        return settings
    }

    private mutating func read(_ provider: Provider, _ variables: [String], _ environment: [String: String]) {
        var environment = environment
        if environment.variable("AWS_REGION") == nil, environment.variable("AWS_DEFAULT_REGION") == nil {
            // The one of the catalogue's address, as with a key of Bedrock's own.
            environment["AWS_REGION"] = "us-east-1"
        }
        let reader = YAMLReader("\(provider.id):", file: "", environment: environment)
        let entry = reader.root()?.entries("provider").first
        let found = entry.flatMap { ProviderSettings($0, in: nil, environment: environment) }
        if var found, reader.problems.isEmpty {
            found.variables = variables
            // They are set for storage and the like as well, or for other programs.
            found.yieldsNames = true
            settings.append(found)
        } else {
            let reasons = reader.problems.map { [$0.message, $0.remedy].filter { !$0.isEmpty }.joined(separator: " ") }
            troubles[provider.id] = Self.trouble(provider.id, variables, reasons.joined(separator: " "))
        }
    }

    /// That a provider is not there though its variables are set.
    private static func trouble(_ id: String, _ variables: [String], _ reason: String) -> String {
        "\(variables.joined(separator: " and ")) \(variables.count == 1 ? "is" : "are") set, and provider '\(id)' is not there all the same: \(reason)"
    }

    /// Leaves out those of the clouds where there is nothing else, and the sandbox is named.
    mutating func yieldToSandbox() {
        guard settings.allSatisfy(\.yieldsNames) else { return }
        for provider in settings {
            troubles[provider.id] = Self.trouble(
                provider.id, provider.variables,
                "the file names the sandbox, which is there as long as there is no other provider. Add '\(provider.id):' under 'providers' if it is meant."
            )
        }
        settings = []
    }
}

extension Provider {
    /// The variable that its key is taken from.
    fileprivate func keyName(in environment: [String: String]) -> String? {
        ([keyVariable].compactMap(\.self) + keyAliases).first { environment.variable($0) != nil }
    }
}

extension Configuration {
    /// What comes from the environment alone, and from which variables: `openai (OPENAI_API_KEY)`.
    public var providersOfEnvironment: [String] {
        providers.filter { !$0.variables.isEmpty }.map { "\($0.id) (\($0.variables.joined(separator: ", ")))" }
    }
}
