import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Answers without any ids")
    struct NamelessAnswerTests {
        private static let call = #"[{"index":0,"type":"function","function":{"name":"f","arguments":"{}"}}]"#

        @Test("give their calls ids that no other answer's calls have", arguments: [false, true])
        func ids(streams: Bool) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                guard streams else {
                    return [
                        .answer(
                            #"{"choices":[{"index":0,"message":{"role":"assistant","tool_calls":\#(Self.call)},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#
                        )
                    ]
                }
                return [
                    .streamHead(),
                    .chunk(
                        #"data: {"choices":[{"index":0,"delta":{"tool_calls":\#(Self.call)},"finish_reason":"tool_calls"}]}"#
                            + "\n\n"),
                    .chunk("data: [DONE]\n\n"), .lastChunk,
                ]
            }
            let gateway = try await TestGateway.start(providers: ["o": upstream.baseURL])
            var ids: Set<String> = []
            for _ in 0..<2 {
                let answer = try await gateway.client.post(
                    "/v1/messages", key: TestGateway.key,
                    body:
                        #"{"model":"o/m","max_tokens":20,"stream":\#(streams),"messages":[{"role":"user","content":"Hi"}]}"#
                )
                #expect(answer.status == 200)
                let words = answer.body.split(separator: "\"")
                ids.insert(String(try #require(words.first(where: { $0.hasPrefix("call_") }))))
            }
            #expect(ids.count == 2 && !ids.contains("call_x_0"), "\(ids)")
        }
    }
}
