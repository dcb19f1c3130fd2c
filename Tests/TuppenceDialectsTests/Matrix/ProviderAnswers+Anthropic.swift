import Foundation

/// What Anthropic's models say.
extension ProviderAnswers {
    static func stopReason(_ end: Said.End) -> String {
        switch end {
        case .stop: "end_turn"
        case .stopSequence: "stop_sequence"
        case .length: "max_tokens"
        case .calls: "tool_use"
        case .refusal: "refusal"
        }
    }

    private static func anthropicUsage(_ said: Said) -> Object {
        var usage: Object = [
            "input_tokens": said.usage.input, "cache_read_input_tokens": said.usage.cached,
            "cache_creation_input_tokens": 0, "output_tokens": said.usage.output + said.usage.reasoning,
        ]
        if said.usage.reasoning > 0 {
            usage["output_tokens_details"] = ["thinking_tokens": said.usage.reasoning]
        }
        return usage
    }

    static func anthropic(_ said: Said) -> Object {
        var content: [Object] = []
        if !said.thoughts.isEmpty {
            content.append(["type": "thinking", "thinking": said.thoughts.joined(), "signature": "SIGNATURE"])
        }
        if !said.text.isEmpty { content.append(["type": "text", "text": said.text.joined()]) }
        for call in said.calls {
            let input = (try? JSONSerialization.jsonObject(with: Data(call.arguments.joined().utf8))) ?? Object()
            content.append(["type": "tool_use", "id": call.id, "name": call.name, "input": input])
        }
        return [
            "id": "msg_1", "type": "message", "role": "assistant", "model": MatrixProvider.anthropic.model,
            "content": content, "stop_reason": stopReason(said.end),
            "stop_sequence": said.end == .stopSequence ? "END" : NSNull(), "usage": anthropicUsage(said),
        ]
    }

    static func anthropicEvents(_ said: Said) -> [Object] {
        var message = anthropic(said)
        message["content"] = [Any]()
        message["stop_reason"] = NSNull()
        message["stop_sequence"] = NSNull()
        message["usage"] = anthropicUsage(said).merging(["output_tokens": 1]) { _, other in other }
        var events: [Object] = [["type": "message_start", "message": message], ["type": "ping"]]
        var index = 0
        func block(_ start: Object, _ deltas: [Object]) {
            events.append(["type": "content_block_start", "index": index, "content_block": start])
            events += deltas.map { ["type": "content_block_delta", "index": index, "delta": $0] }
            events.append(["type": "content_block_stop", "index": index])
            index += 1
        }
        if !said.thoughts.isEmpty {
            block(
                ["type": "thinking", "thinking": "", "signature": ""],
                said.thoughts.map { ["type": "thinking_delta", "thinking": $0] } + [
                    ["type": "signature_delta", "signature": "SIGNATURE"]
                ])
        }
        if !said.text.isEmpty {
            block(["type": "text", "text": ""], said.text.map { ["type": "text_delta", "text": $0] })
        }
        for call in said.calls {
            block(
                ["type": "tool_use", "id": call.id, "name": call.name, "input": Object()],
                ([""] + call.arguments).map { ["type": "input_json_delta", "partial_json": $0] })
        }
        events.append([
            "type": "message_delta",
            "delta": [
                "stop_reason": stopReason(said.end),
                "stop_sequence": said.end == .stopSequence ? "END" : NSNull(),
            ] as Object, "usage": anthropicUsage(said),
        ])
        return events + [["type": "message_stop"]]
    }
}
