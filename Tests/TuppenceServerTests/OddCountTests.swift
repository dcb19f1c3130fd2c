import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    /// What is booked, and what a caller is told, where providers count in odd ways, or not to the end.
    @Suite("Odd counts at the gateway")
    struct OddCountTests {
        private static func event(_ usage: String, finish: String = "null") -> String {
            #"data: {"id":"x","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":\#(finish)}],"usage":\#(usage)}"#
                + "\n\n"
        }

        private static func counts(_ input: Int, _ output: Int) -> String {
            #"{"prompt_tokens":\#(input),"completion_tokens":\#(output),"total_tokens":\#(input + output)}"#
        }

        @Test("a stream that ends in zeros is booked at what it has counted", arguments: [true, false])
        func zeros(streams: Bool) async throws {
            let events =
                Self.event(Self.counts(100, 20)) + Self.event(Self.counts(0, 0), finish: #""stop""#)
                + "data: [DONE]\n\n"
            let (answer, entry) = try await asking(.openAI, [.streamHead(), .chunk(events), .lastChunk]) {
                try await $0.chat("p/m", stream: streams)
            }
            #expect(entry.usage == Usage(input: 100, output: 20))
            #expect(answer.status == 200 && answer.body.contains(#""cost":0.00014"#), "\(answer.body)")
            #expect(!answer.body.contains(#""cost":0}"#) && !answer.body.contains(#""cost":0,"#), "\(answer.body)")
        }

        @Test("an input of zero behind one that was counted is told and booked as that", arguments: [true, false])
        func outputOnly(streams: Bool) async throws {
            let events =
                Self.event(Self.counts(20, 1)) + Self.event(Self.counts(0, 15), finish: #""stop""#)
                + "data: [DONE]\n\n"
            let (answer, entry) = try await asking(.openAI, [.streamHead(), .chunk(events), .lastChunk]) {
                try await $0.chat("p/m", stream: streams)
            }
            #expect(entry.usage == Usage(input: 20, output: 15) && !entry.estimated)
            #expect(answer.body.contains(#""cost":0.00005"#), "\(answer.body)")
            #expect(streams || answer.body.contains(#""prompt_tokens":20"#), "\(answer.body)")
        }

        @Test("zeros at the end of Anthropic's streams leave what was counted to stand", arguments: [true, false])
        func nothing(streams: Bool) async throws {
            let start = Fixture.messageStart.replacing(
                #""input_tokens":10,"output_tokens":1"#, with: #""input_tokens":100,"output_tokens":19"#)
            let end = Fixture.messageEnd.replacing(
                #""output_tokens":5"#, with: #""input_tokens":0,"output_tokens":0"#)
            let steps: [ScriptedUpstream.Step] = [
                .streamHead(), .chunk(start + Fixture.messageDelta("hello") + end), .lastChunk,
            ]
            for isOwn in [true, false] {
                let (answer, entry) = try await asking(.anthropic, steps) {
                    try await isOwn ? $0.message("p/m", stream: streams) : $0.chat("p/m", stream: streams)
                }
                #expect(answer.status == 200, "\(answer.body)")
                #expect(entry.usage == Usage(input: 100, output: 19) && entry.estimated, "own: \(isOwn)")
            }
        }

        @Test("each message of a translated stream is a piece, however many come at once")
        func pieces() async throws {
            let events = String(repeating: Fixture.event("a"), count: 15)
            for isOwn in [true, false] {
                let (_, entry) = try await asking(.openAI, [.streamHead(), .chunk(events), .close]) {
                    try await isOwn ? $0.chat("p/m", stream: true) : $0.message("p/m", stream: true)
                }
                #expect(entry.usage.output == 15 && entry.estimated, "own: \(isOwn)")
            }
        }

        @Test(
            "a body that is closed has not broken off, whatever it is",
            arguments: [("{oops}", false), ("{oops}\n", false), (#"{"choices":{"a":1}"#, true)])
        func closed(body: String, isPart: Bool) async throws {
            let (answer, entry) = try await asking(.openAI, [.answer(body)]) { try await $0.chat("p/m") }
            #expect(answer.status == 502)
            #expect((entry.usage.output > 0) == isPart, "\(entry.usage)")
        }

        @Test("an object that is called a stream is an answer, however it was asked for", arguments: [true, false])
        func mislabelled(streams: Bool) async throws {
            for steps: [ScriptedUpstream.Step] in [
                [.answer(Fixture.answer, type: "text/event-stream")],
                [.streamHead(), .chunk("{"), .chunk(String(Fixture.answer.dropFirst())), .lastChunk],
            ] {
                let (answer, entry) = try await asking(.openAI, steps) { try await $0.chat("p/m", stream: streams) }
                #expect(answer.status == 200 && answer.body.contains(#""content":"hello""#), "\(answer.body)")
                #expect(
                    answer["content-type"] == (streams ? "text/event-stream; charset=utf-8" : "application/json"))
                #expect(entry.usage == Usage(input: 10, output: 5) && !entry.estimated)
                let (message, booked) = try await asking(.openAI, steps) {
                    try await $0.message("p/m", stream: streams)
                }
                #expect(message.status == 200 && message.body.contains("hello"), "\(message.body)")
                #expect(booked.usage == Usage(input: 10, output: 5) && !booked.estimated)
            }
        }

        // MARK: Searches

        private static let call =
            #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#
        private static let found = #"{"type":"web_search_tool_result","tool_use_id":"s","content":[]}"#
        private static let searching = Fixture.messageStart + blocks.joined() + Fixture.messageDelta("hello")
        private static let blocks = [call, found, call].map { block in
            #"data: {"type":"content_block_start","index":1,"content_block":\#(block)}"# + "\n\n"
        }
        private static let failure =
            #"data: {"type":"error","error":{"type":"overloaded_error","message":"m"}}"# + "\n\n"
        private static let search = #"{"id":"ws","type":"web_search_call","action":{"type":"search","query":"q"}}"#
        private static let said =
            #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hello"}]}"#
        private static let finding =
            [
                #"{"type":"response.created","response":{"id":"r","output":[],"usage":null}}"#,
                #"{"type":"response.output_item.done","output_index":0,"item":\#(search)}"#,
                #"{"type":"response.output_item.done","output_index":1,"item":\#(search)}"#,
                #"{"type":"response.output_text.delta","output_index":2,"content_index":0,"delta":"hello"}"#,
            ].map { "data: \($0)\n\n" }.joined()
        private static let completed =
            #"data: {"type":"response.completed","response":{"id":"r","output":[\#(search),\#(search),\#(said)],"usage":null}}"#
            + "\n\n"

        private static func ask(_ gateway: TestGateway, as caller: Dialect, streams: Bool) async throws
            -> TestClient.Answer
        {
            guard caller == .responses else { return try await gateway.message("p/m", stream: streams) }
            return try await gateway.client.post(
                "/v1/responses", key: TestGateway.key,
                body: #"{"model":"p/m","input":"hi","max_output_tokens":20,"stream":\#(streams)}"#)
        }

        @Test(
            "searches that were made are booked where a stream is cut off, fails, or ends without a count",
            arguments: [
                (.anthropic, searching, true), (.anthropic, searching + failure, false),
                (.responses, finding, true), (.responses, finding + completed, false),
            ] as [(Dialect, String, Bool)])
        func streamed(provider: Dialect, events: String, isCut: Bool) async throws {
            let steps: [ScriptedUpstream.Step] = [.streamHead(), .chunk(events), isCut ? .close : .lastChunk]
            // By its own bytes, and translated.
            for caller in [Dialect.anthropic, .responses] {
                let (_, entry) = try await asking(provider, steps) {
                    try await Self.ask($0, as: caller, streams: true)
                }
                #expect(entry.usage.search == 2 && entry.estimated, "\(provider) to \(caller)")
            }
        }

        @Test("and of a whole without a count", arguments: [Dialect.anthropic, .responses])
        func whole(provider: Dialect) async throws {
            let body =
                provider == .anthropic
                ? #"{"id":"m","type":"message","role":"assistant","model":"c","content":[\#(Self.call),\#(Self.found),{"type":"text","text":"hello"}],"stop_reason":"end_turn"}"#
                : #"{"id":"r","object":"response","output":[\#(Self.search),\#(Self.said)],"usage":null}"#
            for caller in [Dialect.anthropic, .responses] {
                let (answer, entry) = try await asking(provider, [.answer(body)]) {
                    try await Self.ask($0, as: caller, streams: false)
                }
                #expect(answer.status == 200, "\(answer.body)")
                #expect(entry.usage.search == 1 && entry.estimated, "\(provider) to \(caller)")
            }
        }
    }
}
