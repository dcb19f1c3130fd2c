import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Embeddings of providers that speak other dialects")
    struct EmbeddingTests {
        /// Speaks Cohere's and Gemini's, each at its own path; two vectors in any case.
        private static func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                if request.body.contains("busy") {
                    return [.answer(#"{"message":"slow down"}"#, status: 429)]
                }
                if request.path == "/v1/embed" {
                    return [
                        .answer(
                            #"{"id":"i","embeddings":{"float":[[1,0],[0.5,-0.5]]},"meta":{"billed_units":{"input_tokens":7}}}"#
                        )
                    ]
                }
                if request.path == "/v1/embeddings" {
                    return [
                        .answer(
                            #"{"object":"list","data":[{"index":0,"embedding":[1,0]}],"model":"m","usage":{"prompt_tokens":5,"total_tokens":5}}"#
                        )
                    ]
                }
                if request.body.contains("counted") {
                    return [
                        .answer(
                            #"{"odd":[1], "embeddings":[{"values":[1,0],"odd":2},{"values":[0,1]}],"usageMetadata":{"promptTokenCount":9,"odd":3}}"#
                        )
                    ]
                }
                return [.answer(#"{"embeddings":[{"values":[1,0]},{"values":[0.5,-0.5]}]}"#)]
            }
        }

        private func gateway(_ upstream: ScriptedUpstream, budgets: [BudgetRule] = []) async throws -> TestGateway {
            try await TestGateway.start(
                providers: [
                    "c": upstream.baseURL, "g": upstream.baseURL, "a": upstream.baseURL, "b": upstream.baseURL,
                    "o": upstream.baseURL, "v": upstream.baseURL,
                ],
                routes: ["r": [("a/claude", 1, 0), ("c/busy", 1, 1), ("g/gemini-embedding-001", 1, 2)]],
                budgets: budgets,
                dialects: ["c": .cohere, "g": .gemini, "a": .anthropic, "b": .bedrock, "v": .gemini],
                hosts: ["v": .vertex])
        }

        private func embed(
            _ gateway: TestGateway, _ model: String, more: String = "", input: String = #"["some","text"]"#,
            fields: [(String, String)] = []
        ) async throws -> TestClient.Answer {
            try await gateway.client.post(
                "/v1/embeddings", key: TestGateway.key, body: #"{"model":"\#(model)","input":\#(input)\#(more)}"#,
                fields: fields)
        }

        @Test("come as OpenAI's, priced by what the provider counted")
        func counted() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embed(gateway, "c/embed-v4.0", more: #","dimensions":256,"user":"u""#)
            #expect(answer.status == 200 && answer["x-tuppence-cost-usd"] == "0.000007")
            #expect(answer["x-tuppence-dropped"] == "user")
            #expect(
                answer.body
                    == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,0]},{"object":"embedding","index":1,"embedding":[0.5,-0.5]}],"model":"embed-v4.0","usage":{"prompt_tokens":7,"total_tokens":7,"cost":0.000007,"cost_details":{"input":0.000007,"output":0}}}"#
            )
            let sent = try #require(upstream.requests.first)
            #expect(sent.body.contains(#""texts":["some","text"]"#) && sent.body.contains(#""output_dimension":256"#))
            #expect(sent.fields.contains { $0 == ("authorization", "Bearer upstream-secret") })
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.usage == Usage(input: 7) && !entry.estimated && entry.outcome == .completed)
            #expect(entry.cost == Money(nanodollars: 7_000))
        }

        @Test("are estimated where the provider counts nothing, and the caller is told the same count")
        func uncounted() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embed(gateway, "g/gemini-embedding-001", more: #","encoding_format":"base64""#)
            #expect(answer.body.contains(#""embedding":"AACAPwAAAAA=""#))
            #expect(upstream.requests.first?.path == "/v1/models/gemini-embedding-001:batchEmbedContents")
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.estimated && entry.usage.input > 0)
            #expect(answer.body.contains(#""prompt_tokens":\#(entry.usage.input),"#))
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"#))
        }

        private func embedContents(
            _ gateway: TestGateway, _ model: String, method: String = "batchEmbedContents",
            body: String =
                #"{"requests":[{"model":"models/m","content":{"parts":[{"text":"some"}]},"title":"t"},{"content":{"parts":[{"text":"text"}]}}]}"#
        ) async throws -> TestClient.Answer {
            try await gateway.client.post("/v1beta/models/\(model):\(method)", key: TestGateway.key, body: body)
        }

        @Test("come to Gemini's callers from any dialect, with count and cost, and are booked")
        func geminiCallers() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embedContents(gateway, "c/embed-v4.0")
            #expect(answer.status == 200 && answer["x-tuppence-dropped"] == "title")
            #expect(
                answer.body
                    == #"{"embeddings":[{"values":[1,0]},{"values":[0.5,-0.5]}],"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7,"cost":0.000007,"cost_details":{"input":0.000007,"output":0}}}"#
            )
            let one = try await embedContents(
                gateway, "o/m", method: "embedContent", body: #"{"content":{"parts":[{"text":"some"}]}}"#)
            #expect(one.status == 200 && one.body.hasPrefix(#"{"embedding":{"values":[1,0]},"usageMetadata":{"#))
            #expect(one.body.contains(#""promptTokenCount":5,"#))
            #expect(upstream.requests.last?.body == #"{"model":"m","input":["some"]}"#)
            await gateway.stop()
            #expect(Set(gateway.entries.map(\.usage)) == [Usage(input: 7), Usage(input: 5)])
            #expect(gateway.entries.allSatisfy { !$0.estimated && $0.outcome == .completed })
        }

        @Test("Gemini's own pass in both directions as they came, but for the model's name and what they cost")
        func geminiUntouched() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let first = #""content":{"parts":[{"text":"counted","odd":1}]},"taskType":"CLUSTERING"}"#
            let second = #""content":{"parts":[{"text":"b"}]},"outputDimensionality":2,"odd":null}"#
            let asked = #"{"odd":{"a":1}, "requests":[{"model":"models/g/x",\#(first),{\#(second)]}"#
            let answer = try await embedContents(gateway, "g/gemini-embedding-001", body: asked)
            let model = #""model":"models/gemini-embedding-001""#
            #expect(
                upstream.requests.first?.body
                    == #"{"odd":{"a":1}, "requests":[{\#(model),\#(first),{\#(model),\#(second)]}"#)
            #expect(answer.status == 200 && answer["x-tuppence-dropped"] == nil)
            #expect(
                answer.body
                    == #"{"odd":[1], "embeddings":[{"values":[1,0],"odd":2},{"values":[0,1]}],"usageMetadata":{"promptTokenCount":9,"odd":3,"cost":0.000009,"cost_details":{"input":0.000009,"output":0}}}"#
            )
            let one = #"{"content":{"parts":[{"text":"one"}]},"embedContentConfig":{"odd":1}}"#
            _ = try await embedContents(gateway, "g/gemini-embedding-001", method: "embedContent", body: one)
            #expect(upstream.requests.last?.path == "/v1/models/gemini-embedding-001:embedContent")
            #expect(upstream.requests.last?.body == one)
            for (model, body) in [("g/busy", "{}"), ("v/text-embedding-005", #"{"text":"busy"}"#)] {
                let busy = try await embedContents(
                    gateway, model, method: "embedContent",
                    body: #"{"content":{"parts":[{"text":"busy"}]},"odd":\#(body)}"#)
                #expect(busy.status == 429 && busy.body == #"{"message":"slow down"}"#)
                #expect(busy["x-tuppence-error-code"] == "rate_limited")
            }
            await gateway.stop()
            #expect(gateway.entries.contains { $0.usage == Usage(input: 9) && !$0.estimated })
        }

        @Test("Gemini's own are estimated where it counts nothing")
        func geminiToGemini() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embedContents(gateway, "g/gemini-embedding-001")
            #expect(answer.status == 200 && answer["x-tuppence-dropped"] == nil)
            #expect(upstream.requests.first?.path == "/v1/models/gemini-embedding-001:batchEmbedContents")
            #expect(upstream.requests.first?.body.contains(#""title":"t""#) == true)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.estimated && entry.usage.input > 0)
            #expect(answer.body.contains(#""promptTokenCount":\#(entry.usage.input),"#))
        }

        @Test("what is wrong is said in Gemini's words, and nothing is booked")
        func geminiErrors() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let busy = try await embedContents(gateway, "c/busy")
            #expect(busy.status == 429 && busy.body.contains("RESOURCE_EXHAUSTED") && busy.body.contains("slow down"))
            let none = try await embedContents(gateway, "a/claude")
            #expect(none.status == 400 && none.body.contains("No target of this model has /v1/embeddings"))
            let asked = upstream.requests.count
            #expect(asked == 1)
            let picture = try await embedContents(
                gateway, "c/embed-v4.0", method: "embedContent",
                body: #"{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":""}}]}}"#)
            #expect(picture.status == 400 && picture.body.contains("INVALID_ARGUMENT"))
            #expect(picture.body.contains("Only text is embedded here") && upstream.requests.count == asked)
            let fallen = try await embedContents(gateway, "r")
            #expect(fallen.status == 200 && fallen["x-tuppence-provider"] == "g")
        }

        @Test("pass over targets that have none, and fall back from one dialect to the next")
        func fallback() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embed(gateway, "r")
            #expect(answer.status == 200 && answer["x-tuppence-attempts"] == "2")
            #expect(answer["x-tuppence-provider"] == "g")
            let alone = try await embed(gateway, "a/claude")
            #expect(alone.status == 400 && alone.body.contains("No target of this model has /v1/embeddings"))
        }

        @Test("a provider's error comes in OpenAI's words")
        func error() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embed(gateway, "c/busy")
            #expect(answer.status == 429 && answer["x-tuppence-error-code"] == "rate_limited")
            #expect(answer.body.contains(#""message":"slow down""#) && answer.body.hasPrefix(#"{"error":{"#))
            await gateway.stop()
            #expect(gateway.entries.first?.cost == .zero)
        }

        @Test(
            "what no part of can be asked is refused before anything is sent",
            arguments: [
                ("c/embed-v4.0", "[1,2]", "", "input"), ("b/amazon.titan-embed-text-v2:0", #"["a","b"]"#, "", "input"),
                ("b/amazon.nova-2-multimodal-embeddings-v1:0", #""a""#, "", "model"),
                ("c/embed-v4.0", #""a""#, #","input_type":"image""#, "input_type"),
            ])
        func refused(model: String, input: String, more: String, parameter: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embed(gateway, model, more: more, input: input)
            #expect(answer.status == 400 && answer.body.contains(#""param":"\#(parameter)""#))
            await gateway.stop()
            #expect(upstream.requests.isEmpty && gateway.entries.allSatisfy { $0.cost == .zero })
        }

        @Test("another number of vectors than of texts is no answer")
        func tooFew() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await embed(gateway, "c/embed-v4.0", input: #""a""#)
            #expect(answer.status == 502 && answer["x-tuppence-error-code"] == "upstream_invalid")
        }

        @Test("nothing is sent that a budget has no room for")
        func budget() async throws {
            let upstream = try await Self.upstream()
            let rule = BudgetRule(
                name: "small", scope: [.key: .exactly("app")], limit: Money(nanodollars: 1_000), period: .day)
            let gateway = try await gateway(upstream, budgets: [rule])
            let answer = try await embed(gateway, "c/embed-v4.0", input: #""a longer text than a nanodollar pays for""#)
            #expect(answer.status == 402)
            await gateway.stop()
            #expect(upstream.requests.isEmpty)
        }
    }
}
