import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// Nothing that only the provider and its caller know of is lost between them.
    @Suite("Callers of Responses and Gemini before providers of their own dialect")
    struct OwnBytesTests {
        // MARK: The provider

        private static let usage =
            #""usage": {"input_tokens":10,"output_tokens":5,"odd_tokens":1,"output_tokens_details":{"reasoning_tokens":2}}"#
        private static let response =
            #"{"id":"resp_1", "object":"response","odd":[1, 2],"status":"completed","error":null,"previous_response_id":null,"output":[{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"hello","odd":true}]},{"type":"brand_new"}],\#(usage)}"#
        private static func event(_ type: String, _ number: Int, _ more: String) -> String {
            "event: \(type)\ndata: {\"type\":\"\(type)\",\"sequence_number\":\(number),\(more)}\n\n"
        }
        private static let created = event(
            "response.created", 0,
            #""response":{"id":"resp_1","status":"in_progress","error":null,"odd":1,"previous_response_id":null,"output":[]}"#
        )
        private static let delta = event("response.output_text.delta", 1, #""delta":"hello","obfuscation":"xx""#)
        private static let new = event("response.brand_new.event", 2, #""anything":{"a":[ ]}"#)
        private static let completed = event("response.completed", 3, #""response":\#(response)"#)
        private static let failed =
            "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Oh\",\"odd\":1}\n\n"

        private static let metadata =
            #""usageMetadata": {"promptTokenCount":10,"candidatesTokenCount":3,"thoughtsTokenCount":2,"oddCount":1}"#
        private static func content(_ text: String, _ more: String = "") -> String {
            #"{"candidates":[{"content":{"parts":[{"text":"\#(text)","odd":1}],"role":"model"},"index":0\#(more)}],"odd": [ 1 ],\#(metadata),"responseId":"r1"}"#
        }
        private static let finish = content("lo", #","finishReason":"STOP""#)

        private static func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                if request.body.contains("busy") {
                    return [.answer(#"{"error":{"message":"slow down","odd":1}}"#, status: 429)]
                }
                if request.path.hasSuffix(":generateContent") { return [.answer(finish)] }
                if request.path.hasSuffix(":streamGenerateContent") {
                    let start = [ScriptedUpstream.Step.streamHead(), .chunk("data: \(content("hel"))\r\n\r\n")]
                    if request.body.contains("cut") { return start + [.pause(20), .lastChunk] }
                    return start + [.chunk("data: \(finish)\r\n\r\n"), .lastChunk]
                }
                guard request.body.contains(#""stream": true"#) else { return [.answer(response)] }
                let start = [ScriptedUpstream.Step.streamHead(), .chunk(created + ": odd\n\n" + delta)]
                if request.body.contains("cut") { return start + [.pause(20), .lastChunk] }
                if request.body.contains("fails") { return start + [.chunk(failed), .lastChunk] }
                // In pieces that break events anywhere.
                let bytes = Array((new + completed).utf8)
                let pieces = stride(from: 0, to: bytes.count, by: 37).map {
                    ScriptedUpstream.Step.chunk(String(decoding: bytes[$0..<min($0 + 37, bytes.count)], as: UTF8.self))
                }
                return start + pieces + [.lastChunk]
            }
        }

        private func gateway(_ upstream: ScriptedUpstream) async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["r": upstream.baseURL, "g": upstream.baseURL],
                dialects: ["r": .responses, "g": .gemini])
        }

        private func gemini(
            _ gateway: TestGateway, _ method: String, _ more: String = "", model: String = "g/gemini-2.5-pro"
        ) async throws -> TestClient.Answer {
            try await gateway.client.post(
                "/v1beta/models/\(model):\(method)", key: TestGateway.key,
                body:
                    #"{"contents":[{"parts":[{"text":"hi","odd":2}]}],  "odd":{"a":1},"generationConfig":{"oddConfig":true}\#(more)}"#
            )
        }

        private static let figures = #""cost":0.00002,"cost_details":{"input":0.00001,"output":0.00001}"#
        private static func charged(_ text: String) -> String {
            text.replacing(
                #""output_tokens_details":{"reasoning_tokens":2}}"#,
                with: #""output_tokens_details":{"reasoning_tokens":2},\#(figures)}"#
            ).replacing(#""oddCount":1}"#, with: #""oddCount":1,\#(figures)}"#)
        }

        // MARK: Responses

        @Test("a request to Responses arrives as it was written, but for the model's name and the limit")
        func responsesRequest() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.post(
                "/v1/responses", key: TestGateway.key,
                body:
                    #"{ "model":"r/gpt", "input":[{"type":"brand_new","x":1.0e0},{"role":"user","content":"hi"}],"odd":{"a":[]}}"#
            )
            #expect(answer.status == 200 && answer.body == Self.charged(Self.response))
            #expect(answer["x-tuppence-cost-usd"] == "0.00002" && answer["x-tuppence-dropped"] == nil)
            let sent = try #require(upstream.requests.first)
            #expect(sent.path == "/v1/responses")
            #expect(
                sent.body
                    == #"{"max_output_tokens":8192, "model":"gpt", "input":[{"type":"brand_new","x":1.0e0},{"role":"user","content":"hi"}],"odd":{"a":[]}}"#
            )
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.usage == Usage(input: 10, output: 3, reasoning: 2) && !entry.estimated)
            #expect(entry.cost == Money(nanodollars: 20_000))
        }

        private func stream(_ gateway: TestGateway, _ input: String = "hi") async throws -> TestClient.Answer {
            try await gateway.client.post(
                "/v1/responses", key: TestGateway.key, body: #"{"model":"r/gpt","input":"\#(input)","stream": true}"#)
        }

        @Test("a stream of Responses comes event by event as it was sent, with the cost in its last event")
        func responsesStream() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await stream(gateway)
            #expect(answer.isComplete)
            #expect(
                answer.body == Self.created + ": odd\n\n" + Self.delta + Self.new + Self.charged(Self.completed))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(!entry.estimated && entry.cost == Money(nanodollars: 20_000) && entry.outcome == .completed)
        }

        @Test("a stream of Responses that breaks off ends as the dialect has it, its events numbered on")
        func responsesBroken() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await stream(gateway, "cut")
            let events = answer.body.split(separator: "\n\n").map(String.init)
            #expect(answer.body.hasPrefix(Self.created + ": odd\n\n" + Self.delta))
            #expect(events.count == 5)
            #expect(events[3].hasPrefix("event: error\n") && events[3].contains(#""sequence_number":2"#))
            #expect(events[3].contains(#""code":"upstream_unavailable""#))
            #expect(
                events[4].contains(
                    #""type":"response.failed","sequence_number":3,"response":{"id":"resp_1","status":"failed","error":{"#
                ))
            #expect(events[4].contains(#""odd":1"#))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.estimated && entry.cost > .zero && entry.outcome == .truncated)
        }

        @Test("a whole answer that failed half-way comes as its provider words it, and is booked at what it counts")
        func responsesFailedWhole() async throws {
            let body =
                #"{"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error","message":"Sorry."},"output":[],"usage":{"input_tokens":10,"output_tokens":3,"total_tokens":13}}"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(body)]
            }
            for isOwn in [true, false] {
                let gateway = try await TestGateway.start(
                    providers: ["r": upstream.baseURL], dialects: ["r": .responses])
                let answer =
                    isOwn
                    ? try await gateway.client.post(
                        "/v1/responses", key: TestGateway.key, body: #"{"model":"r/gpt","input":"hi"}"#)
                    : try await gateway.chat("r/gpt")
                #expect(answer.status == 502 && answer.body.contains("Sorry."))
                if isOwn { #expect(answer.body == body) }
                await gateway.stop()
                let entry = try #require(gateway.entries.first)
                #expect(entry.usage == Usage(input: 10, output: 3) && !entry.estimated && entry.outcome == .failed)
            }
        }

        @Test("an error within a stream of Responses comes as its provider words it")
        func responsesFailed() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await stream(gateway, "fails")
            #expect(answer.body == Self.created + ": odd\n\n" + Self.delta + Self.failed)
        }

        @Test(
            "errors come byte for byte",
            arguments: ["/v1/responses", "/v1beta/models/g/gemini-2.5-pro:generateContent"])
        func errors(path: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.post(
                path, key: TestGateway.key,
                body: #"{"model":"r/gpt","input":"busy","contents":[{"parts":[{"text":"busy"}]}]}"#)
            #expect(answer.status == 429 && answer["x-tuppence-error-code"] == "rate_limited")
            #expect(answer.body == #"{"error":{"message":"slow down","odd":1}}"#)
        }

        @Test(
            "thoughts of other providers are taken out of a request before it goes to one that cannot read them",
            arguments: [
                #""id":"rs_1","summary":[],"encrypted_content":"tuppence:anthropic-claude-v1::s:sig""#,
                // Signed by nobody, so that the id is one of ours.
                #""id":"rs_req_019ab_0","summary":[{"type":"summary_text","text":"tuppence: hm"}]"#,
            ])
        func foreignThoughts(members: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.post(
                "/v1/responses", key: TestGateway.key,
                body:
                    #"{"model":"r/gpt","odd":1,"input":[{"role":"user","content":"hi"},{"type":"reasoning",\#(members)},{"role":"user","content":"go on"}]}"#
            )
            #expect(answer.status == 200 && answer.body == Self.charged(Self.response))
            #expect(answer["x-tuppence-dropped"] == "input.reasoning")
            let sent = try #require(upstream.requests.first)
            #expect(!sent.body.contains("tuppence:") && sent.body.contains("go on") && sent.body.contains(#""odd":1"#))
        }

        // MARK: Gemini

        @Test("a request to Gemini arrives as it was written, but for the limit, and so does its answer")
        func geminiWhole() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gemini(gateway, "generateContent")
            #expect(answer.status == 200 && answer.body == Self.charged(Self.finish))
            let sent = try #require(upstream.requests.first)
            #expect(sent.path == "/v1/models/gemini-2.5-pro:generateContent")
            #expect(
                sent.body
                    == #"{"contents":[{"parts":[{"text":"hi","odd":2}]}],  "odd":{"a":1},"generationConfig":{"maxOutputTokens":8192,"oddConfig":true}}"#
            )
            #expect(sent.fields.contains { $0 == ("x-goog-api-key", "upstream-secret") })
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.usage == Usage(input: 10, output: 3, reasoning: 2) && !entry.estimated)
        }

        @Test("a stream of Gemini's comes as it was sent, as events or as an array, with the cost at its end")
        func geminiStream() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let events = try await gemini(gateway, "streamGenerateContent?alt=sse")
            #expect(
                events.body
                    == "data: \(Self.content("hel"))\r\n\r\ndata: \(Self.charged(Self.finish))\r\n\r\n")
            let array = try await gemini(gateway, "streamGenerateContent")
            #expect(array["content-type"]?.hasPrefix("application/json") == true)
            #expect(array.body == "[\n\(Self.content("hel")),\r\n\(Self.charged(Self.finish))\r\n]")
            await gateway.stop()
            #expect(gateway.entries.map(\.cost) == [Money(nanodollars: 20_000), Money(nanodollars: 20_000)])
        }

        @Test("a stream of Gemini's that breaks off ends in an error, also within an array")
        func geminiBroken() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let more = #","systemInstruction":{"parts":[{"text":"cut"}]}"#
            let events = try await gemini(gateway, "streamGenerateContent?alt=sse", more)
            #expect(events.body.hasPrefix("data: \(Self.content("hel"))\r\n\r\ndata: {\"error\":{"))
            let array = try await gemini(gateway, "streamGenerateContent", more)
            #expect(array.body.hasPrefix("[\n\(Self.content("hel")),\r\n{\"error\":{") && array.body.hasSuffix("\r\n]"))
            await gateway.stop()
            #expect(gateway.entries.allSatisfy { $0.estimated && $0.outcome == .truncated })
        }
    }
}
