import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    /// Lists of next to nothing, of which each element could be much where it is put into another dialect.
    @Suite("Very many parts")
    struct ManyPartsTests {
        private static let group = MultiThreadedEventLoopGroup.singleton

        // MARK: Requests

        @Test("a request of too many values is too large for another dialect, and goes to who takes it as it is")
        func values() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { _ in [.answer(Fixture.answer)] }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL, "o": upstream.baseURL],
                routes: ["r": [("a/m", 1, 0), ("o/m", 1, 1)]], dialects: ["a": .anthropic])
            let more = #","x":[\#(String(repeating: "1,", count: JSONTree.maximumValues))1]"#
            let chat = try await gateway.chat("a/m", more: more)
            #expect(chat.status == 413 && chat["x-tuppence-error-code"] == "request_too_large", "\(chat.body)")
            #expect(chat.body.contains(#""code":"request_too_large""#) && chat.body.contains("262144 values"))
            let message = try await gateway.message("o/m", more: more)
            #expect(message.status == 413 && message.body.contains(#""type":"request_too_large""#), "\(message.body)")
            #expect(upstream.requests.isEmpty)
            #expect(try await gateway.chat("o/m", more: more).status == 200)
            #expect(try await gateway.chat("r", more: more).status == 200)
            await gateway.stop()
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("a body that is longer in another dialect needs room for that, and gives all of it back")
        func longer() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { _ in [.answer(Fixture.message)] }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic],
                settings: { settings, _ in settings.load.buffered = 57_000 })
            for _ in 0..<3 {
                #expect(try await gateway.chat("a/m", more: Self.tools(800)).status == 200)
                let answer = try await gateway.chat("a/m", more: Self.tools(1_000))
                #expect(answer.status == 503 && answer["x-tuppence-error-code"] == "overloaded", "\(answer.body)")
                #expect(answer["retry-after"] == "1" && answer.body.contains("server.limits.buffered"))
            }
            #expect(upstream.requests.count == 3)
            await gateway.stop()
            #expect(gateway.store.contents.holds.isEmpty)
        }

        /// 48 bytes each, and 66 in Anthropic's dialect, which wants a schema.
        private static func tools(_ count: Int) -> String {
            let tools = (0..<count).map { #"{"type":"function","function":{"name":"f\#(1_000 + $0)"}}"# }
            return #","tools":[\#(tools.joined(separator: ","))]"#
        }

        @Test("where there is no room for another target, that is told which one before it has answered, and who has")
        func failedBefore() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { _ in
                [.answer(#"{"error":{"message":"busy"}}"#, status: 503)]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL, "o": upstream.baseURL],
                routes: ["r": [("o/m", 1, 0), ("a/m", 1, 1)]], dialects: ["a": .anthropic],
                settings: { settings, _ in settings.load.buffered = 57_000 })
            let answer = try await gateway.chat("r", more: Self.tools(1_000))
            #expect(answer.status == 503 && answer.body.contains("busy"), "\(answer.body)")
            #expect(answer["x-tuppence-attempted"] == "o/m 503, a/m inexpressible")
            #expect(answer["x-tuppence-provider"] == "o")
            await gateway.stop()
        }

        @Test(
            "that one of its targets only has to be waited for is told before what another cannot do, in either order",
            arguments: [["a/m", "c/m"], ["c/m", "a/m"]])
        func waitedFor(targets: [String]) async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { _ in [.answer(Fixture.message)] }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL, "c": upstream.baseURL],
                routes: ["r": targets.enumerated().map { (target: $0.element, weight: 1, priority: $0.offset) }],
                dialects: ["a": .anthropic, "c": .cohere],
                settings: { settings, _ in settings.load.buffered = 57_000 })
            // Cohere takes five of these.
            let more = Self.tools(1_000) + #","stop":["a","b","c","d","e","f"]"#
            let answer = try await gateway.chat("r", more: more)
            #expect(answer["x-tuppence-attempts"] == "2" && upstream.requests.isEmpty)
            #expect(answer.status == 503 && answer["x-tuppence-error-code"] == "overloaded", "\(answer.body)")
            #expect(answer["retry-after"] == "1")
            await gateway.stop()
        }

        @Test("what a stream repeats of its request has room until it ends")
        func repeated() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { request in
                request.body.contains(#""stream":true"#)
                    ? [.streamHead(), .chunk(Fixture.messageStart + Fixture.messageDelta("hel")), .hang]
                    : [.answer(Fixture.message)]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic],
                settings: { settings, _ in settings.load.buffered = 150_000 })
            func text(_ count: Int) -> String { String(repeating: "x", count: count) }
            let tool =
                #"{"type":"function","name":"f","description":"\#(text(30_000))","parameters":{"type":"object","properties":{}}}"#
            let body =
                #"{"model":"a/m","input":"\#(text(60_000))","stream":true,"store":false,"max_output_tokens":20,"tools":[\#(tool)]}"#
            let head =
                "POST /v1/responses HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
            try await gateway.client.send(head + body) {
                let isAsked = try await eventually { upstream.requests.count == 1 }
                // There is none beside all of the body.
                let hasBegun = try await eventually {
                    try await gateway.chat("a/m", more: #","stop":"\#(text(100_000))""#).status == 200
                }
                let beside = try await gateway.chat("a/m", more: #","stop":"\#(text(130_000))""#)
                #expect(isAsked && hasBegun && beside.status == 503)
            }
        }

        // MARK: Answers

        private static func message(_ content: String) -> ScriptedUpstream.Step {
            .answer(
                #"{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[\#(content)],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}"#
            )
        }

        private static func calls(_ count: Int) -> String {
            Array(repeating: #"{"type":"tool_use","id":"t","name":"f","input":{}}"#, count: count)
                .joined(separator: ",")
        }

        @Test("a whole answer of as many parts as may be is put into another dialect")
        func most() async throws {
            // The choice is one of them.
            let (answer, entry) = try await asking(.anthropic, [Self.message(Self.calls(AnswerParts.most - 1))]) {
                try await $0.chat("p/m")
            }
            #expect(answer.status == 200 && entry.outcome == .completed)
            #expect(entry.usage == Usage(input: 10, output: 5))
        }

        @Test(
            "one of more parts is none, nor is one of too many values; it is booked as counted",
            arguments: [true, false])
        func tooMany(isRead: Bool) async throws {
            let content =
                isRead
                ? Self.calls(AnswerParts.most) : String(repeating: "{},", count: JSONTree.maximumValues) + "{}"
            let (answer, entry) = try await asking(.anthropic, [Self.message(content)]) {
                try await $0.chat("p/m")
            }
            #expect(answer.status == 502 && answer["x-tuppence-error-code"] == "upstream_invalid")
            #expect(entry.outcome == .failed && entry.usage == Usage(input: 10, output: 5), "\(entry)")
        }

        private static func choices(_ count: Int) -> String {
            let choices = (0..<count).map { #"{"index":\#($0),"delta":{}}"# }
            return #"data: {"id":"x","choices":[\#(choices.joined(separator: ","))]}"# + "\n\n"
        }

        @Test("a stream has as many, asked for or not", arguments: [true, false])
        func streamed(isAsked: Bool) async throws {
            // The text is one of them.
            for (count, isAnswer) in [(AnswerParts.most - 1, true), (AnswerParts.most, false)] {
                let events = Self.choices(count) + Fixture.event("hello") + Fixture.finish
                let (answer, entry) = try await asking(.openAI, [.streamHead(), .chunk(events), .lastChunk]) {
                    try await $0.message("p/m", stream: isAsked)
                }
                #expect(answer.status == (isAnswer ? 200 : 502), "\(count)")
                #expect(answer.body.contains("hello") == isAnswer, "\(count)")
                #expect(isAnswer || answer["x-tuppence-error-code"] == "upstream_invalid", "\(count)")
                #expect(entry.outcome == (isAnswer ? .completed : .failed), "\(count)")
                #expect(!isAnswer || entry.usage == Usage(input: 10, output: 5), "\(count): \(entry)")
            }
        }

        @Test("a stream that goes on so once its caller has been told something ends in an error")
        func later() async throws {
            let events = Fixture.event("hello") + Self.choices(AnswerParts.most)
            let steps: [ScriptedUpstream.Step] = [
                .streamHead(), .chunk(Fixture.event("hello")), .pause(1_000), .chunk(events), .hang,
            ]
            let (answer, entry) = try await asking(.openAI, steps) { try await $0.message("p/m", stream: true) }
            #expect(answer.status == 200 && answer.body.contains("hello"))
            #expect(answer.body.contains("event: error") && !answer.body.contains("message_stop"), "\(answer.body)")
            #expect(entry.outcome != .completed && entry.estimated && entry.cost > .zero, "\(entry)")
        }
    }
}
