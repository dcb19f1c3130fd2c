import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    /// What is lost by no way that an answer comes in its own dialect, and what is said of those that are none.
    @Suite("Answers in their other form, and errors in their place")
    struct RecastAnswerTests {
        private func complete(_ gateway: TestGateway, stream: Bool) async throws -> TestClient.Answer {
            try await gateway.client.post(
                "/v1/completions", key: TestGateway.key,
                body: #"{"model":"p/m","prompt":"hi","max_tokens":20,"stream":\#(stream)}"#)
        }

        private static let text =
            #"{"id":"x","object":"text_completion","odd":1,"choices":[{"index":0,"text":"hello","finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"#

        @Test("completions become events, and events completions")
        func completions() async throws {
            let (streamed, first) = try await asking(.openAI, [.answer(Self.text)]) {
                try await complete($0, stream: true)
            }
            #expect(streamed["content-type"] == "text/event-stream; charset=utf-8")
            #expect(streamed.body.contains(#""text":"hello""#) && streamed.body.hasSuffix("data: [DONE]\n\n"))
            let events = "data: \(Self.text)\n\ndata: [DONE]\n\n"
            let (whole, second) = try await asking(.openAI, [.streamHead(), .chunk(events), .lastChunk]) {
                try await complete($0, stream: false)
            }
            #expect(whole.status == 200 && whole["content-type"] == "application/json")
            #expect(whole.body.contains(#""text":"hello""#) && whole.body.contains(#""cost":0.00002"#))
            for entry in [first, second] { #expect(entry.usage == Usage(input: 10, output: 5) && !entry.estimated) }
        }

        @Test("blocks that only Anthropic's dialect has go over", arguments: [true, false])
        func native(isReplayed: Bool) async throws {
            let block = #"{"type":"web_search_tool_result","tool_use_id":"t","content":[{"url":"u","odd":1}]}"#
            let message = Fixture.message.replacing(#""content":["#, with: #""content":[\#(block),"#)
            let event = #"data: {"type":"content_block_start","index":7,"content_block":\#(block)}"# + "\n\n"
            let steps: [ScriptedUpstream.Step] =
                isReplayed
                ? [.answer(message)]
                : [.streamHead(), .chunk(Fixture.messageStart + event + Fixture.messageEnd), .lastChunk]
            let (answer, entry) = try await asking(.anthropic, steps) {
                try await $0.message("p/m", stream: isReplayed)
            }
            #expect(answer.status == 200 && answer.body.contains(block), "\(answer.body)")
            #expect(answer.body.contains(#""cost":0.00002"#))
            // Its provider does not say how many searches there were.
            var usage = Usage(input: 10, output: 5)
            usage.search = 1
            #expect(entry.usage == usage && !entry.estimated)
        }

        @Test(
            "an event that is an error is the provider's own in place of a whole answer, too",
            arguments: [Dialect.openAI, .anthropic], ["", Fixture.event("hello")])
        func error(caller: Dialect, before: String) async throws {
            let error = #"{"error":{"message":"Slow down.","code":"rate_limit_exceeded"}}"#
            let steps: [ScriptedUpstream.Step] = [
                .streamHead(), .chunk(before + "data: \(error)\n\n"), .lastChunk,
            ]
            let (answer, entry) = try await asking(.openAI, steps) {
                caller == .openAI ? try await $0.chat("p/m") : try await $0.message("p/m")
            }
            #expect(answer.status == 429 && answer.body.contains("Slow down."), "\(answer.body)")
            #expect(answer["content-type"] == "application/json")
            #expect(answer.body == error || caller == .anthropic)
            #expect(entry.outcome == .failed && (entry.cost == .zero) == before.isEmpty)
            // Five bytes, which are two tokens.
            #expect(entry.usage.output == (before.isEmpty ? 0 : 2) && entry.estimated != before.isEmpty, "\(entry)")
        }

        @Test("events that are called JSON are events all the same", arguments: [true, false])
        func mislabelled(streams: Bool) async throws {
            let body = Fixture.event("hello") + Fixture.finish
            let (answer, entry) = try await asking(.openAI, [.answer(body)]) {
                try await $0.chat("p/m", stream: streams)
            }
            #expect(answer.status == 200 && answer.body.contains(#""content":"hello""#), "\(answer.body)")
            #expect(
                answer["content-type"] == (streams ? "text/event-stream; charset=utf-8" : "application/json"))
            #expect(entry.usage == Usage(input: 10, output: 5) && !entry.estimated)
        }

        // MARK: Counts

        /// Where each dialect is asked, and answers that count nothing.
        private static let uncounted: [(Dialect, path: String, question: String, body: String)] = [
            (
                .anthropic, "/v1/messages",
                #"{"model":"p/m","max_tokens":20,"messages":[{"role":"user","content":"hi"}]}"#,
                #"{"type":"message","content":[{"type":"text","text":"hello"}],"odd":1}"#
            ),
            (
                .responses, "/v1/responses", #"{"model":"p/m","input":"hi","max_output_tokens":20}"#,
                #"{"object":"response","output":[{"type":"message","content":[{"type":"output_text","text":"hello"}]}],"usage":null,"odd":1}"#
            ),
            (
                .gemini, "/v1beta/models/p/m:generateContent", #"{"contents":[{"parts":[{"text":"hi"}]}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"hello"}]},"finishReason":"STOP"}],"odd":1}"#
            ),
        ]

        @Test("whole answers of every dialect have a usage object", arguments: [0, 1, 2])
        func uncounted(number: Int) async throws {
            let (dialect, path, question, body) = Self.uncounted[number]
            let (answer, entry) = try await asking(dialect, [.answer(body)]) {
                try await $0.client.post(path, key: TestGateway.key, body: question)
            }
            let (input, output) =
                dialect == .gemini ? ("promptTokenCount", "candidatesTokenCount") : ("input_tokens", "output_tokens")
            // Five bytes, which are two tokens: nothing around them counts.
            #expect(entry.estimated && entry.usage.totalOutput == 2)
            #expect(answer.body.contains(#""\#(input)":\#(entry.usage.totalInput),"#), "\(answer.body)")
            #expect(answer.body.contains(#""\#(output)":2,"#) && answer.body.contains(#""odd":1"#))
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"cost_details""#) && entry.cost > .zero)
        }

        @Test(
            "what a stream counts is booked, and told, though the answer that it is put together into would not say it",
            arguments: [
                (#""x_groq":{"usage":\#(exact)}"#, ""),
                (#""usage":\#(exact)"#, #"data: {"choices":[],"usage":{}}"# + "\n\n"),
            ])
        func putTogether(counted: String, behind: String) async throws {
            let events =
                Fixture.event("hello")
                + #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],\#(counted)}"# + "\n\n" + behind
                + "data: [DONE]\n\n"
            let (answer, entry) = try await asking(.openAI, [.streamHead(), .chunk(events), .lastChunk]) {
                try await $0.chat("p/m")
            }
            #expect(entry.usage == Usage(input: 500, output: 7) && !entry.estimated, "\(entry)")
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"cost_details""#), "\(answer.body)")
            #expect(answer.body.hasSuffix("}}}") && answer.body.contains(#","usage":{"prompt_tokens":500,"#))
        }

        private static let exact = #"{"prompt_tokens":500,"completion_tokens":7,"total_tokens":507}"#

        @Test("a stream's usage of less than nothing is neither passed on nor booked")
        func negative() async throws {
            let events =
                Fixture.event("hello") + #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
                + #"data: {"choices":[],"usage":{"prompt_tokens":-10,"completion_tokens":-5}}"# + "\n\ndata: [DONE]\n\n"
            let (answer, entry) = try await asking(.openAI, [.streamHead(), .chunk(events), .lastChunk]) {
                try await $0.chat("p/m", stream: true, more: #","stream_options":{"include_usage":true}"#)
            }
            #expect(answer.body.contains(#""usage":null"#) && !answer.body.contains("-"), "\(answer.body)")
            #expect(entry.estimated && entry.usage.totalInput > 0 && entry.usage.totalOutput > 0)
        }
    }
}
