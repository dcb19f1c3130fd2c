/// The `tuppence.yaml` that `tuppence init` writes.
public enum StarterFile {
    /// The key's secret in ``starter``. Anybody can read it here, so the loader refuses it where other machines can
    /// connect.
    public static let placeholderSecret = "tp_live_change-me-0123456789"

    /// The file with ``placeholderSecret``: valid as it stands, with nothing set in the environment.
    public static let starter = text(secret: placeholderSecret)

    /// The file with a secret of its own, for `tuppence init` to write.
    public static func text(secret: String) -> String {
        """
        # Tuppence reads this file at start. Check it with: tuppence check
        # ${NAME} reads an environment variable, ${NAME:-default} does so with a default.

        server:
          listen: 127.0.0.1:8080            # 0.0.0.0:8080 lets other machines connect

        store: sqlite:tuppence.db           # the ledger: one file, kept across restarts

        # Providers whose keys are in the environment are there without being listed: OPENAI_API_KEY, MISTRAL_API_KEY,
        # DEEPSEEK_API_KEY, GROQ_API_KEY, TOGETHER_API_KEY, FIREWORKS_API_KEY, OPENROUTER_API_KEY, XAI_API_KEY …
        providers:
          # openai: { api_key: ${OPENAI_API_KEY} }
          # ollama:                         # on this machine, free of charge
          # local: { base_url: http://127.0.0.1:9001/v1 }

        # USD per million tokens. Known models have a price; a target without one is refused.
        prices:
          # local/llama-3.1-405b: { input: 0.80, cached_input: 0.08, output: 0.80 }

        # Names that applications send as "model". Any provider/model works without a route too.
        routes:
          # fast-llm:
          #   strategy: weighted            # or priority: one after the other, as each fails
          #   targets:
          #     - { target: openai/gpt-4o-mini, weight: 80 }
          #     - { target: mistral/mistral-small-latest, weight: 20 }
          #   max_output_tokens: 4096       # for requests that name no limit

        # What applications send as their API key.
        keys:
          - name: my-app
            secret: ${TUPPENCE_KEY:-\(secret)}

        # What may be spent. Nothing reaches a provider before the most it can cost is set aside.
        budgets:
          - { name: my-app-daily, scope: { key: my-app }, limit: $5, per: day }
          - { name: runaway-loops, scope: { key: each }, limit: $1, per: minute }

        """
    }
}
