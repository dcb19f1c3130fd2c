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
    }
}
