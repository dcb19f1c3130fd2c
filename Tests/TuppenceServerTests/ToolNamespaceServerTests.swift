import NIOPosix
import Testing
import TuppenceTesting

extension GatewayTests {
    @Suite("Tools in namespaces, from Responses")
    struct ToolNamespaceServerTests {
        private static let tools =
            #"[{"type":"namespace","name":"mcp__a","description":"Files.","tools":[{"type":"function","name":"read","parameters":{"type":"object"}}]}]"#
        private static let earlier =
            #"{"type":"function_call","call_id":"c","name":"read","namespace":"mcp__a","arguments":"{}"}"#

        private static func body(streams: Bool) -> String {
            #"{"model":"p/m","stream":\#(streams),"max_output_tokens":20,"tools":\#(tools),"input":[{"role":"user","content":"Hi"},\#(earlier),{"type":"function_call_output","call_id":"c","output":"1"}]}"#
        }

        /// A provider of chats whose model calls the one tool there is.
        private func upstream(streams: Bool) async throws -> ScriptedUpstream {
            let call =
                #"[{"index":0,"id":"call_1","type":"function","function":{"name":"mcp__a__read","arguments":"{}"}}]"#
            return try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
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

        @Test("are functions for a target without such, and called by both names again", arguments: [false, true])
        func called(streams: Bool) async throws {
            let upstream = try await upstream(streams: streams)
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.client.post(
                "/v1/responses", key: TestGateway.key, body: Self.body(streams: streams))
            #expect(answer.status == 200 && answer["x-tuppence-dropped"] == "tools[0].description")
            #expect(answer.body.contains(#""namespace":"mcp__a""#) && !answer.body.contains("mcp__a__read"))
            // What is repeated of the request is as it was.
            #expect(answer.body.contains(Self.tools))
            let sent = try #require(upstream.requests.first).body
            // The tool, and the earlier call of it.
            #expect(sent.ranges(of: #""name":"mcp__a__read""#).count == 2 && !sent.contains("namespace"))
        }
    }
}
