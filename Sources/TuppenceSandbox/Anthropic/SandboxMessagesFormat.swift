/// One answer as `/v1/messages` words it, whole and as events.
struct SandboxMessagesFormat: SandboxForeignFormat {
    let reply: SandboxReply

    var document: SandboxJSON {
        message(reply.choice.blocks.map(Self.whole), stop: stop, outputTokens: reply.completionTokens)
    }

    /// `message_start`, one block after the other, `message_delta` with reason and usage, `message_stop`.
    var events: [SandboxEvent] {
        var events = [
            event("message_start", [.init(name: "message", value: message([], stop: .null, outputTokens: 1))])
        ]
        for (index, block) in reply.choice.blocks.enumerated() {
            let place = SandboxJSON.Member(name: "index", value: .int(index))
            events.append(
                event(
                    "content_block_start", [place, .init(name: "content_block", value: Self.opening(block))],
                    block.openingTokens))
            for piece in block.pieces {
                events.append(
                    event("content_block_delta", [place, .init(name: "delta", value: Self.delta(piece, of: block))], 1))
            }
            events.append(event("content_block_stop", [place]))
        }
        var last: [SandboxJSON.Member] = [.init(name: "delta", value: ["stop_reason": stop, "stop_sequence": .null])]
        if !reply.omitsUsage {
            last.append(.init(name: "usage", value: ["output_tokens": .int(reply.completionTokens)]))
        }
        return events + [event("message_delta", last), event("message_stop", [])]
    }

    private func event(_ name: String, _ members: [SandboxJSON.Member], _ tokens: Int = 0) -> SandboxEvent {
        SandboxEvent(named: name, .object([.init(name: "type", value: .string(name))] + members), outputTokens: tokens)
    }

    private func message(_ content: [SandboxJSON], stop: SandboxJSON, outputTokens: Int) -> SandboxJSON {
        var members: [SandboxJSON.Member] = [
            .init(name: "id", value: reply.stamp.id("msg")),
            .init(name: "type", value: "message"),
            .init(name: "role", value: "assistant"),
            .init(name: "model", value: .string(reply.model.id)),
            .init(name: "content", value: .array(content)),
            .init(name: "stop_reason", value: stop),
            .init(name: "stop_sequence", value: .null),
        ]
        if !reply.omitsUsage {
            let cached = reply.cachedTokens
            members.append(
                .init(
                    name: "usage",
                    value: [
                        "input_tokens": .int(reply.promptTokens - cached),
                        "cache_creation_input_tokens": 0,
                        "cache_read_input_tokens": .int(cached),
                        "output_tokens": .int(outputTokens),
                    ]))
        }
        return .object(members)
    }

    private var stop: SandboxJSON {
        switch reply.choice.finish {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        }
    }

    private static func whole(_ block: SandboxBlock) -> SandboxJSON {
        switch block.kind {
        case .text: ["type": "text", "text": .string(block.text)]
        case .call(let id, let name): call(id, name, input: block.arguments)
        }
    }

    private static func opening(_ block: SandboxBlock) -> SandboxJSON {
        switch block.kind {
        case .text: ["type": "text", "text": ""]
        case .call(let id, let name): call(id, name, input: [:])
        }
    }

    private static func delta(_ piece: String, of block: SandboxBlock) -> SandboxJSON {
        switch block.kind {
        case .text: ["type": "text_delta", "text": .string(piece)]
        case .call: ["type": "input_json_delta", "partial_json": .string(piece)]
        }
    }

    private static func call(_ id: String, _ name: String, input: SandboxJSON) -> SandboxJSON {
        ["type": "tool_use", "id": .string("toolu_\(id.digits)"), "name": .string(name), "input": input]
    }
}

extension String {
    /// What tells one id of a call from others, behind the prefix that each dialect has of its own.
    var digits: Substring { split(separator: "_").last ?? "" }
}
