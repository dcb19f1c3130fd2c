import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What an OpenAI model takes of a request that was made in another dialect.
@Suite("OpenAI's models, asked from another dialect")
struct OpenAIModelTests {
    private static let question = #""messages":[{"role":"user","content":"a"}]"#

    private func claude(
        _ members: String, to provider: any OutboundDialect.Type = OpenAIChat.self, model: String
    ) throws -> Translated {
        try Translated(
            #"{"model":"m","max_tokens":9000,\#(members),\#(Self.question)}"#, from: AnthropicMessages.self,
            to: provider, model: model, accepts: .store)
    }

    private func gemini(_ configuration: String, to target: OutboundTarget) throws -> OutboundRequest {
        let body = #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{\#(configuration)}}"#
        let request = try GeminiChat.readRequest(Array(body.utf8), address: RequestAddress(model: "m", streams: false))
        return OpenAIChat.write(request, to: target)
    }

    @Test(
        "are known by their names, and with them their efforts",
        arguments: [
            ("gpt-5", [.minimal, .low, .medium, .high]),
            ("openai/gpt-5-mini-2025-08-07", [.minimal, .low, .medium, .high]),
            ("gpt-5-codex", [.low, .medium, .high]), ("gpt-5-pro", [.high]), ("gpt-5-chat-latest", []),
            ("gpt-5.1", [.off, .low, .medium, .high]), ("gpt-5.1-codex-max", [.low, .medium, .high, .xhigh]),
            ("gpt-5.2", [.off, .low, .medium, .high, .xhigh]), ("gpt-5.2-pro", [.medium, .high, .xhigh]),
            ("gpt-5.2-chat-latest", [.medium]), ("gpt-5.6-sol", [.off, .low, .medium, .high, .xhigh, .max]),
            ("openai.gpt-5.5", [.off, .low, .medium, .high, .xhigh]),
            ("gpt-6-astra", [.low, .medium, .high, .xhigh, .max]),
            ("gpt-6-luna", [.off, .low, .medium, .high, .xhigh, .max]),
            ("o3", [.low, .medium, .high]), ("ft:o4-mini-2025-04-16:org::id", [.low, .medium, .high]),
            ("o3-deep-research", [.medium]), ("gpt-oss-120b", [.low, .medium, .high]), ("gpt-4o", []),
            ("gpt-4.1-mini", []), ("gpt-35-turbo", []), ("gpt-3.5-turbo", []), ("gpt-oss:20b", nil),
            ("o1", [.low, .medium, .high]),
            ("o1-mini", []), ("o1-preview-2024-09-12", []), ("xai/grok-4", []), ("grok-4-fast-reasoning", []),
            ("grok-4.20-0309-reasoning", []), ("grok-code-fast-1", []), ("grok-3-mini", [.low, .high]),
            ("grok-4.3", [.off, .low, .medium, .high]), ("grok-4.5", [.low, .medium, .high]),
            ("grok-4.6", [.low, .medium, .high, .xhigh]), ("grok-4.20-multi-agent", [.low, .medium, .high, .xhigh]),
            ("grok-5", nil), ("deepseek-chat", nil), ("gpt-image-1", nil),
        ] as [(String, [ReasoningEffort]?)])
    func efforts(name: String, efforts: [ReasoningEffort]?) { #expect(OpenAIModel(name).efforts == efforts) }

    @Test(
        "think as little as they can where nothing is to be thought, whatever effort stands beside it",
        arguments: [
            ("gpt-5.1", "none", []), ("gpt-5.6", "none", []), ("gpt-5", "minimal", ["thinking"]),
            ("o3", "low", ["thinking"]), ("gpt-5-pro", "high", ["thinking"]), ("gpt-4o", nil, []),
            ("grok-4", nil, ["thinking"]), ("grok-4.3", "none", []), ("o1-mini", nil, ["thinking"]),
            ("deepseek-chat", nil, ["thinking"]),
        ] as [(String, String?, [String])])
    func disabled(model: String, effort: String?, losses: [String]) throws {
        let off = #""thinking":{"type":"disabled"}"#
        let chat = try claude(off, model: model)
        #expect(chat["reasoning_effort"] as? String == effort && chat["thinking"] == nil)
        #expect(chat.losses == losses && chat.refused.isEmpty)
        let responses = try claude(off, to: OpenAIResponses.self, model: model)
        #expect(responses["reasoning.effort"] as? String == effort && responses["reasoning.summary"] == nil)
        #expect(responses.losses == losses && responses.refused.isEmpty)
        guard model != "gpt-4o" else { return }
        let beside = try claude(off + #","output_config":{"effort":"high"}"#, model: model)
        #expect(beside["reasoning_effort"] as? String == effort)
        #expect(beside.losses == ["reasoning_effort"] + losses)
        let said = try gemini(#""thinkingConfig":{"thinkingBudget":0}"#, to: OutboundTarget(model: model))
        #expect(try parsed(said.body)["reasoning_effort"] as? String == effort)
        #expect(said.losses.all.map(\.field) == losses)
    }

    @Test("DeepSeek and Z.ai have a switch of their own, and efforts of their own")
    func thinkingSwitch() throws {
        var target = OutboundTarget(model: "deepseek-chat")
        target.accepts.insert(.thinkingSwitch)
        let off = try gemini(#""thinkingConfig":{"thinkingBudget":0}"#, to: target)
        let body = try parsed(off.body)
        #expect(value(body, "thinking.type") as? String == "disabled" && body["reasoning_effort"] == nil)
        #expect(off.losses.all.isEmpty)
        let most = try AnthropicMessages.readRequest(
            Array(#"{"model":"m","max_tokens":9,"output_config":{"effort":"max"},\#(Self.question)}"#.utf8),
            address: RequestAddress())
        #expect(try parsed(OpenAIChat.write(most, to: target).body)["reasoning_effort"] as? String == "max")
        // It thinks in any case.
        target.model = "glm-5.3"
        let always = try gemini(#""thinkingConfig":{"thinkingBudget":0}"#, to: target)
        #expect(try parsed(always.body)["thinking"] == nil && always.losses.all.map(\.field) == ["thinking"])
        #expect(ProviderCatalog.provider("deepseek")?.accepts.contains(.thinkingSwitch) == true)
        #expect(ProviderCatalog.provider("zai")?.accepts.contains(.thinkingSwitch) == true)
        #expect(ProviderCatalog.provider("openai")?.accepts.contains(.thinkingSwitch) == false)
    }

    @Test(
        "get the next effort below one that they do not have",
        arguments: [
            ("max", "gpt-5", "high"), ("max", "gpt-5.2", "xhigh"), ("xhigh", "o3", "high"),
            ("xhigh", "gpt-5.1", "high"), ("low", "gpt-5-pro", "high"), ("medium", "gpt-5", "medium"),
            ("max", "llama-3.3-70b", "high"), ("low", "llama-3.3-70b", "low"),
        ])
    func steps(effort: String, model: String, written: String) throws {
        for dialect in [OpenAIChat.self, OpenAIResponses.self] as [any OutboundDialect.Type] {
            let request = try claude(#""output_config":{"effort":"\#(effort)"}"#, to: dialect, model: model)
            let said = request["reasoning_effort"] ?? request["reasoning.effort"]
            #expect(said as? String == written)
            #expect(request.losses == (effort == written ? [] : ["reasoning_effort"]) && request.refused.isEmpty)
        }
    }

    @Test(
        "take the most that there is in Responses, and in chats of other hosts than OpenAI's own",
        arguments: ["gpt-5.6", "gpt-5.6-luna", "gpt-6-astra"])
    func most(model: String) throws {
        let most = #""output_config":{"effort":"max"}"#
        let chat = try claude(most, model: model)
        #expect(chat["reasoning_effort"] as? String == "xhigh" && chat.losses == ["reasoning_effort"])
        let responses = try claude(most, to: OpenAIResponses.self, model: model)
        #expect(responses["reasoning.effort"] as? String == "max" && responses.losses.isEmpty)
        let router = try Translated(
            #"{"model":"m","max_tokens":9000,\#(most),\#(Self.question)}"#, from: AnthropicMessages.self,
            to: OpenAIChat.self, model: "openai/\(model)", accepts: .reasoningDetails)
        #expect(router["reasoning_effort"] as? String == "max" && router.losses.isEmpty)
    }

    @Test("that do not think are not told how much, and words that nobody here knows are passed on")
    func words() throws {
        let plain = try claude(#""thinking":{"type":"enabled","budget_tokens":4000}"#, model: "gpt-4o")
        #expect(plain["reasoning_effort"] == nil && plain.losses == ["thinking.budget_tokens"])
        let minimal = #"{"model":"m","reasoning_effort":"minimal",\#(Self.question)}"#
        let low = try Translated(minimal, to: OpenAIResponses.self, model: "gpt-5.1")
        #expect(low["reasoning.effort"] as? String == "low" && low.losses == ["reasoning_effort"])
        let none = #"{"model":"m","input":"a","reasoning":{"effort":"none"}}"#
        let chat = try Translated(none, from: OpenAIResponses.self, to: OpenAIChat.self, model: "qwen3-32b")
        #expect(chat["reasoning_effort"] as? String == "none" && chat.losses.isEmpty)
        let invented = #"{"model":"m","input":"a","reasoning":{"effort":"utmost"}}"#
        let kept = try Translated(invented, from: OpenAIResponses.self, to: OpenAIChat.self, model: "gpt-5")
        #expect(kept["reasoning_effort"] as? String == "utmost" && kept.losses.isEmpty)
    }

    @Test(
        "take a temperature only where they do not think",
        arguments: [
            ("gpt-5", "", false), ("o3", "", false), ("gpt-5.5", "", false), ("gpt-5.1", "", true),
            ("gpt-5.4-nano", "", true), ("gpt-5.1", #","output_config":{"effort":"low"}"#, false),
            ("gpt-5.6", #","thinking":{"type":"disabled"}"#, true), ("gpt-4o", "", true), ("gpt-oss-20b", "", true),
            ("llama-3.3-70b", "", true),
        ])
    func sampling(model: String, thinking: String, takes: Bool) throws {
        for dialect in [OpenAIChat.self, OpenAIResponses.self] as [any OutboundDialect.Type] {
            let request = try claude(#""temperature":0.2,"top_p":0.9\#(thinking)"#, to: dialect, model: model)
            #expect((request["temperature"] != nil) == takes && (request["top_p"] != nil) == takes)
            #expect(request.losses == (takes ? [] : ["temperature", "top_p"]) && request.refused.isEmpty)
            let usual = try claude(#""temperature":1,"top_p":1.0\#(thinking)"#, to: dialect, model: model)
            #expect(usual["temperature"] as? Int == 1 && usual["top_p"] != nil && usual.losses.isEmpty)
        }
    }

    private static let tools = #""tools":[{"name":"f","input_schema":{"type":"object"}}]"#

    @Test(
        "think nothing in chats where they have tools and cannot do both",
        arguments: [
            ("gpt-5.4", "", nil, []), ("gpt-5.5", "", "none", ["reasoning_effort"]),
            ("openai/gpt-5.6-sol", "", "none", ["reasoning_effort"]),
            ("gpt-5.4-mini", #","output_config":{"effort":"low"}"#, "none", ["reasoning_effort"]),
            ("gpt-5.4", #","thinking":{"type":"adaptive"}"#, "none", ["thinking"]),
            (
                "gpt-5.6", #","thinking":{"type":"enabled","budget_tokens":4000}"#, "none",
                ["thinking.budget_tokens"]
            ),
            ("gpt-5.6", #","thinking":{"type":"disabled"}"#, "none", []),
            ("gpt-6-luna", #","output_config":{"effort":"max"}"#, "none", ["reasoning_effort"]),
            ("gpt-5.2", #","output_config":{"effort":"low"}"#, "low", []),
            ("o3", #","output_config":{"effort":"low"}"#, "low", []),
        ] as [(String, String, String?, [String])])
    func tools(model: String, thinking: String, effort: String?, losses: [String]) throws {
        let request = try claude(Self.tools + thinking, model: model)
        #expect(request["reasoning_effort"] as? String == effort && request["tools.0.function.name"] as? String == "f")
        #expect(request.losses == losses && request.refused.isEmpty)
        #expect(request.outbound.losses.all.allSatisfy { $0.reason.contains("`dialect: responses`") })
    }

    @Test("lose no thought to tools in Responses, with a host that has them from there, or where there are none")
    func toolsElsewhere() throws {
        let effort = #""output_config":{"effort":"low"}"#
        let responses = try claude(Self.tools + "," + effort, to: OpenAIResponses.self, model: "gpt-5.6")
        #expect(responses["reasoning.effort"] as? String == "low" && responses.losses.isEmpty)
        let router = try Translated(
            #"{"model":"m","max_tokens":9000,\#(Self.tools),\#(effort),\#(Self.question)}"#,
            from: AnthropicMessages.self, to: OpenAIChat.self, model: "openai/gpt-5.6", accepts: .reasoningDetails)
        #expect(router["reasoning_effort"] as? String == "low" && router.losses.isEmpty)
        let plain = try claude(effort, model: "gpt-5.6")
        #expect(plain["reasoning_effort"] as? String == "low" && plain.losses.isEmpty)
        let own = try Translated(
            #"{"model":"m","reasoning_effort":"low","tools":[{"type":"function","function":{"name":"f"}}],\#(Self.question)}"#,
            to: OpenAIChat.self, model: "gpt-5.6")
        #expect(own["reasoning_effort"] as? String == "low" && own.losses.isEmpty)
    }

    @Test("refuse tools in chats where they always think", arguments: ["gpt-6-astra", "gpt-5.4-pro"])
    func toolsRefused(model: String) throws {
        let request = try claude(Self.tools + #","tool_choice":{"type":"any"}"#, model: model)
        #expect(request.refused == ["tools"] && request["tools"] == nil && request["tool_choice"] == nil)
        #expect(request["reasoning_effort"] == nil)
    }

    @Test("go without tools in chats where none may be called, and think", arguments: ["gpt-6-astra", "gpt-5.6"])
    func toolsForbidden(model: String) throws {
        let asked = Self.tools + #","tool_choice":{"type":"none"},"output_config":{"effort":"low"}"#
        let request = try claude(asked, model: model)
        #expect(request["reasoning_effort"] as? String == "low" && request["tools"] == nil)
        #expect(request["tool_choice"] == nil && request.losses == ["tools"] && request.refused.isEmpty)
        let resting = try claude(Self.tools + #","tool_choice":{"type":"none"}"#, model: "gpt-5.4")
        #expect(resting["tools"] != nil && resting["tool_choice"] as? String == "none" && resting.losses.isEmpty)
    }

    @Test(
        "of Qwen's take `none` and `default` alone, where the host has them so",
        arguments: [
            (#""output_config":{"effort":"high"}"#, "default", ["reasoning_effort"]),
            (#""thinking":{"type":"enabled","budget_tokens":4000}"#, "default", ["thinking.budget_tokens"]),
            (#""thinking":{"type":"adaptive"}"#, "default", []), (#""thinking":{"type":"disabled"}"#, "none", []),
            (#""temperature":0.5"#, nil, []),
        ] as [(String, String?, [String])])
    func qwen(thinking: String, effort: String?, losses: [String]) throws {
        func ask(_ model: String) throws -> Translated {
            try Translated(
                #"{"model":"m","max_tokens":9000,\#(thinking),\#(Self.question)}"#, from: AnthropicMessages.self,
                to: OpenAIChat.self, model: model,
                accepts: try #require(ProviderCatalog.provider("groq")).accepts)
        }
        let request = try ask("qwen/qwen3-32b")
        #expect(request["reasoning_effort"] as? String == effort && request.losses == losses)
        #expect(request["thinking"] == nil && request.refused.isEmpty)
        #expect(try ask("openai/gpt-oss-120b")["reasoning_effort"] as? String != "default")
    }

    @Test(
        "think at a middling effort where they are asked for no more than thought, and would not",
        arguments: [
            ("gpt-5.1", "medium", ["thinking"]), ("gpt-5.4", "medium", ["thinking"]), ("gpt-5", nil, []),
            ("gpt-5.6", nil, []), ("o1-mini", nil, []), ("grok-4", nil, []), ("llama-3.3-70b", nil, []),
        ] as [(String, String?, [String])])
    func mode(model: String, effort: String?, losses: [String]) throws {
        for dialect in [OpenAIChat.self, OpenAIResponses.self] as [any OutboundDialect.Type] {
            let adaptive = try claude(#""thinking":{"type":"adaptive"}"#, to: dialect, model: model)
            #expect((adaptive["reasoning_effort"] ?? adaptive["reasoning.effort"]) as? String == effort)
            #expect(adaptive.losses == losses && adaptive.refused.isEmpty)
        }
        let dynamic = try gemini(#""thinkingConfig":{"thinkingBudget":-1}"#, to: OutboundTarget(model: model))
        #expect(try parsed(dynamic.body)["reasoning_effort"] as? String == effort)
        #expect(dynamic.losses.all.map(\.field) == losses)
        let unasked = try gemini(#""thinkingConfig":{"includeThoughts":true}"#, to: OutboundTarget(model: model))
        #expect(try parsed(unasked.body)["reasoning_effort"] == nil && unasked.losses.all.isEmpty)
    }

    @Test("are told no effort where they think and take none", arguments: ["o1-mini", "o1-preview", "grok-4"])
    func effortless(model: String) throws {
        let effort = try claude(#""output_config":{"effort":"low"}"#, model: model)
        #expect(effort["reasoning_effort"] == nil && effort.losses == ["reasoning_effort"] && effort.refused.isEmpty)
        let budget = try claude(#""thinking":{"type":"enabled","budget_tokens":4000}"#, model: model)
        #expect(budget["reasoning_effort"] == nil && budget.losses == ["thinking.budget_tokens"])
        let loss = try #require(budget.outbound.losses.all.first)
        #expect(loss.effect == .dropped && loss.reason.contains("as much as it will"))
    }

    @Test(
        "of xAI's take no stop sequences and penalties from those on that think",
        arguments: [
            ("grok-4", false), ("grok-4.20-0309-non-reasoning", false), ("grok-code-fast-1", false),
            ("grok-3-mini", false), ("grok-3", true), ("grok-2-vision-1212", true),
        ])
    func grok(model: String, takes: Bool) throws {
        let settings = #""frequencyPenalty":0.5,"presencePenalty":0,"temperature":0.2,"stopSequences":["a"]"#
        let request = try gemini(settings, to: OutboundTarget(model: model))
        let body = try parsed(request.body)
        #expect((body["frequency_penalty"] != nil) == takes && (body["presence_penalty"] != nil) == takes)
        #expect((body["stop"] != nil) == takes && body["temperature"] != nil)
        #expect(request.losses.all.map(\.field) == (takes ? [] : ["stop", "frequency_penalty"]))
    }

    @Test("refuse stop sequences where they think, and more than four of them")
    func stop() throws {
        let two = #""stop_sequences":["a","b"]"#
        for model in ["gpt-5", "gpt-5.2", "o3", "o4-mini"] {
            let request = try claude(two, model: model)
            #expect(request.refused == ["stop"] && request["stop"] == nil, "\(model)")
        }
        for model in ["gpt-4o", "o3-mini", "gpt-oss-20b", "llama-3.3-70b"] {
            let request = try claude(two, model: model)
            #expect(request.losses.isEmpty && (request["stop"] as? [String])?.count == 2, "\(model)")
        }
        let five = #""stop_sequences":["a","b","c","d","e"]"#
        let most = try claude(five, model: "gpt-4o")
        #expect(most.refused == ["stop"] && (most["stop"] as? [String])?.count == 4)
        let others = try claude(five, model: "llama-3.3-70b")
        #expect(others.losses.isEmpty && (others["stop"] as? [String])?.count == 5)
        // What was said in OpenAI's own words is left to OpenAI.
        let own = try Translated(
            #"{"model":"m","stop":["a","b","c","d","e"],"temperature":0.2,\#(Self.question)}"#, to: OpenAIChat.self,
            model: "gpt-5")
        #expect(own.losses.isEmpty && own["temperature"] != nil && (own["stop"] as? [String])?.count == 5)
    }

    @Test("tell the alternatives of tokens only with their own probabilities, and neither while they think")
    func logprobs() throws {
        let asked = #"{"model":"m","input":"a","top_logprobs":3}"#
        let chat = try Translated(asked, from: OpenAIResponses.self, to: OpenAIChat.self, model: "gpt-4o")
        #expect(chat["top_logprobs"] as? Int == 3 && chat["logprobs"] as? Bool == true && chat.losses.isEmpty)
        let thinks = try Translated(asked, from: OpenAIResponses.self, to: OpenAIChat.self, model: "gpt-5")
        #expect(thinks["top_logprobs"] == nil && thinks["logprobs"] == nil && thinks.refused == ["logprobs"])
        let unasked = #"{"model":"m","input":"a","top_logprobs":0}"#
        let none = try Translated(unasked, from: OpenAIResponses.self, to: OpenAIChat.self, model: "gpt-4o")
        #expect(none["top_logprobs"] == nil && none["logprobs"] == nil && none.losses.isEmpty)
    }

    @Test("a level of Gemini's that is not set is none")
    func unsetLevel() throws {
        let request = try gemini(
            #""thinkingConfig":{"thinkingLevel":"THINKING_LEVEL_UNSPECIFIED"}"#, to: OutboundTarget(model: "gpt-5"))
        #expect(try parsed(request.body)["reasoning_effort"] == nil && request.losses.all.isEmpty)
    }
}
