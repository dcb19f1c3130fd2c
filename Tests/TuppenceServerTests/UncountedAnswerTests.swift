import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Answers that nobody has counted")
    struct UncountedAnswerTests {
        private static let whole = Fixture.answer.components(separatedBy: #","usage""#)[0] + "}"

        private static func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard request.body.contains(#""stream":true"#) else { return [.answer(Self.whole)] }
                let finish = Fixture.finish.components(separatedBy: "\n\n")
                return [
                    .streamHead(), .chunk(Fixture.event("hello")), .chunk(finish[0] + "\n\n"),
                    .chunk("data: [DONE]\n\n"), .lastChunk,
                ]
            }
        }

        @Test(
            "tell callers of every other dialect the tokens that they are booked at",
            arguments: [
                ("/v1/messages", #"{"model":"r","messages":[{"role":"user","content":"hi"}],"max_tokens":20}"#),
                (
                    "/v1/messages",
                    #"{"model":"r","messages":[{"role":"user","content":"hi"}],"max_tokens":20,"stream":true}"#
                ),
                ("/v1/responses", #"{"model":"r","input":"hi","max_output_tokens":20}"#),
                ("/v1/responses", #"{"model":"r","input":"hi","max_output_tokens":20,"stream":true}"#),
                ("/v1beta/models/r:generateContent", #"{"contents":[{"parts":[{"text":"hi"}]}]}"#),
                ("/v1beta/models/r:streamGenerateContent?alt=sse", #"{"contents":[{"parts":[{"text":"hi"}]}]}"#),
            ] as [(String, String)])
        func translated(path: String, question: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/m", 1, 0)]])
            let answer = try await gateway.client.post(path, key: TestGateway.key, body: question)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.estimated && entry.usage.input > 0 && entry.usage.output > 0)
            let (input, output) =
                path.contains("v1beta")
                ? ("promptTokenCount", "candidatesTokenCount") : ("input_tokens", "output_tokens")
            #expect(answer.body.contains(#""\#(input)":\#(entry.usage.input),"#), "\(answer.body)")
            #expect(answer.body.contains(#""\#(output)":\#(entry.usage.output),"#), "\(answer.body)")
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"#), "\(answer.body)")
        }

        private static let done = "data: [DONE]\n\n"
        private static let named = #""id":"x","object":"o","created":7,"model":"m-1""#
        private static let text = #""choices":[{"index":0,"text":"hello","delta":{"content":"hello"}}]"#
        private static let stop = #""choices":[{"index":0,"delta":{},"finish_reason":"stop"}]"#

        private static func event(_ members: String...) -> String { "data: {\(members.joined(separator: ","))}\n\n" }

        private func streamed(
            _ events: String, endpoint: String = "chat/completions", asked: Bool = true
        ) async throws -> (answer: TestClient.Answer, entry: LedgerEntry) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk(events), .lastChunk]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let question =
                endpoint == "completions" ? #""prompt":"hi""# : #""messages":[{"role":"user","content":"hi"}]"#
            let answer = try await gateway.client.post(
                "/v1/\(endpoint)", key: TestGateway.key,
                body:
                    #"{"model":"p/m",\#(question),"max_tokens":20,"stream":true\#(asked ? #","stream_options":{"include_usage":true}"# : "")}"#
            )
            await gateway.stop()
            return (answer, try #require(gateway.entries.first))
        }

        private func usageChunks(_ answer: TestClient.Answer) -> [[String: Any]] {
            Recording.documents(of: answer.body, isStream: true).compactMap { $0 as? [String: Any] }
                .filter { $0["usage"] is [String: Any] }
        }

        @Test(
            "streams of the caller's own dialect have one usage chunk behind all others, named as they are",
            arguments: ["chat/completions", "completions"],
            [
                event(named, text) + event(named, stop) + done, event(named, text) + event(named, stop),
                // What makes no sense is none.
                event(named, text) + event(named, stop, #""usage":{"prompt_tokens":-5}"#) + done,
                event(named, text) + event(named, stop, #""usage":null"#) + done,
            ])
        func stream(endpoint: String, events: String) async throws {
            let (answer, entry) = try await streamed(events, endpoint: endpoint)
            #expect(answer.status == 200 && answer.isComplete)
            #expect(entry.estimated && entry.usage.totalInput > 0 && entry.usage.totalOutput > 0)
            let chunks = usageChunks(answer)
            let chunk = try #require(chunks.first, "\(answer.body)")
            #expect(chunks.count == 1, "\(answer.body)")
            let object = endpoint == "completions" ? "text_completion" : "chat.completion.chunk"
            #expect(chunk["id"] as? String == "x" && chunk["object"] as? String == object)
            #expect(chunk["created"] as? Int == 7 && chunk["model"] as? String == "m-1")
            #expect((chunk["choices"] as? [Any])?.isEmpty == true)
            let told = try #require(chunk["usage"] as? [String: Any])
            #expect(told["prompt_tokens"] as? Int == entry.usage.totalInput)
            #expect(told["completion_tokens"] as? Int == entry.usage.totalOutput)
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"cost_details""#), "\(answer.body)")
            #expect(answer.body.hasSuffix("}}}\n\n" + Self.done), "\(answer.body)")
        }

        @Test("a stream without names has ours in its usage chunk")
        func nameless() async throws {
            let (answer, entry) = try await streamed(Self.event(Self.text) + Self.done)
            let chunk = try #require(usageChunks(answer).first, "\(answer.body)")
            #expect(chunk["id"] as? String == answer["x-tuppence-request-id"])
            #expect(chunk["model"] as? String == "m" && chunk["created"] as? Int ?? 0 > 1_700_000_000)
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"#))
        }

        @Test("what is counted where callers do not look is told them, too")
        func elsewhere() async throws {
            let counted = #""x_groq":{"usage":{"prompt_tokens":10,"completion_tokens":5}}"#
            let (answer, entry) = try await streamed(
                Self.event(Self.named, Self.text) + Self.event(Self.named, Self.stop, counted) + Self.done)
            #expect(entry.usage == Usage(input: 10, output: 5) && !entry.estimated)
            let told = usageChunks(answer).compactMap { $0["usage"] as? [String: Any] }
            #expect(told.map { $0["prompt_tokens"] as? Int } == [10], "\(answer.body)")
            #expect(told.map { $0["cost"] as? Double } == [0.00002], "\(answer.body)")
        }

        @Test("a count that content has come behind is no last word: another one says what is booked")
        func outdated() async throws {
            let early = #""usage":{"prompt_tokens":7,"completion_tokens":0}"#
            let (answer, entry) = try await streamed(
                Self.event(Self.named, #""choices":[{"index":0,"delta":{"role":"assistant"}}]"#, early)
                    + Self.event(Self.named, Self.text) + Self.event(Self.named, Self.stop) + Self.done)
            #expect(entry.estimated && entry.usage.totalOutput > 0)
            let told = usageChunks(answer).compactMap { $0["usage"] as? [String: Any] }
            #expect(told.count == 2, "\(answer.body)")
            #expect(told.last?["completion_tokens"] as? Int == entry.usage.totalOutput, "\(answer.body)")
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"#), "\(answer.body)")
        }

        @Test("nobody who has not asked gets a usage chunk, and none ends what broke off or failed")
        func none() async throws {
            let text = Self.event(Self.named, Self.text)
            let whole = text + Self.event(Self.named, Self.stop) + Self.done
            #expect(try await !streamed(whole, asked: false).answer.body.contains("usage"))
            #expect(try await usageChunks(streamed(text).answer).isEmpty)
            let failed = text + #"data: {"error":{"message":"oops"}}"# + "\n\n"
            #expect(try await usageChunks(streamed(failed).answer).isEmpty)
            // One that its provider has counted stays the only one.
            #expect(try await usageChunks(streamed(Fixture.event("hello") + Fixture.finish).answer).count == 1)
        }

        @Test(
            "whole answers of the caller's own dialect have a usage object, in place of any that makes no sense",
            arguments: [
                nil, "null", "[1]", #"{"prompt_tokens":-5}"#, #"{"prompt_tokens":-5,"completion_tokens":-1}"#,
                #"{"prompt_tokens":7,"completion_tokens":-1}"#,
            ] as [String?],
            ["chat/completions", "completions", "embeddings"])
        func own(usage: String?, endpoint: String) async throws {
            let isEmbedding = endpoint == "embeddings"
            let object =
                isEmbedding
                ? #"{"data":[{"index":0,"embedding":[1]}]"#
                : #"{"choices":[{"index":0,"text":"hello","message":{"content":"hello"},"finish_reason":"stop"}]"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(object + (usage.map { #","usage":\#($0)"# } ?? "") + #","odd":1}"#)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let question = [
                "chat/completions": #""messages":[{"role":"user","content":"hi"}],"max_tokens":20"#,
                "completions": #""prompt":"hi","max_tokens":20"#, "embeddings": #""input":"hi""#,
            ]
            let answer = try await gateway.client.post(
                "/v1/\(endpoint)", key: TestGateway.key, body: #"{"model":"p/m",\#(question[endpoint] ?? "")}"#)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            let body = try #require(
                JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any], "\(answer.body)")
            let told = try #require(body["usage"] as? [String: Any], "\(answer.body)")
            #expect(body["odd"] as? Int == 1 && !answer.body.contains("-"), "\(answer.body)")
            #expect(told["prompt_tokens"] as? Int == entry.usage.totalInput && entry.usage.totalInput > 0)
            #expect(told["completion_tokens"] as? Int == (isEmbedding ? nil : entry.usage.totalOutput))
            #expect(isEmbedding || entry.estimated && entry.usage.totalOutput > 0)
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"cost_details""#) && entry.cost > .zero)
            #expect(answer["x-tuppence-cost-usd"] == entry.cost.usd)
        }

        @Test(
            "a count that makes no sense is not passed on where the others tell what it is, either",
            arguments: [
                #"{"prompt_tokens":5,"completion_tokens":-5,"total_tokens":10}"#,
                #"{"prompt_tokens":5,"completion_tokens":1e300,"total_tokens":10}"#,
                #"{"prompt_tokens":-5,"completion_tokens":5,"total_tokens":10}"#,
                #"{"prompt_tokens":5,"completion_tokens":5,"total_tokens":-10}"#,
                #"{"prompt_tokens":5,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":-3}}"#,
            ])
        func total(usage: String) async throws {
            let choices = #""choices":[{"index":0,"message":{"content":"hello"},"finish_reason":"stop"}]"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(#"{\#(choices),"usage":\#(usage)}"#)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.client.post(
                "/v1/chat/completions", key: TestGateway.key,
                body: #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":20}"#)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.usage.totalInput == 5 && entry.usage.totalOutput == 5)
            let body = try #require(
                JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any], "\(answer.body)")
            let told = try #require(body["usage"] as? [String: Any], "\(answer.body)")
            #expect(told["prompt_tokens"] as? Int == 5 && told["completion_tokens"] as? Int == 5, "\(answer.body)")
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"cost_details""#), "\(answer.body)")
        }
    }
}
