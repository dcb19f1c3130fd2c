/// One answer as `generateContent` words it, whole and in the pieces of a stream.
struct SandboxGeminiFormat: SandboxForeignFormat {
    let reply: SandboxReply

    var document: SandboxJSON {
        let candidates = reply.output.choices.map { choice in
            candidate(choice, choice.blocks.map { Self.part($0, $0.text) }, finish: finish(choice))
        }
        return answer(candidates, outputTokens: reply.completionTokens)
    }

    /// A candidate after the other. What has been counted so far is told with each piece; calls come whole.
    var events: [SandboxEvent] {
        var events: [SandboxEvent] = []
        var told = 0
        func add(_ candidate: SandboxJSON, tokens: Int) {
            told += tokens
            events.append(SandboxEvent(answer([candidate], outputTokens: told), outputTokens: tokens))
        }
        for choice in reply.output.choices {
            for block in choice.blocks {
                if block.isCall {
                    add(candidate(choice, [Self.part(block, block.text)]), tokens: block.tokens)
                } else {
                    for piece in block.pieces { add(candidate(choice, [Self.part(block, piece)]), tokens: 1) }
                }
            }
            add(candidate(choice, [["text": ""]], finish: finish(choice)), tokens: 0)
        }
        return events
    }

    private func answer(_ candidates: [SandboxJSON], outputTokens: Int) -> SandboxJSON {
        SandboxJSON.present([
            "candidates": .array(candidates),
            "usageMetadata": reply.omitsUsage ? nil : usage(outputTokens),
            "modelVersion": .string(reply.model.id),
            "responseId": .string("sandbox-\(reply.stamp.number)"),
        ])
    }

    private func usage(_ outputTokens: Int) -> SandboxJSON {
        let (prompt, cached) = (reply.promptTokens, reply.cachedTokens)
        let details: SandboxJSON = [["modality": "TEXT", "tokenCount": .int(prompt)]]
        return SandboxJSON.present([
            "promptTokenCount": .int(prompt),
            "cachedContentTokenCount": cached > 0 ? SandboxJSON.int(cached) : nil,
            "candidatesTokenCount": .int(outputTokens),
            "totalTokenCount": .int(prompt + outputTokens),
            "promptTokensDetails": details,
        ])
    }

    private func candidate(
        _ choice: SandboxChoice, _ parts: [SandboxJSON], finish: SandboxJSON? = nil
    ) -> SandboxJSON {
        let content = SandboxJSON.present(["parts": parts.isEmpty ? nil : SandboxJSON.array(parts), "role": "model"])
        return SandboxJSON.present(["content": content, "finishReason": finish, "index": .int(choice.index)])
    }

    private static func part(_ block: SandboxBlock, _ text: String) -> SandboxJSON {
        switch block.kind {
        case .text: ["text": .string(text)]
        case .call(let id, let name):
            ["functionCall": ["id": .string(id), "name": .string(name), "args": block.arguments]]
        }
    }

    /// Calls are no reason of their own here.
    private func finish(_ choice: SandboxChoice) -> SandboxJSON {
        choice.finish == .length ? "MAX_TOKENS" : "STOP"
    }
}
