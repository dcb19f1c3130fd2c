import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("A request that was made for another Claude")
struct AnthropicModelFitTests {
    private func own(_ members: String, to model: String, limit: Int? = nil) throws -> Translated {
        try Translated(
            #"{"model":"r","max_tokens":10000,"messages":[{"role":"user","content":"Hi"}],\#(members)}"#,
            from: AnthropicMessages.self, to: AnthropicMessages.self, model: model, limit: limit)
    }

    private static let modern = #""thinking":{"type":"adaptive"},"output_config":{"effort":"high"}"#

    @Test("has a budget in place of adaptive thought where the model knows none, and no effort")
    func budget() throws {
        let haiku = try own(Self.modern, to: "claude-haiku-4-5")
        #expect(haiku["thinking.type"] as? String == "enabled" && haiku["thinking.budget_tokens"] as? Int == 8_000)
        #expect(haiku["output_config"] == nil && haiku.losses == ["thinking", "reasoning_effort"])
        #expect(haiku.outbound.losses.all.allSatisfy { $0.effect == .adjusted })
        // An effort that is not named is high; where there is no room, nothing is thought.
        let silent = try own(#""thinking":{"type":"adaptive","display":"summarized"}"#, to: "claude-sonnet-4-5")
        #expect(silent["thinking.budget_tokens"] as? Int == 8_000 && silent.losses == ["thinking"])
        let small = try own(Self.modern, to: "claude-haiku-4-5", limit: 900)
        #expect(small["thinking"] == nil && small.outbound.losses.all.allSatisfy { $0.effect == .dropped })
        let old = try own(Self.modern, to: "claude-3-5-haiku-20241022")
        #expect(old["thinking"] == nil && old["output_config"] == nil)
        #expect(old.losses == ["thinking", "reasoning_effort"])
    }

    @Test("thinks adaptively in place of a budget where the model takes none")
    func adaptive() throws {
        let opus = try own(#""thinking":{"type":"enabled","budget_tokens":5000}"#, to: "claude-opus-5")
        #expect(opus["thinking.type"] as? String == "adaptive" && opus["thinking.budget_tokens"] == nil)
        #expect(opus["output_config.effort"] as? String == "medium" && opus.losses == ["thinking"])
    }

    @Test("loses the effort alone of what else is said of the output")
    func outputConfiguration() throws {
        let configuration = #""output_config":{"effort":"low","task_budget":{"type":"tokens","total":9}}"#
        let haiku = try own(configuration, to: "claude-haiku-4-5")
        #expect(haiku["output_config.effort"] == nil && haiku["output_config.task_budget.total"] as? Int == 9)
        #expect(haiku.outbound.losses.all.map(\.effect) == [.dropped])
        let extra = try own(#""output_config":{"effort":"xhigh","odd":1}"#, to: "claude-opus-4-6")
        #expect(extra["output_config.effort"] as? String == "high" && extra["output_config.odd"] as? Int == 1)
        #expect(extra.losses == ["reasoning_effort"])
    }

    @Test("goes without settings of sampling where the model takes none but the usual")
    func sampling() throws {
        let opus = try own(#""temperature":0.2,"top_p":0.9,"top_k":5"#, to: "claude-opus-5")
        #expect(opus["temperature"] == nil && opus["top_p"] == nil && opus["top_k"] == nil)
        #expect(opus.losses == ["temperature", "top_p", "top_k"])
        #expect(try own(#""temperature":1"#, to: "claude-opus-5")["temperature"] as? Int == 1)
    }

    @Test("has instructions among its messages before them where the model takes them nowhere else")
    func lateInstructions() throws {
        let request = try Translated(
            #"{"model":"r","max_tokens":9,"system":"Be brief.","messages":[{"role":"user","content":"Hi"},{"role":"system","content":"In French."}]}"#,
            from: AnthropicMessages.self, to: AnthropicMessages.self, model: "claude-haiku-4-5")
        #expect(request["system.1.text"] as? String == "In French." && request["messages.1"] == nil)
        #expect(request["messages.0.content"] as? String == "Hi" && request.losses == ["messages[2]"])
    }

    @Test(
        "is as it was for a model that takes it, and for one whose name does not say which Claude it is",
        arguments: ["claude-opus-5", "claude-latest", "glm-3.7", "m"])
    func unchanged(model: String) throws {
        let request = try own(Self.modern, to: model)
        #expect(request["thinking.type"] as? String == "adaptive" && request.losses.isEmpty)
        #expect(request["output_config.effort"] as? String == "high")
    }

    @Test(
        "is told from others by its scan, for the models that refuse it",
        arguments: [
            (#""thinking":{"type":"adaptive"}"#, ["claude-haiku-4-5", "claude-3-opus-20240229"], ["claude-opus-4-6"]),
            (
                #""thinking":{"type":"enabled","budget_tokens":2000}"#, ["claude-opus-4-7", "claude-3-opus-20240229"],
                ["claude-haiku-4-5", "claude-sonnet-4-6"]
            ),
            (
                #""output_config":{"effort":"low"}"#, ["claude-sonnet-4-5", "claude-haiku-4-5"],
                ["claude-opus-4-5", "claude-sonnet-4-6"]
            ),
            (#""output_config":{"effort":"xhigh"}"#, ["claude-opus-4-6", "claude-haiku-4-5"], ["claude-opus-4-8"]),
            (#""temperature":0.5"#, ["claude-opus-4-7"], ["claude-haiku-4-5"]),
            (#""temperature":1"#, [], ["claude-opus-4-7", "claude-haiku-4-5"]),
            (#""top_k":5"#, ["claude-opus-5"], ["claude-sonnet-4-6"]),
            (
                #""messages":[{"role":"user","content":"a"},{"role":"system","content":"b"}]"#,
                ["claude-haiku-4-5", "claude-opus-4-7"], ["claude-opus-4-8", "claude-sonnet-5", "claude-latest"]
            ),
            (
                #""messages":[{"role":"user","content":[{"type":"text","text":"system"}]}],"system":"s""#, [],
                ["claude-haiku-4-5", "claude-3-opus-20240229"]
            ),
        ] as [(String, [String], [String])])
    func scan(members: String, refusing: [String], taking: [String]) throws {
        let messages = members.contains("messages") ? "" : #""messages":[{"role":"user","content":"a"}],"#
        let body = #"{"model":"r","max_tokens":9000,\#(messages)\#(members)}"#
        let request = try parse(body, .messages)
        let anthropic = try #require(ProviderCatalog.provider("anthropic"))
        for model in refusing { #expect(!request.traits.isDisjoint(with: anthropic.refused(by: model)), "\(model)") }
        for model in taking { #expect(request.traits.isDisjoint(with: anthropic.refused(by: model)), "\(model)") }
    }
}
