/// Writes the messages of a conversation, in which users and assistants take turns.
struct BedrockMessageWriter {
    private let isOwn: Bool
    let model: BedrockModel
    var losses: Losses
    private var documents = BedrockDocumentNames()

    init(origin: Dialect, model: BedrockModel, losses: Losses) {
        isOwn = origin == BedrockConverse.dialect
        self.model = model
        self.losses = losses
    }

    /// One message as the dialect has it: all that follows each other from one side.
    private struct Turn {
        let isAssistant: Bool
        var blocks: [(block: Block, message: Int)] = []
        var extras = Extras()
    }

    mutating func system(_ blocks: [Block], into json: inout JSONWriter) {
        let sayable = blocks.filter { isSayable($0, "system") }
        guard !sayable.isEmpty else { return }
        json.member("system", array: { json in for block in sayable { self.block(block, "system", &json) } })
    }

    /// - Parameter mark: up to where everything is said, for the cache.
    mutating func write(
        _ messages: [(message: ChatMessage, index: Int)], mark: CacheMark?, into json: inout JSONWriter
    ) {
        var turns: [Turn] = []
        for (message, index) in messages {
            note(message, index)
            let isAssistant = message.role == .assistant
            let blocks = message.content.filter { isSayable($0, "messages[\(index)].content") }
            // The dialect allows no message without content; one that says nothing is not missed.
            if blocks.isEmpty { continue }
            if turns.last?.isAssistant != isAssistant { turns.append(Turn(isAssistant: isAssistant)) }
            turns[turns.count - 1].blocks += blocks.map { ($0, index) }
            turns[turns.count - 1].extras.members += message.extras.members
        }
        if turns.isEmpty, !isOwn { losses.noteEmptiness() }
        if !isOwn {
            for number in turns.indices { addText(to: &turns[number]) }
            if model.maker == .anthropic, let last = turns.indices.last { trimEnd(of: &turns[last]) }
        }
        json.member(
            "messages",
            array: { json in
                for (number, turn) in turns.enumerated() {
                    json.object { json in
                        json.member("role", literal: turn.isAssistant ? "assistant" : "user")
                        json.member(
                            "content",
                            array: { json in
                                for (block, index) in turn.blocks {
                                    self.block(block, "messages[\(index)].content", &json)
                                }
                                if let mark, number == turns.count - 1 { self.mark(mark, "request", &json) }
                            })
                        if isOwn { turn.extras.write(into: &json) }
                    }
                }
            })
    }

    /// Documents alone are refused: "A text block must be included when using documents". One that says nothing stands before
    /// them, so that a mark behind them stays the last.
    private mutating func addText(to turn: inout Turn) {
        let isText: (Block) -> Bool = { block in
            switch block {
            case .text, .refusal: true
            default: false
            }
        }
        guard !turn.isAssistant, !turn.blocks.contains(where: { isText($0.block) }),
            let place = turn.blocks.firstIndex(where: { entry in
                if case .media(let media) = entry.block { media.kind == .document } else { false }
            })
        else { return }
        let message = turn.blocks[place].message
        turn.blocks.insert((.text("."), message), at: place)
        losses.add(
            "messages[\(message)].content", .adjusted, "The target takes documents only beside text: '.' is added.")
    }

    /// Claude takes no white space at the end of what its answer is to begin with.
    private mutating func trimEnd(of turn: inout Turn) {
        guard turn.isAssistant, let last = turn.blocks.last, let rest = last.block.withoutTrailingSpace else { return }
        turn.blocks[turn.blocks.count - 1].block = rest
        losses.noteTrimmedEnd(ofMessage: last.message)
    }

    /// What a message says beside its content.
    mutating func note(_ message: ChatMessage, _ index: Int) {
        if message.name != nil {
            losses.add("messages[\(index)].name", .dropped, "The target does not tell users apart by name.")
        }
        if !isOwn { losses.add(message.extras, in: "messages[\(index)].", target: BedrockConverse.dialect) }
    }

    private mutating func isSayable(_ block: Block, _ place: @autoclosure () -> String) -> Bool {
        switch block {
        case .text(let text): return !text.text.isBlank || isOwn
        case .refusal(let text): return !text.isBlank
        case .toolCall, .toolResult: return true
        case .thinking(let thinking):
            if isOurs(thinking) { return true }
            losses.add(
                place() + ".thinking", .dropped, "Thoughts that the target did not sign itself are not sent to it.")
            return false
        case .native(let native):
            if isOwn { return true }
            losses.add(native, in: place())
            return false
        case .media(let media):
            guard let reason = BedrockMedia.obstacle(media) else { return true }
            losses.add(place(), .refused, reason)
            return false
        }
    }

    /// Claude's thoughts are signed alike here and at Anthropic; its ciphers are wrapped in another way.
    private func isOurs(_ thinking: Thinking) -> Bool {
        if thinking.format == .bedrock { return thinking.signature != nil || thinking.encrypted != nil }
        return thinking.format == .anthropic && thinking.signature != nil && thinking.text != nil
            && model.maker == .anthropic
    }

    // MARK: Blocks

    private mutating func block(_ block: Block, _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        switch block {
        case .text(let text):
            json.object { $0.member("text", text.text) }
            end(text.cache, text.extras, place(), &json)
            if !text.citations.isEmpty {
                losses.add(place() + ".annotations", .dropped, "The target takes back no citations.")
            }
        case .refusal(let text): json.object { $0.member("text", text) }
        case .media(let media): self.media(media, place(), &json)
        case .toolCall(let call):
            json.object { json in
                json.member(
                    "toolUse",
                    object: { json in
                        json.member("toolUseId", identifier(call.id))
                        json.member("name", call.name)
                        json.member("input", call.arguments.object)
                        if isOwn { call.extras.write(into: &json) }
                    })
            }
            end(call.cache, isOwn ? Extras() : call.extras, place(), &json)
        case .toolResult(let result): toolResult(result, place(), &json)
        case .thinking(let thinking):
            json.object { json in
                json.member(
                    "reasoningContent",
                    object: { json in
                        if thinking.text == nil, let data = thinking.encrypted {
                            json.member("redactedContent", data)
                        } else {
                            json.member(
                                "reasoningText",
                                object: { json in
                                    json.member("text", thinking.text ?? "")
                                    json.member("signature", thinking.signature)
                                })
                        }
                    })
            }
            if !isOwn { losses.add(thinking.extras, in: place() + ".", target: BedrockConverse.dialect) }
        case .native(let native): json.value(native.json)
        }
    }

    /// At most 64 characters of letters, digits, `_` and `-`.
    static func fit(_ id: JSONString) -> JSONString { AnthropicBlockWriter.identifier(id).shortened(to: 64) }

    private func identifier(_ id: JSONString) -> JSONString { isOwn ? id : Self.fit(id) }

    private mutating func media(_ media: Media, _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        let name = media.kind == .document ? documents.next(title: media.title, isOwn: isOwn) : nil
        BedrockMedia.write(media, name: name, isOwn: isOwn, into: &json) { json in
            if isOwn { media.extras.write(into: &json) }
        }
        if media.detail != nil { losses.add(place() + ".detail", .dropped, "The target decides how closely it looks.") }
        end(media.cache, isOwn ? Extras() : media.extras, place(), &json)
    }

    private mutating func toolResult(
        _ given: ToolResult, _ place: @autoclosure () -> String, _ json: inout JSONWriter
    ) {
        let result = isOwn ? given : given.markedAsWhole
        let blocks = result.content.filter { isSayable($0, place()) }
        json.object { json in
            json.member(
                "toolResult",
                object: { json in
                    json.member("toolUseId", identifier(result.callID))
                    json.member("content", array: { json in for block in blocks { self.block(block, place(), &json) } })
                    if let isError = result.isError, isOwn || model.knowsToolStatus {
                        json.member("status", literal: isError ? "error" : "success")
                    }
                    if isOwn { result.extras.write(into: &json) }
                })
        }
        if result.isError == true, !isOwn, !model.knowsToolStatus {
            losses.add(place() + ".is_error", .dropped, "The target knows of a tool's failure by its words only.")
        }
        end(result.cache, isOwn ? Extras() : result.extras, place(), &json)
    }

    /// What stands behind a block: the mark up to which things are cached. Blocks themselves have room for nothing more.
    private mutating func end(
        _ cache: CacheMark?, _ extras: Extras, _ place: @autoclosure () -> String, _ json: inout JSONWriter
    ) {
        if let cache { mark(cache, place(), &json) }
        losses.add(extras, in: place() + ".", target: BedrockConverse.dialect)
    }

    mutating func mark(_ mark: CacheMark, _ place: @autoclosure () -> String, _ json: inout JSONWriter) {
        guard isOwn || model.takesCachePoints else {
            return losses.add("\(place()).cache_control", .dropped, "The target model keeps nothing in a cache.")
        }
        json.object { json in
            json.member(
                "cachePoint",
                object: { json in
                    json.member("type", literal: "default")
                    json.member("ttl", mark.timeToLive)
                })
        }
    }
}
