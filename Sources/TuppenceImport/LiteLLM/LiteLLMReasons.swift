/// Why settings of LiteLLM's have no equivalent, where there is more to say than that. Names as in
/// https://docs.litellm.ai/docs/proxy/config_settings (read 2026-11).
enum LiteLLMReasons {
    static func reason(for setting: String, in section: String) -> String {
        known(setting, in: section) ?? "nothing here does it."
    }

    static func known(_ setting: String, in section: String) -> String? {
        sections[section]?[setting] ?? shared[setting]
    }

    private static let callbacks =
        "nobody outside is called for a request: 'tuppence ledger --json' and 'tuppence spend --json' have what was used and paid."
    private static let retries =
        "a target is asked once, and the next target of the route after it: list several targets."
    private static let cooldown =
        "a failing target is not set aside for a time; each request tries the targets in order."
    private static let redis = "processes on one database share budgets through it; nothing else is shared."
    private static let database =
        "the ledger is a file of SQLite, 'store: sqlite:tuppence.db' unless said otherwise; keys and spending in LiteLLM's database do not come over."

    private static let shared: [String: String] = [
        "<<": "it is no mapping that could be merged in, no list of such, or more than can be.",
        "success_callback": callbacks, "failure_callback": callbacks, "callbacks": callbacks,
        "service_callbacks": callbacks, "callback_settings": callbacks,
        "num_retries": retries, "max_retries": retries, "retry_policy": retries, "retry_after": retries,
        "model_group_retry_policy": retries,
        "allowed_fails": cooldown, "allowed_fails_policy": cooldown, "cooldown_time": cooldown,
        "disable_cooldowns": cooldown,
        "redis_host": redis, "redis_port": redis, "redis_password": redis, "redis_url": redis, "redis_db": redis,
        "context_window_fallbacks":
            "a request that is too long for a target is refused with 'context_length_exceeded', not sent to another route.",
        "content_policy_fallbacks": "a refusal by a provider's filter is the answer, not a reason to ask another one.",
        "drop_params":
            "callers say so themselves, with the header 'x-tuppence-drop: allow'; what a target cannot do is refused otherwise.",
        "modify_params": "requests are not changed beyond what a target's dialect needs.",
        "stream_timeout": "a stream has the same time as other answers.",
        "tags":
            "targets are not chosen by tags; callers mark requests with 'x-tuppence-tags', and budgets may count by them.",
        "database_url": database, "store_model_in_db": database, "database_connection_pool_limit": database,
        "database_connection_timeout": database, "disable_spend_logs": database,
        "alerting": "budgets notify by log and webhook: see 'soft' under 'budgets'.",
        "alerting_threshold": "budgets notify by log and webhook: see 'soft' under 'budgets'.",
        "set_verbose": "'tuppence serve --log-level debug' logs more.",
        "json_logs": "logs are lines of text.",
        "custom_auth": "callers are known by their keys alone.",
        "enable_jwt_auth": "callers are known by their keys alone.",
        "ui_username": "who uses the console has a token of it: tuppence console token create.",
        "ui_password": "who uses the console has a token of it: tuppence console token create.",
        "max_parallel_requests": "requests are not counted, only money: see 'budgets' and 'loops'.",
        "global_max_parallel_requests": "requests are not counted, only money: see 'budgets' and 'loops'.",
        "default_max_parallel_requests": "requests are not counted, only money: see 'budgets' and 'loops'.",
        "enable_pre_call_checks":
            "limits of requests and tokens a minute are not enforced; a request longer than its target's context is refused.",
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
            "finetune_settings": "only chats, completions and embeddings are passed on.",
            "files_settings": "only chats, completions and embeddings are passed on.",
            "vector_store_registry": "there are no vector stores.",
            "search_tools": "there are no tools of the gateway's own.",
        ],
        "router_settings": [
            "routing_strategy_args": "the strategy is weighted.",
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
