/// Why settings of LiteLLM's have no equivalent, where there is more to say than that. Names as in
/// https://docs.litellm.ai/docs/proxy/config_settings (read 2026-11).
enum LiteLLMReasons {
    static func reason(for setting: String, in section: String) -> String {
        known(setting, in: section) ?? "nothing here does it."
    }

    static func known(_ setting: String, in section: String) -> String? {
        sections[section]?[setting] ?? shared[setting]
    }

    static let callbacks =
        "it is not called for a request: 'telemetry' sends traces over OTLP, 'tuppence ledger --json' and 'tuppence spend --json' have what was used and paid."
    private static let retries =
        "a target is asked once, and the next target of the route after it: list several targets."
    private static let cooldown =
        "it needs no setting: a target that has failed five times in a row goes behind all others, and is tried again after a second, then ever later."
    private static let redis = "gateways on one PostgreSQL share budgets and limits through it, and need no Redis."
    private static let database =
        "keys and spending in LiteLLM's database do not come over. The ledger is a file of SQLite, or in PostgreSQL: give it a database of its own, 'store: ${DATABASE_URL}'."
    private static let alerting = "notices go to a webhook: 'notifications', and 'soft' under 'budgets'."
    private static let parallel =
        "give providers 'limits: { concurrency: … }', and callers 'server: { limits: { in_flight_per_key: … } }'."

    /// What is done here without being asked for.
    static let doneAnyway: [String: String] = [
        "allowed_fails": cooldown, "allowed_fails_policy": cooldown, "cooldown_time": cooldown,
        "enable_pre_call_checks":
            "it needs no setting: a target whose limits leave no room, or whose context is too short, is passed over.",
    ]

    private static let shared: [String: String] = [
        "<<": "it is no mapping that could be merged in, no list of such, or more than can be.",
        "success_callback": callbacks, "failure_callback": callbacks, "callbacks": callbacks,
        "service_callbacks": callbacks, "callback_settings": callbacks,
        "num_retries": retries, "max_retries": retries, "retry_policy": retries, "retry_after": retries,
        "model_group_retry_policy": retries,
        "disable_cooldowns": "a target that fails again and again goes behind the others always.",
        "redis_host": redis, "redis_port": redis, "redis_password": redis, "redis_url": redis, "redis_db": redis,
        "content_policy_fallbacks": "a refusal by a provider's filter is the answer, not a reason to ask another one.",
        "drop_params":
            "callers say so themselves, with the header 'x-tuppence-drop: allow'; what a target cannot do is refused otherwise.",
        "modify_params": "requests are not changed beyond what a target's dialect needs.",
        "stream_timeout":
            "a stream has the same time as other answers; 'first_token_within' of a route has another target asked.",
        "tags":
            "targets are not chosen by tags; callers mark requests with 'x-tuppence-tags', and budgets may count by them.",
        "database_url": database, "store_model_in_db": database, "database_connection_pool_limit": database,
        "database_connection_timeout": database, "disable_spend_logs": database,
        "alerting": alerting, "alerting_threshold": alerting,
        "set_verbose": "'tuppence serve --log-level debug' logs more.",
        "json_logs": "'tuppence serve --log-format json' has each line of the log as JSON.",
        "custom_auth": "callers are known by their keys alone.",
        "enable_jwt_auth": "callers are known by their keys alone.",
        "ui_username": "who uses the console has a token of it: tuppence console token create.",
        "ui_password": "who uses the console has a token of it: tuppence console token create.",
        "max_parallel_requests": parallel, "default_max_parallel_requests": parallel,
        "use_x_forwarded_for":
            "it is believed from proxies that are named alone: 'server: { trusted_proxies: [ 10.0.0.5 ] }'.",
        "temperature": "no fields are put into requests but the output limit: callers send it.",
        "extra_headers": "no headers of one's own are sent to providers.",
        "organization": "no 'OpenAI-Organization' is sent: use a key of that organization's project.",
        "mock_response": "the sandbox answers without a provider: see 'tuppence sandbox'.",
        "max_internal_user_budget": "there are no users of the gateway itself; keys have budgets.",
        "internal_user_budget_duration": "there are no users of the gateway itself; keys have budgets.",
    ]

    private static let sections: [String: [String: String]] = [
        "": [
            "include": "other files are not read: import each, or put them together first.",
            "guardrails": "requests and answers are not checked for what they say.",
            "mcp_servers": "there is no gateway for MCP.",
            "finetune_settings": "no models are tuned: there is no '/v1/fine_tuning'.",
            "files_settings": "there are no '/v1/files' and '/v1/batches': 'tuppence batch' sends a file of requests.",
            "vector_store_registry": "there are no vector stores.",
            "search_tools": "there are no tools of the gateway's own.",
        ],
        "router_settings": [
            "routing_strategy_args": "strategies have no settings of their own.",
            "enable_tag_filtering": "targets are not chosen by tags.",
            "timeout": "it is no time such as 30 or 0.5, in seconds.",
        ],
        "general_settings": [
            "pass_through_endpoints": "nothing reaches a provider around key, budget and ledger.",
            "allow_requests_on_db_unavailable":
                "budgets say what may be spent while the ledger cannot be written: 'on_store_failure'.",
        ],
    ]
}
