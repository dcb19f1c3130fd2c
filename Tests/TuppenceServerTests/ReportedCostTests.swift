import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("What a provider says that it charges")
    struct ReportedCostTests {
        private static let usage =
            #""usage":{"prompt_tokens":5,"completion_tokens":5,"cost":0.7,"cost_details":{"upstream_inference_cost":0.6}}"#
        private static let resold = "tp_live_resold00000000000000000"

        @Test(
            "is told to whom the cost is charged, and to nobody with a markup; the ledger has it",
            arguments: [false, true], [TestGateway.key, resold])
        func reported(stream: Bool, key: String) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                guard stream else {
                    let choice = #"{"index":0,"message":{"content":"hello"},"finish_reason":"stop"}"#
                    return [.answer(#"{"choices":[\#(choice)],\#(Self.usage)}"#)]
                }
                let choice = #"{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}"#
                return [
                    .streamHead(), .chunk("data: {\"choices\":[\(choice)]}\n\n"),
                    .chunk("data: {\"choices\":[],\(Self.usage)}\n\n"), .chunk("data: [DONE]\n\n"), .lastChunk,
                ]
            }
            let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: nil)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], moreKeys: [Self.resold: Key(name: "resold", terms: terms)])
            let answer = try await gateway.chat(
                "p/m", stream: stream, more: stream ? #","stream_options":{"include_usage":true}"# : "", key: key)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.reportedCost == Money(nanodollars: 700_000_000))
            #expect(entry.cost == Money(nanodollars: 15_000))
            let isResold = key == Self.resold
            #expect(answer.body.contains(#""cost":\#(isResold ? "0.0000225" : "0.000015"),"#), "\(answer.body)")
            #expect(answer.body.contains(#""reported":0.7"#) == !isResold, "\(answer.body)")
            #expect(answer.body.contains("upstream_inference_cost") == !isResold, "\(answer.body)")
        }

        @Test(
            "nor is it told in a last event without its end, or where the cost is not known yet: one without a whole count, an error",
            arguments: [
                #"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":5,"cost":0.7,"estimated_cost":0.7}}"#,
                #"{"choices":[],"usage":{"cost":0.7,"prompt_tokens":5}}"# + "\n\ndata: [DONE]\n\n",
                #"{"error":{"message":"oh"},"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":5,"cost":0.7}}"#
                    + "\n\n",
            ], [TestGateway.key, resold])
        func unsettled(last: String, key: String) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                let choice = #"{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}"#
                return [
                    .streamHead(), .chunk("data: {\"choices\":[\(choice)]}\n\n"), .chunk("data: \(last)"), .lastChunk,
                ]
            }
            let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: nil)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], moreKeys: [Self.resold: Key(name: "resold", terms: terms)])
            let answer = try await gateway.chat(
                "p/m", stream: true, more: #","stream_options":{"include_usage":true}"#, key: key)
            await gateway.stop()
            #expect(answer.body.contains(#""prompt_tokens":5"#), "\(answer.body)")
            #expect(answer.body.contains("0.7") == (key != Self.resold), "\(answer.body)")
        }

        @Test("nor by an answer of Responses that has failed in its stream", arguments: [TestGateway.key, resold])
        func failed(key: String) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                let delta =
                    #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"hello"}"#
                let failed =
                    #"{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"server_error","message":"m"},"output":[],"usage":{"input_tokens":5,"output_tokens":5,"cost":0.7}}}"#
                return [
                    .streamHead(), .chunk("data: \(delta)\n\n"), .chunk("data: \(failed)\n\n"), .lastChunk,
                ]
            }
            let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: nil)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], moreKeys: [Self.resold: Key(name: "resold", terms: terms)],
                dialects: ["p": .responses])
            let answer = try await gateway.client.post(
                "/v1/responses", key: key, body: #"{"model":"p/m","input":"hi","stream":true}"#)
            await gateway.stop()
            #expect(answer.body.contains(#""input_tokens":5"#), "\(answer.body)")
            #expect(answer.body.contains("0.7") == (key != Self.resold), "\(answer.body)")
        }

        /// Asks a provider that answers so, as who has a markup and as who has none.
        private func answers(
            _ steps: [ScriptedUpstream.Step], in dialect: Dialect, stream: Bool
        ) async throws -> (own: TestClient.Answer, resold: TestClient.Answer) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
            let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: nil)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], moreKeys: [Self.resold: Key(name: "resold", terms: terms)],
                dialects: ["p": dialect])
            func ask(_ key: String) async throws -> TestClient.Answer {
                guard dialect == .responses else { return try await gateway.chat("p/m", stream: stream, key: key) }
                return try await gateway.client.post(
                    "/v1/responses", key: key, body: #"{"model":"p/m","input":"hi","stream":\#(stream)}"#)
            }
            let answers = (try await ask(TestGateway.key), try await ask(Self.resold))
            await gateway.stop()
            return answers
        }

        @Test(
            "nor by an error in the provider's own words, which is the same byte for byte otherwise",
            arguments: [
                (
                    .responses, 200,
                    #"{"id":"r","status":"failed","error":{"code":"server_error","message":"m"},"output":[],"usage":{"input_tokens":5,"output_tokens":5@}}"#
                ),
                (.openAI, 200, #"{"error":{"message":"m","code":502},"usage":{"prompt_tokens":5@},"choices":[]}"#),
                (.openAI, 400, #"{"error":{"message":"m"},"usage":{"prompt_tokens":5@}}"#),
            ] as [(Dialect, Int, String)])
        func error(dialect: Dialect, status: Int, body: String) async throws {
            let told = body.replacing("@", with: #","cost":0.7,"cost_details":{"upstream_inference_cost":0.6}"#)
            let (own, resold) = try await answers([.answer(told, status: status)], in: dialect, stream: false)
            #expect(own.body == told)
            #expect(resold.body == body.replacing("@", with: ""))
            #expect(own.status == resold.status && own.status >= 400)
        }

        @Test(
            "nor by a bare error in a stream, by an event of Responses that is one, or by counts that are none",
            arguments: [
                (.openAI, #"{"object":"error","message":"m","code":500,"usage":{"prompt_tokens":5@}}"#),
                (.openAI, #"{"choices":[],"usage":{"kind":"none"@}}"#),
                (.responses, #"{"type":"error","code":"server_error","message":"m","usage":{"input_tokens":5@}}"#),
                (
                    .responses,
                    #"{"type":"response.completed","response":{"id":"r","status":"completed","output":[],"usage":{"input_tokens":"five"@}}}"#
                ),
            ] as [(Dialect, String)])
        func event(dialect: Dialect, data: String) async throws {
            let content =
                dialect == .responses
                ? #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"hello"}"#
                : #"{"choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}]}"#
            let told = data.replacing("@", with: #","cost":0.7"#)
            let (own, resold) = try await answers(
                [.streamHead(), .chunk("data: \(content)\n\n"), .chunk("data: \(told)\n\n"), .lastChunk],
                in: dialect, stream: true)
            #expect(own.body.contains(told), "\(own.body)")
            #expect(resold.body.contains(data.replacing("@", with: "")), "\(resold.body)")
        }

        @Test("nor by the events of an image that count nothing", arguments: [TestGateway.key, resold])
        func image(key: String) async throws {
            let done = #"{"type":"image_generation.completed","b64_json":"QQ==","usage":{"kind":"none"@}}"#
            let told = done.replacing("@", with: #","cost":0.7"#)
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk("data: \(told)\n\n"), .lastChunk]
            }
            let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: nil)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], moreKeys: [Self.resold: Key(name: "resold", terms: terms)])
            let answer = try await gateway.client.post(
                "/v1/images/generations", key: key, body: #"{"model":"p/m","prompt":"x","stream":true}"#)
            await gateway.stop()
            let expected = key == Self.resold ? done.replacing("@", with: "") : told
            #expect(answer.body.contains(expected), "\(answer.body)")
        }

        @Test(
            "nor by an image that comes whole behind comments: what it has cost is told there, too",
            arguments: [TestGateway.key, resold])
        func lateImage(key: String) async throws {
            let image =
                #"{"created":1,"data":[{"url":"u"}],"usage":{"input_tokens":5,"output_tokens":5,"total_tokens":10,"cost":0.7}}"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.pause(1_000), .answer(image)]
            }
            let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: nil)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], moreKeys: [Self.resold: Key(name: "resold", terms: terms)],
                settings: { settings, _ in settings.keepAliveInterval = Milliseconds(100) })
            let answer = try await gateway.client.post(
                "/v1/images/generations", key: key, body: #"{"model":"p/m","prompt":"x","stream":true}"#)
            await gateway.stop()
            #expect(answer.body.hasPrefix(": keep-alive\n") && answer.body.hasSuffix("data: [DONE]\n\n"))
            #expect(answer.body.contains(#""cost_details":{"input":"#), "\(answer.body)")
            #expect(answer.body.contains("0.7") == (key != Self.resold), "\(answer.body)")
        }

        @Test(
            "and a streamed answer is kept as it is, though its count stands beside it",
            arguments: [(#""usage":{"cost":0.7},"#, ""), ("", #","usage":{"cost":0.7}"#)])
        func kept(before: String, behind: String) async throws {
            let answer = #"{"id":"r","status":"completed","output":[]}"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                let delta =
                    #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"hello"}"#
                let completed = #"{\#(before)"type":"response.completed","response":\#(answer)\#(behind)}"#
                return [
                    .streamHead(), .chunk("data: \(delta)\n\n"), .chunk("data: \(completed)\n\n"), .lastChunk,
                ]
            }
            let terms = Terms(pricing: PriceRule(markup: Markup(partsPerMillion: 500_000)), wallet: nil)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], responses: MemoryCache(),
                moreKeys: [Self.resold: Key(name: "resold", terms: terms)], dialects: ["p": .responses])
            let told = try await gateway.client.post(
                "/v1/responses", key: Self.resold, body: #"{"model":"p/m","input":"hi","stream":true}"#)
            let shown = try await gateway.client.raw(
                "GET /v1/responses/r HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(Self.resold)\r\n\r\n")
            await gateway.stop()
            #expect(told.body.contains(answer) && !told.body.contains("0.7"), "\(told.body)")
            #expect(shown.status == 200 && shown.body.contains(#""id":"r""#), "\(shown.body)")
        }
    }
}
