import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    @Suite("Completions before targets that have chats alone")
    struct CompletionsTests {
        private static let text =
            #"{"id":"x","object":"text_completion","choices":[{"index":0,"text":"hello","finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"#

        private static func claude() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                if request.body.contains(#""model":"busy""#) {
                    let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
                    return [.answer(error, status: 529)]
                }
                guard request.body.contains(#""stream":true"#) else { return [.answer(Fixture.message)] }
                let thought =
                    #"data: {"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":""}}"#
                    + "\n\n"
                    + #"data: {"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"hm"}}"#
                    + "\n\n" + #"data: {"type":"content_block_stop","index":1}"# + "\n\n"
                return [
                    .streamHead(), .chunk(Fixture.messageStart + Fixture.messageDelta("hel")),
                    .chunk(Fixture.messageDelta("lo") + thought + Fixture.messageEnd), .lastChunk,
                ]
            }
        }

        private static func asked(
            _ gateway: TestGateway, _ model: String = "a/m", prompt: String = #""Once""#, more: String = "",
            fields: [(String, String)] = []
        ) async throws -> TestClient.Answer {
            try await gateway.client.post(
                "/v1/completions", key: TestGateway.key, body: #"{"model":"\#(model)","prompt":\#(prompt)\#(more)}"#,
                fields: fields)
        }

        @Test("the prompt leaves as what the user says, with a limit, and comes back as a text with its cost")
        func whole() async throws {
            let upstream = try await Self.claude()
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic])
            let answer = try await Self.asked(gateway, more: #","stop":"END","temperature":0.5,"seed":7,"n":1"#)
            #expect(answer.status == 200 && answer["x-tuppence-cost-usd"] == "0.00002")
            #expect(answer["x-tuppence-dropped"] == "seed")
            #expect(answer.body.hasPrefix(#"{"id":"msg_1","object":"text_completion","#))
            #expect(
                answer.body.contains(
                    #""choices":[{"text":"hello","index":0,"logprobs":null,"finish_reason":"stop"}]"#))
            #expect(answer.body.contains(#""prompt_tokens":10,"completion_tokens":5,"total_tokens":15"#))
            #expect(answer.body.contains(#""cost":0.00002,"#))
            let sent = try #require(upstream.requests.first)
            #expect(sent.path == "/v1/messages")
            #expect(sent.body.contains(#""role":"user""#) && sent.body.contains(#""Once""#))
            #expect(sent.body.contains(#""max_tokens":8192"#) && sent.body.contains(#""stop_sequences":["END"]"#))
            #expect(!sent.body.contains("prompt"))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.endpoint == "completions" && entry.usage == Usage(input: 10, output: 5))
        }

        @Test("a stream is chunks of text and none of thoughts, with usage for who asked", arguments: [true, false])
        func stream(usage: Bool) async throws {
            let upstream = try await Self.claude()
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic])
            let options = usage ? #","stream_options":{"include_usage":true}"# : ""
            let answer = try await Self.asked(gateway, more: #","max_tokens":20,"stream":true\#(options)"#)
            #expect(answer.isComplete && answer["content-type"]?.hasPrefix("text/event-stream") == true)
            let chunks = answer.body.split(separator: "\n\n")
            #expect(chunks.last == "data: [DONE]" && !answer.body.contains("hm"))
            #expect(chunks.dropLast().allSatisfy { $0.contains(#""object":"text_completion""#) })
            #expect(answer.body.contains(#"{"text":"hel","#) && answer.body.contains(#"{"text":"lo","#))
            #expect(chunks.filter { $0.contains(#""finish_reason":"stop""#) }.count == 1)
            #expect(answer.body.contains(#""cost":0.00002,"#) == usage)
            #expect(upstream.requests[0].body.contains(#""max_tokens":20"#))
        }

        @Test(
            "what a chat cannot do is refused by name, or left out where the caller would rather have that",
            arguments: [("echo", "true"), ("suffix", #""end""#), ("best_of", "2"), ("logprobs", "3"), ("n", "2")])
        func refused(field: String, value: String) async throws {
            let upstream = try await Self.claude()
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic])
            let refused = try await Self.asked(gateway, more: #","\#(field)":\#(value)"#)
            #expect(refused.status == 400 && refused.body.contains(#""param":"\#(field)""#), "\(refused.body)")
            #expect(upstream.requests.isEmpty)
            let answer = try await Self.asked(
                gateway, more: #","\#(field)":\#(value)"#, fields: [("x-tuppence-drop", "allow")])
            #expect(answer.status == 200 && answer["x-tuppence-dropped"] == field, "\(answer.body)")
        }

        @Test("a prompt that can be no message goes to a target that has completions, as it came")
        func passedOver() async throws {
            let claude = try await Self.claude()
            let plain = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Self.text)]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": claude.baseURL, "p": plain.baseURL], routes: ["r": [("a/m", 1, 0), ("p/m", 1, 1)]],
                dialects: ["a": .anthropic])
            let tokens = try await Self.asked(gateway, "r", prompt: "[1,2,3]", more: #","max_tokens":20"#)
            #expect(tokens.status == 200 && tokens.body.contains(#""text":"hello""#))
            #expect(tokens["x-tuppence-attempted"] == "a/m inexpressible, p/m 200")
            #expect(plain.requests.map(\.body) == [#"{"model":"m","prompt":[1,2,3],"max_tokens":20}"#])
            let alone = try await Self.asked(gateway, prompt: "[1,2,3]")
            #expect(alone.status == 400 && alone.body.contains(#""param":"prompt""#))
            #expect(claude.requests.isEmpty)
        }

        @Test("a provider's error is told as to those who ask for chats")
        func error() async throws {
            let upstream = try await Self.claude()
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic])
            let chat = try await gateway.chat("a/busy")
            let answer = try await Self.asked(gateway, "a/busy")
            #expect(answer.status == chat.status && answer.status >= 500)
            #expect(answer.body.hasPrefix(#"{"error":{"message":"Overloaded","#))
        }

        @Test(
            "hosts of OpenAI's chats that have no completions get a chat, in which nothing of the prompt's fields is left",
            arguments: [(Dialect.openAI, ProviderHost.vertex), (.mistral, .standard)])
        func chats(dialect: Dialect, host: ProviderHost) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], dialects: ["p": dialect], hosts: ["p": host])
            let more = #","max_tokens":20,"max_completion_tokens":9999,"best_of":1"#
            let answer = try await Self.asked(gateway, "p/m", more: more)
            #expect(answer.status == 200 && answer.body.contains(#""choices":[{"text":"hello","index":0,"#))
            #expect(answer["x-tuppence-dropped"] == "max_completion_tokens")
            let sent = try #require(upstream.requests.first)
            #expect(sent.path.hasSuffix("/chat/completions") && sent.body.contains(#""max_tokens":20"#))
            for field in ["prompt", "max_completion_tokens", "best_of"] { #expect(!sent.body.contains(field)) }
        }

        @Test(
            "a prompt that is told as a message is held for as one, with what makers put around it, and no other is",
            arguments: [(Dialect.anthropic, Fixture.message, true), (.openAI, text, false)])
        func held(dialect: Dialect, body: String, isMessage: Bool) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(body)]
            }
            let clamp = BudgetRule(
                name: "small", scope: [.key: .exactly("app")], limit: Money(nanodollars: 160_000), period: .day,
                actions: [.clamp])
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], budgets: [clamp], dialects: ["a": dialect])
            let answer = try await Self.asked(gateway, more: #","max_tokens":5000"#)
            let limit = try #require(answer["x-tuppence-clamped-max-tokens"].flatMap { Int($0) })
            #expect(isMessage ? limit < 40 : limit > 60, "96 tokens are for what nobody knows of the model")
        }
    }
}
