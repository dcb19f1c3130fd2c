import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("A choice among several tools")
struct ToolChoiceTests {
    private static func chat(_ mode: String) -> String {
        let names = #"{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"c"}}"#
        let tools = ["a", "b", "c"].map { #"{"type":"function","function":{"name":"\#($0)"}}"# }
        return #"""
            {"model":"m","max_tokens":99,"messages":[{"role":"user","content":"Hi"}],"tools":[\#(tools.joined(separator: ","))],
             "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"\#(mode)","tools":[\#(names)]}}}
            """#
    }

    private static func gemini(_ choice: String) -> String {
        let tools = ["a", "b", "c"].map { #"{"name":"\#($0)"}"# }
        return #"""
            {"model":"m","contents":[{"role":"user","parts":[{"text":"Hi"}]}],
             "tools":[{"functionDeclarations":[\#(tools.joined(separator: ","))]}],
             "toolConfig":{"functionCallingConfig":\#(choice)}}
            """#
    }

    private func said(_ request: Translated, _ path: String) throws -> String? {
        try JSONDocument(request.outbound.body)[path]
    }

    @Test("goes to Responses and Gemini in their words", arguments: [("auto", "VALIDATED"), ("required", "ANY")])
    func words(openAI: String, gemini: String) throws {
        let responses = try Translated(Self.chat(openAI), to: OpenAIResponses.self)
        #expect(
            try said(responses, "tool_choice")
                == #"{"mode":"\#(openAI)","tools":[{"name":"a","type":"function"},{"name":"c","type":"function"}],"type":"allowed_tools"}"#
        )
        #expect((responses["tools"] as? [Any])?.count == 3 && responses.losses.isEmpty)
        let google = try Translated(Self.chat(openAI), to: GeminiChat.self)
        #expect(
            try said(google, "toolConfig/functionCallingConfig")
                == #"{"allowedFunctionNames":["a","c"],"mode":"\#(gemini)"}"#)
        #expect(google.losses.isEmpty)
        let back = try Translated(
            Self.gemini(#"{"mode":"\#(gemini)","allowedFunctionNames":["a","c"]}"#), from: GeminiChat.self,
            to: OpenAIResponses.self)
        #expect(try said(back, "tool_choice/mode") == openAI)
        #expect(try said(back, "tool_choice/tools/1/name") == "c")
        #expect(back.losses.isEmpty)
    }

    @Test("is one among all where only those are sent", arguments: ["auto", "required"])
    func fewer(mode: String) throws {
        let isRequired = mode == "required"
        let anthropic = try Translated(Self.chat(mode), to: AnthropicMessages.self, model: "claude-sonnet-4-5")
        #expect((anthropic["tools"] as? [Any])?.count == 2 && anthropic["tools.1.name"] as? String == "c")
        #expect(anthropic["tool_choice.type"] as? String == (isRequired ? "any" : "auto"))
        let bedrock = try Translated(Self.chat(mode), to: BedrockConverse.self, model: "amazon.nova-lite-v1:0")
        #expect((bedrock["toolConfig.tools"] as? [Any])?.count == 2)
        #expect(bedrock["toolConfig.toolChoice.\(isRequired ? "any" : "auto")"] != nil)
        let cohere = try Translated(Self.chat(mode), to: CohereChat.self)
        #expect((cohere["tools"] as? [Any])?.count == 2)
        #expect(cohere["tool_choice"] as? String == (isRequired ? "REQUIRED" : nil))
        let mistral = try Translated(Self.chat(mode), to: MistralChat.self)
        #expect((mistral["tools"] as? [Any])?.count == 2)
        #expect(mistral["tool_choice"] as? String == (isRequired ? "any" : "auto"))
        let chat = try Translated(
            Self.gemini(#"{"mode":"\#(isRequired ? "ANY" : "VALIDATED")","allowedFunctionNames":["a","c"]}"#),
            from: GeminiChat.self, to: OpenAIChat.self)
        #expect((chat["tools"] as? [Any])?.count == 2 && chat["tools.1.function.name"] as? String == "c")
        #expect(chat["tool_choice"] as? String == mode)
        for request in [anthropic, bedrock, cohere, mistral, chat] { #expect(request.losses.isEmpty) }
    }

    @Test("stays as it is in its own dialect")
    func own() throws {
        let chat = try Translated(Self.chat("required"), to: OpenAIChat.self, model: "m")
        #expect(try chat.difference(from: Self.chat("required")) == nil)
        let responses = """
            {"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}],
             "tools":[{"type":"function","name":"a"}],
             "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"a"}]}}
            """
        let flat = try Translated(responses, from: OpenAIResponses.self, to: OpenAIResponses.self, model: "m")
        #expect(try flat.difference(from: responses) == nil)
        for choice in [
            #"{"allowedFunctionNames":["a","c"],"mode":"ANY"}"#, #"{"allowedFunctionNames":["a"],"mode":"VALIDATED"}"#,
            #"{"mode":"VALIDATED"}"#,
        ] {
            let gemini = try Translated(Self.gemini(choice), from: GeminiChat.self, to: GeminiChat.self)
            #expect(try said(gemini, "toolConfig/functionCallingConfig") == choice)
        }
    }

    @Test("is free, and that is named, where Gemini's callers have arguments held to their schemas alone")
    func validated() throws {
        let providers: [any OutboundDialect.Type] = [
            OpenAIChat.self, OpenAIResponses.self, AnthropicMessages.self, BedrockConverse.self, CohereChat.self,
            MistralChat.self,
        ]
        for provider in providers {
            let request = try Translated(Self.gemini(#"{"mode":"VALIDATED"}"#), from: GeminiChat.self, to: provider)
            let losses = request.outbound.losses.all.filter { $0.field == "tool_choice" }
            #expect(losses.map(\.effect) == [.adjusted] && request.refused.isEmpty, "\(provider)")
        }
    }

    @Test("among names that no tool has is refused where only those tools are sent, and no empty list is")
    func nobodys() throws {
        let providers: [any OutboundDialect.Type] = [
            OpenAIChat.self, AnthropicMessages.self, BedrockConverse.self, CohereChat.self, MistralChat.self,
        ]
        for provider in providers {
            for mode in ["ANY", "VALIDATED"] {
                let choice = #"{"mode":"\#(mode)","allowedFunctionNames":["x","y"]}"#
                let request = try Translated(Self.gemini(choice), from: GeminiChat.self, to: provider)
                #expect(request.refused == ["tool_choice"], "\(provider)")
                #expect(request["tools"] == nil && request["toolConfig"] == nil, "\(provider)")
                #expect(request["tool_choice"] == nil, "\(provider)")
            }
        }
    }

    @Test("no list is sent where all tools are a provider's own")
    func providersTools() throws {
        let providers: [any OutboundDialect.Type] = [
            OpenAIChat.self, OpenAIResponses.self, BedrockConverse.self, CohereChat.self, MistralChat.self,
        ]
        let body = """
            {"model":"m","max_tokens":99,"messages":[{"role":"user","content":"Hi"}],
             "tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"any"}}
            """
        for provider in providers {
            let request = try Translated(body, from: AnthropicMessages.self, to: provider)
            #expect(request.refused == ["tools[0]"], "\(provider)")
            #expect(request["tools"] == nil && request["toolConfig"] == nil, "\(provider)")
            #expect(request["tool_choice"] == nil, "\(provider)")
        }
    }

    @Test("among others than functions is refused elsewhere")
    func others() throws {
        let body = """
            {"model":"m","input":"Hi","tools":[{"type":"function","name":"a"}],
             "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"web_search"}]}}
            """
        let request = try Translated(body, from: OpenAIResponses.self, to: AnthropicMessages.self)
        #expect(request.refused == ["tool_choice"])
    }
}
