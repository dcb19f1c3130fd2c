import Testing

@testable import TuppenceCore

@Suite("Families of models")
struct ModelFamilyTests {
    @Test(
        "a family is what stands before version, size, date and variant, whoever offers it",
        arguments: [
            ("claude-sonnet-4-5-20250929", "claude"), ("claude-3-5-haiku-latest", "claude"),
            ("claude-opus-4-1", "claude"),
            ("anthropic/claude-sonnet-4.5", "claude"), ("us.anthropic.claude-3-5-sonnet-20240620-v1:0", "claude"),
            ("us-gov.anthropic.claude-haiku-4-5", "claude"), ("claude-3-5-sonnet@20240620", "claude"),
            ("anthropic-claude-3-opus", "claude"), ("databricks-claude-sonnet-4", "claude"),
            ("gpt-4o-mini", "gpt"), ("gpt-4.1-nano-2025-04-14", "gpt"), ("gpt-5", "gpt"), ("openai/gpt-4o", "gpt"),
            ("ft:gpt-4o-mini-2024-07-18:org::id", "gpt"), ("gpt-oss-120b", "gpt-oss"), ("gpt-image-1", "gpt-image"),
            ("o1", "o"), ("o3-mini", "o"), ("o4-mini-2025-04-16", "o"),
            ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "llama"), ("llama3", "llama"), ("llama-3.1-405b", "llama"),
            ("accounts/fireworks/models/llama-v3p1-405b-instruct", "llama"), ("Meta-Llama-3-8B-Instruct", "llama"),
            ("gemini-2.5-flash-lite", "gemini"), ("gemini-embedding-001", "gemini-embedding"),
            ("mistral-small-latest", "mistral"), ("open-mixtral-8x7b", "open-mixtral"),
            ("ministral-8b-2410", "ministral"),
            ("deepseek-chat", "deepseek"), ("deepseek-r1", "deepseek"), ("deepseek.v3-v1:0", "deepseek"),
            ("Qwen/Qwen2.5-72B-Instruct", "qwen"), ("qwen2p5-72b-instruct", "qwen"), ("qwen-max", "qwen"),
            ("text-embedding-3-small", "text-embedding"), ("dall-e-3", "dall-e"), ("whisper-1", "whisper"),
            ("command-r-plus", "command"), ("cohere.command-r-v1:0", "command"), ("ai21.jamba-1-5-mini-v1:0", "jamba"),
            ("grok-4-fast", "grok"), ("kimi-k2-instruct", "kimi"), ("glm-4.5-air", "glm"),
            ("amazon.nova-pro-v1:0", "nova"),
            ("flux-pro/v1.1", "flux"), ("chat-small?tokens=5", "chat"), ("gpt-4.turbo", "gpt"),
        ])
    func families(model: String, family: String) { #expect(ModelFamily.name(of: model) == family) }

    @Test("a name of which nothing would be left is its own family", arguments: ["4o", "2.5", "-", "meta", "", "/"])
    func remains(model: String) {
        let family = ModelFamily.name(of: model)
        #expect(family == (model == "/" ? "" : model))
    }

    @Test("patterns see the name without whoever offers it, in small letters")
    func plainNames() {
        for (model, plain) in [
            ("anthropic/Claude-3", "claude-3"), ("us.meta.llama3-1-70b-instruct-v1:0", "llama3-1-70b-instruct-v1:0"),
            ("gpt-4.1", "gpt-4.1"), ("ft:gpt-4o:x", "gpt-4o:x"),
        ] { #expect(ModelFamily.plainName(of: model) == plain) }
    }
}

@Suite("Names with stars")
struct NamePatternTests {
    @Test(
        "a star is any bytes or none, and all else is itself",
        arguments: [
            ("gpt-*", "gpt-4o", true), ("gpt-*", "gpt-", true), ("gpt-*", "gpt", false), ("gpt-*", "GPT-4o", false),
            ("*-mini", "gpt-4o-mini", true), ("*-mini", "gpt-4o-mini-2024", false), ("*", "", true), ("**", "x", true),
            ("a*b*c", "abc", true), ("a*b*c", "a-b-b-c", true), ("a*b*c", "acb", false), ("a*a", "a", false),
            ("*ab*", "aab", true), ("llama-3.1-*", "llama-3x1-8b", false), ("a?*", "ab", false), ("a.*", "a.b", true),
        ])
    func matching(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern)?.matches(name) == matches)
    }

    @Test("without a star it is a name") func names() { #expect(NamePattern("gpt-4o") == nil) }

    @Test("many stars do not make it slow: name times pattern is the most there is to do") func bounded() {
        let pattern = NamePattern(String(repeating: "a*", count: 200) + "b")
        #expect(pattern?.matches(String(repeating: "a", count: 10_000)) == false)
    }
}
