import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What requests of other dialects' callers say to those who speak OpenAI's chats, each of whom takes something else.
@Suite("To hosts of OpenAI's chats")
struct ChatHostTests {
    // MARK: Thoughts

    private let thoughtful = #"""
        {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},
         {"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"text","text":"Yes."}]},
         {"role":"user","content":"Why?"}]}
        """#

    @Test(
        "thoughts go by the names that the host has for them, and to nobody else",
        arguments: [
            ([], []), ([.developer, .store, .lateInstructions], []), ([.reasoning], ["reasoning"]),
            ([.reasoningContent], ["reasoning_content"]), ([.reasoningDetails], ["reasoning_details"]),
            ([.reasoning, .reasoningContent], ["reasoning", "reasoning_content"]),
        ] as [(ChatExtensions, [String])])
    func thoughts(accepts: ChatExtensions, names: [String]) throws {
        let request = try Translated(thoughtful, from: AnthropicMessages.self, to: OpenAIChat.self, accepts: accepts)
        let message = try #require(request["messages.1"] as? [String: Any])
        #expect(message.keys.sorted() == (["content", "role"] + names).sorted())
        #expect(message["content"] as? String == "Yes.")
        for name in names where name != "reasoning_details" { #expect(message[name] as? String == "Hm.") }
        let losses = request.outbound.losses.all.map { "\($0.field) \($0.effect)" }
        #expect(losses == (names.isEmpty ? ["messages[1].content.thinking dropped"] : []))
        #expect(
            value(message, "reasoning_details.0.signature") as? String == (names == ["reasoning_details"] ? "s" : nil))
    }

    @Test("thoughts that nobody can read are no `reasoning_content`, and nothing is sent of a message without more")
    func ciphers() throws {
        let body = #"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","content":[{"type":"redacted_thinking","data":"x"}]},{"role":"user","content":"Why?"}]}
            """#
        for accepts in [[], .reasoningContent] as [ChatExtensions] {
            let request = try Translated(body, from: AnthropicMessages.self, to: OpenAIChat.self, accepts: accepts)
            #expect((request["messages"] as? [Any])?.count == 2)
            #expect(request.losses == ["messages[1].content.thinking"])
        }
        let kept = try Translated(body, from: AnthropicMessages.self, to: OpenAIChat.self, accepts: .reasoningDetails)
        #expect(kept["messages.1.reasoning_details.0.data"] as? String == "x" && kept.losses.isEmpty)
        let more = try Translated(
            body.replacing(#"{"role":"assistant","#, with: #"{"role":"assistant","odd":1,"#),
            from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(more.losses.sorted() == ["messages[1].content.thinking", "messages[1].odd"])
    }

    @Test(
        "at hosts of which nothing is known they go to models of families that are to have them back",
        arguments: [
            ("moonshotai/Kimi-K2-Thinking", true), ("kimi-for-coding", true),
            ("accounts/fireworks/models/kimi-k2p5", true),
            ("deepseek-ai/DeepSeek-V3.2", true), ("deepseek.v3.2", true), ("MiniMaxAI/MiniMax-M2.5", true),
            ("zai-org/GLM-4.7", true), ("zai-glm-4.7", true), ("XiaomiMiMo/MiMo-V2-Flash", true),
            ("Qwen/Qwen3-235B-A22B-Thinking-2507", true), ("alibaba/qwen-3-32b", true), ("qwen3.5-plus", true),
            ("Qwen/Qwen3-235B-A22B-Instruct-2507", false), ("qwen3-coder-plus", false), ("qwen2.5-72b-instruct", false),
            ("llama-3.3-70b", false), ("gpt-oss-120b", false), ("gpt-5", false), ("m", false),
        ])
    func families(model: String, takes: Bool) throws {
        let request = try Translated(
            thoughtful, from: AnthropicMessages.self, to: OpenAIChat.self, model: model, accepts: .ofUnknownHosts)
        #expect(request["messages.1.reasoning_content"] as? String == (takes ? "Hm." : nil))
        #expect(request["messages.1.reasoning_details"] == nil)
        #expect(request.losses == (takes ? [] : ["messages[1].content.thinking"]))
        // Whoever has said what it takes is not second-guessed.
        let strict = try Translated(
            thoughtful, from: AnthropicMessages.self, to: OpenAIChat.self, model: model, accepts: .store)
        #expect(strict.losses == ["messages[1].content.thinking"])
    }

    // MARK: What OpenAI alone has

    private let members =
        #""store":true,"metadata":{"a":"b"},"prompt_cache_key":"k","safety_identifier":"s","text":{"verbosity":"low"}"#

    private func asked(_ members: String, _ accepts: ChatExtensions) throws -> Translated {
        try Translated(
            #"{"model":"m","input":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hi"}],\#(members)}"#,
            from: OpenAIResponses.self, to: OpenAIChat.self, accepts: accepts)
    }

    @Test("members of OpenAI's go to who takes them")
    func taken() throws {
        let openAI = try #require(ProviderCatalog.provider("openai"))
        let request = try asked(members, openAI.accepts)
        let difference = try request.difference(
            from: """
                {"model":"model","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hi"}],
                 "store":true,"metadata":{"a":"b"},"prompt_cache_key":"k","safety_identifier":"s","verbosity":"low"}
                """)
        #expect(difference == nil && request.losses.isEmpty)
    }

    @Test("to others they are dropped, most are named, a `developer` is `system`, and the user is called that")
    func refused() throws {
        let request = try asked(members, [])
        let difference = try request.difference(
            from: """
                {"model":"model","user":"s",
                 "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}
                """)
        #expect(difference == nil)
        #expect(request.outbound.losses.all.allSatisfy { $0.effect == .dropped })
        #expect(request.losses.sorted() == ["metadata", "store", "text.verbosity"])
    }

    @Test("what says no more than that nothing is wanted goes without a word")
    func defaults() throws {
        let request = try asked(#""store":false,"text":{"verbosity":"medium"},"prompt_cache_key":"k""#, [])
        #expect(request["store"] == nil && request["verbosity"] == nil && request["prompt_cache_key"] == nil)
        #expect(request.losses.isEmpty)
    }

    @Test(
        "a tier of service goes to who has OpenAI's names of them",
        arguments: [
            ("auto", "auto", []), ("default", "default", []), ("flex", "flex", ["service_tier"]),
        ] as [(String, String, [String])])
    func tiers(tier: String, taken: String, losses: [String]) throws {
        let asked = #"{"model":"m","input":"Hi","service_tier":"\#(tier)"}"#
        let named = try Translated(asked, from: OpenAIResponses.self, to: OpenAIChat.self, accepts: .serviceTier)
        #expect(named["service_tier"] as? String == taken && named.losses.isEmpty)
        let other = try Translated(asked, from: OpenAIResponses.self, to: OpenAIChat.self)
        #expect(other["service_tier"] == nil && other.losses == losses)
    }

    @Test(
        "Anthropic's tiers are OpenAI's, or go without a word: they are the usual ones",
        arguments: ["auto", "standard_only"])
    func anthropicTiers(tier: String) throws {
        let asked =
            #"{"model":"m","max_tokens":9,"service_tier":"\#(tier)","messages":[{"role":"user","content":"Hi"}]}"#
        let named = try Translated(asked, from: AnthropicMessages.self, to: OpenAIChat.self, accepts: .serviceTier)
        #expect(named["service_tier"] as? String == (tier == "auto" ? "auto" : "default"))
        let other = try Translated(asked, from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(other["service_tier"] == nil && other.losses.isEmpty && named.losses.isEmpty)
        for (name, takes) in [("openai", true), ("azure", true), ("openrouter", true), ("groq", false), ("xai", false)]
        {
            #expect(ProviderCatalog.provider(name)?.accepts.contains(.serviceTier) == takes, "\(name)")
        }
    }

    // MARK: Instructions

    private let late = #"""
        {"model":"m","instructions":"Be brief.","input":[{"role":"developer","content":"Be kind."},
         {"role":"user","content":"Hi"},{"role":"system","content":"Now in French."},{"role":"user","content":"Again"}]}
        """#

    @Test("instructions are one message before the conversation, for who takes no others")
    func joined() throws {
        let request = try Translated(late, from: OpenAIResponses.self, to: OpenAIChat.self)
        let difference = try request.difference(
            from: #"""
                {"model":"model","messages":[{"role":"system","content":"Be brief.\n\nBe kind.\n\nNow in French."},
                 {"role":"user","content":"Hi"},{"role":"user","content":"Again"}]}
                """#)
        #expect(difference == nil)
        #expect(request.outbound.losses.all.map { "\($0.field) \($0.effect)" } == ["messages[3] adjusted"])
        let few = try Translated(
            #"{"model":"m","instructions":"Be brief.","input":[{"role":"developer","content":"Be kind."},{"role":"user","content":"Hi"}]}"#,
            from: OpenAIResponses.self, to: OpenAIChat.self)
        #expect(few["messages.0.content"] as? String == "Be brief.\n\nBe kind." && few.losses.isEmpty)
    }

    @Test("what stands in their midst is told by its place in the caller's conversation")
    func places() throws {
        let body = #"""
            {"model":"m","input":[{"role":"user","content":"Hi"},{"role":"system","content":"Now in French."},
             {"role":"user","content":[{"type":"input_image","file_id":"file_1"}]}]}
            """#
        let request = try Translated(body, from: OpenAIResponses.self, to: OpenAIChat.self)
        #expect(request["messages.0.content"] as? String == "Now in French.")
        #expect(request.losses == ["messages[1]", "messages[2].content"])
    }

    @Test("instructions stay where they are for who takes them there")
    func inPlace() throws {
        let request = try Translated(
            late, from: OpenAIResponses.self, to: OpenAIChat.self, accepts: [.lateInstructions])
        #expect((request["messages"] as? [Any])?.count == 5)
        #expect(request["messages.1.role"] as? String == "system")
        #expect(request["messages.3.content"] as? String == "Now in French." && request.losses.isEmpty)
        let own = try Translated(
            #"{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"system","content":"Now in French."}]}"#,
            to: OpenAIChat.self)
        #expect(own["messages.1.role"] as? String == "system" && own.losses.isEmpty)
    }

    // MARK: OpenAI's own callers

    @Test("what OpenAI's own callers send stays as it is")
    func own() throws {
        let request = try Translated(
            #"{"model":"m","messages":[{"role":"assistant","content":"Yes.","reasoning_content":"Hm."},{"role":"developer","content":"Go on."}],"store":true,"metadata":{"a":"b"}}"#,
            to: OpenAIChat.self)
        #expect(request["messages.0.reasoning_content"] as? String == "Hm.")
        #expect(request["messages.1.role"] as? String == "developer")
        #expect(request["store"] as? Bool == true && request["metadata.a"] as? String == "b")
        #expect(request.losses.isEmpty)
    }

    @Test(
        "the catalogue knows who takes thoughts back",
        arguments: [
            ("openai", []), ("groq", []), ("cerebras", .reasoning), ("openrouter", .reasoningDetails),
            ("deepseek", .reasoningContent), ("moonshot", .reasoningContent), ("zai", .reasoningContent),
            ("xiaomi", .reasoningContent), ("minimax", .reasoningDetails), ("llamacpp", .reasoningContent),
            ("vllm", [.reasoning, .reasoningContent]), ("novita", [.reasoningContent, .reasoningDetails]),
            ("fireworks", .reasoningContent), ("tencent", .reasoningContent), ("together", .familyReasoning),
            ("dashscope", .familyReasoning), ("baseten", .familyReasoning),
        ] as [(String, ChatExtensions)])
    func catalogue(name: String, thoughts: ChatExtensions) throws {
        let provider = try #require(ProviderCatalog.provider(name))
        #expect(
            provider.accepts.intersection([.reasoning, .reasoningContent, .reasoningDetails, .familyReasoning])
                == thoughts)
    }
}
