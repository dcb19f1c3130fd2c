import NIOPosix
import Testing
import TuppenceTesting

extension GatewayTests {
    @Suite("Names of tools that are too long for the target")
    struct LongToolNameTests {
        private static let name = "mcp__" + String(repeating: "a", count: 90) + "_1"
        private static let other = "mcp__" + String(repeating: "a", count: 90) + "_2"

        private static func names(in body: String) -> [String] {
            body.split(separator: "\"").map(String.init).filter { $0.hasPrefix("mcp__") }
        }

        /// A provider whose model calls the tool that must be called.
        private func upstream(streams: Bool) async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                let name = Self.names(in: request.body).last ?? ""
                let call =
                    #"[{"index":0,"id":"call_1","type":"function","function":{"name":"\#(name)","arguments":"{}"}}]"#
                guard streams else {
                    return [
                        .answer(
                            #"{"id":"x","choices":[{"index":0,"message":{"role":"assistant","tool_calls":\#(call)},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#
                        )
                    ]
                }
                return [
                    .streamHead(),
                    .chunk(
                        #"data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":\#(call)},"finish_reason":"tool_calls"}]}"#
                            + "\n\n"),
                    .chunk("data: [DONE]\n\n"), .lastChunk,
                ]
            }
        }

        @Test("are cut for it alike everywhere, and are whole in the answer", arguments: [false, true])
        func names(streams: Bool) async throws {
            let upstream = try await upstream(streams: streams)
            let gateway = try await TestGateway.start(providers: ["o": upstream.baseURL])
            let (name, other) = (Self.name, Self.other)
            let answer = try await gateway.client.post(
                "/v1/messages", key: TestGateway.key,
                body: #"""
                    {"model":"o/m","max_tokens":20,"stream":\#(streams),"messages":[{"role":"user","content":"Hi"},
                    {"role":"assistant","content":[{"type":"tool_use","id":"c","name":"\#(name)","input":{}}]},
                    {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"}]}],
                    "tools":[{"name":"\#(other)","input_schema":{"type":"object"}},
                    {"name":"\#(name)","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"\#(name)"}}
                    """#)
            #expect(answer.status == 200 && Self.names(in: answer.body) == [name])
            let sent = Self.names(in: try #require(upstream.requests.first).body)
            #expect(sent.count == 4 && Set(sent).count == 2 && sent.allSatisfy { $0.count == 64 })
            // The call, the tool and the choice; the other tool.
            #expect(sent[0] == sent[2] && sent[0] == sent[3] && sent[0] != sent[1])
        }
    }
}
