import Foundation

/// What a model says, in the words of each provider, whole and as a stream: put together by hand from their documents (see
/// ``ProviderRequests``), without any of the code under test.
enum ProviderAnswers {
    private typealias Object = [String: Any]

    /// How the provider splits what was used: some do not tell what was read from a cache, or thought.
    static func usage(_ said: Said, _ provider: MatrixProvider) -> (
        input: Int, cached: Int, output: Int, reasoning: Int
    ) {
        let usage = said.usage
        switch provider {
        case .chat, .responses, .gemini, .anthropic: return usage
        // Thoughts are within the output, and not told apart.
        case .bedrock, .mistral: return (usage.input, usage.cached, usage.output + usage.reasoning, 0)
        // Of the cache there is nothing among what is billed.
        case .cohere: return (usage.input + usage.cached, 0, usage.output, usage.reasoning)
        }
    }

    static func whole(_ said: Said, _ provider: MatrixProvider) -> String {
        switch provider {
        case .chat, .mistral: json(chat(said, provider))
        case .responses: json(response(said, isDone: true))
        case .anthropic: json(anthropic(said))
        case .gemini: json(gemini(parts(said), said, isLast: true))
        case .bedrock: json(bedrock(said))
        case .cohere: json(cohere(said))
        }
    }

    static func stream(_ said: Said, _ provider: MatrixProvider) -> [UInt8] { messages(said, provider).flatMap { $0 } }

    /// The stream, cut into its messages.
    static func messages(_ said: Said, _ provider: MatrixProvider) -> [[UInt8]] {
        switch provider {
        case .chat, .mistral: events(chunks(said, provider).map(json) + ["[DONE]"])
        case .responses: named(responseEvents(said))
        case .anthropic: named(anthropicEvents(said))
        case .gemini: geminiStream(said)
        case .bedrock: bedrockEvents(said).map { BedrockStreamTests.event($0.0, json($0.1)) }
        case .cohere: named(cohereEvents(said)) + events(["[DONE]"])
        }
    }

    private static func events(_ documents: [String]) -> [[UInt8]] { documents.map { Array("data: \($0)\n\n".utf8) } }

    /// Events whose names are the types in their data.
    private static func named(_ documents: [Object]) -> [[UInt8]] {
        documents.map { Array("event: \($0["type"] ?? "")\ndata: \(json($0))\n\n".utf8) }
    }

    // MARK: OpenAI chat, Mistral

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

    private static func chat(_ said: Said, _ provider: MatrixProvider) -> Object {
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

    private static func chunks(_ said: Said, _ provider: MatrixProvider) -> [Object] {
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

    // MARK: OpenAI Responses

    private static func items(_ said: Said) -> [Object] {
        var items: [Object] = []
        if !said.thoughts.isEmpty {
            items.append([
                "id": "rs_1", "type": "reasoning", "encrypted_content": "CIPHER",
                "summary": [["type": "summary_text", "text": said.thoughts.joined()]],
            ])
        }
        if !said.text.isEmpty {
            let part: Object =
                said.end == .refusal
                ? ["type": "refusal", "refusal": said.text.joined()]
                : ["type": "output_text", "text": said.text.joined(), "annotations": [Any]()]
            items.append([
                "id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part],
            ])
        }
        for call in said.calls {
            items.append([
                "id": "fc_\(call.id)", "type": "function_call", "status": "completed", "call_id": call.id,
                "name": call.name, "arguments": call.arguments.joined(),
            ])
        }
        return items
    }

    private static func response(_ said: Said, isDone: Bool) -> Object {
        let usage = said.usage
        let (input, output) = (usage.input + usage.cached, usage.output + usage.reasoning)
        var response: Object = [
            "id": "resp_1", "object": "response", "created_at": 1_760_000_000, "model": MatrixProvider.responses.model,
            "error": NSNull(), "incomplete_details": NSNull(), "output": [Any](), "status": "in_progress",
        ]
        guard isDone else { return response }
        response["output"] = items(said)
        response["status"] = said.end == .length ? "incomplete" : "completed"
        if said.end == .length { response["incomplete_details"] = ["reason": "max_output_tokens"] }
        response["usage"] = [
            "input_tokens": input, "output_tokens": output, "total_tokens": input + output,
            "input_tokens_details": ["cached_tokens": usage.cached],
            "output_tokens_details": ["reasoning_tokens": usage.reasoning],
        ]
        return response
    }

    private static func responseEvents(_ said: Said) -> [Object] {
        var events: [Object] = [
            ["type": "response.created", "response": response(said, isDone: false)],
            ["type": "response.in_progress", "response": response(said, isDone: false)],
        ]
        for (index, item) in items(said).enumerated() {
            var open = item
            switch item["type"] as? String {
            case "message":
                open["content"] = [Any]()
                events.append(["type": "response.output_item.added", "output_index": index, "item": open])
                events += messageEvents(said, index, item)
            case "reasoning":
                open["summary"] = [Any]()
                events.append(["type": "response.output_item.added", "output_index": index, "item": open])
                events += summaryEvents(said, index)
            default:
                open["arguments"] = ""
                events.append(["type": "response.output_item.added", "output_index": index, "item": open])
                for piece in said.calls.first(where: { $0.id == item["call_id"] as? String })?.arguments ?? [] {
                    events.append([
                        "type": "response.function_call_arguments.delta", "output_index": index, "item_id": item["id"]!,
                        "delta": piece,
                    ])
                }
                events.append([
                    "type": "response.function_call_arguments.done", "output_index": index, "item_id": item["id"]!,
                    "arguments": item["arguments"]!,
                ])
            }
            events.append(["type": "response.output_item.done", "output_index": index, "item": item])
        }
        events.append([
            "type": said.end == .length ? "response.incomplete" : "response.completed",
            "response": response(said, isDone: true),
        ])
        return events.enumerated().map { index, event in event.merging(["sequence_number": index]) { one, _ in one } }
    }

    private static func messageEvents(_ said: Said, _ index: Int, _ item: Object) -> [Object] {
        let place: Object = ["output_index": index, "item_id": "msg_1", "content_index": 0]
        func event(_ type: String, _ members: Object) -> Object {
            place.merging(members) { one, _ in one }.merging(["type": type]) { one, _ in one }
        }
        let part = (item["content"] as? [Object])?.first ?? [:]
        var empty = part
        let (kind, member) = said.end == .refusal ? ("refusal", "refusal") : ("output_text", "text")
        empty[member] = ""
        return [event("response.content_part.added", ["part": empty])]
            + said.text.map { event("response.\(kind).delta", ["delta": $0]) } + [
                event("response.\(kind).done", [member: said.text.joined()]),
                event("response.content_part.done", ["part": part]),
            ]
    }

    private static func summaryEvents(_ said: Said, _ index: Int) -> [Object] {
        let place: Object = ["output_index": index, "item_id": "rs_1", "summary_index": 0]
        func event(_ type: String, _ members: Object) -> Object {
            place.merging(members) { one, _ in one }.merging(["type": type]) { one, _ in one }
        }
        let text = said.thoughts.joined()
        return [
            event("response.reasoning_summary_part.added", ["part": ["type": "summary_text", "text": ""]])
        ] + said.thoughts.map { event("response.reasoning_summary_text.delta", ["delta": $0]) } + [
            event("response.reasoning_summary_text.done", ["text": text]),
            event("response.reasoning_summary_part.done", ["part": ["type": "summary_text", "text": text]]),
        ]
    }

    // MARK: Anthropic

    private static func stopReason(_ end: Said.End) -> String {
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

    private static func anthropic(_ said: Said) -> Object {
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

    private static func anthropicEvents(_ said: Said) -> [Object] {
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

    // MARK: Gemini

    private static func parts(_ said: Said) -> [Object] {
        var parts: [Object] = []
        if !said.thoughts.isEmpty { parts.append(["text": said.thoughts.joined(), "thought": true]) }
        if !said.text.isEmpty { parts.append(["text": said.text.joined()]) }
        return parts + said.calls.map(functionCall)
    }

    private static func functionCall(_ call: Said.Call) -> Object {
        let arguments = (try? JSONSerialization.jsonObject(with: Data(call.arguments.joined().utf8))) ?? Object()
        return ["functionCall": ["id": call.id, "name": call.name, "args": arguments]]
    }

    private static func gemini(_ parts: [Object], _ said: Said, isLast: Bool) -> Object {
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

    private static func geminiStream(_ said: Said) -> [[UInt8]] {
        var pieces: [[Object]] = said.thoughts.map { [["text": $0, "thought": true]] }
        pieces += said.text.map { [["text": $0]] }
        pieces += said.calls.map { [functionCall($0)] }
        let documents = pieces.enumerated().map { index, parts in
            gemini(parts, said, isLast: index == pieces.count - 1)
        }
        // Google's lines end as those of HTTP do.
        return documents.map { Array("data: \(json($0))\r\n\r\n".utf8) }
    }

    // MARK: Bedrock

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

    private static func bedrock(_ said: Said) -> Object {
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

    private static func bedrockEvents(_ said: Said) -> [(String, Object)] {
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

    // MARK: Cohere

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

    private static func cohere(_ said: Said) -> Object {
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

    private static func cohereEvents(_ said: Said) -> [Object] {
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
