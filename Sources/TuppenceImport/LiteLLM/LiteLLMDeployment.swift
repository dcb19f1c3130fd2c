import TuppenceCore
import TuppenceDialects

/// One entry of `model_list` as a target of ours.
struct LiteLLMDeployment {
    /// `model_name`: what callers ask for, and what it shares with its like.
    var group: String
    var node: SettingNode
    /// LiteLLM's own word for whose model it is, by which budgets name it.
    var prefix: String
    var target: String
    var kind: ModelKind
    var weight: SettingNode?
    var requestsPerMinute: SettingNode?
    var tokensPerMinute: SettingNode?
    var parallelRequests: SettingNode?
    var order: Int?
    var maxTokens: SettingNode?
    var timeout: SettingNode?
}

/// Reading `model_list`.
extension LiteLLMImport {
    mutating func readModels(_ list: SettingNode) {
        for entry in list.elements { if let deployment = readDeployment(entry) { deployments.append(deployment) } }
    }

    private static let deploymentFields: Set<String> = ["model_name", "litellm_params", "model_info", "rpm", "tpm"]

    private mutating func readDeployment(_ entry: SettingNode) -> LiteLLMDeployment? {
        for member in entry.members where !Self.deploymentFields.contains(member.name) {
            leftOut(member.value, LiteLLMReasons.reason(for: member.name, in: "model_list"))
        }
        guard let group = entry["model_name"]?.text, let written = entry["litellm_params"],
            let model = written["model"]?.text
        else {
            leftOut(entry, "a deployment has a 'model_name', and 'litellm_params' with a 'model'.")
            return nil
        }
        guard let parameters = withCredential(written), let (prefix, name) = whose(model, parameters) else {
            return nil
        }
        guard let provider = LiteLLMProvider.named(prefix) else {
            leftOut(
                parameters["model"] ?? entry,
                "nobody here speaks to '\(prefix)'. If it speaks OpenAI's dialect, list it under 'providers' with its 'base_url'."
            )
            return nil
        }
        guard !name.contains("*") else {
            readWildcard(group, prefix, provider, parameters)
            return nil
        }
        guard let connection = connect(provider, prefix, model: name, parameters) else { return nil }
        let target = "\(connection.name)/\(connection.model)"
        guard Target(target) != nil, Self.isRouteName(target) else {
            leftOut(parameters["model"] ?? entry, "a model's name is visible ASCII characters without spaces.")
            return nil
        }
        guard price(entry, parameters, connection, target: target) else { return nil }
        // Only now is it sure that something leads there.
        add(connection)
        var deployment = LiteLLMDeployment(
            group: group, node: entry, prefix: prefix, target: target,
            kind: kind(of: connection, target, mode: entry["model_info"]?["mode"]?.text))
        // Older files have them beside the parameters.
        deployment.requestsPerMinute = entry["rpm"]
        deployment.tokensPerMinute = entry["tpm"]
        readParameters(parameters, into: &deployment)
        readInformation(entry["model_info"])
        return deployment
    }

    /// What a model is for: the file says it, or the catalogue, or that its output has no price.
    private func kind(of connection: LiteLLMConnection, _ target: String, mode: String?) -> ModelKind {
        if let kind = mode.flatMap({ ImportedPrices.liteLLMKinds[$0] }) { return kind }
        if let known = listing(Target(provider: connection.catalogueID, model: connection.model)) { return known.kind }
        guard let price = file.prices.first(where: { $0.target == target })?.fields else { return .chat }
        return price.contains { $0.name == "output" } ? .chat : .embedding
    }

    /// Takes `openai/gpt-4o` apart, or finds out whose model `gpt-4o` is.
    private mutating func whose(_ model: String, _ parameters: SettingNode) -> (prefix: String, model: String)? {
        if let provider = parameters["custom_llm_provider"]?.text {
            let own = provider + "/"
            return (provider, model.hasPrefix(own) ? String(model.dropFirst(own.count)) : model)
        }
        if let slash = model.firstIndex(of: "/") {
            return (String(model[..<slash]), String(model[model.index(after: slash)...]))
        }
        // LiteLLM has a list of names; ours is the catalogue.
        for prefix in ["openai", "anthropic", "mistral", "cohere", "deepseek", "xai"] {
            if listing(Target(provider: prefix, model: model)) != nil { return (prefix, model) }
        }
        if parameters["api_base"] != nil { return ("openai", model) }
        leftOut(
            parameters["model"] ?? parameters, "whose model '\(model)' is cannot be told: write provider/model.")
        return nil
    }

    /// `openai/*` needs no route: any `provider/model` of a provider works.
    private mutating func readWildcard(
        _ group: String, _ prefix: String, _ provider: LiteLLMProvider, _ parameters: SettingNode
    ) {
        let node = parameters["model"] ?? parameters
        let model = parameters["model"]?.text
        guard model == "\(prefix)/*", group == "*" || group == model,
            let connection = connect(provider, prefix, model: "*", parameters)
        else {
            return leftOut(node, "a route has a name of its own; any 'provider/model' works without one.")
        }
        add(connection)
        let name = connection.name
        changed(
            node,
            group == "*"
                ? "models of '\(name)' with a price are found by their own names without a route, where no other provider here lists the same."
                : "every model of '\(name)' with a price can be asked for as '\(name)/<model>', without a route.")
    }

    private mutating func readParameters(_ parameters: SettingNode, into deployment: inout LiteLLMDeployment) {
        for member in parameters.members {
            switch member.name {
            case "model", "custom_llm_provider", "api_key", "api_base", "base_url", "litellm_credential_name": break
            case _ where LiteLLMPrice.isPrice(member.name): break
            case _ where Self.placeParameters.contains(member.name): break
            case "weight": deployment.weight = member.value
            case "rpm": deployment.requestsPerMinute = member.value
            case "tpm": deployment.tokensPerMinute = member.value
            case "max_parallel_requests": deployment.parallelRequests = member.value
            case "order":
                deployment.order = Self.integer(member.value.text).flatMap { $0 <= 100_000 ? $0 : nil }
                if deployment.order == nil { leftOut(member.value, "a priority is a number from 0 to 100000.") }
            case "max_tokens", "max_completion_tokens": deployment.maxTokens = member.value
            case "timeout", "request_timeout": deployment.timeout = member.value
            case "max_budget": readBudget(member.value, parameters["budget_duration"], of: deployment)
            case "budget_duration" where parameters["max_budget"] != nil: break
            default: leftOut(member.value, LiteLLMReasons.reason(for: member.name, in: "litellm_params"))
            }
        }
    }

    /// What says where a provider is; `connect` reads it.
    static let placeParameters: Set<String> = [
        "api_version", "aws_region_name", "region_name", "aws_access_key_id", "aws_secret_access_key",
        "aws_session_token", "vertex_project", "vertex_location", "vertex_credentials",
    ]

    /// What is said of a model for others to read; prices are read with the parameters'.
    private mutating func readInformation(_ information: SettingNode?) {
        for member in information?.members ?? [] {
            switch member.name {
            case "id", "mode", "base_model", "description", "max_tokens", "max_input_tokens", "max_output_tokens": break
            case _ where LiteLLMPrice.isPrice(member.name): break
            case _ where member.name.hasPrefix("supports_"):
                changed(member.value, "what a model can do is known by the catalogue, or found out by asking it.")
            default: leftOut(member.value, LiteLLMReasons.reason(for: member.name, in: "model_info"))
            }
        }
    }
}
