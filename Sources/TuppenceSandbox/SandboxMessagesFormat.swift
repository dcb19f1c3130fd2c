/// One answer as `/v1/messages` words it, whole and as events.
struct SandboxMessagesFormat: Sendable {
    let stamp: SandboxStamp
    let model: SandboxModel
    let output: SandboxGeneration
    let omitsUsage: Bool

    private var choice: SandboxChoice { output.choices[0] }

    var document: SandboxJSON { message(blocks.map(\.whole), stop: stop, outputTokens: output.completionTokens) }

    /// `message_start`, one block after the other, `message_delta` with reason and usage, `message_stop`.
    var events: [SandboxEvent] {
        var events = [
            event("message_start", [.init(name: "message", value: message([], stop: .null, outputTokens: 1))])
        ]
        for (index, block) in blocks.enumerated() {
            let place = SandboxJSON.Member(name: "index", value: .int(index))
            events.append(
                event(
                    "content_block_start", [place, .init(name: "content_block", value: block.opening)],
                    block.openingTokens))
            for piece in block.pieces {
                events.append(
                    event("content_block_delta", [place, .init(name: "delta", value: block.delta(piece))], 1))
            }
            events.append(event("content_block_stop", [place]))
        }
        var last: [SandboxJSON.Member] = [.init(name: "delta", value: ["stop_reason": stop, "stop_sequence": .null])]
        if !omitsUsage {
            last.append(.init(name: "usage", value: ["output_tokens": .int(output.completionTokens)]))
        }
        return events + [event("message_delta", last), event("message_stop", [])]
    }

    private func event(_ name: String, _ members: [SandboxJSON.Member], _ tokens: Int = 0) -> SandboxEvent {
        SandboxEvent(named: name, .object([.init(name: "type", value: .string(name))] + members), outputTokens: tokens)
    }

    private func message(_ content: [SandboxJSON], stop: SandboxJSON, outputTokens: Int) -> SandboxJSON {
        var members: [SandboxJSON.Member] = [
            .init(name: "id", value: stamp.id("msg")),
            .init(name: "type", value: "message"),
            .init(name: "role", value: "assistant"),
            .init(name: "model", value: .string(model.id)),
            .init(name: "content", value: .array(content)),
            .init(name: "stop_reason", value: stop),
            .init(name: "stop_sequence", value: .null),
        ]
        if !omitsUsage {
            let cached = output.charge.cachedTokens
            members.append(
                .init(
                    name: "usage",
                    value: [
                        "input_tokens": .int(output.charge.promptTokens - cached),
                        "cache_creation_input_tokens": 0,
                        "cache_read_input_tokens": .int(cached),
                        "output_tokens": .int(outputTokens),
                    ]))
        }
        return .object(members)
    }

    private var stop: SandboxJSON {
        switch choice.finish {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        }
    }

    private var blocks: [Block] {
        var blocks: [Block] = []
        for unit in choice.units {
            switch unit {
            case .text(let text):
                if blocks.isEmpty { blocks.append(Block(kind: .text)) }
                blocks[blocks.count - 1].pieces.append(text)
            case .call(_, let id, let name):
                let digits = id.split(separator: "_").last ?? ""
                blocks.append(Block(kind: .call(id: "toolu_\(digits)", name: name, tokens: unit.tokens)))
            // Fragments follow their call.
            case .arguments(_, let text): blocks[blocks.count - 1].pieces.append(text)
            }
        }
        return blocks
    }

    private struct Block {
        enum Kind {
            case text
            case call(id: String, name: String, tokens: Int)
        }

        let kind: Kind
        var pieces: [String] = []

        var whole: SandboxJSON {
            let text = pieces.joined()
            switch kind {
            case .text: return ["type": "text", "text": .string(text)]
            case .call(let id, let name, _):
                // Cut off by the limit, arguments may be no JSON.
                let input = (try? SandboxJSONParser.parse(Array(text.utf8))) ?? [:]
                return ["type": "tool_use", "id": .string(id), "name": .string(name), "input": input]
            }
        }

        var opening: SandboxJSON {
            switch kind {
            case .text: ["type": "text", "text": ""]
            case .call(let id, let name, _):
                ["type": "tool_use", "id": .string(id), "name": .string(name), "input": [:]]
            }
        }

        var openingTokens: Int { if case .call(_, _, let tokens) = kind { tokens } else { 0 } }

        func delta(_ piece: String) -> SandboxJSON {
            switch kind {
            case .text: ["type": "text_delta", "text": .string(piece)]
            case .call: ["type": "input_json_delta", "partial_json": .string(piece)]
            }
        }
    }
}
