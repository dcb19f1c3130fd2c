import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    @Suite("Answers that have not come as they were asked for")
    struct OtherwiseTests {
        private static let usage = Usage(input: 10, output: 5)

        /// What a caller is answered by a provider that gives the same answer whatever it is asked.
        private func asking(
            _ dialect: Dialect, _ steps: [ScriptedUpstream.Step],
            _ ask: (TestGateway) async throws -> TestClient.Answer
        ) async throws -> (TestClient.Answer, [LedgerEntry]) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], dialects: ["p": dialect])
            let answer = try await ask(gateway)
            await gateway.stop()
            try await upstream.stop()
            #expect(gateway.store.contents.holds.isEmpty)
            return (answer, gateway.entries)
        }

        private static let whole: [(Dialect, ScriptedUpstream.Step)] = [
            (.openAI, .answer(Fixture.answer)), (.anthropic, .answer(Fixture.message)),
        ]

        private static let streamed: [(Dialect, [ScriptedUpstream.Step])] = [
            (.openAI, [.streamHead(), .chunk(Fixture.event("hello") + Fixture.finish), .lastChunk]),
            (
                .anthropic,
                [
                    .streamHead(), .chunk(Fixture.messageStart + Fixture.messageDelta("hello") + Fixture.messageEnd),
                    .lastChunk,
                ]
            ),
        ]

        @Test("a whole one goes to who asked for a stream as events, with what it has cost", arguments: [0, 1])
        func replayed(provider: Int) async throws {
            let (dialect, step) = Self.whole[provider]
            let (chat, entries) = try await asking(dialect, [step]) {
                try await $0.chat("p/m", stream: true, more: #","stream_options":{"include_usage":true}"#)
            }
            #expect(chat.status == 200 && chat.isComplete)
            #expect(chat["content-type"] == "text/event-stream; charset=utf-8")
            #expect(chat.body.hasPrefix("data: {") && chat.body.hasSuffix("data: [DONE]\n\n"))
            #expect(chat.body.contains(#""content":"hello""#) && chat.body.contains(#""finish_reason":"stop""#))
            #expect(chat.body.contains(#""cost":0.00002"#))
            #expect(entries.map(\.usage) == [Self.usage] && entries.allSatisfy { !$0.estimated })
            let (message, booked) = try await asking(dialect, [step]) { try await $0.message("p/m", stream: true) }
            let events = message.body.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
            #expect(
                events == [
                    "message_start", "content_block_start", "content_block_delta", "content_block_stop",
                    "message_delta", "message_stop",
                ])
            #expect(message.body.contains(#""text":"hello""#))
            #expect(booked.map(\.usage) == [Self.usage])
        }

        @Test("usage that nobody asked for is not shown there either")
        func unasked() async throws {
            let (answer, entries) = try await asking(.openAI, [.answer(Fixture.answer)]) {
                try await $0.chat("p/m", stream: true)
            }
            #expect(!answer.body.contains("usage") && answer.body.hasSuffix("data: [DONE]\n\n"))
            #expect(entries.map(\.usage) == [Self.usage])
        }

        @Test("a stream goes whole to who asked for no events, with what it has cost", arguments: [0, 1])
        func collected(provider: Int) async throws {
            let (dialect, steps) = Self.streamed[provider]
            let (chat, entries) = try await asking(dialect, steps) { try await $0.chat("p/m") }
            #expect(chat.status == 200 && chat["content-type"] == "application/json")
            #expect(chat.body.contains(#""content":"hello""#) && chat.body.contains(#""cost":0.00002"#))
            #expect(entries.map(\.usage) == [Self.usage] && entries.allSatisfy { !$0.estimated })
            let (message, booked) = try await asking(dialect, steps) { try await $0.message("p/m") }
            #expect(message.status == 200 && message.body.contains(#""text":"hello""#))
            #expect(message.body.contains(#""type":"message""#))
            #expect(booked.map(\.usage) == [Self.usage])
        }

        @Test("a stream that breaks off is no answer")
        func broken() async throws {
            let (answer, entries) = try await asking(
                .openAI, [.streamHead(), .chunk(Fixture.event("hello")), .lastChunk]
            ) { try await $0.chat("p/m") }
            #expect(answer.status == 502 && answer["x-tuppence-error-code"] == "upstream_invalid")
            #expect(entries.map(\.outcome) == [.failed])
            #expect(entries.allSatisfy { $0.usage.output > 0 && $0.estimated })
        }

        @Test("one that ends in an error is booked with what came before that")
        func failed() async throws {
            let error = #"data: {"error":{"message":"oops"}}"# + "\n\n"
            let (_, entries) = try await asking(
                .openAI, [.streamHead(), .chunk(Fixture.event("hello") + error), .lastChunk]
            ) { try await $0.chat("p/m") }
            #expect(entries.map(\.outcome) == [.failed])
            #expect(entries.allSatisfy { $0.usage.output > 0 && $0.estimated })
        }

        @Test(
            "the tier of service that was asked for is charged, unless the answer names another",
            arguments: [true, false], [true, false])
        func serviceTier(streams: Bool, isNamed: Bool) async throws {
            let head = isNamed ? #"{"service_tier":"default","id":"# : #"{"id":"#
            func tiered(_ text: String) -> String { text.replacing(#"{"id":"#, with: head) }
            let steps: [ScriptedUpstream.Step] =
                streams
                ? [.answer(tiered(Fixture.answer))]
                : [.streamHead(), .chunk(tiered(Fixture.event("hello") + Fixture.finish)), .lastChunk]
            let (answer, entries) = try await asking(.openAI, steps) {
                try await $0.chat(
                    "p/m", stream: streams,
                    more: #","service_tier":"priority""#
                        + (streams ? #","stream_options":{"include_usage":true}"# : ""))
            }
            #expect(answer.status == 200 && answer.body.contains(#""cost":0.0000\#(isNamed ? "2" : "6")"#))
            #expect(entries.map(\.cost) == [Money(nanodollars: isNamed ? 20_000 : 60_000)])
        }

        @Test("an error in place of a whole one stays as it came")
        func error() async throws {
            let error = #"{"error":{"message":"busy","code":503},"choices":[]}"#
            let (answer, _) = try await asking(.openAI, [.answer(error)]) { try await $0.chat("p/m", stream: true) }
            #expect(answer.status == 503 && answer.body == error && answer["content-type"] == "application/json")
        }
    }
}
