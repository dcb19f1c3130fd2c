/// One answer as Converse words it, whole and as the events of a stream.
struct SandboxConverseFormat: SandboxForeignFormat {
    let reply: SandboxReply

    var document: SandboxJSON {
        let content = SandboxJSON.array(reply.choice.blocks.map(Self.whole))
        let message: SandboxJSON = ["content": content, "role": "assistant"]
        return SandboxJSON.present([
            "metrics": Self.metrics, "output": .object([.init(name: "message", value: message)]), "stopReason": stop,
            "usage": usage,
        ])
    }

    /// Blocks of calls are announced, those of text begin with what they say; the usage comes behind the reason to stop.
    var events: [SandboxEvent] {
        var events = [SandboxEvent(named: "messageStart", ["role": "assistant"])]
        for (index, block) in reply.choice.blocks.enumerated() {
            let place = SandboxJSON.int(index)
            if let start = Self.start(block) {
                events.append(
                    SandboxEvent(
                        named: "contentBlockStart", ["contentBlockIndex": place, "start": start],
                        outputTokens: block.openingTokens))
            }
            for piece in block.pieces {
                events.append(
                    SandboxEvent(
                        named: "contentBlockDelta",
                        ["contentBlockIndex": place, "delta": Self.delta(piece, of: block)], outputTokens: 1))
            }
            events.append(SandboxEvent(named: "contentBlockStop", ["contentBlockIndex": place]))
        }
        events.append(SandboxEvent(named: "messageStop", ["stopReason": stop]))
        let metadata = SandboxJSON.present(["usage": usage, "metrics": Self.metrics])
        events.append(SandboxEvent(named: "metadata", metadata))
        return events
    }

    private static let metrics: SandboxJSON = ["latencyMs": 1]

    private var usage: SandboxJSON? {
        guard !reply.omitsUsage else { return nil }
        let cached = reply.cachedTokens
        return SandboxJSON.present([
            "inputTokens": .int(reply.promptTokens - cached),
            "outputTokens": .int(reply.completionTokens),
            "totalTokens": .int(reply.promptTokens + reply.completionTokens),
            "cacheReadInputTokens": .int(cached),
            "cacheWriteInputTokens": .int(0),
        ])
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
        case .text: ["text": .string(block.text)]
        case .call(let id, let name):
            [
                "toolUse": [
                    "toolUseId": .string("tooluse_\(id.digits)"), "name": .string(name), "input": block.arguments,
                ]
            ]
        }
    }

    /// - Returns: nil for a text.
    private static func start(_ block: SandboxBlock) -> SandboxJSON? {
        guard case .call(let id, let name) = block.kind else { return nil }
        let call: SandboxJSON = ["toolUseId": .string("tooluse_\(id.digits)"), "name": .string(name)]
        return SandboxJSON.object([.init(name: "toolUse", value: call)])
    }

    private static func delta(_ piece: String, of block: SandboxBlock) -> SandboxJSON {
        switch block.kind {
        case .text: ["text": .string(piece)]
        case .call: ["toolUse": ["input": .string(piece)]]
        }
    }
}
