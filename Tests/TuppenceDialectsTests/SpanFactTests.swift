import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("What spans tell of requests and answers")
struct SpanFactTests {
    private func settings(_ body: String) -> Set<RequestSetting> { Set(withBytes(body) { RequestSetting.all(in: $0) }) }
    private func facts(_ body: String) -> Set<AnswerFact> { Set(withBytes(body) { AnswerFact.all(in: $0) }) }

    @Test("how a request wants to be answered, in every dialect's names")
    func requests() {
        #expect(
            settings(
                #"{"model":"m","messages":[{"seed":1}],"max_tokens":5,"max_completion_tokens":9,"temperature":0.5,"top_p":1,"n":2,"seed":7,"stop":"END"}"#
            ) == [
                .maxTokens(9), .temperature(0.5), .topP(1), .choices(2), .seed(7), .stopSequences(["END"]),
            ])
        #expect(
            settings(#"{"max_tokens":5,"top_k":40,"stop_sequences":["a","b"],"system":"x"}"#)
                == [.maxTokens(5), .topK(40), .stopSequences(["a", "b"])])
        #expect(settings(#"{"max_output_tokens":5}"#) == [.maxTokens(5)])
        #expect(
            settings(
                #"{"contents":[],"generationConfig":{"maxOutputTokens":5,"topP":0.9,"topK":3,"candidateCount":2,"seed":-1,"stopSequences":["x"],"temperature":1e0}}"#
            ) == [
                .maxTokens(5), .topP(0.9), .topK(3), .choices(2), .seed(-1), .stopSequences(["x"]), .temperature(1),
            ])
    }

    @Test(
        "what makes no sense is left out",
        arguments: [
            "", "[]", "{", #"{"temperature":"hot","max_tokens":null,"seed":1.5,"stop":[1],"n":{}}"#,
            #"{"generationConfig":7}"#,
        ])
    func nonsense(body: String) { #expect(settings(body) == []) }

    @Test("texts of a caller's are few and short")
    func bounds() throws {
        let long = String(repeating: "x", count: 1_000)
        let body = #"{"stop":[\#((0..<40).map { _ in "\"\(long)\"" }.joined(separator: ","))]}"#
        guard case .stopSequences(let texts)? = settings(body).first else {
            Issue.record("nothing was read")
            return
        }
        #expect(texts.count == 16 && texts.allSatisfy { $0.utf8.count == 64 })
    }

    @Test("what an answer says of itself, in every dialect's names")
    func answers() {
        #expect(
            facts(
                #"{"id":"c-1","model":"m-1","choices":[{"finish_reason":"stop","message":{"id":"x"}},{"finish_reason":"length"}]}"#
            ) == [.id("c-1"), .model("m-1"), .finishReasons(["stop", "length"])])
        #expect(
            facts(#"{"id":"msg","model":"claude","stop_reason":"end_turn","content":[{"id":"t"}]}"#)
                == [.id("msg"), .model("claude"), .finishReasons(["end_turn"])])
        #expect(
            facts(#"{"responseId":"r","modelVersion":"gemini-x","candidates":[{"finishReason":"STOP"}]}"#)
                == [.id("r"), .model("gemini-x"), .finishReasons(["STOP"])])
        #expect(facts(#"{"output":{},"stopReason":"max_tokens"}"#) == [.finishReasons(["max_tokens"])])
        #expect(facts(#"{"id":"e","finish_reason":"COMPLETE"}"#) == [.id("e"), .finishReasons(["COMPLETE"])])
        #expect(facts(#"{"id":7,"model":null,"choices":[null]}"#) == [] && facts("sound") == [])
    }

    @Test(
        "who a provider is, whatever the configuration calls it",
        arguments: [
            ("openai", Dialect.openAI, ProviderHost.standard, "http://h", "openai"),
            ("ant", .anthropic, .standard, "http://h", "anthropic"),
            ("mine", .openAI, .standard, "https://api.openai.com/v1", "openai"),
            ("west", .openAI, .azure(version: nil), "https://x.openai.azure.com", "azure"),
            ("v", .gemini, .vertex, "https://x", "vertex"), ("g", .gemini, .standard, "http://h", "gemini"),
            ("aws", .bedrock, .standard, "https://x", "bedrock"), ("local", .openAI, .standard, "http://h", "local"),
        ])
    func kinds(name: String, dialect: Dialect, host: ProviderHost, address: String, kind: String) {
        #expect(Provider(id: name, baseURL: address, dialect: dialect, host: host).kind(called: name) == kind)
    }
}
