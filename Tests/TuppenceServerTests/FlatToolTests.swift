import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Tools as some editors send them")
    struct FlatToolTests {
        private static let parameters = #"{"type":"object","properties":{"city":{"type":"string"}}}"#
        private static let nested =
            #""tools":[{"type":"function","function":{"name":"weather","description":"Looks.","parameters":\#(parameters)}}]"#
        private static let flat =
            #""tools":[{"type":"function","name":"weather","description":"Looks.","parameters":\#(parameters)}]"#

        private func sent(_ more: String, stream: Bool = false) async throws -> (String, TestClient.Answer) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard request.body.contains(#""stream":true"#) else { return [.answer(Fixture.answer)] }
                return [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
            }
            let gateway = try await TestGateway.start(providers: ["o": upstream.baseURL])
            let answer = try await gateway.chat("o/m", stream: stream, more: "," + more)
            let body = try #require(upstream.requests.first).body
            await gateway.stop()
            return (body, answer)
        }

        @Test("go to OpenAI's dialect in the form that it takes, whole and streamed", arguments: [false, true])
        func flat(streams: Bool) async throws {
            let choice = #""tool_choice":{"type":"function","name":"weather"},"seed":7,"odd":{"a":1}"#
            let (body, answer) = try await sent("\(Self.flat),\(choice)", stream: streams)
            #expect(answer.status == 200 && answer.body.contains("hello"))
            #expect(body.contains(Self.nested))
            #expect(body.contains(#""tool_choice":{"type":"function","function":{"name":"weather"}}"#))
            // Nothing else is lost on the way.
            #expect(body.contains(#""seed":7"#) && body.contains(#""odd":{"a":1}"#) && body.contains(#""model":"m""#))
            #expect(body.contains(#""max_tokens":20"#) || body.contains(#""max_completion_tokens":20"#))
            #expect(answer["x-tuppence-dropped"] == nil && answer["x-tuppence-adjusted"] == nil)
            // The usage that is asked for here is not the caller's.
            if streams { #expect(body.contains(#""include_usage":true"#) && !answer.body.contains("prompt_tokens")) }
        }

        @Test("and a flat choice among tools that are not does, too")
        func choice() async throws {
            let (body, _) = try await sent(#"\#(Self.nested),"tool_choice":{"type":"function","name":"weather"}"#)
            #expect(body.contains(Self.nested))
            #expect(body.contains(#""tool_choice":{"type":"function","function":{"name":"weather"}}"#))
        }

        @Test("those in OpenAI's own form go as they came")
        func nested() async throws {
            let (body, _) = try await sent("\(Self.nested) ,  \"odd\": [1 , 2]")
            #expect(body.contains(#"\#(Self.nested) ,  "odd": [1 , 2]}"#))
        }
    }
}
