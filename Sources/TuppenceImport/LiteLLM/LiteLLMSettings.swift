import TuppenceCore

/// What routes are made by, beside the deployments.
struct LiteLLMSettings {
    var strategy: SettingNode?
    var timeout: SettingNode?
    /// `[{ group: [group, …] }, …]`
    var fallbacks: SettingNode?
    /// The same, for what is too long.
    var contextFallbacks: SettingNode?
    var defaultFallbacks: SettingNode?
    var aliases: SettingNode?
}

/// Reading `litellm_settings`, `router_settings` and `general_settings`.
extension LiteLLMImport {
    mutating func readLibrarySettings(_ section: SettingNode, _ settings: inout LiteLLMSettings) {
        for member in section.members {
            switch member.name {
            case "request_timeout": readRequestTimeout(member.value)
            case "cache": readCache(member.value, section["cache_params"])
            case "cache_params" where section["cache"] != nil: break
            case "max_budget": readProxyBudget(member.value, section["budget_duration"])
            case "budget_duration" where section["max_budget"] != nil: break
            case "max_end_user_budget": readUserBudget(member.value)
            case "json_logs" where member.value.flag == false, "set_verbose" where member.value.flag == false: break
            default: readRouting(member, &settings, in: "litellm_settings")
            }
        }
    }

    mutating func readRouterSettings(_ section: SettingNode, _ settings: inout LiteLLMSettings) {
        for member in section.members {
            if member.name == "provider_budget_config" {
                readProviderBudgets(member.value)
            } else {
                readRouting(member, &settings, in: "router_settings")
            }
        }
    }

    /// What both sections may have.
    private mutating func readRouting(
        _ member: SettingNode.Member, _ settings: inout LiteLLMSettings, in section: String
    ) {
        switch member.name {
        case "routing_strategy": settings.strategy = member.value
        case "timeout": settings.timeout = member.value
        case "fallbacks": settings.fallbacks = member.value
        case "context_window_fallbacks": settings.contextFallbacks = member.value
        case "default_fallbacks": settings.defaultFallbacks = member.value
        case "model_group_alias": settings.aliases = member.value
        case "success_callback", "failure_callback", "callbacks", "service_callbacks": readCallbacks(member.value)
        default: notTaken(member, in: section)
        }
    }

    private mutating func notTaken(_ member: SettingNode.Member, in section: String) {
        // What is off is not missed.
        if member.value.flag == false || member.value.isNull { return }
        if let reason = LiteLLMReasons.doneAnyway[member.name] { return changed(member.value, reason) }
        leftOut(member.value, LiteLLMReasons.reason(for: member.name, in: section))
    }

    private mutating func readCallbacks(_ node: SettingNode) {
        for callback in node.isSequence ? node.elements : [node] where !callback.isNull {
            switch callback.text {
            case "prometheus":
                changed(callback, "it is there without: Prometheus' 'GET /metrics', where the console listens.")
            case "otel":
                leftOut(
                    callback,
                    "traces and metrics go out over OTLP once it is said where to: 'telemetry: { otlp: { endpoint: … } }', or OTEL_EXPORTER_OTLP_ENDPOINT."
                )
            default: leftOut(callback, LiteLLMReasons.callbacks)
            }
        }
    }

    private mutating func readRequestTimeout(_ node: SettingNode) {
        guard let time = node.text.flatMap(Self.duration) else {
            return leftOut(node, "it is no time such as 30 or 0.5, in seconds.")
        }
        file.server.append(.init("request_timeout", .plain(time)))
    }

    private mutating func readCache(_ node: SettingNode, _ parameters: SettingNode?) {
        guard node.flag == true else { return }
        var fields: [TuppenceFile.Field] = []
        for member in parameters?.members ?? [] {
            switch member.name {
            case "type":
                if member.value.text != "local" {
                    changed(member.value, "answers are kept in a file beside the ledger.")
                }
            case "ttl":
                if let time = member.value.text.flatMap(Self.duration) {
                    fields.append(.init("ttl", .plain(time)))
                } else {
                    leftOut(member.value, "it is no time such as 600, in seconds.")
                }
            case "host", "port", "password", "url", "namespace", "redis_startup_nodes", "ssl", "max_connections":
                leftOut(member.value, "answers are kept in a file beside the ledger.")
            default: leftOut(member.value, LiteLLMReasons.reason(for: member.name, in: "cache_params"))
            }
        }
        file.cache = fields.isEmpty ? .plain("on") : .mapping(fields)
    }

    mutating func readGeneralSettings(_ section: SettingNode) {
        for member in section.members {
            switch member.name {
            case "master_key": readMasterKey(member.value)
            case "max_request_size_mb":
                guard let size = Self.integer(member.value.text), size > 0 else {
                    leftOut(member.value, "it is no size in MB.")
                    continue
                }
                file.server.append(.init("max_body", .plain("\(size)MB")))
            case "allowed_ips": readAllowed(member.value)
            case "global_max_parallel_requests": readInFlight(member.value)
            case "background_health_checks" where member.value.flag == true:
                readHealthChecks(member.value, section["health_check_interval"])
            // Without those it has no effect.
            case "health_check_interval": break
            default: notTaken(member, in: "general_settings")
            }
        }
    }

    private mutating func readAllowed(_ node: SettingNode) {
        var allowed: [TuppenceFile.Value] = []
        for element in node.elements {
            if let text = element.text, NetworkRange(text) != nil {
                allowed.append(.text(text))
            } else {
                leftOut(element, "it is no address.")
            }
        }
        if !allowed.isEmpty {
            file.server.append(.init("allow", .list(allowed)))
        } else if node.elements.isEmpty, !node.isNull {
            leftOut(node, "it is no list of addresses.")
        }
    }

    private mutating func readInFlight(_ node: SettingNode) {
        guard !node.isNull else { return }
        guard let count = Self.integer(node.text), (1...10_000_000).contains(count) else {
            return leftOut(node, "it is no number from 1 to 10000000.")
        }
        file.server.append(.init("limits", .mapping([.init("in_flight", .plain("\(count)"))])))
    }

    private mutating func readHealthChecks(_ node: SettingNode, _ interval: SettingNode?) {
        // Theirs, where none is said.
        guard let every = Self.duration(seconds: interval?.text ?? "300"), !every.hasSuffix("ms") else {
            return leftOut(interval ?? node, "it is no time such as 300, in seconds.")
        }
        for provider in file.providers.indices {
            file.providers[provider].fields.append(.init("health", .mapping([.init("every", .plain(every))])))
        }
        changed(node, "each provider is asked whether it is there, which costs nothing; its models are not.")
    }

    private mutating func readMasterKey(_ node: SettingNode) {
        guard let secret = secret(node, variable: "LITELLM_MASTER_KEY") else { return }
        file.keys.append([.init("name", .text("litellm-master")), .init("secret", .text(secret))])
        changed(
            node,
            "it becomes the key 'litellm-master', which may ask every model but manages nothing, and needs 16 characters; virtual keys are made with 'tuppence keys create'."
        )
    }
}
