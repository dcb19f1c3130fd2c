import Testing

@testable import TuppenceCore

@Suite("How models count their input")
struct InputRulesTests {
    @Test(
        "the vocabulary is known by the name of the model; else it is the dearest",
        arguments: [
            ("gpt-4o-mini", InputRules.Vocabulary.grouped), ("o3-mini", .grouped), ("text-embedding-3-small", .grouped),
            ("openai/gpt-oss-120b", .grouped), ("meta-llama/Llama-3.3-70B-Instruct-Turbo", .grouped),
            ("llama-2-70b-chat", .any), ("deepseek-chat", .grouped), ("deepseek-r1-distill-qwen-32b", .large),
            ("qwen-max", .large), ("claude-sonnet-4-5", .any), ("gemini-2.5-pro", .any), ("mistral-large-latest", .any),
            ("grok-4", .any), ("my-model", .any),
        ])
    func vocabularies(model: String, vocabulary: InputRules.Vocabulary) {
        #expect(InputRules(model: model).vocabulary == vocabulary)
    }

    @Test("what stands around a conversation is for conversations alone, and never for each of many inputs")
    func prompts() {
        let text = InputCount(any: 10, large: 9, grouped: 8, bytes: 40)
        #expect(text.bound(by: InputRules(model: "text-embedding-3-small")) == 8)
        // The dearest vocabulary has 1.35 times as many as those that are known.
        #expect(text.bound(by: .unknown) == 54)
        // What some target gets as a message has that around it, too.
        var prompt = text
        prompt.mayBeMessage = true
        #expect(prompt.bound(by: .unknown) == 54 + Int(InputRules.unknown.prompt) + 8)
        var chat = text
        chat.isChat = true
        #expect(chat.bound(by: .unknown) == 14 + InputRules.unknown.prompt)
        chat.hasTools = true
        #expect(chat.bound(by: .unknown) == 14 + InputRules.unknown.prompt + InputRules.unknown.toolPrompt)
    }

    @Test(
        "a short request to a model that nobody knows is held for at what templates have, and no more",
        arguments: [
            "m1", "my-model", "granite-4.1-8b", "phi-4", "gemma-3-27b", "jamba-mini-1.7", "nova-pro-v1", "yi-34b",
        ])
    func unknownModels(model: String) {
        #expect(InputRules(model: model) == .unknown)
        #expect(InputRules.unknown.prompt == 96 && InputRules.unknown.toolPrompt == 768)
    }

    @Test(
        "what makers and templates put before a conversation is held for with those that do",
        arguments: [
            ("grok-4", 1_024), ("xai.grok-4.3", 1_024), ("grok-build-0.1", 1_024), ("x-ai/grok-3-mini", 32),
            ("grok-2-vision", 32), ("grok-code-fast-1", 256), ("minimax/minimax-01", 1_024), ("MiniMax-Text-01", 1_024),
            ("minimax-m1-80k", 1_024), ("minimax-m2.1", 64), ("MiniMaxAI/MiniMax-M3", 64), ("command-a-03-2025", 640),
            ("c4ai-command-r7b-12-2024", 640), ("command-r", 32), ("command-r-plus-08-2024", 32),
            ("microsoft/phi-4-reasoning-plus", 384), ("phi4", 96), ("HuggingFaceTB/SmolLM3-3B", 384), ("smollm2", 96),
            ("deepseek-v4-flash", 96), ("llama-3.3-70b", 48), ("kimi-k2", 32), ("glm-4.6", 32),
        ])
    func longPrompts(model: String, prompt: UInt16) { #expect(InputRules(model: model).prompt == prompt) }

    @Test("Cohere charges for no prompt of its own, and another who offers its models may")
    func cohere() {
        #expect(InputRules(Target(provider: "cohere", model: "command-a-03-2025")).prompt == 32)
        #expect(InputRules(Target(provider: "vllm", model: "command-a-03-2025")).prompt == 640)
        #expect(InputRules(Target(provider: "sandbox", model: "command-a-03-2025")).prompt == 0)
    }

    @Test(
        "Claude's vocabulary of before Opus 4.7 is held for where the name says it",
        arguments: [
            "claude-3-haiku-20240307", "anthropic/claude-3.5-sonnet", "claude-3-7-sonnet-latest", "claude-haiku-4-5",
            "claude-haiku-4-5@20251001", "us.anthropic.claude-opus-4-1-20250805-v1:0", "claude-opus-4-20250514",
            "claude-opus-4-6@default", "anthropic.claude-opus-4-6-v1", "databricks-claude-sonnet-4", "claude-4-sonnet",
            "claude-sonnet-4.6", "anthropic.claude-v2:1", "claude-instant-v1", "claude-2.1", "claude-2",
            "anthropic.claude-v2:1:200k", "claude-3-5-sonnet-v2@20241022", "us.anthropic.claude-sonnet-4-20250514-v1:0",
            "anthropic-claude-4.5-sonnet", "claude-3-opus", "claude-instant-1.2",
        ])
    func formerClaude(model: String) { #expect(InputRules(model: model).percent == 100) }

    @Test(
        "the newest Claude, and one whose name does not say, count as the newest",
        arguments: [
            "claude-opus-4-7", "claude-opus-4.8", "claude-sonnet-5", "anthropic.claude-haiku-5-5", "claude-fable-5-1",
            "claude-mythos-preview", "claude-opus-latest", "claude-opus-4-10", "claude", "claude-20270101",
            // Deployments have numbers of their own.
            "claude-prod-2", "claude-eu-1", "claude-1", "claude-opus-2", "claude-sonnet-prod-3", "claude-2-prod",
            "claude-3-prod", "claude-4-7-sonnet", "claude-4-2", "prod-3-claude",
        ])
    func newestClaude(model: String) { #expect(InputRules(model: model).percent == 135) }

    @Test("a number of tokens is the same for every model", arguments: ["gpt-4o", "claude-3", "x"])
    func number(model: String) { #expect(InputCount(77).bound(by: InputRules(model: model)) == 77) }
}

@Suite("Images in tokens")
struct ImageCountTests {
    private func tokens(_ model: String, _ width: Int, _ height: Int, low: Bool = false) -> Int {
        var images = ImageCount()
        images.add(width: width, height: height, isLowDetail: low)
        return InputRules(model: model).images.tokens(for: images)
    }

    @Test(
        "OpenAI's tiles, after the image is scaled to 2,048 by 768 pixels",
        arguments: [
            (512, 512, 85 + 170), (513, 512, 85 + 2 * 170), (1_024, 1_024, 85 + 4 * 170), (2_048, 4_096, 85 + 6 * 170),
            (1, 1, 85 + 170), (8_000, 8_000, 85 + 4 * 170), (100_000, 100, 85 + 4 * 170),
        ])
    func tiles(width: Int, height: Int, most: Int) {
        #expect(tokens("gpt-4o", width, height) == most)
        #expect(tokens("gpt-4o", height, width) == most)
        #expect(tokens("gpt-4o", width, height, low: true) == 85)
        #expect(tokens("gpt-4o-mini", 512, 512) == 2_833 + 5_667)
    }

    @Test("OpenAI's patches of 32 pixels, at most 1,536 of them")
    func patches() {
        #expect((1_659...1_680).contains(tokens("gpt-4.1-mini", 1_024, 1_024)))
        #expect((2_489...2_500).contains(tokens("gpt-4.1-mini", 4_000, 4_000)))
        #expect(tokens("gpt-4.1-nano", 32, 32) >= 3)
        #expect(tokens("o4-mini", 33, 32) > tokens("o4-mini", 32, 32))
    }

    @Test("Claude's pixels over 750 or patches of 28, at most 4,900 of them; Gemini's tiles")
    func others() {
        #expect((1_334...1_400).contains(tokens("claude-sonnet-4-5", 1_000, 1_000)))
        #expect((4_900...4_910).contains(tokens("claude-opus-4-7", 8_000, 8_000)))
        #expect(tokens("gemini-2.5-flash", 384, 384) >= 258)
        #expect(tokens("gemini-2.5-flash", 3_072, 3_072) >= 16 * 258)
    }

    @Test("an unknown model takes as much as the dearest, and an unknown image as much as the largest")
    func unknown() {
        for (width, height) in [(1, 1), (640, 480), (4_000, 3_000), (100, 50_000)] {
            for model in ["gpt-4o", "gpt-4o-mini", "gpt-4.1-nano", "claude-3", "gemini-2", "gpt-5.4"] {
                #expect(tokens("x", width, height) >= tokens(model, width, height), "\(model) \(width)")
                var images = ImageCount()
                images.addUnknown(false)
                #expect(InputRules(model: model).images.tokens(for: images) >= tokens(model, width, height), "\(model)")
            }
        }
    }

    @Test("a size that no image has is an unknown one", arguments: [(0, 5), (-1, 5), (.max, .max), (100_001, 1)])
    func absurd(width: Int, height: Int) {
        var (absurd, unknown) = (ImageCount(), ImageCount())
        absurd.add(width: width, height: height, isLowDetail: false)
        unknown.addUnknown(false)
        #expect(absurd == unknown)
    }
}
