/// Writes blocks as parts, in requests and answers alike.
struct GeminiPartWriter {
    let isOwn: Bool
    /// Whether a call without a signature is given the one that stands for none.
    var signsCalls = false

    /// Writes the parts into the array that is open. Results of tools are not among them.
    func write(_ blocks: [Block], into json: inout JSONWriter) {
        var signatures = Self.signaturesOfCalls(blocks)
        var isSigned = !signatures.isEmpty
        var pending: JSONString?
        for (index, block) in blocks.enumerated() {
            switch block {
            case .thinking(let thinking):
                if let id = thinking.id, thinking.text == nil, signatures[id] != nil { continue }
                let signature = GeminiSignature.string(thinking)
                if thinking.text == nil, Self.carriesSignature(after: index, in: blocks) {
                    pending = signature
                } else {
                    thought(thinking, signature, &json)
                }
            case .toolCall(let call):
                var signature = signatures.removeValue(forKey: call.id)
                if signature == nil, signsCalls, !isSigned { signature = GeminiSignature.none }
                isSigned = true
                self.call(call, signature, &json)
            case .native(let native): if isOwn { json.value(native.json) }
            case .text, .refusal, .media:
                part(block, pending, &json)
                pending = nil
            case .toolResult: break
            }
        }
    }

    /// Those that are parts of calls, by the ids of the calls.
    private static func signaturesOfCalls(_ blocks: [Block]) -> [JSONString: JSONString] {
        var signatures: [JSONString: JSONString] = [:]
        for case .thinking(let thinking) in blocks {
            guard let id = thinking.id, thinking.text == nil, let signature = GeminiSignature.string(thinking),
                blocks.contains(where: { if case .toolCall(let call) = $0 { call.id == id } else { false } })
            else { continue }
            signatures[id] = signature
        }
        return signatures
    }

    /// Whether the block behind this one has room for its signature.
    private static func carriesSignature(after index: Int, in blocks: [Block]) -> Bool {
        guard index + 1 < blocks.count else { return false }
        switch blocks[index + 1] {
        case .text, .refusal, .media: return true
        case .toolCall, .toolResult, .thinking, .native: return false
        }
    }

    private func thought(_ thinking: Thinking, _ signature: JSONString?, _ json: inout JSONWriter) {
        json.object { json in
            json.member("text", thinking.text ?? "")
            // Ciphers are thoughts without text.
            if thinking.text != nil || thinking.encrypted != nil { json.member("thought", true) }
            json.member("thoughtSignature", signature)
            if isOwn { thinking.extras.write(into: &json) }
        }
    }

    private func call(_ call: ToolCall, _ signature: JSONString?, _ json: inout JSONWriter) {
        json.object { json in
            json.member(
                "functionCall",
                object: { json in
                    if !(isOwn && ToolCall.isMade(call.id)) { json.member("id", call.id) }
                    json.member("name", call.name)
                    json.member("args", call.arguments.object)
                    if isOwn { call.extras.write(into: &json) }
                })
            json.member("thoughtSignature", signature)
        }
    }

    private func part(_ block: Block, _ signature: JSONString?, _ json: inout JSONWriter) {
        json.object { json in
            switch block {
            case .text(let text): json.member("text", text.text)
            case .refusal(let text): json.member("text", text)
            case .media(let media): GeminiMedia.members(media, isOwn: isOwn, &json)
            default: break
            }
            json.member("thoughtSignature", signature)
            guard isOwn else { return }
            for member in block.extras.members where !(member.isUnderstood && member.name.equals("mimeType")) {
                json.name(key: member.name)
                json.value(member.value)
            }
        }
    }
}
