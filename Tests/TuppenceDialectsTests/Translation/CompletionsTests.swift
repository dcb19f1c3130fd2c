import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Completions of targets that have chats alone")
struct CompletionsTests {
    private func read(_ members: String) throws(Refusal) -> ChatRequest {
        try OpenAICompletions.readRequest(Array(#"{"model":"m",\#(members)}"#.utf8), address: RequestAddress())
    }

    @Test("a prompt is what the user says", arguments: [#""Once upon""#, #"["Once upon"]"#])
    func prompt(prompt: String) throws {
        for provider in MatrixProvider.allCases {
            let request = #"{"model":"m","prompt":\#(prompt),"temperature":0.5}"#
            let sent = try Translated(
                request, from: OpenAICompletions.self, to: provider.dialect, model: "model", limit: 20)
            let body = String(decoding: sent.outbound.body, as: UTF8.self)
            #expect(body.contains(#""Once upon""#), "\(provider): \(body)")
            #expect(body.contains("20") && body.contains("0.5"), "\(provider): \(body)")
            #expect(!body.contains("prompt") && sent.losses.isEmpty, "\(provider): \(sent.losses)")
        }
    }

    @Test("what chats have, too, is said in one")
    func shared() throws {
        let sent = try Translated(
            #"""
            {"model":"m","prompt":"a","max_tokens":9,"stop":["x","y"],"temperature":0.5,"top_p":0.9,"n":2,"seed":7,
             "user":"u","frequency_penalty":0.1,"presence_penalty":0.2,"logit_bias":{"5":1},"best_of":2,"echo":false,
             "suffix":"","logprobs":null,"stream":true,"stream_options":{"include_usage":true}}
            """#, from: OpenAICompletions.self, to: OpenAIChat.self)
        #expect(
            try sent.difference(
                from: #"""
                    {"model":"model","messages":[{"role":"user","content":"a"}],"max_tokens":9,"stop":["x","y"],
                     "temperature":0.5,"top_p":0.9,"n":2,"seed":7,"user":"u","frequency_penalty":0.1,
                     "presence_penalty":0.2,"logit_bias":{"5":1},"stream":true,"stream_options":{"include_usage":true}}
                    """#) == nil)
    }

    @Test("what no chat has is not put into one, be it OpenAI's, and what would change the answer is refused")
    func unsaid() throws {
        var request = try read(
            #""prompt":"a","echo":true,"suffix":"z","best_of":3,"logprobs":0,"max_completion_tokens":99,"messages":[],"odd":1,"top_k":4"#
        )
        let losses = OpenAICompletions.takeUnsaid(of: &request)
        #expect(losses.all.filter { $0.effect == .refused }.map(\.field) == ["echo", "suffix", "best_of", "logprobs"])
        #expect(
            losses.all.filter { $0.effect == .dropped }.map(\.field) == ["max_completion_tokens", "messages", "odd"])
        #expect(request.outputLimit == nil && request.messages.count == 1)
        let body = try parsed(OpenAIChat.write(request, to: OutboundTarget(model: "m")).body)
        #expect(Set(body.keys) == ["model", "messages", "top_k"])
    }

    @Test(
        "tokens, several prompts and none are no message",
        arguments: [
            #""prompt":[1,2]"#, #""prompt":[[1,2]]"#, #""prompt":["a","b"]"#, #""prompt":"""#, #""prompt":null"#,
            #""max_tokens":5"#, #""prompt":[""]"#,
        ])
    func noMessage(members: String) {
        do throws(Refusal) {
            _ = try read(members)
            Issue.record("read: \(members)")
        } catch {
            #expect(error.code == .invalidRequest && error.parameter == "prompt")
        }
    }

    private static let scenes: [Scene] = [.stream, .length, .reasoning, .tools]

    @Test(
        "a whole answer of every provider is its text, without thoughts and calls", arguments: MatrixProvider.allCases,
        scenes)
    func whole(provider: MatrixProvider, scene: Scene) throws {
        let said = Said(scene)
        let answer = try provider.dialect.readAnswer(Array(ProviderAnswers.whole(said, provider).utf8))
        let document = try JSONDocument(OpenAICompletions.write(answer, in: .test))
        #expect(document["object"] == "text_completion")
        #expect(document["choices/0/text"] == said.text.joined())
        #expect(document["choices/0/finish_reason"] == (scene == .length ? "length" : "stop"))
        #expect(document["choices/0/logprobs"] == "null" && document["choices/0/message"] == nil)
        #expect(document["usage/prompt_tokens"] == "14")
        #expect(document["usage/completion_tokens"] == "\(said.usage.output + said.usage.reasoning)")
    }

    @Test("so is a stream, in chunks of it", arguments: MatrixProvider.allCases, scenes)
    func streamed(provider: MatrixProvider, scene: Scene) throws {
        let said = Said(scene)
        let told = events(of: provider.dialect, ProviderAnswers.stream(said, provider))
        let body = stream(told, to: OpenAICompletions.self)
        #expect(String(decoding: body, as: UTF8.self).hasSuffix("\n\ndata: [DONE]\n\n"))
        let chunks = try JSONDocument.events(body)
        #expect(chunks.allSatisfy { $0["object"] == "text_completion" && $0["id"] == chunks[0]["id"] })
        #expect(chunks.compactMap { $0["choices/0/text"] }.joined() == said.text.joined())
        let finish = chunks.compactMap { $0["choices/0/finish_reason"] }.filter { $0 != "null" }
        #expect(finish == [scene == .length ? "length" : "stop"])
        let usage = try #require(chunks.last)
        #expect(usage["choices"] == "[]" && usage["usage/prompt_tokens"] == "14")
        #expect(usage["usage/completion_tokens"] == "\(said.usage.output + said.usage.reasoning)")
    }

    @Test("several answers are told apart, usage comes to who asked, and an error is the end")
    func chunks() throws {
        let place = StreamEvent.Place(1, 0)
        var start = StreamStart(origin: .anthropic)
        start.id = "msg_1"
        let told: [StreamEvent] = [
            .start(start), .ping, .blockStart(place, .refusal), .delta(place, .text("no")), .blockEnd(place),
            .finish(choice: 1, Finish(.refusal)), .usage(UsageReport(usage: Usage(input: 1, output: 1))),
        ]
        var style = AnswerStyle.test
        style.includesUsage = false
        let head =
            #"data: {"id":"msg_1","object":"text_completion","created":1700000000,"model":"","choices":[{"text":"#
        let text =
            ": keep-alive\n" + head + #""no","index":1,"logprobs":null,"finish_reason":null}]}"# + "\n\n" + head
            + #""","index":1,"logprobs":null,"finish_reason":"content_filter"}]}"# + "\n\n"
        let whole = String(decoding: stream(told + [.end], to: OpenAICompletions.self, style), as: UTF8.self)
        #expect(whole == text + "data: [DONE]\n\n")
        let error = ProviderError(.overloaded, "busy", status: 529)
        let broken = String(
            decoding: stream(told + [.error(error), .end], to: OpenAICompletions.self, style), as: UTF8.self)
        #expect(broken.hasPrefix(text + #"data: {"error":{"message":"busy","#) && !broken.contains("[DONE]"))
    }
}
