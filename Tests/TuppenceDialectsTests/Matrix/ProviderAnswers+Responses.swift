import Foundation

/// What Responses say.
extension ProviderAnswers {
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

    static func response(_ said: Said, isDone: Bool) -> Object {
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

    static func responseEvents(_ said: Said) -> [Object] {
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
}
