import Foundation

/// What OpenAI's chats and Mistral's say.
extension ProviderAnswers {
    private static func finish(_ end: Said.End) -> String {
        switch end {
        case .stop, .stopSequence, .refusal: "stop"
        case .length: "length"
        case .calls: "tool_calls"
        }
    }

    private static func chatUsage(_ said: Said, _ provider: MatrixProvider) -> Object {
        let usage = said.usage
        let (input, output) = (usage.input + usage.cached, usage.output + usage.reasoning)
        var object: Object = [
            "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output,
            "prompt_tokens_details": ["cached_tokens": usage.cached],
        ]
        if provider == .chat { object["completion_tokens_details"] = ["reasoning_tokens": usage.reasoning] }
        return object
    }

    static func chat(_ said: Said, _ provider: MatrixProvider) -> Object {
        var message: Object = ["role": "assistant", "content": NSNull()]
        let text = said.text.joined()
        if said.end == .refusal {
            message["refusal"] = text
        } else if !text.isEmpty {
            message["content"] = text
        }
        let thoughts = said.thoughts.joined()
        if !thoughts.isEmpty {
            if provider == .mistral {
                message["content"] = [
                    ["type": "thinking", "thinking": [["type": "text", "text": thoughts]]],
                    ["type": "text", "text": text],
                ]
            } else {
                // DeepSeek's word, and that of most hosts; OpenAI itself does not show thoughts here.
                message["reasoning_content"] = thoughts
            }
        }
        if !said.calls.isEmpty {
            message["tool_calls"] = said.calls.map { call in
                [
                    "id": call.id, "type": "function",
                    "function": ["name": call.name, "arguments": call.arguments.joined()],
                ] as Object
            }
        }
        return [
            "id": "answer-1", "object": "chat.completion", "created": 1_760_000_000, "model": provider.model,
            "choices": [["index": 0, "message": message, "finish_reason": finish(said.end)]],
            "usage": chatUsage(said, provider),
        ]
    }

    static func chunks(_ said: Said, _ provider: MatrixProvider) -> [Object] {
        func chunk(_ delta: Object, finish: String? = nil) -> Object {
            [
                "id": "answer-1", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": provider.model,
                "choices": [["index": 0, "delta": delta, "finish_reason": finish ?? NSNull()] as Object],
            ]
        }
        var chunks = [chunk(["role": "assistant", "content": ""])]
        for piece in said.thoughts {
            chunks.append(
                chunk(
                    provider == .mistral
                        ? ["content": [["type": "thinking", "thinking": [["type": "text", "text": piece]]]]]
                        : ["reasoning_content": piece]))
        }
        chunks += said.text.map { chunk([said.end == .refusal ? "refusal" : "content": $0]) }
        for (index, call) in said.calls.enumerated() {
            // Mistral tells arguments whole.
            let pieces = provider == .mistral ? [call.arguments.joined()] : call.arguments
            for (place, piece) in pieces.enumerated() {
                var delta: Object = ["index": index, "function": ["arguments": piece]]
                if place == 0 {
                    delta["id"] = call.id
                    delta["type"] = "function"
                    delta["function"] = ["name": call.name, "arguments": piece]
                }
                chunks.append(chunk(["tool_calls": [delta]]))
            }
        }
        var last = chunk([:], finish: finish(said.end))
        if provider == .mistral {
            last["usage"] = chatUsage(said, provider)
            return chunks + [last]
        }
        var usage = chunk([:])
        usage["choices"] = [Any]()
        usage["usage"] = chatUsage(said, provider)
        return chunks + [last, usage]
    }
}
