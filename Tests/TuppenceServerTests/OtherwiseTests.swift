import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

@testable import TuppenceServer

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

        // MARK: Other dialects

        private static let response =
            #"{"id":"resp_1","object":"response","status":"completed","model":"m","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}"#
        private static let candidates =
            #"{"candidates":[{"content":{"parts":[{"text":"hello"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15},"modelVersion":"m","responseId":"x"}"#

        @Test("one of Responses is gone on from, whichever way it came", arguments: [true, false])
        func goneOnFrom(isReplayed: Bool) async throws {
            let steps: [ScriptedUpstream.Step] =
                isReplayed
                ? [.answer(Self.response)]
                : [
                    .streamHead(),
                    .chunk("data: {\"type\":\"response.completed\",\"response\":\(Self.response)}\n\n"), .lastChunk,
                ]
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], responses: MemoryCache(), dialects: ["p": .responses])
            func ask(_ more: String) async throws -> TestClient.Answer {
                try await gateway.client.post(
                    "/v1/responses", key: TestGateway.key, body: #"{"model":"p/m","input":"hi"\#(more)}"#)
            }
            let stream = isReplayed ? #","stream":true"# : ""
            let first = try await ask(stream)
            #expect(first.status == 200 && first.body.contains(#""text":"hello""#))
            #expect(first.body.contains("event: response.completed") == isReplayed)
            let start = try #require(first.body.range(of: #""id":"resp_"#))
            let id = "resp_" + String(first.body[start.upperBound...].prefix { $0 != "\"" })
            let second = try await ask(#","previous_response_id":"\#(id)"\#(stream)"#)
            #expect(second.status == 200, "\(second.body)")
            let body = try #require(upstream.requests.last).body
            #expect(body.contains("hello") && !body.contains(#""previous_response_id":"resp"#))
            await gateway.stop()
            #expect(gateway.entries.map(\.usage) == [Self.usage, Self.usage])
        }

        @Test("one of Gemini goes into the array that was asked for, and into events", arguments: ["", "?alt=sse"])
        func array(query: String) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Self.candidates)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/m", 1, 0)]], dialects: ["p": .gemini])
            let answer = try await gateway.client.post(
                "/v1beta/models/r:streamGenerateContent\(query)", key: TestGateway.key,
                body: #"{"contents":[{"parts":[{"text":"hi"}]}]}"#)
            #expect(answer.status == 200 && answer.isComplete)
            #expect(answer.body.contains(#""text":"hello""#) && answer.body.contains(#""finishReason":"STOP""#))
            #expect(answer.body.contains(#""cost":0.00002"#))
            if query.isEmpty {
                let list = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]]
                #expect(list?.isEmpty == false, "\(answer.body)")
            } else {
                #expect(answer.body.hasPrefix("data: {") && answer.body.hasSuffix("}\r\n\r\n"))
            }
            await gateway.stop()
            #expect(gateway.entries.map(\.usage) == [Self.usage])
        }

        @Test("one goes on behind comments that have begun its stream", arguments: [0, 1], [false, true])
        func begun(provider: Int, isArray: Bool) async throws {
            let (dialect, _) = Self.whole[provider]
            let body = provider == 0 ? Fixture.answer : Fixture.message
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.pause(1_000), .answer(body)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/m", 1, 0)]], dialects: ["p": dialect],
                settings: { settings, _ in settings.keepAliveInterval = Milliseconds(100) })
            if isArray {
                let answer = try await gateway.client.post(
                    "/v1beta/models/r:streamGenerateContent", key: TestGateway.key,
                    body: #"{"contents":[{"parts":[{"text":"hi"}]}]}"#)
                #expect(answer.status == 200 && answer.isComplete && answer.body.hasPrefix("\n"))
                let list = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]]
                #expect(list?.isEmpty == false && answer.body.contains("hello"), "\(answer.body)")
            } else {
                let answer = try await gateway.chat("r", stream: true)
                #expect(answer.status == 200 && answer.isComplete && answer.body.hasPrefix(": keep-alive\n"))
                #expect(!answer.body.contains(": keep-alive\n\n"))
                #expect(answer.body.contains(#""content":"hello""#) && answer.body.hasSuffix("data: [DONE]\n\n"))
            }
            await gateway.stop()
            #expect(gateway.entries.map(\.usage) == [Self.usage])
        }

        @Test("a stream that falls silent in its midst has comments between its events, as one that has not begun")
        func silentMidst() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk(Fixture.event("hello")), .pause(1_000), .chunk(Fixture.finish), .lastChunk]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                settings: { settings, _ in settings.keepAliveInterval = Milliseconds(100) })
            let answer = try await gateway.chat("p/m", stream: true)
            #expect(answer.status == 200 && answer.isComplete, "\(answer)")
            #expect(answer.body.contains(Fixture.event("hello") + ": keep-alive\n"), "\(answer.body)")
            #expect(answer.body.hasSuffix("data: [DONE]\n\n") && !answer.body.contains(": keep-alive\n\n"))
        }

        @Test("what shows Gemini's callers that somebody is there is no comment: their SDKs know none")
        func signOfLife() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.pause(1_000), .answer(Self.candidates)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], dialects: ["p": .gemini],
                settings: { settings, _ in settings.keepAliveInterval = Milliseconds(100) })
            let answer = try await gateway.client.post(
                "/v1beta/models/p/m:streamGenerateContent?alt=sse", key: TestGateway.key,
                body: #"{"contents":[{"parts":[{"text":"hi"}]}]}"#)
            #expect(answer.status == 200 && answer.isComplete && answer.body.hasPrefix("\n\n"), "\(answer)")
            #expect(answer.body.drop { $0 == "\n" }.hasPrefix("data: {") && answer.body.contains("hello"))
            await gateway.stop()
            try await upstream.stop()
            #expect(gateway.entries.map(\.usage) == [Self.usage])
        }

        @Test("all choices of one go over, whichever way it came", arguments: [true, false])
        func choices(isReplayed: Bool) async throws {
            func choice(_ index: Int, _ text: String, _ member: String) -> String {
                #"{"index":\#(index),"\#(member)":{"role":"assistant","content":"\#(text)"},"finish_reason":"stop"}"#
            }
            let counts = #""usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}"#
            let whole = "\(choice(0, "one", "message")),\(choice(1, "two", "message"))"
            let deltas = [choice(1, "two", "delta"), choice(0, "one", "delta")]
                .map { #"data: {"id":"x","choices":[\#($0)]}"# + "\n\n" }.joined()
            let steps: [ScriptedUpstream.Step] =
                isReplayed
                ? [.answer(#"{"id":"x","object":"chat.completion","choices":[\#(whole)],\#(counts)}"#)]
                : [
                    .streamHead(),
                    .chunk(deltas + "data: {\"id\":\"x\",\"choices\":[],\(counts)}\n\ndata: [DONE]\n\n"), .lastChunk,
                ]
            let (answer, entries) = try await asking(.openAI, steps) {
                try await $0.chat("p/m", stream: isReplayed, more: #","n":2"#)
            }
            let bodies =
                isReplayed
                ? answer.body.split(separator: "\n").filter { $0.hasPrefix("data: {") }.map { $0.dropFirst(6) }
                : [answer.body[...]]
            var texts: [Int: String] = [:]
            for body in bodies {
                let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
                for choice in object?["choices"] as? [[String: Any]] ?? [] {
                    let said = (choice["delta"] ?? choice["message"]) as? [String: Any]
                    let index = try #require(choice["index"] as? Int)
                    texts[index, default: ""] += said?["content"] as? String ?? ""
                }
            }
            #expect(texts == [0: "one", 1: "two"], "\(answer.body)")
            #expect(entries.map(\.usage) == [Self.usage])
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
