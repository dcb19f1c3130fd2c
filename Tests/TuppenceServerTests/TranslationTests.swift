import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("OpenAI's callers before Anthropic's dialect")
    struct TranslationTests {
        /// A provider of Anthropic's dialect that answers as its model's name says.
        private static func claude() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                func model(_ name: String) -> Bool { request.body.contains(#""model":"\#(name)"#) }
                if model("overloaded") {
                    return [
                        .answer(
                            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, status: 529
                        )
                    ]
                }
                if model("too-long") {
                    return [
                        .answer(
                            #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8"}}"#,
                            status: 400)
                    ]
                }
                if model("poor") {
                    return [
                        .answer(
                            #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
                            status: 400)
                    ]
                }
                if model("garbage") { return [.answer("<html>")] }
                guard request.body.contains(#""stream":true"#) else {
                    if model("calls") { return [.answer(Self.call)] }
                    return [.answer(Fixture.message)]
                }
                let start = [ScriptedUpstream.Step.streamHead(), .chunk(Fixture.messageStart)]
                if model("cut") { return start + [.chunk(Fixture.messageDelta("hel")), .pause(20), .lastChunk] }
                if model("error-event") {
                    return start + [
                        .chunk(Fixture.messageDelta("hel")),
                        .chunk(
                            "event: error\n"
                                + #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
                                + "\n\n"), .lastChunk,
                    ]
                }
                // In pieces that break events anywhere.
                let bytes = Array((Fixture.messageDelta("hel") + Fixture.messageDelta("lo") + Fixture.messageEnd).utf8)
                let pieces = stride(from: 0, to: bytes.count, by: 37).map {
                    ScriptedUpstream.Step.chunk(String(decoding: bytes[$0..<min($0 + 37, bytes.count)], as: UTF8.self))
                }
                return start + pieces + [.lastChunk]
            }
        }

        private static let call =
            #"{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Rome"}}],"stop_reason":"tool_use","usage":{"input_tokens":10,"output_tokens":5}}"#

        private func gateway(
            _ upstream: ScriptedUpstream, budgets: [BudgetRule] = [],
            routes: [String: [(target: String, weight: Int, priority: Int)]] = [:], others: [String: String] = [:]
        ) async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["a": upstream.baseURL].merging(others) { first, _ in first }, routes: routes,
                budgets: budgets, dialects: ["a": .anthropic])
        }

        @Test("a request leaves in the target's dialect, with its key, its version and an output limit")
        func request() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.post(
                "/v1/chat/completions", key: TestGateway.key,
                body:
                    #"{"model":"a/m","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}]}"#
            )
            #expect(answer.status == 200)
            let sent = try #require(upstream.requests.first)
            #expect(sent.path == "/v1/messages")
            #expect(sent.body.contains(#""model":"m""#) && sent.body.contains(#""max_tokens":8192"#))
            #expect(sent.body.contains(#""system":"#) && !sent.body.contains(#""role":"system""#))
            #expect(sent.fields.contains { $0 == ("x-api-key", "upstream-secret") })
            #expect(sent.fields.contains { $0 == ("anthropic-version", "2023-06-01") })
            #expect(!sent.fields.contains { $0.name == "authorization" || $0.value.contains(TestGateway.key) })
        }

        @Test("a whole answer comes back as OpenAI's, with the provider's count and what it cost")
        func whole() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.chat("a/m")
            #expect(answer["content-type"] == "application/json")
            #expect(answer["x-tuppence-cost-usd"] == "0.00002")
            #expect(answer["x-tuppence-dropped"] == nil)
            #expect(answer.body.contains(#""object":"chat.completion""#))
            #expect(answer.body.contains(#""content":"hello""#) && answer.body.contains(#""finish_reason":"stop""#))
            #expect(answer.body.contains(#""prompt_tokens":10,"completion_tokens":5,"total_tokens":15"#))
            #expect(answer.body.contains(#""cost":0.00002,"cost_details":{"input":0.00001,"output":0.00001}"#))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.cost == Money(nanodollars: 20_000) && !entry.estimated && entry.outcome == .completed)
        }

        @Test("a stream comes back in OpenAI's chunks, and its usage chunk has the cost")
        func stream() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.chat("a/m", stream: true, more: #","stream_options":{"include_usage":true}"#)
            #expect(answer.isComplete && answer["content-type"]?.hasPrefix("text/event-stream") == true)
            let events = answer.body.split(separator: "\n\n")
            #expect(events.allSatisfy { $0.hasPrefix("data: ") })
            #expect(events.last == "data: [DONE]")
            #expect(events[0].contains(#""role":"assistant""#))
            #expect(answer.body.contains(#"{"content":"hel"}"#) && answer.body.contains(#"{"content":"lo"}"#))
            #expect(events.filter { $0.contains(#""finish_reason":"stop""#) }.count == 1)
            let usage = events[events.count - 2]
            #expect(usage.contains(#""choices":[]"#) && usage.contains(#""cost":0.00002,"#))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.cost == Money(nanodollars: 20_000) && !entry.estimated)
        }

        @Test("usage that nobody asked for is booked and not shown")
        func unasked() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.chat("a/m", stream: true)
            #expect(!answer.body.contains("usage") && answer.body.hasSuffix("data: [DONE]\n\n"))
            await gateway.stop()
            #expect(gateway.entries.first?.cost == Money(nanodollars: 20_000))
        }

        @Test("calls of tools keep name, id and arguments")
        func tools() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let tools =
                #","tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],"tool_choice":"required""#
            let answer = try await gateway.chat("a/calls", more: tools)
            #expect(answer.body.contains(#""id":"toolu_1""#) && answer.body.contains(#""name":"weather""#))
            #expect(answer.body.contains(#""arguments":"{\"city\":\"Rome\"}""#))
            #expect(answer.body.contains(#""finish_reason":"tool_calls""#))
            let sent = try #require(upstream.requests.first?.body)
            #expect(sent.contains(#""input_schema":{"type":"object""#) && sent.contains(#""type":"any""#))
        }

        @Test("what the target cannot do is refused by name, and nothing is sent or billed")
        func refused() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.chat("a/m", more: #","n":2"#)
            #expect(answer.status == 400 && answer["x-tuppence-error-code"] == "invalid_request")
            #expect(answer.body.contains(#""param":"n""#) && answer.body.contains("x-tuppence-drop: allow"))
            #expect(upstream.requests.isEmpty)
            await gateway.stop()
            #expect(gateway.store.contents.cost == .zero && gateway.store.contents.holds.isEmpty)
        }

        @Test("a conversation that says nothing is refused, and not sent without messages", arguments: [true, false])
        func empty(dropping: Bool) async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.post(
                "/v1/chat/completions", key: TestGateway.key,
                body: #"{"model":"a/m","messages":[{"role":"user","content":""}]}"#,
                fields: dropping ? [("x-tuppence-drop", "allow")] : [])
            #expect(answer.status == 400 && answer["x-tuppence-error-code"] == "invalid_request")
            #expect(answer.body.contains(#""param":"messages""#) && !answer.body.contains("x-tuppence-drop"))
            #expect(upstream.requests.isEmpty)
            await gateway.stop()
            #expect(gateway.store.contents.cost == .zero && gateway.store.contents.holds.isEmpty)
        }

        @Test("a caller may have it dropped, and is told what was")
        func dropped() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let more = #","n":2,"seed":7,"odd one":1"#
            let answer = try await gateway.chat("a/m", more: more, fields: [("x-tuppence-drop", "allow")])
            #expect(answer.status == 200)
            let dropped = try #require(answer["x-tuppence-dropped"])
            #expect(Set(dropped.split(separator: ", ")) == ["n", "seed", "odd?one"])
            let wrong = try await gateway.chat("a/m", fields: [("x-tuppence-drop", "yes")])
            #expect(wrong.status == 400)
        }

        @Test("a route may fall back from one dialect to another")
        func fallback() async throws {
            let claude = try await Self.claude()
            let other = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(#"{"error":{"message":"busy"}}"#, status: 503)]
            }
            let gateway = try await gateway(
                claude,
                routes: ["r": [("o/m", 1, 0), ("a/m", 1, 1)], "back": [("a/overloaded", 1, 0), ("o/m", 1, 1)]],
                others: ["o": other.baseURL])
            for stream in [false, true] {
                let answer = try await gateway.chat("r", stream: stream)
                #expect(answer.status == 200 && answer.body.contains("hel"))
                #expect(answer["x-tuppence-provider"] == "a" && answer["x-tuppence-attempts"] == "2")
            }
            // What the first provider said explains more than what could not be said to the second.
            let refused = try await gateway.chat("r", more: #","n":2"#)
            #expect(refused.status == 503 && refused.body == #"{"error":{"message":"busy"}}"#)
            let last = try await gateway.chat("back")
            #expect(last.status == 503 && last.body == #"{"error":{"message":"busy"}}"#)
            await gateway.stop()
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("a provider without credit is left for the next target, though it says so with 400")
        func noCredit() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(
                upstream,
                routes: ["r": [("a/poor", 1, 0), ("a/m", 1, 1)], "wrong": [("a/too-long", 1, 0), ("a/m", 1, 1)]])
            let answer = try await gateway.chat("r")
            #expect(answer.status == 200 && answer["x-tuppence-attempts"] == "2")
            let wrong = try await gateway.chat("wrong")
            #expect(wrong.status == 400 && wrong["x-tuppence-attempts"] == "1")
        }

        @Test("errors come back in OpenAI's schema with the provider's own message")
        func errors() async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let busy = try await gateway.chat("a/overloaded")
            #expect(busy.status == 529 && busy["x-tuppence-error-code"] == "upstream_unavailable")
            #expect(busy.body.hasPrefix(#"{"error":{"message":"Overloaded""#))
            let long = try await gateway.chat("a/too-long")
            #expect(long.status == 400 && long["x-tuppence-error-code"] == "context_length_exceeded")
            #expect(
                long.body.contains("prompt is too long") && long.body.contains(#""code":"context_length_exceeded""#))
            let garbage = try await gateway.chat("a/garbage")
            #expect(garbage.status == 502)
            await gateway.stop()
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("a stream that breaks off ends with an error and without [DONE]", arguments: ["cut", "error-event"])
        func broken(model: String) async throws {
            let upstream = try await Self.claude()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.chat("a/\(model)", stream: true)
            #expect(answer.body.contains(#"{"content":"hel"}"#) && !answer.body.contains("[DONE]"))
            let last = try #require(answer.body.split(separator: "\n\n").last)
            #expect(last.hasPrefix(#"data: {"error":{"#))
            #expect(last.contains("Overloaded") == (model == "error-event"))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            // The input was counted at the beginning; the output is what came.
            #expect(entry.outcome == .truncated && entry.usage.input == 10 && entry.cost > .zero)
        }

        @Test("a budget's clamp is the limit that goes out, and one that is used up refuses in OpenAI's schema")
        func budgets() async throws {
            let upstream = try await Self.claude()
            // The input at its bound, of which 96 are for what nobody knows of the model, and a few dozen of the 5,000 tokens
            // that are asked for.
            let bound = Money(nanodollars: 172_000)
            let clamp = BudgetRule(
                name: "small", scope: [.key: .exactly("app")], limit: bound, period: .day, actions: [.clamp])
            let gateway = try await gateway(upstream, budgets: [clamp])
            let answer = try await gateway.chat("a/m", more: #","max_completion_tokens":5000"#)
            let limit = try #require(answer["x-tuppence-clamped-max-tokens"].flatMap { Int($0) })
            #expect(upstream.requests[0].body.contains(#""max_tokens":\#(limit)"#))
            var refusal = answer
            for _ in 0..<30 where refusal.status == 200 { refusal = try await gateway.chat("a/m") }
            #expect(refusal.status == 402 && refusal.body.contains(#""budget":{"name":"small""#))
        }
    }
}
