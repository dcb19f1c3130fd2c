import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("A request that was made for another of OpenAI's models")
struct OpenAIModelFitTests {
    private static let question = #""messages":[{"role":"user","content":"Hi"}]"#

    private func chat(_ members: String, to model: String, accepts: ChatExtensions = .store) throws -> Translated {
        try Translated(
            #"{"model":"r",\#(Self.question),\#(members)}"#, to: OpenAIChat.self, model: model, accepts: accepts)
    }

    private func response(_ members: String, to model: String, input: String = #""Hi""#) throws -> Translated {
        try Translated(
            #"{"model":"r","input":\#(input),\#(members)}"#, from: OpenAIResponses.self, to: OpenAIResponses.self,
            model: model, accepts: .store)
    }

    @Test("has its limit by the name that the host has for it")
    func limit() throws {
        let read = try OpenAIChat.readRequest(
            Array(#"{"model":"r","max_tokens":9,\#(Self.question)}"#.utf8), address: RequestAddress())
        var target = OutboundTarget(model: "o3")
        target.accepts = .store
        target.outputLimitField = .maxCompletionTokens
        let written = OpenAIChat.write(read, to: target)
        let body = try parsed(written.body)
        #expect(body["max_completion_tokens"] as? Int == 9 && body["max_tokens"] == nil && written.losses.all.isEmpty)
    }

    @Test("goes without sampling and penalties while the model thinks, and is refused where it asks for probabilities")
    func sampling() throws {
        let all = #""temperature":0.2,"top_p":0.9,"presence_penalty":0.5,"frequency_penalty":1"#
        for model in ["gpt-5", "o4-mini", "gpt-5.5"] {
            let chat = try chat(all, to: model)
            #expect(chat["temperature"] == nil && chat["top_p"] == nil && chat["presence_penalty"] == nil, "\(model)")
            #expect(chat.losses == ["temperature", "top_p", "frequency_penalty", "presence_penalty"], "\(model)")
            #expect(chat.refused.isEmpty)
        }
        let bias = try chat(#""logit_bias":{"50256":-100},"logprobs":true,"top_logprobs":2"#, to: "o3")
        #expect(bias.refused == ["logit_bias", "logprobs"] && bias["logit_bias"] == nil && bias["top_logprobs"] == nil)
        #expect(try chat(#""stop":"END""#, to: "gpt-5").refused == ["stop"])
        let usual = try chat(#""temperature":1.0,"top_p":1,"presence_penalty":0"#, to: "gpt-5")
        #expect(usual.losses.isEmpty && usual["temperature"] != nil && usual["top_p"] as? Int == 1)
        // From GPT-5.1 to 5.4 nothing is thought unasked.
        #expect(try chat(all, to: "gpt-5.1").losses.isEmpty)
        #expect(try chat(all + #","reasoning_effort":"low""#, to: "gpt-5.1").losses.count == 4)
        let responses = try response(#""temperature":0.2,"reasoning":{"effort":"low"}"#, to: "o3")
        #expect(responses["temperature"] == nil && responses.losses == ["temperature"])
    }

    @Test(
        "has an effort that the model knows, or none",
        arguments: [
            ("low", "gpt-4o", nil, ["reasoning_effort"]), ("none", "gpt-4.1", nil, []),
            ("minimal", "gpt-5.1", "low", ["reasoning_effort"]), ("none", "gpt-5", "minimal", ["reasoning_effort"]),
            ("xhigh", "o3", "high", ["reasoning_effort"]), ("high", "gpt-5-chat-latest", nil, ["reasoning_effort"]),
            ("medium", "gpt-5.2", "medium", []),
        ] as [(String, String, String?, [String])])
    func effort(effort: String, model: String, written: String?, losses: [String]) throws {
        let chat = try chat(#""reasoning_effort":"\#(effort)""#, to: model)
        #expect(chat["reasoning_effort"] as? String == written && chat.losses == losses && chat.refused.isEmpty)
        let responses = try response(#""reasoning":{"effort":"\#(effort)"}"#, to: model)
        #expect(responses["reasoning.effort"] as? String == written && responses.losses == losses)
        if written == nil { #expect(responses["reasoning"] == nil) }
    }

    @Test("keeps what else is said of thoughts where the model has any, and nothing of it where it has not")
    func thoughts() throws {
        let asked =
            #""reasoning":{"effort":"none","summary":"auto"},"include":["reasoning.encrypted_content","file_search_call.results"]"#
        let input =
            #"[{"role":"user","content":"Hi"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},{"role":"assistant","content":"Ho"},{"role":"user","content":"So"}]"#
        let small = try response(asked, to: "o3", input: input)
        #expect(small["reasoning.effort"] as? String == "low" && small["reasoning.summary"] as? String == "auto")
        #expect((small["include"] as? [String])?.count == 2 && small.losses == ["reasoning_effort"])
        #expect(small["input.1.encrypted_content"] as? String == "gAAA")
        let none = try response(asked, to: "gpt-4.1", input: input)
        #expect(none["reasoning"] == nil && none["include"] as? [String] == ["file_search_call.results"])
        #expect(none.losses == ["input.reasoning"] && (none["input"] as? [Any])?.count == 3)
        let ciphers = try response(#""include":["reasoning.encrypted_content"]"#, to: "gpt-4o")
        #expect(ciphers["include"] == nil && ciphers.losses.isEmpty)
    }

    @Test("is refused with probabilities in Responses, which are not asked for where they may be dropped")
    func included() throws {
        let asked = try response(#""include":["message.output_text.logprobs"],"top_logprobs":2"#, to: "gpt-5")
        #expect(asked.refused == ["logprobs"] && asked["include"] == nil && asked["top_logprobs"] == nil)
        #expect(asked.outbound.losses.told(to: .responses).all.map(\.field) == ["include"])
    }

    @Test("has no verbosity but the usual, and no choice among calls, where the model takes none")
    func others() throws {
        let chat = try chat(#""verbosity":"low","parallel_tool_calls":false"#, to: "o4-mini")
        #expect(chat["verbosity"] == nil && chat["parallel_tool_calls"] == nil)
        #expect(chat.losses == ["parallel_tool_calls", "verbosity"] && chat.refused.isEmpty)
        #expect(try self.chat(#""parallel_tool_calls":true"#, to: "o3").losses.isEmpty)
        let five = try self.chat(#""verbosity":"low","parallel_tool_calls":false"#, to: "gpt-5")
        #expect(five["verbosity"] as? String == "low" && five.losses.isEmpty)
        let text = try response(#""text":{"verbosity":"high","format":{"type":"text"}}"#, to: "gpt-4o")
        #expect(text["text.verbosity"] == nil && text["text.format.type"] as? String == "text")
        #expect(text.losses == ["text.verbosity"])
        #expect(try response(#""text":{"verbosity":"high"}"#, to: "gpt-4o")["text"] == nil)
        #expect(try response(#""text":{"verbosity":"medium"}"#, to: "gpt-4o").losses.isEmpty)
    }

    @Test("thinks nothing in chats where there are tools and the model cannot do both")
    func tools() throws {
        let tools = #""tools":[{"type":"function","function":{"name":"f"}}]"#
        let both = try chat(tools + #","reasoning_effort":"low""#, to: "gpt-5.4")
        #expect(both["reasoning_effort"] as? String == "none" && both.losses == ["reasoning_effort"])
        #expect(both.refused.isEmpty && both["tools.0.function.name"] as? String == "f")
    }

    @Test("is as it was for other hosts, for models that are not OpenAI's, and for names that tell nothing")
    func unchanged() throws {
        let members = #""temperature":0.2,"stop":"a","reasoning_effort":"minimal","verbosity":"low""#
        let targets: [(String, ChatExtensions)] = [
            ("gpt-5", []), ("gpt-oss-120b", .store), ("my-deployment", .store),
        ]
        for (model, accepts) in targets {
            let request = try chat(members, to: model, accepts: accepts)
            #expect(request.losses.isEmpty && request["temperature"] != nil, "\(model)")
            #expect(request["reasoning_effort"] as? String == "minimal" && request["verbosity"] != nil, "\(model)")
        }
    }

    @Test(
        "is told from others by its scan, for the models that refuse it in chats",
        arguments: [
            (#""max_tokens":9"#, ["o1", "o4-mini", "gpt-5", "gpt-5.1", "gpt-5-chat-latest"], ["gpt-4o", "gpt-4.1"]),
            (#""max_tokens":null"#, [], ["o3", "gpt-5"]),
            (#""max_completion_tokens":9"#, [], ["o3", "gpt-5", "gpt-4o"]),
            (#""temperature":0.5"#, ["o3", "gpt-5", "gpt-5.5"], ["gpt-4o", "gpt-5.1", "gpt-5-chat-latest"]),
            (#""temperature":0.5,"reasoning_effort":"low""#, ["gpt-5.1", "o3", "gpt-4o"], []),
            (#""reasoning_effort":"none","temperature":0.5"#, ["o3", "gpt-5", "gpt-4o"], ["gpt-5.1", "gpt-5.6"]),
            (#""temperature":1.00,"top_p":1,"presence_penalty":0,"frequency_penalty":0.0"#, [], ["o3", "gpt-5"]),
            (#""temperature":10"#, ["o3"], []), (#""presence_penalty":0.1"#, ["o3"], ["gpt-4o"]),
            (#""logit_bias":{}"#, [], ["o3"]), (#""logit_bias":{"1":1}"#, ["o3"], ["gpt-4o"]),
            (#""logprobs":false"#, [], ["o3"]), (#""logprobs":true"#, ["o3"], ["gpt-4o"]),
            (#""reasoning_effort":"minimal""#, ["gpt-5.1", "o3", "gpt-4.1"], ["gpt-5"]),
            (#""reasoning_effort":"max""#, ["gpt-5.6"], []), (#""reasoning_effort":"utmost""#, ["gpt-4o"], ["gpt-5"]),
            (#""reasoning_effort":null"#, [], ["gpt-4o", "o3"]),
            (#""stop":["a"]"#, ["o3", "gpt-5"], ["gpt-4o", "o3-mini"]), (#""stop":[]"#, [], ["gpt-5"]),
            (#""verbosity":"high""#, ["gpt-4o", "o3"], ["gpt-5", "gpt-5.1-chat-latest"]),
            (#""verbosity":"medium""#, [], ["gpt-4o", "o3"]),
            (#""parallel_tool_calls":true"#, ["o3", "o4-mini"], ["gpt-4o", "gpt-5"]),
            (
                #""tools":[{"type":"function","function":{"name":"f"}}]"#, ["gpt-5.5"],
                ["gpt-5.4", "gpt-5", "o3", "gpt-4o"]
            ),
            (
                #""tools":[{"type":"function","function":{"name":"f"}}],"reasoning_effort":"low""#, ["gpt-5.4"],
                ["gpt-5.1", "o3"]
            ),
            (#""max_tokens":9,"temperature":0.5,"stop":"a""#, [], ["gpt-oss-120b", "my-deployment"]),
        ] as [(String, [String], [String])])
    func scan(members: String, refusing: [String], taking: [String]) throws {
        let request = try parse(#"{"model":"r",\#(Self.question),\#(members)}"#)
        let openAI = try #require(ProviderCatalog.provider("openai"))
        for model in refusing { #expect(!request.traits.isDisjoint(with: openAI.refused(by: model)), "\(model)") }
        for model in taking { #expect(request.traits.isDisjoint(with: openAI.refused(by: model)), "\(model)") }
        // Azure has the same models, and others overlook what they do not know.
        let azure = try #require(ProviderCatalog.provider("azure"))
        #expect(refusing.allSatisfy { azure.refused(by: $0) == openAI.refused(by: $0) })
        let router = try #require(ProviderCatalog.provider("openrouter"))
        #expect(refusing.allSatisfy { router.refused(by: $0).isEmpty })
    }

    @Test(
        "and in Responses",
        arguments: [
            (#""temperature":0.5"#, ["o3", "gpt-5"], ["gpt-4o", "gpt-5.4-nano"]),
            (#""reasoning":{"effort":"low"}"#, ["gpt-4o", "gpt-5-chat-latest"], ["o3", "gpt-5"]),
            (#""reasoning":{"effort":null,"summary":null}"#, [], ["gpt-4o"]),
            (#""reasoning":{"summary":"auto"}"#, ["gpt-4o"], ["o3"]),
            (#""reasoning":{"effort":"max"}"#, ["gpt-5.5"], ["gpt-5.6"]),
            (#""include":["reasoning.encrypted_content"]"#, ["gpt-4o"], ["o3"]),
            (#""include":["message.output_text.logprobs"]"#, ["o3"], ["gpt-4o"]),
            (#""top_logprobs":0,"include":[]"#, [], ["o3", "gpt-4o"]),
            (#""text":{"verbosity":"low"}"#, ["gpt-4o"], ["gpt-5"]),
            (#""parallel_tool_calls":true,"max_output_tokens":99"#, [], ["o3", "gpt-5", "gpt-4o"]),
            (#""tools":[{"type":"function","name":"f"}],"reasoning":{"effort":"low"}"#, [], ["gpt-5.5"]),
        ] as [(String, [String], [String])])
    func scanOfResponses(members: String, refusing: [String], taking: [String]) throws {
        let request = try parse(#"{"model":"r","input":"Hi",\#(members)}"#, .responses)
        var openAI = try #require(ProviderCatalog.provider("openai"))
        openAI.dialect = .responses
        for model in refusing { #expect(!request.traits.isDisjoint(with: openAI.refused(by: model)), "\(model)") }
        for model in taking { #expect(request.traits.isDisjoint(with: openAI.refused(by: model)), "\(model)") }
    }

    @Test("what is no chat goes as it came")
    func completions() throws {
        let request = try parse(
            #"{"model":"r","prompt":"a","max_tokens":9,"temperature":0.5,"stop":"b"}"#, .completions)
        let openAI = try #require(ProviderCatalog.provider("openai"))
        #expect(request.traits.isDisjoint(with: openAI.refused(by: "gpt-5")))
    }
}
