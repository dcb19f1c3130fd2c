/// What Cohere says.
extension ProviderAnswers {
    private static func cohereUsage(_ said: Said) -> Object {
        let (usage, output) = (said.usage, said.usage.output + said.usage.reasoning)
        return [
            "billed_units": ["input_tokens": usage.input + usage.cached, "output_tokens": output],
            // With the tokens of its own template.
            "tokens": ["input_tokens": 500, "output_tokens": output + 2, "reasoning_tokens": usage.reasoning],
            "cached_tokens": usage.cached,
        ]
    }

    private static func cohereFinish(_ end: Said.End) -> String {
        switch end {
        case .stop, .refusal: "COMPLETE"
        case .stopSequence: "STOP_SEQUENCE"
        case .length: "MAX_TOKENS"
        case .calls: "TOOL_CALL"
        }
    }

    static func cohere(_ said: Said) -> Object {
        var message: Object = ["role": "assistant"]
        var content: [Object] = []
        if !said.thoughts.isEmpty { content.append(["type": "thinking", "thinking": said.thoughts.joined()]) }
        if !said.calls.isEmpty {
            if !said.text.isEmpty { message["tool_plan"] = said.text.joined() }
            message["tool_calls"] = said.calls.map { call in
                [
                    "id": call.id, "type": "function",
                    "function": ["name": call.name, "arguments": call.arguments.joined()],
                ] as Object
            }
        } else {
            content.append(["type": "text", "text": said.text.joined()])
        }
        if !content.isEmpty { message["content"] = content }
        return [
            "id": "answer-1", "message": message, "finish_reason": cohereFinish(said.end), "usage": cohereUsage(said),
        ]
    }

    static func cohereEvents(_ said: Said) -> [Object] {
        func event(_ type: String, _ index: Int? = nil, _ message: Object? = nil) -> Object {
            var event: Object = ["type": type]
            if let index { event["index"] = index }
            if let message { event["delta"] = ["message": message] }
            return event
        }
        var events = [
            event("message-start", nil, ["role": "assistant", "content": [Any]()]).merging(["id": "answer-1"]) {
                one, _ in one
            }
        ]
        var index = 0
        func content(_ type: String, _ pieces: [String]) {
            events.append(event("content-start", index, ["content": ["type": type, type: ""]]))
            events += pieces.map { event("content-delta", index, ["content": [type: $0]]) }
            events.append(event("content-end", index))
            index += 1
        }
        if !said.thoughts.isEmpty { content("thinking", said.thoughts) }
        if said.calls.isEmpty {
            content("text", said.text)
        } else {
            events += said.text.map { event("tool-plan-delta", nil, ["tool_plan": $0]) }
        }
        for (place, call) in said.calls.enumerated() {
            events.append(
                event(
                    "tool-call-start", place,
                    [
                        "tool_calls": [
                            "id": call.id, "type": "function", "function": ["name": call.name, "arguments": ""],
                        ] as Object
                    ]))
            events += call.arguments.map {
                event("tool-call-delta", place, ["tool_calls": ["function": ["arguments": $0]]])
            }
            events.append(event("tool-call-end", place))
        }
        return events + [
            [
                "type": "message-end",
                "delta": ["finish_reason": cohereFinish(said.end), "usage": cohereUsage(said)] as Object,
            ]
        ]
    }
}
