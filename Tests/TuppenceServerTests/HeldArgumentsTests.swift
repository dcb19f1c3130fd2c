import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    @Suite("Arguments that are held back, and booked")
    struct HeldArgumentsTests {
        private static let piece = String(repeating: "a", count: 40)
        private static func chat(_ call: String) -> String {
            #"data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,\#(call)}]}}]}"# + "\n\n"
        }

        private static let streams: [(Dialect, text: String, unnamed: String, name: String)] = [
            (
                .openAI, #"data: {"id":"x","choices":[{"index":0,"delta":{"content":"Well"}}]}"# + "\n\n",
                chat(#""function":{"arguments":"\#(piece)"}"#), chat(#""id":"c","function":{"name":"f"}"#)
            ),
            (
                .responses,
                #"data: {"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Well"}"#
                    + "\n\n",
                #"data: {"type":"response.function_call_arguments.delta","output_index":0,"delta":"\#(piece)"}"#
                    + "\n\n",
                #"data: {"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c","name":"f"}}"#
                    + "\n\n"
            ),
        ]

        @Test(
            "a stream that breaks off is booked with what had no name, once", arguments: [0, 1], [false, true])
        func cut(provider: Int, isNamed: Bool) async throws {
            let (dialect, text, unnamed, name) = Self.streams[provider]
            var steps: [ScriptedUpstream.Step] = [.streamHead(), .chunk(text), .chunk(unnamed), .pause(20)]
            if isNamed { steps += [.chunk(name), .pause(20)] }
            let script = steps + [.close]
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in script }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], dialects: ["p": dialect])
            let answer = try await gateway.message("p/m", stream: true)
            #expect(answer.status == 200 && answer.body.contains("event: error"))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            // Four bytes a token, the name's among them.
            #expect(entry.outcome == .truncated && entry.usage.output == (isNamed ? 12 : 11))
        }

        @Test("a stream that has told nothing else is another target's to answer", arguments: [0, 1])
        func untold(provider: Int) async throws {
            let (dialect, _, unnamed, _) = Self.streams[provider]
            let script: [ScriptedUpstream.Step] = [.streamHead(), .chunk(unnamed), .pause(20), .close]
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in script }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], dialects: ["p": dialect])
            let answer = try await gateway.message("p/m", stream: true)
            #expect(answer.status == 503 && !answer.body.contains("event:"), "\(answer.status)")
        }
    }
}
