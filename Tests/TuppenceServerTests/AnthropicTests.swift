import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Anthropic's callers")
    struct AnthropicTests {
        /// Speaks both dialects, each at its own path, and answers as its model's name says.
        private static func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                let stream = request.body.contains(#""stream":true"#)
                func model(_ name: String) -> Bool { request.body.contains(#""model":"\#(name)"#) }
                if request.path == "/v1/messages/count_tokens" { return [.answer(#"{"input_tokens":42}"#)] }
                if request.path == "/v1/messages" {
                    if model("overloaded") { return [.answer(overloaded, status: 529)] }
                    guard stream else { return [.answer(Fixture.message)] }
                    let start = [ScriptedUpstream.Step.streamHead(), .chunk(Fixture.messageStart)]
                    if model("cut") { return start + [.chunk(Fixture.messageDelta("hel")), .pause(20), .close] }
                    if model("error-event") {
                        return start + [
                            .chunk(Fixture.messageDelta("hel")), .chunk("event: error\ndata: \(overloaded)\n\n"),
                            .lastChunk,
                        ]
                    }
                    return start + [.chunk(Fixture.messageDelta("hello")), .chunk(Fixture.messageEnd), .lastChunk]
                }
                if model("busy") {
                    return [.answer(#"{"error":{"message":"slow down","type":"requests"}}"#, status: 429)]
                }
                guard stream else { return [.answer(Fixture.answer)] }
                if model("cut") { return [.streamHead(), .chunk(Fixture.event("hel")), .pause(20), .close] }
                return [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
            }
        }

        private static let overloaded =
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"odd":1}"#

        private func gateway(_ upstream: ScriptedUpstream, budgets: [BudgetRule] = []) async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["a": upstream.baseURL, "o": upstream.baseURL],
                routes: ["r": [("a/overloaded", 1, 0), ("o/m", 1, 1)], "s": [("o/m", 1, 0)]], budgets: budgets,
                dialects: ["a": .anthropic])
        }

        private func events(_ answer: TestClient.Answer) -> [String] {
            answer.body.split(separator: "\n\n").map { String($0.dropFirst(7).prefix { $0 != "\n" }) }
        }

        private static let order = [
            "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
            "message_stop",
        ]

        @Test(
            "thoughts that Anthropic has not signed are taken out before it is asked; its own go as they are",
            arguments: [
                (#""signature":"sig""#, true), (#""signature":"tuppence:google-gemini-v1::s:sig""#, false),
                (#""signature" : """#, false),
            ])
        func foreignThoughts(signature: String, isOwn: Bool) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let body =
                #"{"model":"a/m","max_tokens":20,"odd":1,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm",\#(signature)},{"type":"text","text":"yes"}]},{"role":"user","content":"go on"}]}"#
            let answer = try await gateway.client.post(
                "/v1/messages", key: TestGateway.key, body: body, fields: [("x-tuppence-drop", "allow")])
            #expect(answer.status == 200)
            let sent = try #require(upstream.requests.first).body
            if isOwn {
                #expect(sent == body.replacing("a/m", with: "m"))
                #expect(answer["x-tuppence-dropped"] == nil)
            } else {
                #expect(!sent.contains("thinking") && !sent.contains("signature"))
                #expect(sent.contains(#""odd":1"#) && sent.contains("yes") && sent.contains("go on"))
                #expect(answer["x-tuppence-dropped"]?.contains("thinking") == true)
            }
        }

        @Test("their own provider gets their bytes, with the model's name and our key, and their versions as they are")
        func passedThrough() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.message(
                "a/m", more: #","odd":{"kept":[1,2.50]}"#, path: "/v1/messages?beta=true",
                fields: [
                    ("anthropic-version", "2099-01-01"), ("anthropic-beta", "one,two"), ("openai-beta", "x"),
                    ("Anthropic-Dangerous-Direct-Browser-Access", "true"), ("anthropic-brand-new", "as it is"),
                    ("anthropic-api-key", "somebody's"),
                ])
            let sent = try #require(upstream.requests.first)
            #expect(
                sent.body
                    == #"{"model":"m","max_tokens":20,"messages":[{"role":"user","content":"hi"}],"odd":{"kept":[1,2.50]}}"#
            )
            let fields = sent.fields.filter {
                $0.name.lowercased().hasPrefix("anthropic") || $0.name == "x-api-key" || $0.name == "openai-beta"
            }
            #expect(
                fields.map { "\($0.name.lowercased()): \($0.value)" }.sorted() == [
                    "anthropic-beta: one,two", "anthropic-brand-new: as it is",
                    "anthropic-dangerous-direct-browser-access: true", "anthropic-version: 2099-01-01",
                    "x-api-key: upstream-secret",
                ])
            let cost = #","cost":0.00002,"cost_details":{"input":0.00001,"output":0.00001}"#
            #expect(answer.body == Fixture.message.dropLast(2) + cost + "}}")
            #expect(answer["request-id"] == answer["x-tuppence-request-id"] && answer["request-id"] != nil)
            _ = try await gateway.message("a/m")
            #expect(upstream.requests[1].fields.contains { $0 == ("anthropic-version", "2023-06-01") })
            await gateway.stop()
            #expect(gateway.entries.allSatisfy { $0.cost == Money(nanodollars: 20_000) && !$0.estimated })
        }

        @Test("a stream passes through event by event, with the cost in its last usage")
        func passedThroughStream() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.message("a/m", stream: true)
            let cost = #""usage":{"output_tokens":5,"cost":0.00002,"cost_details":{"input":0.00001,"output":0.00001}}"#
            let expected =
                Fixture.messageStart + Fixture.messageDelta("hello")
                + Fixture.messageEnd.replacing(#""usage":{"output_tokens":5}"#, with: cost)
            #expect(answer.body == expected && answer.isComplete)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.cost == Money(nanodollars: 20_000) && !entry.estimated && entry.outcome == .completed)
        }

        @Test("a whole answer of OpenAI's dialect becomes a message")
        func translated() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.message(
                "o/m", more: #","system":"be brief""#,
                fields: [
                    ("anthropic-beta", "one"), ("anthropic-version", "2023-06-01"), ("anthropic-brand-new", "as it is"),
                ])
            let sent = try #require(upstream.requests.first)
            #expect(sent.path == "/v1/chat/completions" && sent.body.contains(#""role":"system""#))
            #expect(!sent.fields.contains { $0.name.hasPrefix("anthropic") })
            #expect(sent.fields.contains { $0 == ("authorization", "Bearer upstream-secret") })
            #expect(answer.body.contains(#""type":"message","role":"assistant""#))
            #expect(
                answer.body.contains(#"{"type":"text","text":"hello"}"#)
                    && answer.body.contains(#""stop_reason":"end_turn""#))
            #expect(answer.body.contains(#""input_tokens":10"#) && answer.body.contains(#""output_tokens":5"#))
            #expect(answer.body.contains(#""cost":0.00002,"#) && answer["request-id"] != nil)
        }

        @Test("a stream of OpenAI's dialect becomes events in their full order, with the cost at the end")
        func translatedStream() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.message("o/m", stream: true)
            #expect(events(answer) == Self.order && answer.isComplete)
            #expect(answer.body.contains(#""delta":{"type":"text_delta","text":"hello"}"#))
            #expect(answer.body.contains(#""output_tokens":5"#) && answer.body.contains(#""cost":0.00002,"#))
            await gateway.stop()
            #expect(gateway.entries.first?.cost == Money(nanodollars: 20_000))
        }

        @Test("a route may fall back from Anthropic's dialect to OpenAI's")
        func fallback() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let whole = try await gateway.message("r")
            #expect(
                whole.status == 200 && whole.body.contains(#""text":"hello""#) && whole["x-tuppence-provider"] == "o")
            #expect(events(try await gateway.message("r", stream: true)) == Self.order)
        }

        @Test("a stream that breaks off ends with an error event", arguments: ["a/cut", "o/cut", "a/error-event"])
        func broken(model: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.message(model, stream: true)
            #expect(events(answer) == ["message_start", "content_block_start", "content_block_delta", "error"])
            let last = try #require(answer.body.split(separator: "\n\n").last)
            #expect(last.contains(#"data: {"type":"error","error":{"type":""#))
            #expect(last.contains("Overloaded") == (model == "a/error-event"))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .truncated && entry.cost > .zero)
        }

        @Test("errors of their own provider reach them byte for byte, others in their schema")
        func errors() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let own = try await gateway.message("a/overloaded")
            #expect(
                own.status == 529 && own.body == Self.overloaded
                    && own["x-tuppence-error-code"] == "upstream_unavailable")
            let other = try await gateway.message("o/busy")
            #expect(other.status == 429 && other["x-tuppence-error-code"] == "rate_limited")
            #expect(other.body.hasPrefix(#"{"type":"error","error":{"type":"rate_limit_error","message":"slow down","#))
            #expect(other.body.contains(#""code":"rate_limited""#))
            #expect(try other.body.hasSuffix(#""request_id":"\#(#require(other["request-id"]))"}"#))
            let unknown = try await gateway.message("nobody")
            #expect(unknown.status == 404 && unknown["request-id"] != nil)
            #expect(unknown.body.hasPrefix(#"{"type":"error","error":{"type":"not_found_error","message":""#))
            #expect(unknown.body.contains(#""code":"model_not_found""#))
        }

        @Test("a key is asked for in their schema", arguments: ["/v1/messages", "/v1/messages/count_tokens"])
        func noKey(path: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.raw("POST \(path) HTTP/1.1\r\nhost: t\r\ncontent-length: 2\r\n\r\n{}")
            #expect(answer.status == 401 && answer.body.contains(#""type":"authentication_error""#))
            #expect(answer["x-tuppence-error-code"] == "invalid_api_key" && answer["request-id"] != nil)
        }

        @Test("a budget that is used up refuses in their schema, with its figures")
        func budget() async throws {
            let upstream = try await Self.upstream()
            let rule = BudgetRule(
                name: "small", scope: [.key: .exactly("app")], limit: Money(nanodollars: 1), period: .day)
            let gateway = try await gateway(upstream, budgets: [rule])
            for model in ["a/m", "o/m"] {
                let answer = try await gateway.message(model)
                #expect(answer.status == 402 && answer["x-should-retry"] == "false")
                #expect(answer.body.hasPrefix(#"{"type":"error","error":{"type":"billing_error""#))
                #expect(
                    answer.body.contains(#""code":"budget_exceeded""#)
                        && answer.body.contains(#""budget":{"name":"small""#))
            }
            #expect(upstream.requests.isEmpty)
        }

        @Test("a clamp lowers max_tokens in the bytes that pass through")
        func clamp() async throws {
            let upstream = try await Self.upstream()
            let rule = BudgetRule(
                name: "small", scope: [.key: .exactly("app")], limit: Money(nanodollars: 1_100_000), period: .day,
                actions: [.clamp])
            let gateway = try await gateway(upstream, budgets: [rule])
            let answer = try await gateway.client.post(
                "/v1/messages", key: TestGateway.key,
                body: #"{"model":"a/m","max_tokens":5000,"messages":[{"role":"user","content":"hi"}]}"#)
            let limit = try #require(answer["x-tuppence-clamped-max-tokens"])
            #expect(upstream.requests[0].body.contains(#""max_tokens":\#(limit),"#))
        }

        @Test("tokens are counted by who can, else estimated, and cost nothing")
        func countTokens() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let counted = try await gateway.message("a/m", path: "/v1/messages/count_tokens")
            #expect(counted.body == #"{"input_tokens":42}"#)
            #expect(upstream.requests.count == 1 && upstream.requests[0].body.contains(#""model":"m""#))
            // One that counts stands behind one that does not.
            #expect(try await gateway.message("r", path: "/v1/messages/count_tokens").body == #"{"input_tokens":42}"#)
            let estimated = try await gateway.message("o/m", path: "/v1/messages/count_tokens")
            #expect(
                estimated.status == 200 && estimated.body.hasPrefix(#"{"input_tokens":"#)
                    && upstream.requests.count == 2)
            await gateway.stop()
            #expect(gateway.entries.count == 2 && gateway.entries.allSatisfy { $0.cost == .zero && !$0.estimated })
        }

        @Test(
            "a thread is refused before anything is held or sent, as Anthropic refuses one",
            arguments: ["/v1/messages", "/v1/messages/count_tokens"], ["a/m", "o/m"])
        func thread(path: String, model: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            for thread in [#"{"type":"create"}"#, #"{"type":"continue","previous_message_id":"msg_1"}"#] {
                let answer = try await gateway.message(model, more: #","thread":\#(thread)"#, path: path)
                #expect(answer.status == 400 && answer["x-tuppence-error-code"] == "invalid_request")
                #expect(answer["x-should-retry"] == "false")
                #expect(
                    answer.body.hasPrefix(#"{"type":"error","error":{"type":"invalid_request_error","message":""#))
                #expect(answer.body.contains(#""details":{"error_code":"thread_unsupported_request"}"#))
            }
            #expect(upstream.requests.isEmpty)
            await gateway.stop()
            #expect(gateway.entries.isEmpty)
        }

        @Test("a compaction goes to Anthropic's own, and is refused elsewhere")
        func compaction() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let more = #","compaction":{"type":"enabled"}"#
            #expect(try await gateway.message("a/m", more: more).status == 200)
            #expect(upstream.requests[0].body.contains(more))
            let refused = try await gateway.message("o/m", more: more)
            #expect(refused.status == 400 && refused.body.contains(#""param":"compaction""#))
            #expect(upstream.requests.count == 1)
        }

        @Test("models are listed as their clients know them, page by page")
        func models() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            func list(_ query: String) async throws -> TestClient.Answer {
                try await gateway.client.raw(
                    "GET /v1/models\(query) HTTP/1.1\r\nhost: t\r\nx-api-key: \(TestGateway.key)\r\nanthropic-version: 2023-06-01\r\n\r\n"
                )
            }
            let all = try await list("?limit=1000")
            #expect(all.body.hasPrefix(#"{"data":[{"type":"model","id":"r","display_name":"r","created_at":"20"#))
            #expect(all.body.contains(#""has_more":false,"first_id":"r","last_id":""#) && all["request-id"] != nil)
            let first = try await list("?limit=1")
            #expect(first.body.contains(#""has_more":true,"first_id":"r","last_id":"r""#))
            let second = try await list("?limit=1&after_id=r")
            #expect(second.body.contains(#""has_more":true,"first_id":"s","last_id":"s""#))
            #expect(try await list("?after_id=s").body.contains(#""has_more":false"#))
            #expect((try await list("?limit=0")).body.contains(#""type":"invalid_request_error""#))
            #expect((try await list("/r")).body.hasPrefix(#"{"type":"model","id":"r""#))
        }
    }
}
