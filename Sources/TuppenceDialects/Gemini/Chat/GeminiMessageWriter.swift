/// Writes the contents of a conversation.
struct GeminiMessageWriter {
    private let isOwn: Bool
    private let model: GeminiModel
    /// Names of tools by the ids of their calls: of those that share one, the last that has been written.
    private var names: [JSONString: JSONString]
    var losses: Losses
    private(set) var hasWritten = false

    init(_ request: ChatRequest, model: GeminiModel, losses: Losses) {
        isOwn = request.origin == GeminiChat.dialect
        self.model = model
        self.losses = losses
        var names: [JSONString: JSONString] = [:]
        for message in request.messages {
            for case .toolCall(let call) in message.content where names[call.id] == nil { names[call.id] = call.name }
        }
        self.names = names
    }

    mutating func system(_ blocks: [Block], into json: inout JSONWriter) {
        for block in blocks where !isSayable(block) { lose(whole: block, "system") }
        let blocks = blocks.filter(isSayable)
        guard !blocks.isEmpty else { return }
        json.member(
            "systemInstruction",
            object: { json in
                json.member("parts", array: { json in GeminiPartWriter(isOwn: isOwn).write(blocks, into: &json) })
            })
    }

    /// What a message says beside its content.
    mutating func end(_ message: ChatMessage, _ index: Int) {
        if message.name != nil {
            losses.add("messages[\(index)].name", .dropped, "The target does not tell users apart by name.")
        }
        if !isOwn { losses.add(message.extras, in: "messages[\(index)].", target: GeminiChat.dialect) }
    }

    /// Writes contents into the array that is open. Results of tools and what the user says behind them are one content.
    mutating func write(_ messages: [(index: Int, message: ChatMessage)], into json: inout JSONWriter) {
        var next = 0
        while next < messages.count {
            var together = [messages[next]]
            next += 1
            while next < messages.count, together[0].message.role == .tool,
                [.user, .tool].contains(messages[next].message.role)
            {
                together.append(messages[next])
                next += 1
            }
            content(together, &json)
        }
    }

    private mutating func content(_ messages: [(index: Int, message: ChatMessage)], _ json: inout JSONWriter) {
        for (index, message) in messages { end(message, index) }
        // The target allows no content without parts; a message that says nothing is not missed.
        guard messages.contains(where: { _, message in message.content.contains(where: isSayable) }) else {
            for (index, message) in messages {
                for block in message.content { lose(whole: block, "messages[\(index)].content") }
            }
            return
        }
        hasWritten = true
        json.object { json in
            json.member("role", literal: messages[0].message.role == .assistant ? "model" : "user")
            json.member(
                "parts",
                array: { json in
                    for (index, message) in messages { parts(message, "messages[\(index)].content", &json) }
                })
        }
    }

    private mutating func parts(_ message: ChatMessage, _ place: String, _ json: inout JSONWriter) {
        var rest: [Block] = []
        for block in message.content {
            if case .toolCall(let call) = block { names[call.id] = call.name }
            if case .toolResult(let result) = block {
                self.result(result, place, &rest, &json)
            } else if isSayable(block) {
                rest.append(block)
                lose(block, place)
            } else {
                lose(whole: block, place)
            }
        }
        let signs = message.role == .assistant && !isOwn && model.checksSignatures
        GeminiPartWriter(isOwn: isOwn, signsCalls: signs).write(rest, into: &json)
    }

    /// Whether anything of a block is written.
    private func isSayable(_ block: Block) -> Bool {
        switch block {
        case .text(let text): !text.text.isEmpty || isOwn && !text.extras.isEmpty
        case .refusal, .toolCall, .toolResult: true
        case .thinking(let thinking): thinking.format == .gemini && (thinking.signature != nil || isOwn)
        case .native: isOwn
        case .media(let media): GeminiMedia.obstacle(media, isOwn: isOwn) == nil
        }
    }

    /// Names a block that is not written.
    private mutating func lose(whole block: Block, _ place: String) {
        switch block {
        case .thinking:
            losses.add(
                place + ".thinking", .dropped, "Thoughts that the target did not sign itself are not sent to it.")
        case .native(let native):
            losses.add(native, in: place)
        case .media(let media):
            if let reason = GeminiMedia.obstacle(media, isOwn: isOwn) { losses.add(place, .refused, reason) }
        case .text, .refusal, .toolCall, .toolResult: break
        }
    }

    /// Names what a block says that is not written.
    private mutating func lose(_ block: Block, _ place: String) {
        guard !isOwn else { return }
        losses.add(block.extras, in: place + ".", target: GeminiChat.dialect)
        switch block {
        case .text(let text):
            if text.cache != nil { losses.addMark(at: place) }
            if !text.citations.isEmpty {
                losses.add(place + ".annotations", .dropped, "The target takes back no citations.")
            }
        case .media(let media):
            if media.cache != nil { losses.addMark(at: place) }
            if media.detail != nil {
                losses.add(place + ".detail", .dropped, "The target decides how closely it looks.")
            }
        case .toolCall(let call): if call.cache != nil { losses.addMark(at: place) }
        case .thinking, .refusal, .toolResult, .native: break
        }
    }

    // MARK: Results

    /// - Parameter rest: takes the media that the target has no place for in a result.
    private mutating func result(
        _ result: ToolResult, _ place: String, _ rest: inout [Block], _ json: inout JSONWriter
    ) {
        var texts: [JSONString] = []
        var media: [Block] = []
        for block in result.content {
            guard isSayable(block) else {
                lose(whole: block, place)
                continue
            }
            switch block {
            case .text(let block): texts.append(block.text)
            case .media(let document):
                if !isOwn, let plain = document.plainText {
                    texts.append(plain)
                } else {
                    media.append(block)
                }
            default: break
            }
            lose(block, place)
        }
        let text = texts.drop { $0.isEmpty }.joined(by: "\n")
        if !media.isEmpty, !isOwn, !model.takesMediaInResults {
            losses.add(place, .adjusted, "The target takes images of tools behind their results.")
            rest += media
            media = []
        }
        let name = names[result.callID] ?? result.name
        if name == nil {
            losses.add(
                place, .refused, "No call has the id '\(result.callID.decoded)': the target needs the name of its tool."
            )
        }
        json.object { json in
            json.member(
                "functionResponse",
                object: { json in
                    if !(isOwn && ToolCall.isMade(result.callID)) { json.member("id", result.callID) }
                    json.member("name", name ?? result.callID)
                    if !(isOwn && result.extras.contains("response")) {
                        json.name("response")
                        Self.response(text, isError: result.isError == true, &json)
                    }
                    if !media.isEmpty {
                        json.member(
                            "parts", array: { json in GeminiPartWriter(isOwn: isOwn).write(media, into: &json) })
                    }
                    if isOwn { result.extras.write(into: &json) }
                })
        }
        if !isOwn { losses.add(result.extras, in: place + ".", target: GeminiChat.dialect) }
        if result.cache != nil { losses.addMark(at: place) }
    }

    /// A tool's object is the response; everything else goes by the names that the target knows. So does an object with
    /// references in it, which the target would take for its own, to parts of the response, and refuse.
    private static func response(_ text: JSONString, isError: Bool, _ json: inout JSONWriter) {
        if !isError, let first = text.escaped.first, first == UInt8(ascii: "{"),
            let object = RawJSON(Array(text.utf8)), object.isObject, !hasReferences(object)
        {
            return json.value(object)
        }
        json.object { $0.member(isError ? "error" : "output", text) }
    }

    /// Whether a member at any depth is one of JSON's references or what they refer to.
    private static func hasReferences(_ object: RawJSON) -> Bool {
        // Nearly none has; a name may be spelled with escapes.
        let marks = [UInt8(ascii: "$"), UInt8(ascii: "\\")]
        guard object.bytes.contains(where: marks.contains) else { return false }
        do throws(JSONError) { return try object.read { isReference(in: $0) } } catch { return true }
    }

    private static func isReference(in value: JSONValue) -> Bool {
        value.elements.contains(where: isReference)
            || value.members.contains { member in
                member.name.equals("$ref") || member.name.equals("$defs") || isReference(in: member.value)
            }
    }
}
