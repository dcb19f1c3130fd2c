import NIOPosix
import Testing
import TuppenceTesting

extension GatewayTests {
    @Suite("Tools that the caller's own search has found")
    struct LoadedToolTests {
        private static let references =
            #"{"type":"tool_reference","tool_name":"mcp__a__read"},{"type":"tool_reference","tool_name":"mcp__a__write"}"#
        private static let body = #"""
            {"model":"p/m","max_tokens":20,"messages":[{"role":"user","content":"Hi"},
            {"role":"assistant","content":[{"type":"tool_use","id":"c","name":"ToolSearch","input":{"query":"files"}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[\#(references)]}]}],
            "tools":[{"name":"ToolSearch","input_schema":{"type":"object"}},
            {"name":"mcp__a__read","defer_loading":true,"input_schema":{"type":"object"}}]}
            """#

        @Test("are told of in words, a line each, where the target loads none later, and offered from the start")
        func told() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.client.post("/v1/messages", key: TestGateway.key, body: Self.body)
            #expect(answer.status == 200 && answer["x-tuppence-dropped"] == "tools[1].defer_loading")
            let sent = try #require(upstream.requests.first).body
            #expect(sent.contains(#""Tool loaded: mcp__a__read\nTool loaded: mcp__a__write""#))
            #expect(sent.contains(#""name":"mcp__a__read""#) && !sent.contains("tool_reference"))
        }

        @Test("go to Anthropic as they are")
        func own() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [
                    .answer(
                        #"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}"#
                    )
                ]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], dialects: ["p": .anthropic])
            let answer = try await gateway.client.post("/v1/messages", key: TestGateway.key, body: Self.body)
            #expect(answer.status == 200)
            #expect(try #require(upstream.requests.first).body.contains(Self.references))
        }
    }
}
