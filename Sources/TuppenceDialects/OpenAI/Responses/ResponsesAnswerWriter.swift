import TuppenceCore

/// Writes a whole answer: the first choice, since the dialect has one.
struct ResponsesAnswerWriter {
    private let answer: ChatAnswer
    private let style: AnswerStyle
    private let isOwn: Bool
    private let choice: ChatAnswer.Choice
    /// Whether its model has ended it itself, so that the last item is whole.
    private let isComplete: Bool

    static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8] {
        let writer = ResponsesAnswerWriter(answer, style)
        var json = JSONWriter(reserving: 2_048)
        let refuses = writer.choice.content.contains(where: \.isRefusal)
        var object = ResponsesObject(
            style: style,
            id: writer.isOwn ? answer.id ?? OpenAIResponses.answerID(style) : OpenAIResponses.answerID(style),
            model: style.model ?? answer.model ?? "", created: answer.created ?? style.created)
        object.status = ResponsesFinish.status(writer.choice.finish, refuses: refuses)
        object.usage = answer.usage?.usage ?? Usage()
        if object.status == .failed {
            object.error = ProviderError(.server, "The model failed to answer.", status: 502)
        }
        object.write(into: &json) { writer.output(&$0) }
        return json.bytes
    }

    private init(_ answer: ChatAnswer, _ style: AnswerStyle) {
        self.answer = answer
        self.style = style
        isOwn = answer.origin == OpenAIResponses.dialect
        choice = answer.choices.first ?? ChatAnswer.Choice(index: 0)
        let refuses = choice.content.contains(where: \.isRefusal)
        isComplete =
            if case .incomplete = ResponsesFinish.status(choice.finish, refuses: refuses) { false } else { true }
    }

    /// Texts and refusals that follow each other are one message.
    private func output(_ json: inout JSONWriter) {
        var index = 0
        var said: [Block] = []
        let content = isOwn ? choice.content : ResponsesCitationPlaces.moved(choice.content, .outOfHub)
        for (place, block) in content.enumerated() {
            switch block {
            case .text(let text):
                // Where another item of its own began.
                if isOwn, text.extras.understood(ResponsesItems.itemMark) != nil { message(&said, true, &index, &json) }
                said.append(block)
            case .refusal: said.append(block)
            case .thinking, .toolCall, .native:
                message(&said, true, &index, &json)
                item(block, isComplete || place < choice.content.count - 1, &index, &json)
            case .media(let media):
                guard let result = ResponsesImageItem.result(media) else {
                    said.append(.text(media.leftOut))
                    continue
                }
                message(&said, true, &index, &json)
                json.object { json in
                    ResponsesImageItem.members(
                        result, id: OpenAIResponses.itemID("ig_", style, index), status: "completed", into: &json)
                }
                index += 1
            case .toolResult: break  // No answer of the dialect has them.
            }
        }
        message(&said, isComplete, &index, &json)
    }

    private func message(
        _ said: inout [Block], _ isWhole: Bool, _ index: inout Int, _ json: inout JSONWriter
    ) {
        guard let first = said.first else { return }
        var mark: RawJSON?
        if isOwn, case .text(let text) = first { mark = text.extras.understood(ResponsesItems.itemMark) }
        json.object { json in
            json.member("type", literal: "message")
            if let mark, mark.bytes.count > 2 {
                json.splice(Array(mark.bytes.dropFirst().dropLast()))
            } else {
                json.member("id", OpenAIResponses.itemID("msg_", style, index))
                json.member("status", literal: isWhole ? "completed" : "incomplete")
            }
            json.member("role", literal: "assistant")
            json.member(
                "content",
                array: { json in
                    for (place, block) in said.enumerated() {
                        part(block, logprobs: place == 0 && index == firstMessage, &json)
                    }
                })
        }
        said = []
        index += 1
    }

    /// Which item the first message is: probabilities are told with it.
    private var firstMessage: Int {
        choice.content.prefix { block in
            switch block {
            case .text, .refusal: false
            case .media(let media): ResponsesImageItem.result(media) != nil
            default: true
            }
        }.reduce(0) { count, block in
            switch block {
            case .thinking, .toolCall, .media: count + 1
            case .native: isOwn ? count + 1 : count
            default: count
            }
        }
    }

    private func part(_ block: Block, logprobs: Bool, _ json: inout JSONWriter) {
        json.object { json in
            switch block {
            case .text(let text):
                let tokens = logprobs ? choice.logprobs : nil
                ResponsesTextPart.members(
                    text.text, citations: text.citations, isOwn: isOwn, logprobs: tokens.map { [$0] } ?? [], into: &json
                )
                if isOwn {
                    var extras = text.extras
                    extras.removeUnderstood(ResponsesItems.itemMark)
                    extras.remove("logprobs")
                    extras.write(into: &json)
                }
            case .refusal(let text):
                json.member("type", literal: "refusal")
                json.member("refusal", text)
            default: break
            }
        }
    }

    private func item(_ block: Block, _ isWhole: Bool, _ index: inout Int, _ json: inout JSONWriter) {
        switch block {
        case .thinking(let thinking):
            json.object { json in
                let id = isOwn ? thinking.id : nil
                ResponsesReasoning.members(
                    thinking, id: id ?? OpenAIResponses.itemID("rs_", style, index), isOwn: isOwn, into: &json)
            }
        case .toolCall(var call):
            let own = isOwn ? nil : style.namespaces.caller(call.name)
            call.name = own?.name ?? call.name
            json.object { json in
                ResponsesCallItem.members(call, into: &json)
                json.member("namespace", own?.namespace)
                if isOwn, !call.extras.isEmpty {
                    // With its id and status.
                    call.extras.write(into: &json)
                } else {
                    json.member("id", OpenAIResponses.itemID(call.isCustom ? "ctc_" : "fc_", style, index))
                    json.member("status", literal: isWhole ? "completed" : "incomplete")
                }
            }
        case .native(let native):
            guard isOwn else { return }
            json.value(native.json)
        default: return
        }
        index += 1
    }
}

/// A call of a tool as an item, without its id.
enum ResponsesCallItem {
    static func members(_ call: ToolCall, into json: inout JSONWriter) {
        json.member("type", literal: call.isCustom ? "custom_tool_call" : "function_call")
        json.member("call_id", call.id)
        json.member("name", call.name)
        if call.isCustom {
            json.member("input", call.arguments.rawString)
        } else {
            json.member("arguments", call.arguments.string)
        }
    }
}

/// A picture that the model has made, as an item.
enum ResponsesImageItem {
    /// - Returns: the Base64 of a picture; nil for anything else.
    static func result(_ media: Media) -> JSONString? {
        guard media.kind == .image, case .base64(_, let data) = media.source else { return nil }
        return data
    }

    /// - Parameter result: nil as long as it is not told.
    static func members(
        _ result: JSONString?, id: JSONString, status: StaticString, into json: inout JSONWriter
    ) {
        json.member("id", id)
        json.member("type", literal: "image_generation_call")
        json.member("status", literal: status)
        json.name("result")
        if let result { json.value(result) } else { json.null() }
    }
}

/// A part of text.
enum ResponsesTextPart {
    /// - Parameter logprobs: objects whose `content` is a list of tokens, as OpenAI's chats have them.
    static func members(
        _ text: JSONString, citations: [Citation], isOwn: Bool, logprobs: [RawJSON], into json: inout JSONWriter
    ) {
        json.member("type", literal: "output_text")
        json.member("text", text)
        json.member(
            "annotations",
            array: { json in
                for citation in citations {
                    ResponsesAnnotations.write(citation, range: 0..<text.characterCount, isOwn: isOwn, into: &json)
                }
            })
        json.name("logprobs")
        write(logprobs: logprobs, into: &json)
    }

    static func write(logprobs: [RawJSON], into json: inout JSONWriter) {
        json.array { json in for piece in logprobs { piece.forEachElement(of: "content") { json.value($0) } } }
    }
}
