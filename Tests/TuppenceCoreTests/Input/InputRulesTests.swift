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
        var chat = text
        chat.isChat = true
        #expect(chat.bound(by: .unknown) == 14 + InputRules.unknown.prompt)
        chat.hasTools = true
        #expect(chat.bound(by: .unknown) == 14 + InputRules.unknown.prompt + InputRules.unknown.toolPrompt)
    }

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
