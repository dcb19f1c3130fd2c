import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Bytes that no provider and no caller in his right mind sends: nothing traps, nothing hangs, whatever comes.
@Suite("Hostile bytes for Gemini and Cohere")
struct GeminiHostileBytesTests {
    private static let seeds = [
        #"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":[1,2]}},"thoughtSignature":"dHVwcGVuY2U6"}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"error":{"a":1}},"parts":[{"inlineData":{"mimeType":"text/plain","data":"SGk="}}]}}]}],"tools":{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","nullable":true}}]},"generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"STRING"},"thinkingConfig":{"thinkingBudget":-1}}}"#,
        #"data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","willContinue":true}},{"functionCall":{"partialArgs":[{"jsonPath":"$.a[0]['b'].c","stringValue":"x","willContinue":true}],"willContinue":true}},{"functionCall":{}}]},"finishReason":9,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"u"}}],"groundingSupports":[{"segment":{"startIndex":2,"endIndex":9},"groundingChunkIndices":[0,7]}]},"logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1}]}}],"usageMetadata":{"promptTokenCount":3}}"#
            + "\n\n",
        #"{"error":{"code":429,"message":"m","details":[{"retryDelay":"1.5s"},{"reason":"API_KEY_INVALID"}]}}"#,
        #"{"id":"a","message":{"content":[{"type":"text","text":"é"}],"tool_plan":"p","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}],"citations":[{"start":0,"end":1,"content_index":0,"sources":[{"id":"doc:0"}]}]},"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":1}}}"#,
        #"data: {"type":"message-start","id":"a"}"# + "\n\n"
            + #"data: {"type":"citation-start","delta":{"message":{"citations":{"start":9223372036854775807,"end":9223372036854775807}}}}"#
            + "\n\n",
    ]

    @Test("end in an error or an answer, never in a trap", arguments: UInt64(1)...400)
    func mutations(seed: UInt64) {
        var numbers = GeminiRandom.Numbers(state: seed)
        for text in Self.seeds {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 0...6, using: &numbers) { mutate(&bytes, &numbers) }
            read(bytes)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ numbers: inout GeminiRandom.Numbers) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(Array("{}[],:\"\\-9e$.".utf8).randomElement(using: &numbers) ?? 0, at: place)
        case 3: bytes.removeSubrange(place..<min(place + 20, bytes.count))
        default: bytes.insert(contentsOf: bytes[place..<min(place + 30, bytes.count)], at: place)
        }
    }

    private func read(_ bytes: [UInt8]) {
        if let request = try? GeminiChat.readRequest(bytes, address: RequestAddress(model: "m")) {
            for model in ["gemini-2.5-pro", "gemini-3-flash"] {
                let outbound = GeminiChat.write(request, to: OutboundTarget(model: model))
                #expect(accepts(outbound.body), "\(string(bytes)) → \(string(outbound.body))")
            }
            #expect(accepts(CohereChat.write(request, to: OutboundTarget(model: "command-a-plus")).body))
            #expect(accepts(OpenAIChat.write(request, to: OutboundTarget(model: "m")).body))
        }
        for dialect in [GeminiChat.self, CohereChat.self] as [any OutboundDialect.Type] {
            if let answer = try? dialect.readAnswer(bytes) {
                #expect(accepts(GeminiChat.write(answer, in: .test)), "\(string(bytes))")
                #expect(accepts(OpenAIChat.write(answer, in: .test)))
            }
            let whole = events(of: dialect, bytes)
            #expect(events(of: dialect, bytes, pieces: Array(repeating: 7, count: bytes.count / 7)) == whole)
            var style = AnswerStyle.test
            style.streamForm = .array
            var writer = GeminiChat.streamWriter(style)
            var output = JSONWriter()
            for event in whole { writer.write(event, into: &output) }
            #expect(accepts(output.bytes), "\(string(bytes)) → \(string(output.bytes))")
            _ = dialect.readError(status: 400, body: bytes)
        }
    }
}
