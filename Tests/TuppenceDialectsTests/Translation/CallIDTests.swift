import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Ids of calls that providers leave out, or give to several.
@Suite("Ids of calls")
struct CallIDTests {
    private func calls(_ answer: ChatAnswer) -> [String] {
        answer.choices.flatMap(\.content).compactMap { block in
            guard case .toolCall(let call) = block else { return nil }
            return call.id.decoded
        }
    }

    private func calls(_ events: [StreamEvent]) -> [String] {
        events.compactMap { event in
            guard case .blockStart(_, .toolCall(let id, _, _)) = event else { return nil }
            return id.decoded
        }
    }

    @Test(
        "calls without ids have the answer's, in whole answers as in streams",
        arguments: [
            #""tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}},{"index":1,"id":"","function":{"name":"f","arguments":"{}"}}]"#,
            #""function_call":{"name":"f","arguments":"{}"}"#,
        ])
    func openAI(members: String) throws {
        let count = members.hasPrefix("\"tool") ? 2 : 1
        for id in ["c1", "c2"] {
            let made = (0..<count).map { "call_\(id)_\($0)" }
            // The id stands behind the message here.
            let whole =
                #"{"choices":[{"index":0,"message":{"role":"assistant",\#(members)},"finish_reason":"tool_calls"}],"id":"\#(id)"}"#
            #expect(try calls(OpenAIChat.readAnswer(Array(whole.utf8))) == made)
            let chunk =
                #"data: {"id":"\#(id)","choices":[{"index":0,"delta":{\#(members)},"finish_reason":"tool_calls"}]}"#
            #expect(calls(events(of: OpenAIChat.self, Array("\(chunk)\n\ndata: [DONE]\n\n".utf8))) == made)
        }
    }

    @Test("the same of Cohere's and of the Responses API")
    func others() throws {
        let call = #"{"type":"function","function":{"name":"f","arguments":"{}"}}"#
        let whole =
            #"{"message":{"role":"assistant","tool_plan":"So.","tool_calls":[\#(call),\#(call)]},"finish_reason":"TOOL_CALL","id":"c1"}"#
        #expect(try calls(CohereChat.readAnswer(Array(whole.utf8))) == ["call_c1_0", "call_c1_1"])
        let stream = [
            #"{"type":"message-start","id":"c1"}"#,
            #"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":\#(call)}}}"#,
            #"{"type":"tool-call-end","index":0}"#, #"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL"}}"#,
        ].map { "data: \($0)\n\n" }.joined()
        #expect(calls(events(of: CohereChat.self, Array(stream.utf8))) == ["call_c1_0"])
        let responses = [
            #"{"type":"response.created","response":{"id":"r1"}}"#,
            #"{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{}"}"#,
            #"{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","name":"f"}}"#,
        ].map { "data: \($0)\n\n" }.joined()
        #expect(calls(events(of: OpenAIResponses.self, Array(responses.utf8))) == ["call_r1_2"])
    }

    @Test("where the answer has no id either, calls have the gateway's, and with them the thoughts that are of a call")
    func nameless() throws {
        let body =
            #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"AA=="}]}}]}"#
        var answer = try GeminiChat.readAnswer(Array(body.utf8))
        #expect(calls(answer) == ["call_x_0"])
        answer.identifyCalls(as: "gen-1")
        #expect(calls(answer) == ["call_gen-1_0"])
        let thoughts = answer.choices[0].content.compactMap { block -> JSONString? in
            guard case .thinking(let thinking) = block else { return nil }
            return thinking.id
        }
        #expect(thoughts == ["call_gen-1_0"])
        let start = StreamEvent.BlockStart.toolCall(id: "call_x_3", name: "f")
        #expect(start.identified(as: "gen-1") == .toolCall(id: "call_gen-1_3", name: "f"))
        let given = StreamEvent.BlockStart.toolCall(id: "toolu_1", name: "f")
        #expect(given.identified(as: "gen-1") == given)
        // An answer with an id has made its own.
        answer.id = "a"
        answer.identifyCalls(as: "gen-2")
        #expect(calls(answer) == ["call_gen-1_0"])
    }

    // MARK: Repeated

    private static let rounds = #"""
        {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"?"},
         {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"a","content":"1"},
         {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"g","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"a","content":"2"}]}
        """#

    @Test("to Gemini a result has the name of the last call of its id before it")
    func gemini() throws {
        let body = try Translated(Self.rounds, to: GeminiChat.self, model: "gemini-2.5-flash")
        let names = [1, 2, 3, 4].map { index in
            (body["contents.\(index).parts.0.functionCall.name"]
                ?? body["contents.\(index).parts.0.functionResponse.name"]) as? String
        }
        #expect(names == ["f", "f", "g", "g"])
    }

    @Test("that are too long for a target are cut, alike in call and result, and stay apart")
    func long() throws {
        let middle = String(repeating: "é", count: 70)
        let (one, other) = ("a\(middle)z", "b\(middle)z")
        let body = """
            {"model":"m","max_tokens":99,"messages":[{"role":"user","content":"?"},
             {"role":"assistant","content":[{"type":"tool_use","id":"\(one)","name":"f","input":{}},
              {"type":"tool_use","id":"\(other)","name":"f","input":{}},
              {"type":"tool_use","id":"toolu_1","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"\(one)","content":"1"},
              {"type":"tool_result","tool_use_id":"\(other)","content":"2"},
              {"type":"tool_result","tool_use_id":"toolu_1","content":"3"}]}]}
            """
        let chat = try Translated(body, from: AnthropicMessages.self, to: OpenAIChat.self)
        let responses = try Translated(body, from: AnthropicMessages.self, to: OpenAIResponses.self)
        let bedrock = try Translated(body, from: AnthropicMessages.self, to: BedrockConverse.self)
        for (request, limit, call, result) in [
            (chat, 40, "messages.1.tool_calls.@.id", "messages.#.tool_call_id"),
            (responses, 64, "input.%.call_id", "input.$.call_id"),
            (bedrock, 64, "messages.1.content.@.toolUse.toolUseId", "messages.2.content.@.toolResult.toolUseId"),
        ] {
            let ids = (0..<3).map { index in
                [call, result].map { path in
                    request[
                        path.replacing("@", with: "\(index)").replacing("#", with: "\(index + 2)")
                            .replacing("%", with: "\(index + 1)").replacing("$", with: "\(index + 4)")] as? String
                }
            }
            for pair in ids { #expect(pair[0] != nil && pair[0] == pair[1]) }
            #expect(Set(ids.map { $0[0] }).count == 3 && ids[2][0] == "toolu_1")
            #expect(ids[0][0]?.count == limit && ids[1][0]?.count == limit)
        }
    }

    @Test("to Anthropic and Bedrock the later call of an id has another, and so have its results")
    func unique() throws {
        let anthropic = try Translated(Self.rounds, to: AnthropicMessages.self, model: "claude-sonnet-4-5")
        let ids = [1, 2, 3, 4].map { index in
            (anthropic["messages.\(index).content.0.id"] ?? anthropic["messages.\(index).content.0.tool_use_id"])
                as? String
        }
        #expect(ids == ["a", "a", "a_2", "a_2"])
        let bedrock = try Translated(Self.rounds, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        let others = [1, 2, 3, 4].map { index in
            (bedrock["messages.\(index).content.0.toolUse.toolUseId"]
                ?? bedrock["messages.\(index).content.0.toolResult.toolUseId"]) as? String
        }
        #expect(others == ids)
    }

    /// Ids of calls and results in their order, results with a sign before them.
    private func renamed(_ turns: [[String]]) -> [[String]] {
        let messages = turns.map { turn in
            let blocks = turn.map { id -> Block in
                guard id.hasPrefix(">") else {
                    return .toolCall(ToolCall(id: JSONString(id), name: "f", arguments: ToolArguments(string: "")))
                }
                return .toolResult(ToolResult(callID: JSONString(id.dropFirst()), content: []))
            }
            return ChatMessage(turn.first?.hasPrefix(">") == true ? .tool : .assistant, blocks)
        }
        return messages.withUniqueCalls(fit: AnthropicBlockWriter.identifier).map { message in
            message.content.map { block in
                switch block {
                case .toolCall(let call): call.id.decoded
                case .toolResult(let result): ">" + result.callID.decoded
                default: "?"
                }
            }
        }
    }

    @Test(
        "calls and results find each other",
        arguments: [
            // Nothing to do.
            ([["a", "b"], [">b", ">a"]], [["a", "b"], [">b", ">a"]]),
            // Side by side: the first result is the first call's.
            ([["a", "a"], [">a", ">a"]], [["a", "a_2"], [">a", ">a_2"]]),
            ([["a"], [">a"], ["a", "a"], [">a", ">a"]], [["a"], [">a"], ["a_2", "a_3"], [">a_2", ">a_3"]]),
            // A call that was never answered leaves its id to the next.
            ([["a"], ["a"], [">a"]], [["a"], ["a_2"], [">a_2"]]),
            // The new id is taken already, or comes later.
            ([["a", "a_2"], ["a"], [">a"]], [["a", "a_2"], ["a_3"], [">a_3"]]),
            ([["a"], ["a"], ["a_2"], [">a_2", ">a"]], [["a"], ["a_2"], ["a_2_2"], [">a_2_2", ">a_2"]]),
            // What the target makes of ids may be the same.
            ([["a.b", "a_b"], [">a_b", ">a.b"]], [["a.b", "a_b_2"], [">a_b_2", ">a.b"]]),
            ([["", ""], [">", ">"]], [["", "_2"], [">", ">_2"]]),
        ] as [([[String]], [[String]])])
    func pairs(turns: [[String]], expected: [[String]]) { #expect(renamed(turns) == expected) }

    @Test("many calls of one id get their own in no time", .timeLimit(.minutes(1)))
    func many() {
        let count = 20_000
        let names = ["a"] + (2...count).map { "a_\($0)" }
        let beside = renamed([
            Array(repeating: "a", count: count), Array(repeating: ">a", count: count),
        ])
        #expect(beside == [names, names.map { ">" + $0 }])
        let apart = renamed(Array(repeating: [["a"], [">a"]], count: count).flatMap { $0 })
        #expect(apart == names.flatMap { [[$0], [">" + $0]] })
    }

    @Test("long ids stay unique where Bedrock cuts them")
    func longForBedrock() throws {
        let long = String(repeating: "x", count: 80)
        let body = Self.rounds.replacing("\"a\"", with: "\"\(long)\"")
        let bedrock = try Translated(body, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        let first = bedrock["messages.1.content.0.toolUse.toolUseId"] as? String
        let second = bedrock["messages.3.content.0.toolUse.toolUseId"] as? String
        #expect(first?.count == 64 && second?.count == 64 && first != second)
        #expect(bedrock["messages.4.content.0.toolResult.toolUseId"] as? String == second)
    }
}
