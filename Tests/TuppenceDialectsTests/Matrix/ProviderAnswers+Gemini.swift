import Foundation

/// What Gemini says.
extension ProviderAnswers {
    static func parts(_ said: Said) -> [Object] {
        var parts: [Object] = []
        if !said.thoughts.isEmpty { parts.append(["text": said.thoughts.joined(), "thought": true]) }
        if !said.text.isEmpty { parts.append(["text": said.text.joined()]) }
        return parts + said.calls.map(functionCall)
    }

    private static func functionCall(_ call: Said.Call) -> Object {
        let arguments = (try? JSONSerialization.jsonObject(with: Data(call.arguments.joined().utf8))) ?? Object()
        return ["functionCall": ["id": call.id, "name": call.name, "args": arguments]]
    }

    static func gemini(_ parts: [Object], _ said: Said, isLast: Bool) -> Object {
        let usage = said.usage
        var candidate: Object = ["index": 0, "content": ["role": "model", "parts": parts]]
        if isLast {
            candidate["finishReason"] =
                said.end == .length ? "MAX_TOKENS" : said.end == .refusal ? "SAFETY" : "STOP"
        }
        let total = usage.input + usage.cached + usage.output + usage.reasoning
        return [
            "responseId": "answer-1", "modelVersion": MatrixProvider.gemini.model, "candidates": [candidate],
            "usageMetadata": [
                "promptTokenCount": usage.input + usage.cached, "cachedContentTokenCount": usage.cached,
                "candidatesTokenCount": usage.output, "thoughtsTokenCount": usage.reasoning, "totalTokenCount": total,
            ],
        ]
    }

    static func geminiStream(_ said: Said) -> [[UInt8]] {
        var pieces: [[Object]] = said.thoughts.map { [["text": $0, "thought": true]] }
        pieces += said.text.map { [["text": $0]] }
        pieces += said.calls.map { [functionCall($0)] }
        let documents = pieces.enumerated().map { index, parts in
            gemini(parts, said, isLast: index == pieces.count - 1)
        }
        // Google's lines end as those of HTTP do.
        return documents.map { Array("data: \(json($0))\r\n\r\n".utf8) }
    }
}
