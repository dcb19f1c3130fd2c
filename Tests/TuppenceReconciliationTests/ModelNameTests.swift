import Testing

@testable import TuppenceReconciliation

@Suite("Names of models")
struct ModelNameTests {
    @Test(
        "two names may be one model",
        arguments: [
            ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"), ("gpt-4o-mini", "openai/gpt-4o-mini"),
            ("openai/gpt-4.1", "openai/gpt-4.1-2025-04-14"), ("deepseek/deepseek-v4", "deepseek/deepseek-v4-20260910"),
            ("claude-haiku-4-5-20251001", "Claude Haiku 4.5"), ("claude-3-5-sonnet-20241022", "Claude Sonnet 3.5"),
            ("Claude 3.5 Sonnet 2024-10-22", "claude-3-5-sonnet-20241022"),
            ("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022"), ("claude-sonnet-4@20250514", "claude-sonnet-4"),
            ("GPT-4o", "gpt-4o"), ("chat-small?status=503", "chat-small"), ("x/y:free", "x/y-20260101:free"),
        ])
    func same(left: String, right: String) {
        #expect(ModelName(left).mayBe(ModelName(right)))
        #expect(ModelName(right).mayBe(ModelName(left)))
    }

    @Test(
        "names of different models are never one",
        arguments: [
            ("gpt-4o", "gpt-4o-mini"), ("gpt-4o-2024-05-13", "gpt-4o-2024-08-06"), ("openai/gpt-4o", "azure/gpt-4o"),
            ("claude-haiku-4-5", "Claude Haiku 5.4"), ("claude-haiku-4-5", "Claude Sonnet 4.5"),
            ("x/y", "x/y:free"), ("gpt-4-0613", "gpt-4"), ("model-12345678", "model"), ("2024-07-18", "2024-07-19"),
            ("", "a"),
        ])
    func different(left: String, right: String) { #expect(!ModelName(left).mayBe(ModelName(right))) }

    @Test("snapshots stay apart where both sides name them")
    func snapshots() {
        let names: Set = ["gpt-4o-2024-05-13", "gpt-4o-2024-08-06"]
        let groups = ModelGroups(ours: names, theirs: names)
        #expect(Set(groups.label.values) == names)
    }

    @Test("snapshots are one group where the ledger has the bare name only, or also")
    func alias() {
        let snapshots: Set = ["gpt-4o-2024-05-13", "gpt-4o-2024-08-06"]
        for ours in [["gpt-4o"], ["gpt-4o", "gpt-4o-2024-05-13"]] as [Set<String>] {
            let groups = ModelGroups(ours: ours, theirs: snapshots)
            #expect(Set(groups.label.values) == ["gpt-4o"])
        }
    }

    @Test("a name that only they have stands under its own")
    func foreign() {
        let groups = ModelGroups(ours: ["gpt-4o"], theirs: ["web search tool calls"])
        #expect(groups.label["web search tool calls"] == "web search tool calls")
    }
}
