import TuppenceCore

/// Writes the events of a streamed answer in the dialect's full order: the answer is created and in progress; each item is
/// added, its parts announced, told in deltas and told whole, and done; at last the answer is completed, told whole again.
///
/// Calls that come side by side stay so: each event says which item it is of. A call is done once it is known that the model
/// was not cut off within it: with the next item, or the finish.
struct ResponsesStreamWriter: ChatStreamWriter {
    var style: AnswerStyle
    private var hasStarted = false
    private var hasEnded = false
    private var sequence = 0
    private var model: JSONString = ""
    private var created = 0
    private var usage: UsageReport?
    private var finish: Finish?
    private var refuses = false
    /// By their place in the output.
    private var items: [ResponsesStreamItem] = []
    /// The message that texts go to.
    private var message: Int?
    /// Calls that have ended, and are not yet said to be done.
    private var held: [Int] = []
    /// How many of text have been told.
    private var characters = 0

    init(_ style: AnswerStyle) { self.style = style }

    mutating func write(_ event: StreamEvent, into output: inout JSONWriter) {
        guard !hasEnded else { return }
        switch event {
        case .start(let start): begin(start, &output)
        case .blockStart(let place, let start): if place.choice == 0 { open(place.block, start, &output) }
        case .delta(let place, let delta): if place.choice == 0 { self.delta(place.block, delta, &output) }
        case .blockEnd(let place): if place.choice == 0 { close(place.block, &output) }
        case .finish(let choice, let finish):
            guard choice == 0 else { return }
            self.finish = finish
            endCalls(&output)
        case .usage(let report): usage = report
        case .logprobs(let choice, let tokens):
            if choice == 0, let message, !items[message].parts.isEmpty {
                items[message].parts[items[message].parts.count - 1].logprobs.append(tokens)
            }
        // With an empty line behind it, it would be an event without data to some.
        case .ping: output.plain(": keep-alive\n")
        case .error(let error): fail(error, &output)
        case .end: end(&output)
        }
    }

    // MARK: The answer

    private mutating func event(
        _ name: StaticString, _ output: inout JSONWriter, _ members: (inout JSONWriter) -> Void
    ) {
        output.plain("event: ")
        output.plain(name)
        output.plain("\ndata: ")
        output.object { json in
            json.member("type", literal: name)
            json.member("sequence_number", sequence)
            members(&json)
        }
        output.plain("\n\n")
        sequence += 1
    }

    private func object(_ status: ResponsesFinish.Status?, error: ProviderError? = nil) -> ResponsesObject {
        var object = ResponsesObject(
            style: style, id: OpenAIResponses.answerID(style), model: model, created: created)
        object.status = status
        object.error = error
        if status != nil { object.usage = usage?.usage ?? Usage() }
        return object
    }

    private mutating func begin(_ start: StreamStart, _ output: inout JSONWriter) {
        guard !hasStarted else { return }
        hasStarted = true
        model = style.model ?? start.model ?? ""
        created = start.created ?? style.created
        usage = start.usage
        let object = object(nil)
        event("response.created", &output) { json in
            json.name("response")
            object.write(into: &json) { _ in }
        }
        event("response.in_progress", &output) { json in
            json.name("response")
            object.write(into: &json) { _ in }
        }
    }

    private mutating func end(_ output: inout JSONWriter) {
        endCalls(&output)
        endMessage(&output)
        hasEnded = true
        var status = ResponsesFinish.status(finish, refuses: refuses)
        var error: ProviderError?
        if status == .failed { error = ProviderError(.server, "The model failed to answer.", status: 502) }
        if error != nil { status = .failed }
        let object = object(status, error: error)
        let items = items
        let name: StaticString
        switch status {
        case .completed: name = "response.completed"
        case .incomplete: name = "response.incomplete"
        case .failed: name = "response.failed"
        }
        event(name, &output) { json in
            json.name("response")
            object.write(into: &json) { json in for item in items { json.unchecked(item.json[...]) } }
        }
    }

    private mutating func fail(_ error: ProviderError, _ output: inout JSONWriter) {
        hasEnded = true
        if !hasStarted { begin(StreamStart(origin: .responses), &output) }
        endCalls(&output)
        let base = style.base
        event("error", &output) { json in ResponsesErrors.members(error, base, &json) }
        let object = object(.failed, error: error)
        let items = items.filter { !$0.json.isEmpty }
        event("response.failed", &output) { json in
            json.name("response")
            object.write(into: &json) { json in for item in items { json.unchecked(item.json[...]) } }
        }
    }

    // MARK: Blocks

    private mutating func open(_ block: Int, _ start: StreamEvent.BlockStart, _ output: inout JSONWriter) {
        endCalls(&output)
        switch start {
        case .text: openPart(block, isRefusal: false, &output)
        case .refusal:
            refuses = true
            openPart(block, isRefusal: true, &output)
        case .thinking(let thinking):
            endMessage(&output)
            add(
                ResponsesStreamItem(.reasoning(thinking), block, OpenAIResponses.itemID("rs_", style, items.count)),
                &output)
        case .toolCall(let id, let name, let isCustom):
            endMessage(&output)
            let own = style.namespaces.caller(name)
            let call = ResponsesStreamItem.Kind.call(id: id, name: own?.name ?? name, isCustom: isCustom)
            let itemID = OpenAIResponses.itemID(isCustom ? "ctc_" : "fc_", style, items.count)
            var item = ResponsesStreamItem(call, block, itemID)
            item.namespace = own?.namespace
            add(item, &output)
        case .media(let media):
            if let result = ResponsesImageItem.result(media) {
                endMessage(&output)
                add(
                    ResponsesStreamItem(
                        .image(result), block, OpenAIResponses.itemID("ig_", style, items.count)), &output)
            } else {
                openPart(block, isRefusal: false, &output)
                delta(block, .text(media.leftOut), &output)
            }
        case .native: break  // Only its own dialect has it, in which streams pass through.
        }
    }

    private mutating func add(_ item: ResponsesStreamItem, _ output: inout JSONWriter) {
        let index = items.count
        items.append(item)
        event("response.output_item.added", &output) { json in
            json.member("output_index", index)
            json.name("item")
            item.write(isDone: false, into: &json)
        }
    }

    private mutating func openPart(_ block: Int, isRefusal: Bool, _ output: inout JSONWriter) {
        if message == nil {
            message = items.count
            add(ResponsesStreamItem(.message, nil, OpenAIResponses.itemID("msg_", style, items.count)), &output)
        }
        guard let message else { return }
        let part = ResponsesStreamItem.Part(block: block, isRefusal: isRefusal, start: characters)
        items[message].parts.append(part)
        partEvent("response.content_part.added", message, items[message].parts.count - 1, &output) { json in
            json.name("part")
            part.write(into: &json)
        }
    }

    private mutating func partEvent(
        _ name: StaticString, _ item: Int, _ part: Int, _ output: inout JSONWriter,
        _ members: (inout JSONWriter) -> Void
    ) {
        let id = items[item].id
        event(name, &output) { json in
            json.member("item_id", id)
            json.member("output_index", item)
            json.member("content_index", part)
            members(&json)
        }
    }

    private mutating func itemEvent(
        _ name: StaticString, _ item: Int, _ output: inout JSONWriter, _ members: (inout JSONWriter) -> Void
    ) {
        let id = items[item].id
        event(name, &output) { json in
            json.member("item_id", id)
            json.member("output_index", item)
            members(&json)
        }
    }

    private func place(_ block: Int) -> (item: Int, part: Int?)? {
        for (index, item) in items.enumerated() {
            if item.block == block { return (index, nil) }
            if let part = item.parts.firstIndex(where: { $0.block == block }) { return (index, part) }
        }
        return nil
    }

    private mutating func delta(_ block: Int, _ delta: StreamEvent.Delta, _ output: inout JSONWriter) {
        guard let (item, part) = place(block) else { return }
        switch (delta, items[item].kind, part) {
        case (.text(let text), .message, let part?):
            items[item].parts[part].text.append(text)
            if items[item].parts[part].isRefusal {
                return partEvent("response.refusal.delta", item, part, &output) { $0.member("delta", text) }
            }
            characters += text.characterCount
            partEvent("response.output_text.delta", item, part, &output) { json in
                json.member("delta", text)
                json.member("logprobs", array: { _ in })
            }
        case (.citation(let citation), .message, let part?):
            // It counts from the beginning of its own part here.
            items[item].parts[part].citations.append(citation.moved(by: -items[item].parts[part].start))
        case (.text(let text), .reasoning, _):
            if items[item].text.isEmpty { summaryPart("response.reasoning_summary_part.added", item, &output) }
            items[item].text.append(text)
            itemEvent("response.reasoning_summary_text.delta", item, &output) { json in
                json.member("summary_index", 0)
                json.member("delta", text)
            }
        case (.signature(let signature), .reasoning(var thinking), _):
            thinking.signature = signature
            items[item].kind = .reasoning(thinking)
        case (.encrypted(let cipher), .reasoning(var thinking), _):
            thinking.encrypted = cipher
            items[item].kind = .reasoning(thinking)
        case (.arguments(let text), .call(_, _, let isCustom), _):
            items[item].text.append(text)
            itemEvent(
                isCustom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta", item,
                &output
            ) { $0.member("delta", text) }
        default: break
        }
    }

    private mutating func summaryPart(_ name: StaticString, _ item: Int, _ output: inout JSONWriter) {
        let text = items[item].text.string
        itemEvent(name, item, &output) { json in
            json.member("summary_index", 0)
            json.member(
                "part",
                object: { json in
                    json.member("type", literal: "summary_text")
                    json.member("text", text)
                })
        }
    }

    // MARK: Ends

    private mutating func close(_ block: Int, _ output: inout JSONWriter) {
        guard let (item, part) = place(block) else { return }
        switch (items[item].kind, part) {
        case (.message, let part?): closePart(item, part, &output)
        case (.reasoning, _):
            let text = items[item].text.string
            if !text.isEmpty {
                itemEvent("response.reasoning_summary_text.done", item, &output) { json in
                    json.member("summary_index", 0)
                    json.member("text", text)
                }
                summaryPart("response.reasoning_summary_part.done", item, &output)
            }
            done(item, &output)
        case (.call, _):
            held.append(item)
            if finish != nil { endCalls(&output) }
        case (.image, _): done(item, &output)
        case (.message, nil): break
        }
    }

    private mutating func endCalls(_ output: inout JSONWriter) {
        for item in held {
            guard case .call(_, let name, let isCustom) = items[item].kind else { continue }
            let isLast = item == items.count - 1
            items[item].isCut = isCutOff && (isLast || !items[item].isReadable)
            if items[item].text.isEmpty, !items[item].isCut, !isCustom { items[item].text.append("{}") }
            let text = items[item].text.string
            if isCustom {
                itemEvent("response.custom_tool_call_input.done", item, &output) { $0.member("input", text) }
            } else {
                itemEvent("response.function_call_arguments.done", item, &output) { json in
                    json.member("name", name)
                    json.member("arguments", text)
                }
            }
            done(item, &output)
        }
        held = []
    }

    /// Whether the answer ends before its model would have ended it.
    private var isCutOff: Bool {
        if case .incomplete = ResponsesFinish.status(finish, refuses: refuses) { true } else { false }
    }

    private mutating func closePart(_ item: Int, _ index: Int, _ output: inout JSONWriter) {
        items[item].parts[index].isOpen = false
        let part = items[item].parts[index]
        if part.isRefusal {
            partEvent("response.refusal.done", item, index, &output) { $0.member("refusal", part.text.string) }
        } else {
            for (number, citation) in part.citations.enumerated() {
                partEvent("response.output_text.annotation.added", item, index, &output) { json in
                    json.member("annotation_index", number)
                    json.name("annotation")
                    ResponsesAnnotations.write(
                        citation, range: 0..<part.text.string.characterCount, isOwn: false, into: &json)
                }
            }
            partEvent("response.output_text.done", item, index, &output) { json in
                json.member("text", part.text.string)
                json.name("logprobs")
                ResponsesTextPart.write(logprobs: part.logprobs, into: &json)
            }
        }
        partEvent("response.content_part.done", item, index, &output) { json in
            json.name("part")
            part.write(into: &json)
        }
        if items[item].isEnding, !items[item].parts.contains(where: \.isOpen) { done(item, &output) }
    }

    /// Nothing more comes to the message that texts go to.
    private mutating func endMessage(_ output: inout JSONWriter) {
        guard let index = message else { return }
        message = nil
        items[index].isEnding = true
        items[index].isCut = isCutOff && index == items.count - 1
        if !items[index].parts.contains(where: \.isOpen) { done(index, &output) }
    }

    private mutating func done(_ index: Int, _ output: inout JSONWriter) {
        var json = JSONWriter()
        items[index].write(isDone: true, into: &json)
        items[index].json = json.bytes
        let bytes = json.bytes
        event("response.output_item.done", &output) { json in
            json.member("output_index", index)
            json.name("item")
            json.unchecked(bytes[...])
        }
    }
}
