/// One answer as `/v2/chat` words it, whole and as events.
struct SandboxCohereFormat: SandboxForeignFormat {
    /// What the provider puts around a prompt, reads, and does not bill.
    private static let templateTokens = 64

    let reply: SandboxReply

    private var id: SandboxJSON { reply.stamp.id("chat") }

    var document: SandboxJSON {
        let blocks = reply.choice.blocks
        let texts = blocks.filter { !$0.isCall }.map { Self.text($0.text) }
        let calls = blocks.compactMap { Self.call($0, arguments: $0.text) }
        let message = SandboxJSON.present([
            "role": SandboxJSON.string("assistant"),
            "content": texts.isEmpty ? nil : SandboxJSON.array(texts),
            "tool_calls": calls.isEmpty ? nil : SandboxJSON.array(calls),
        ])
        return SandboxJSON.present([
            "id": id, "message": message, "finish_reason": finish, "usage": usage,
        ])
    }

    /// The beginning, one block after the other, the reason to end with the usage, `[DONE]`.
    var events: [SandboxEvent] {
        let empty: SandboxJSON = [
            "role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": [],
        ]
        var events = [event("message-start", [.init(name: "id", value: id)], message: empty)]
        for (index, block) in reply.choice.blocks.enumerated() {
            let place = [SandboxJSON.Member(name: "index", value: .int(index))]
            let kind = block.isCall ? "tool-call" : "content"
            events.append(event("\(kind)-start", place, message: Self.opening(block), tokens: block.openingTokens))
            for piece in block.pieces {
                events.append(event("\(kind)-delta", place, message: Self.delta(piece, of: block), tokens: 1))
            }
            events.append(event("\(kind)-end", place))
        }
        let end = SandboxJSON.present(["finish_reason": finish, "usage": usage])
        let members: [SandboxJSON.Member] = [.init(name: "delta", value: end)]
        return events + [event("message-end", members), .done]
    }

    private func event(
        _ name: String, _ members: [SandboxJSON.Member], message: SandboxJSON? = nil, tokens: Int = 0
    ) -> SandboxEvent {
        var all = [SandboxJSON.Member(name: "type", value: .string(name))] + members
        if let message { all.append(SandboxJSON.Member(name: "delta", value: ["message": message])) }
        return SandboxEvent(named: name, .object(all), outputTokens: tokens)
    }

    private var finish: SandboxJSON {
        switch reply.choice.finish {
        case .stop: "COMPLETE"
        case .length: "MAX_TOKENS"
        case .toolCalls: "TOOL_CALL"
        }
    }

    /// The units are what is billed.
    private var usage: SandboxJSON? {
        guard !reply.omitsUsage else { return nil }
        let (input, output) = (reply.promptTokens, reply.completionTokens)
        return SandboxJSON.present([
            "billed_units": Self.counts(input, output), "tokens": Self.counts(input + Self.templateTokens, output),
        ])
    }

    private static func counts(_ input: Int, _ output: Int) -> SandboxJSON {
        ["input_tokens": .int(input), "output_tokens": .int(output)]
    }

    // MARK: Blocks

    private static func text(_ text: String) -> SandboxJSON { ["type": "text", "text": .string(text)] }

    /// - Returns: nil for a text.
    private static func call(_ block: SandboxBlock, arguments: String) -> SandboxJSON? {
        guard case .call(let id, let name) = block.kind else { return nil }
        let function: SandboxJSON = ["name": .string(name), "arguments": .string(arguments)]
        return SandboxJSON.present([
            "id": SandboxJSON.string(id), "type": SandboxJSON.string("function"), "function": function,
        ])
    }

    private static func opening(_ block: SandboxBlock) -> SandboxJSON {
        guard let call = Self.call(block, arguments: "") else { return ["content": text("")] }
        return ["tool_calls": call]
    }

    private static func delta(_ piece: String, of block: SandboxBlock) -> SandboxJSON {
        switch block.kind {
        case .text: ["content": ["text": .string(piece)]]
        case .call: ["tool_calls": ["function": ["arguments": .string(piece)]]]
        }
    }
}
