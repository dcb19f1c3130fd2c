import Testing

@testable import TuppenceDialects

@Suite("What is lost, in the caller's own words")
struct LossNameTests {
    @Test(
        "fields are named as the caller's dialect has them",
        arguments: [
            ("stop", "stop_sequences", "stop", "generationConfig.stopSequences"),
            ("max_tokens", "max_tokens", "max_output_tokens", "generationConfig.maxOutputTokens"),
            ("n", "n", "n", "generationConfig.candidateCount"),
            ("response_format", "output_config.format", "text.format", "generationConfig.responseSchema"),
            ("reasoning_effort", "output_config.effort", "reasoning.effort", "generationConfig.thinkingConfig"),
            ("messages[2].content", "messages.content", "input.content", "contents.content"),
            ("tools[1].strict", "tools[1].strict", "tools[1].strict", "tools.strict"),
            (
                "parallel_tool_calls", "tool_choice.disable_parallel_tool_use", "parallel_tool_calls",
                "parallel_tool_calls"
            ),
            ("brand_new", "brand_new", "brand_new", "brand_new"),
        ])
    func names(field: String, anthropic: String, responses: String, gemini: String) {
        var losses = Losses()
        losses.add(field, .refused, "why")
        func told(_ dialect: Dialect) -> String? { losses.told(to: dialect).all.first?.field }
        #expect(told(.openAI) == field)
        #expect(told(.anthropic) == anthropic)
        #expect(told(.responses) == responses)
        #expect(told(.gemini) == gemini)
        #expect(losses.told(to: .gemini).refusal(dropping: false)?.parameter == gemini)
    }

    @Test("of a hundred thousand fields that nobody knows the first are named, and the first that is refused")
    func many() {
        var losses = Losses()
        for number in 0..<200_000 { losses.add("field\(number % 100_000)", .dropped, "why") }
        losses.add("late", .refused, "why not")
        losses.add("later", .refused, "why not")
        #expect(losses.all.count == Losses.mostKept + 1)
        #expect(losses.all.first?.field == "field0" && losses.refusal(dropping: false)?.parameter == "late")
        #expect(losses.told(to: .anthropic).refusal(dropping: false)?.parameter == "late")
    }

    @Test("a field is named once, where it was first met, with the gravest of its losses")
    func gravest() {
        var losses = Losses()
        losses.add("a", .adjusted, "said otherwise")
        losses.add("b", .dropped, "left out")
        losses.add("a", .refused, "cannot be")
        losses.add("a", .dropped, "left out")
        losses.add("b", .adjusted, "said otherwise")
        #expect(losses.all == [Loss("a", .refused, "cannot be"), Loss("b", .dropped, "left out")])
        #expect(losses.refusal(dropping: false)?.parameter == "a")
        losses = Losses()
        losses.add("a", .adjusted, "said otherwise")
        losses.add("a", .dropped, "left out")
        #expect(losses.all == [Loss("a", .dropped, "left out")])
    }

    @Test("a list that is full still takes what has one of its fields refused")
    func full() {
        var losses = Losses()
        for number in 0..<Losses.mostKept { losses.add("field\(number)", .adjusted, "why") }
        losses.add("field7", .refused, "why not")
        #expect(losses.all.count == Losses.mostKept && losses.refusal(dropping: false)?.parameter == "field7")
        #expect(losses.told(to: .anthropic).refusal(dropping: false)?.parameter == "field7")
    }

    @Test("what is one field to the caller is named once, by the graver of its losses")
    func once() {
        var losses = Losses()
        losses.add("messages[0].content", .adjusted, "why")
        losses.add("messages[2].content", .refused, "why not")
        #expect(losses.told(to: .gemini).all == [Loss("contents.content", .refused, "why not")])
        losses = Losses()
        losses.add("messages[0].name", .dropped, "why")
        losses.add("messages[4].name", .dropped, "why")
        #expect(losses.told(to: .anthropic).all.map(\.field) == ["messages.name"])
        #expect(losses.told(to: .openAI).all.count == 2)
    }
}
