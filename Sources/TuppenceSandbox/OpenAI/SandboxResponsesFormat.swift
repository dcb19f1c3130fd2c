/// One answer as `/v1/responses` words it, whole and as events.
struct SandboxResponsesFormat: SandboxForeignFormat {
    let reply: SandboxReply
    let echo: SandboxResponsesEcho

    private var isCut: Bool { reply.choice.finish == .length }

    var document: SandboxJSON {
        response(
            status: isCut ? "incomplete" : "completed", output: items.map { $0.json(isDone: true) },
            usage: reply.omitsUsage ? nil : usage)
    }

    /// The beginning, one item after the other, the whole answer at the end; they are numbered.
    var events: [SandboxEvent] {
        var events = Events()
        let begun = SandboxJSON.Member(
            name: "response", value: response(status: "in_progress", output: [], usage: .null))
        events.add("response.created", [begun])
        events.add("response.in_progress", [begun])
        for item in items { add(item, to: &events) }
        events.add(
            isCut ? "response.incomplete" : "response.completed", [.init(name: "response", value: document)])
        return events.list
    }

    private func response(status: SandboxJSON, output: [SandboxJSON], usage: SandboxJSON?) -> SandboxJSON {
        let reason: SandboxJSON = status == "incomplete" ? ["reason": "max_output_tokens"] : .null
        var members: [SandboxJSON.Member] = [
            .init(name: "id", value: .string("resp_sandbox_\(reply.stamp.number)")),
            .init(name: "object", value: "response"),
            .init(name: "created_at", value: .int(reply.stamp.created)),
            .init(name: "status", value: status),
            .init(name: "error", value: .null),
            .init(name: "incomplete_details", value: reason),
            .init(name: "model", value: .string(reply.model.id)),
            .init(name: "output", value: .array(output)),
            .init(name: "previous_response_id", value: .null),
            .init(name: "store", value: false),
        ]
        members += echo.members
        if let usage { members.append(.init(name: "usage", value: usage)) }
        return .object(members)
    }

    private var usage: SandboxJSON {
        [
            "input_tokens": .int(reply.promptTokens),
            "input_tokens_details": ["cached_tokens": .int(reply.cachedTokens)],
            "output_tokens": .int(reply.completionTokens),
            "output_tokens_details": ["reasoning_tokens": 0],
            "total_tokens": .int(reply.promptTokens + reply.completionTokens),
        ]
    }

    private var items: [Item] {
        let blocks = reply.choice.blocks
        return blocks.enumerated().map { index, block in
            Item(
                block: block, index: index, number: reply.stamp.number, isCut: isCut && index == blocks.count - 1)
        }
    }

    private func add(_ item: Item, to events: inout Events) {
        let place = SandboxJSON.Member(name: "output_index", value: .int(item.index))
        let id = SandboxJSON.Member(name: "item_id", value: item.id)
        events.add(
            "response.output_item.added", [place, .init(name: "item", value: item.json(isDone: false))],
            tokens: item.block.openingTokens)
        let (kind, member) = item.block.isCall ? ("function_call_arguments", "arguments") : ("output_text", "text")
        // Texts are parts of their item.
        let part: [SandboxJSON.Member] = item.block.isCall ? [] : [.init(name: "content_index", value: 0)]
        let begin = [id, place] + part
        if !item.block.isCall {
            events.add("response.content_part.added", begin + [.init(name: "part", value: Item.part(""))])
        }
        for piece in item.block.pieces {
            events.add("response.\(kind).delta", begin + [.init(name: "delta", value: .string(piece))], tokens: 1)
        }
        events.add("response.\(kind).done", begin + [.init(name: member, value: .string(item.block.text))])
        if !item.block.isCall {
            events.add(
                "response.content_part.done", begin + [.init(name: "part", value: Item.part(item.block.text))])
        }
        events.add("response.output_item.done", [place, .init(name: "item", value: item.json(isDone: true))])
    }

    private struct Events {
        var list: [SandboxEvent] = []

        mutating func add(_ name: String, _ members: [SandboxJSON.Member], tokens: Int = 0) {
            let begin: [SandboxJSON.Member] = [
                .init(name: "type", value: .string(name)), .init(name: "sequence_number", value: .int(list.count)),
            ]
            list.append(SandboxEvent(named: name, .object(begin + members), outputTokens: tokens))
        }
    }

    private struct Item {
        let block: SandboxBlock
        let index: Int
        /// Of the answer.
        let number: Int
        let isCut: Bool

        var id: SandboxJSON { .string("\(block.isCall ? "fc" : "msg")_sandbox_\(number)_\(index)") }

        func json(isDone: Bool) -> SandboxJSON {
            let status: SandboxJSON = !isDone ? "in_progress" : isCut ? "incomplete" : "completed"
            switch block.kind {
            case .text:
                let content: [SandboxJSON] = isDone ? [Self.part(block.text)] : []
                return [
                    "id": id, "type": "message", "status": status, "role": "assistant", "content": .array(content),
                ]
            case .call(let callID, let name):
                return [
                    "id": id, "type": "function_call", "status": status, "call_id": .string(callID),
                    "name": .string(name), "arguments": .string(isDone ? block.text : ""),
                ]
            }
        }

        static func part(_ text: String) -> SandboxJSON {
            ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
        }
    }
}
