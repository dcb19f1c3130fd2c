import Foundation

/// What Converse says.
extension ProviderAnswers {
    private static func bedrockStop(_ end: Said.End) -> String {
        end == .refusal ? "content_filtered" : stopReason(end)
    }

    private static func bedrockUsage(_ said: Said) -> Object {
        let (usage, output) = (said.usage, said.usage.output + said.usage.reasoning)
        return [
            "inputTokens": usage.input, "outputTokens": output, "cacheReadInputTokens": usage.cached,
            "cacheWriteInputTokens": 0, "totalTokens": usage.input + usage.cached + output,
        ]
    }

    static func bedrock(_ said: Said) -> Object {
        var content: [Object] = []
        if !said.thoughts.isEmpty {
            content.append([
                "reasoningContent": ["reasoningText": ["text": said.thoughts.joined(), "signature": "SIGNATURE"]]
            ])
        }
        if !said.text.isEmpty { content.append(["text": said.text.joined()]) }
        for call in said.calls {
            let input = (try? JSONSerialization.jsonObject(with: Data(call.arguments.joined().utf8))) ?? Object()
            content.append(["toolUse": ["toolUseId": call.id, "name": call.name, "input": input]])
        }
        var answer: Object = [
            "output": ["message": ["role": "assistant", "content": content]], "stopReason": bedrockStop(said.end),
            "usage": bedrockUsage(said), "metrics": ["latencyMs": 12],
        ]
        if said.end == .stopSequence { answer["additionalModelResponseFields"] = ["stop_sequence": "END"] }
        return answer
    }

    static func bedrockEvents(_ said: Said) -> [(String, Object)] {
        var events: [(String, Object)] = [("messageStart", ["role": "assistant"])]
        var index = 0
        func block(_ start: Object?, _ deltas: [Object]) {
            // Texts and thoughts begin with their first piece.
            if let start { events.append(("contentBlockStart", ["contentBlockIndex": index, "start": start])) }
            for delta in deltas { events.append(("contentBlockDelta", ["contentBlockIndex": index, "delta": delta])) }
            events.append(("contentBlockStop", ["contentBlockIndex": index]))
            index += 1
        }
        if !said.thoughts.isEmpty {
            block(
                nil,
                (said.thoughts.map { ["text": $0] } + [["signature": "SIGNATURE"]]).map { ["reasoningContent": $0] })
        }
        if !said.text.isEmpty { block(nil, said.text.map { ["text": $0] }) }
        for call in said.calls {
            block(
                ["toolUse": ["toolUseId": call.id, "name": call.name]],
                call.arguments.map { ["toolUse": ["input": $0]] })
        }
        var stop: Object = ["stopReason": bedrockStop(said.end)]
        if said.end == .stopSequence { stop["additionalModelResponseFields"] = ["stop_sequence": "END"] }
        return events + [("messageStop", stop), ("metadata", ["usage": bedrockUsage(said)])]
    }
}
