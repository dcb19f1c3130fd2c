/// A stretch of an answer: text, or a call of a tool, in the pieces in which it is streamed.
struct SandboxBlock: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case text
        case call(id: String, name: String)
    }

    let kind: Kind
    /// What its announcement is billed as.
    let openingTokens: Int
    var pieces: [String] = []

    var isCall: Bool { kind != .text }

    /// A text, or the arguments of a call as they were written.
    var text: String { pieces.joined() }

    /// The arguments of a call; without any where the limit cut them off in the middle.
    var arguments: SandboxJSON { (try? SandboxJSONParser.parse(Array(text.utf8))) ?? [:] }

    var tokens: Int { openingTokens + pieces.count }
}

extension SandboxChoice {
    var blocks: [SandboxBlock] {
        var blocks: [SandboxBlock] = []
        for unit in units {
            switch unit {
            case .text(let text):
                if blocks.isEmpty { blocks.append(SandboxBlock(kind: .text, openingTokens: 0)) }
                blocks[blocks.count - 1].pieces.append(text)
            case .call(_, let id, let name):
                blocks.append(SandboxBlock(kind: .call(id: id, name: name), openingTokens: unit.tokens))
            // Fragments follow their call.
            case .arguments(_, let text): blocks[blocks.count - 1].pieces.append(text)
            }
        }
        return blocks
    }
}
