/// Writes the items of a request's input.
struct ResponsesItemWriter {
    private let isOwn: Bool
    private(set) var losses: Losses
    /// The ids of calls whose tools take text of any form: their results have another type.
    private var customCalls: Set<JSONString> = []

    init(origin: Dialect, losses: Losses) {
        isOwn = origin == OpenAIResponses.dialect
        self.losses = losses
    }

    mutating func write(_ message: ChatMessage, _ index: Int, into json: inout JSONWriter) {
        switch message.role {
        case .tool:
            for case .toolResult(let result) in message.content { toolResult(result, index, &json) }
            let said = isOwn ? [] : message.saidBehindResults
            if !said.isEmpty { plain(ChatMessage(.user, said), index, &json) }
        case .assistant: assistant(message, index, &json)
        case .system, .developer, .user: plain(message, index, &json)
        }
        if message.name != nil {
            losses.add("messages[\(index)].name", .dropped, "The target does not tell users apart by name.")
        }
        if !isOwn { losses.add(message.extras, in: "messages[\(index)].", target: OpenAIResponses.dialect) }
    }

    private mutating func plain(_ message: ChatMessage, _ index: Int, _ json: inout JSONWriter) {
        let place = "messages[\(index)].content"
        let blocks = message.content.filter { isSayable($0, place) }
        if blocks.isEmpty, !isOwn { return }
        json.object { json in
            json.member("type", literal: "message")
            json.member(
                "role", literal: message.role == .user ? "user" : message.role == .system ? "system" : "developer")
            if blocks.isEmpty {
                json.member("content", literal: "")
            } else {
                json.member("content", array: { json in for block in blocks { part(block, place, &json) } })
            }
            if isOwn { message.extras.write(into: &json) }
        }
    }

    private mutating func isSayable(_ block: Block, _ place: String) -> Bool {
        if isOwn { return true }
        switch block {
        case .text(let text): return !text.text.isEmpty
        case .refusal, .toolCall, .toolResult: return true
        case .thinking(let thinking):
            if thinking.format == .responses, thinking.encrypted != nil { return true }
            losses.add(
                place + ".thinking", .dropped, "Thoughts that the target did not sign itself are not sent to it.")
            return false
        case .native(let native):
            losses.add(native, in: place)
            return false
        case .media(let media):
            guard let reason = ResponsesParts.obstacle(media, isOwn: isOwn) else { return true }
            losses.add(place, .refused, reason)
            return false
        }
    }

    // MARK: Assistants

    private mutating func assistant(_ message: ChatMessage, _ index: Int, _ json: inout JSONWriter) {
        let place = "messages[\(index)].content"
        var said: [Block] = []
        for block in message.content where isSayable(block, place) {
            switch block {
            case .text(let text):
                // Where another item of its own began.
                if isOwn, text.extras.understood(ResponsesItems.itemMark) != nil { end(&said, place, &json) }
                said.append(block)
            case .refusal: said.append(block)
            case .media:
                losses.add(place, .refused, "The target takes no images from an assistant.")
            case .toolResult: break
            case .thinking, .toolCall, .native:
                end(&said, place, &json)
                item(block, place, &json)
            }
        }
        end(&said, place, &json)
    }

    /// Writes what was said since the last item, if anything was.
    private mutating func end(_ said: inout [Block], _ place: String, _ json: inout JSONWriter) {
        guard !said.isEmpty else { return }
        let mark = said.lazy.compactMap { block -> RawJSON? in
            guard case .text(let text) = block else { return nil }
            return text.extras.understood(ResponsesItems.itemMark)
        }.first
        json.object { json in
            json.member("type", literal: "message")
            json.member("role", literal: "assistant")
            json.member(
                "content",
                array: { json in
                    for block in said { output(block, place, &json) }
                })
            if isOwn, let mark { json.splice(Array(mark.bytes.dropFirst().dropLast())) }
        }
        said = []
    }

    private mutating func output(_ block: Block, _ place: String, _ json: inout JSONWriter) {
        switch block {
        case .text(let text):
            json.object { json in
                json.member("type", literal: "output_text")
                json.member("text", text.text)
                if isOwn {
                    if !text.citations.isEmpty {
                        json.member(
                            "annotations",
                            array: { json in
                                for citation in text.citations {
                                    ResponsesAnnotations.write(citation, range: 0..<0, isOwn: true, into: &json)
                                }
                            })
                    }
                    var extras = text.extras
                    extras.removeUnderstood(ResponsesItems.itemMark)
                    extras.write(into: &json)
                }
            }
            end(text, place)
        case .refusal(let text):
            json.object { json in
                json.member("type", literal: "refusal")
                json.member("refusal", text)
            }
        default: break
        }
    }

    private mutating func item(_ block: Block, _ place: String, _ json: inout JSONWriter) {
        switch block {
        case .thinking(let thinking):
            json.object { json in
                ResponsesReasoning.members(thinking, id: thinking.id, isOwn: isOwn, into: &json)
            }
            if !isOwn { losses.add(thinking.extras, in: place + ".", target: OpenAIResponses.dialect) }
        case .toolCall(let call):
            if call.isCustom { customCalls.insert(call.id) }
            json.object { json in
                json.member("type", literal: call.isCustom ? "custom_tool_call" : "function_call")
                json.member("call_id", identifier(call.id))
                json.member("name", call.name)
                if call.isCustom {
                    json.member("input", call.arguments.rawString)
                } else {
                    json.member("arguments", call.arguments.string)
                }
                if isOwn { call.extras.write(into: &json) }
            }
            if !isOwn { losses.add(call.extras, in: place + ".", target: OpenAIResponses.dialect) }
            if call.cache != nil { losses.addMark(at: place) }
        case .native(let native): json.value(native.json)
        default: break
        }
    }

    /// At most 64 characters.
    private func identifier(_ id: JSONString) -> JSONString { isOwn ? id : id.shortened(to: 64) }

    // MARK: Results

    private mutating func toolResult(_ result: ToolResult, _ index: Int, _ json: inout JSONWriter) {
        let place = "messages[\(index)].content"
        let blocks = result.content.filter { isSayable($0, place) }
        let isCustom =
            result.extras["type"].map { $0.text.contains("custom") } ?? customCalls.contains(result.callID)
        json.object { json in
            json.member("type", literal: isCustom ? "custom_tool_call_output" : "function_call_output")
            json.member("call_id", identifier(result.callID))
            json.name("output")
            if blocks.isEmpty {
                json.value(literal: "")
            } else if blocks.count == 1, case .text(let text) = blocks[0], text.extras.isEmpty || !isOwn {
                end(text, place)
                json.value(text.text)
            } else {
                json.array { json in for block in blocks { part(block, place, &json) } }
            }
            if isOwn {
                var extras = result.extras
                extras.remove("type")
                extras.write(into: &json)
            } else {
                losses.add(result.extras, in: "messages[\(index)].", target: OpenAIResponses.dialect)
            }
        }
        if result.isError == true {
            losses.add(
                "messages[\(index)].is_error", .dropped, "The target knows of a tool's failure by its words only.")
        }
        if result.cache != nil { losses.addMark(at: place) }
    }

    // MARK: Parts

    private mutating func part(_ block: Block, _ place: String, _ json: inout JSONWriter) {
        switch block {
        case .text(let text): input(text, place, &json)
        case .refusal(let text): input(TextBlock(text), place, &json)
        case .media(let media):
            if let text = media.plainText, !(isOwn && media.extras.contains("file_data")) {
                losses.add(place, .adjusted, "The target takes a document of plain text as text.")
                return input(TextBlock(text), place, &json)
            }
            json.object { json in
                ResponsesParts.members(media, into: &json)
                if isOwn { media.extras.write(into: &json) }
            }
            if !isOwn { losses.add(media.extras, in: place + ".", target: OpenAIResponses.dialect) }
            if media.cache != nil { losses.addMark(at: place) }
        case .native(let native): json.value(native.json)
        case .thinking, .toolCall, .toolResult: break  // They are items.
        }
    }

    private mutating func input(_ text: TextBlock, _ place: String, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "input_text")
            json.member("text", text.text)
            if isOwn { text.extras.write(into: &json) }
        }
        end(text, place)
    }

    private mutating func end(_ text: TextBlock, _ place: String) {
        if text.cache != nil { losses.addMark(at: place) }
        guard !isOwn else { return }
        losses.add(text.extras, in: place + ".", target: OpenAIResponses.dialect)
        if !text.citations.isEmpty {
            losses.add(place + ".annotations", .dropped, "The target takes back no citations but its own.")
        }
    }
}
