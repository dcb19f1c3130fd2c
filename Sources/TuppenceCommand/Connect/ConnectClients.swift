extension ConnectClient {
    /// Every client that is known, an entry each. The forms are those of their own pages, read 2026-11.
    static let all: [ConnectClient] = [
        ConnectClient(
            name: "curl", title: "curl", speaks: "OpenAI",
            blocks: [
                Block(
                    "In your shell",
                    #"""
                    curl -sS '{v1}/chat/completions' \
                      -H 'Authorization: Bearer {key}' \
                      -H 'Content-Type: application/json' \
                      -d '{"model": "{model}", "messages": [{"role": "user", "content": "Hello!"}]}'
                    """#)
            ]),
        // https://code.claude.com/docs/en/llm-gateway
        ConnectClient(
            name: "claude-code", title: "Claude Code", speaks: "Anthropic",
            blocks: [
                Block(
                    "In your shell",
                    """
                    export ANTHROPIC_BASE_URL='{base}'
                    export ANTHROPIC_AUTH_TOKEN='{key}'
                    export ANTHROPIC_API_KEY=''
                    export ANTHROPIC_MODEL='{model}'
                    export ANTHROPIC_DEFAULT_HAIKU_MODEL='{model}'
                    export CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1
                    claude
                    """),
                Block(
                    "Or, for all sessions, in ~/.claude/settings.json",
                    """
                    {
                      "env": {
                        "ANTHROPIC_BASE_URL": "{base}",
                        "ANTHROPIC_AUTH_TOKEN": "{key}",
                        "ANTHROPIC_API_KEY": "",
                        "ANTHROPIC_MODEL": "{model}",
                        "ANTHROPIC_DEFAULT_HAIKU_MODEL": "{model}",
                        "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY": "1"
                      }
                    }
                    """),
            ],
            notes: [
                "The address is without /v1, which Claude Code adds.",
                "Its list of models shows names alone that begin with claude or anthropic; a route that is called so is among them.",
                "Where another maker's model is behind the name, set CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1, too.",
            ]),
        // https://developers.openai.com/codex/config-advanced
        ConnectClient(
            name: "codex", title: "Codex", speaks: "OpenAI Responses",
            blocks: [
                Block(
                    "In ~/.codex/config.toml, the first three lines above every [table]",
                    """
                    model = "{model}"
                    model_provider = "tuppence"
                    web_search = "disabled"

                    [model_providers.tuppence]
                    name = "Tuppence"
                    base_url = "{v1}"
                    env_key = "TUPPENCE_KEY"
                    wire_api = "responses"
                    """),
                Block(
                    "In your shell",
                    """
                    export TUPPENCE_KEY='{key}'
                    codex
                    """),
            ],
            notes: [
                "Codex offers OpenAI's own web search unasked, which is refused for targets that do not speak Responses. Leave out web_search where all of the model's do."
            ]),
        // https://cursor.com/help/models-and-usage/api-keys
        ConnectClient(
            name: "cursor", title: "Cursor", speaks: "OpenAI",
            blocks: [
                Block(
                    "In Cursor's settings, under Models",
                    """
                    OpenAI API Key:            {key}
                    Override OpenAI Base URL:  {v1}
                    Add a custom model:        {model}
                    """)
            ],
            notes: [
                "Requests come from Cursor's own servers, so the gateway needs an address on the internet, with TLS: give it by --address."
            ]),
        // https://docs.continue.dev/customize/model-providers/top-level/openai
        ConnectClient(
            name: "continue", title: "Continue", speaks: "OpenAI",
            blocks: [
                Block(
                    "In ~/.continue/config.yaml",
                    """
                    name: Tuppence
                    version: 0.0.1
                    schema: v1
                    models:
                      - name: "{model}"
                        provider: openai
                        model: "{model}"
                        apiBase: "{v1}"
                        apiKey: "{key}"
                    """)
            ]),
        // https://aider.chat/docs/llms/openai-compat.html
        ConnectClient(
            name: "aider", title: "aider", speaks: "OpenAI",
            blocks: [
                Block(
                    "In your shell",
                    """
                    export OPENAI_API_BASE='{v1}'
                    export OPENAI_API_KEY='{key}'
                    aider --model 'openai/{model}'
                    """)
            ]),
        ConnectClient(
            name: "openai-python", title: "OpenAI's SDK for Python", speaks: "OpenAI",
            blocks: [
                Block(
                    "In the program's environment, with no change to its code",
                    """
                    export OPENAI_BASE_URL='{v1}'
                    export OPENAI_API_KEY='{key}'
                    """),
                Block(
                    "Or in its code",
                    """
                    from openai import OpenAI

                    client = OpenAI(base_url="{v1}", api_key="{key}")
                    answer = client.chat.completions.create(
                        model="{model}", messages=[{"role": "user", "content": "Hello!"}])
                    print(answer.choices[0].message.content)
                    """),
            ]),
        ConnectClient(
            name: "openai-node", title: "OpenAI's SDK for JavaScript", speaks: "OpenAI",
            blocks: [
                Block(
                    "In the program's environment, with no change to its code",
                    """
                    export OPENAI_BASE_URL='{v1}'
                    export OPENAI_API_KEY='{key}'
                    """),
                Block(
                    "Or in its code",
                    """
                    import OpenAI from "openai";

                    const client = new OpenAI({ baseURL: "{v1}", apiKey: "{key}" });
                    const answer = await client.chat.completions.create({
                      model: "{model}",
                      messages: [{ role: "user", content: "Hello!" }],
                    });
                    console.log(answer.choices[0].message.content);
                    """),
            ]),
        ConnectClient(
            name: "anthropic-python", title: "Anthropic's SDK for Python", speaks: "Anthropic",
            blocks: [
                Block(
                    "In the program's environment, with no change to its code",
                    """
                    export ANTHROPIC_BASE_URL='{base}'
                    export ANTHROPIC_API_KEY='{key}'
                    """),
                Block(
                    "Or in its code",
                    """
                    from anthropic import Anthropic

                    client = Anthropic(base_url="{base}", api_key="{key}")
                    answer = client.messages.create(
                        model="{model}", max_tokens=256, messages=[{"role": "user", "content": "Hello!"}])
                    print(answer.content[0].text)
                    """),
            ],
            notes: ["The address is without /v1, which the SDK adds."]),
        ConnectClient(
            name: "anthropic-node", title: "Anthropic's SDK for JavaScript", speaks: "Anthropic",
            blocks: [
                Block(
                    "In the program's environment, with no change to its code",
                    """
                    export ANTHROPIC_BASE_URL='{base}'
                    export ANTHROPIC_API_KEY='{key}'
                    """),
                Block(
                    "Or in its code",
                    """
                    import Anthropic from "@anthropic-ai/sdk";

                    const client = new Anthropic({ baseURL: "{base}", apiKey: "{key}" });
                    const answer = await client.messages.create({
                      model: "{model}",
                      max_tokens: 256,
                      messages: [{ role: "user", content: "Hello!" }],
                    });
                    console.log(answer.content[0].text);
                    """),
            ],
            notes: ["The address is without /v1, which the SDK adds."]),
        // https://googleapis.github.io/python-genai
        ConnectClient(
            name: "gemini", title: "Google's Gen AI SDK for Python", speaks: "Gemini",
            blocks: [
                Block(
                    "In the program's environment, with no change to its code",
                    """
                    export GOOGLE_GEMINI_BASE_URL='{base}'
                    export GEMINI_API_KEY='{key}'
                    """),
                Block(
                    "Or in its code",
                    """
                    from google import genai

                    client = genai.Client(api_key="{key}", http_options={"base_url": "{base}"})
                    answer = client.models.generate_content(model="{model}", contents="Hello!")
                    print(answer.text)
                    """),
            ],
            notes: [
                "The address is without /v1beta, which the SDK adds.",
                "GOOGLE_API_KEY goes before GEMINI_API_KEY where both are set.",
            ]),
        // https://developers.cloudflare.com/ai-gateway/integrations/coding-agents/gemini-cli
        ConnectClient(
            name: "gemini-cli", title: "Gemini CLI", speaks: "Gemini",
            blocks: [
                Block(
                    "In your shell",
                    """
                    export GOOGLE_GEMINI_BASE_URL='{base}'
                    export GEMINI_API_KEY='{key}'
                    export GEMINI_MODEL='{model}'
                    gemini
                    """)
            ],
            notes: ["Choose 'Use Gemini API Key' where it asks how to sign in."]),
        // https://docs.openwebui.com/reference/env-configuration
        ConnectClient(
            name: "open-webui", title: "Open WebUI", speaks: "OpenAI",
            blocks: [
                Block(
                    "In its environment, or in its settings under Connections",
                    """
                    OPENAI_API_BASE_URL={v1}
                    OPENAI_API_KEY={key}
                    ENABLE_FORWARD_USER_INFO_HEADERS=True
                    """)
            ],
            notes: ["In a container 127.0.0.1 is the container itself: give the address that it sees by --address."]),
        // https://www.librechat.ai/docs/quick_start/custom_endpoints
        ConnectClient(
            name: "librechat", title: "LibreChat", speaks: "OpenAI",
            blocks: [
                Block(
                    "In librechat.yaml, under endpoints",
                    """
                    endpoints:
                      custom:
                        - name: "Tuppence"
                          apiKey: "{key}"
                          baseURL: "{v1}"
                          models:
                            default: ["{model}"]
                            fetch: true
                          titleConvo: true
                          titleModel: "{model}"
                    """)
            ],
            notes: ["In a container 127.0.0.1 is the container itself: give the address that it sees by --address."]),
        // https://docs.n8n.io/integrations/builtin/credentials/openai
        ConnectClient(
            name: "n8n", title: "n8n", speaks: "OpenAI",
            blocks: [
                Block(
                    "In a credential of type OpenAI",
                    """
                    API Key:   {key}
                    Base URL:  {v1}
                    """)
            ],
            notes: ["The model's name, in the node itself: {model}"]),
    ]
}
