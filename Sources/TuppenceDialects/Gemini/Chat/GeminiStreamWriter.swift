import TuppenceCore

/// Writes the chunks of a streamed answer. Text goes out as it comes; calls of tools, which the dialect has only whole, when
/// their arguments are complete; reason and usage with the end.
struct GeminiStreamWriter: ChatStreamWriter {
    var style: AnswerStyle
    private let form: GeminiAddress.StreamForm
    private var id: JSONString?
    private var model: JSONString?
    private var isOwn = false
    private var hasEnded = false
    private var hasWritten = false
    private var usage = Usage()
    private var blocks: [StreamEvent.Place: Open] = [:]
    /// Signatures of calls that have not been written, by the ids of the calls.
    private var signatures: [JSONString: JSONString] = [:]
    private var choices: [Choice] = []

    /// What of a block waits until it ends.
    private struct Open {
        let start: StreamEvent.BlockStart
        var arguments = JSONStringBuilder()
        var thinking: Thinking?
        var hasText = false
    }

    private struct Choice {
        let index: Int
        var finish: Finish?
        var refuses = false
        var text = TextOffsets()
        var citations: [Citation] = []
        var logprobs: [RawJSON] = []
    }

    init(_ style: AnswerStyle) {
        self.style = style
        form = style.streamForm
    }

    mutating func write(_ event: StreamEvent, into output: inout JSONWriter) {
        guard !hasEnded else { return }
        switch event {
        case .start(let start):
            (id, model, isOwn) = (start.id, start.model, start.origin == GeminiChat.dialect)
            usage = start.usage?.usage ?? Usage()
        case .blockStart(let place, let start): open(start, place, &output)
        case .delta(let place, let delta): add(delta, place, &output)
        case .blockEnd(let place): close(place, &output)
        case .logprobs(let index, let logprobs): choices[choice(index)].logprobs.append(logprobs)
        case .finish(let index, let finish): choices[choice(index)].finish = finish
        case .usage(let report): usage = report.usage
        // A comment is none in the array, and clients of events expect none.
        case .ping: break
        case .error(let error):
            hasEnded = true
            let style = style
            message(&output) { GeminiErrors.write(error, in: style, into: &$0) }
            if form == .array { output.plain("\r\n]") }
        case .end:
            hasEnded = true
            end(&output)
        }
    }

    private mutating func choice(_ index: Int) -> Int {
        if let place = choices.firstIndex(where: { $0.index == index }) { return place }
        choices.append(Choice(index: index))
        return choices.count - 1
    }

    // MARK: Chunks

    /// One element of the array, or one event.
    private mutating func message(_ output: inout JSONWriter, _ object: (inout JSONWriter) -> Void) {
        switch form {
        case .events: output.plain("data: ")
        case .array: output.plain(hasWritten ? ",\r\n" : "[\n")
        }
        hasWritten = true
        object(&output)
        if form == .events { output.plain("\r\n\r\n") }
    }

    private mutating func part(_ choice: Int, _ output: inout JSONWriter, _ parts: (inout JSONWriter) -> Void) {
        let (id, model) = (id ?? style.id, style.model ?? model ?? "")
        message(&output) { json in
            json.object { json in
                json.member(
                    "candidates",
                    array: { json in
                        json.object { json in
                            json.member(
                                "content",
                                object: { json in
                                    json.member("parts", array: parts)
                                    json.member("role", literal: "model")
                                })
                            json.member("index", choice)
                        }
                    })
                json.member("modelVersion", model)
                json.member("responseId", id)
            }
        }
    }

    private mutating func end(_ output: inout JSONWriter) {
        let (choices, usage, style, isOwn) = (choices, usage, style, isOwn)
        let (id, model) = (id ?? style.id, style.model ?? model ?? "")
        message(&output) { json in
            json.object { json in
                json.member(
                    "candidates",
                    array: { json in
                        for choice in choices { Self.finish(choice, isOwn: isOwn, &json) }
                    })
                json.name("usageMetadata")
                GeminiUsageWriter.write(usage, more: style.usageMembers, into: &json)
                json.member("modelVersion", model)
                json.member("responseId", id)
            }
        }
        if form == .array { output.plain("\r\n]") }
    }

    private static func finish(_ choice: Choice, isOwn: Bool, _ json: inout JSONWriter) {
        json.object { json in
            json.member(
                "content",
                object: { json in
                    json.member("parts", array: { json in json.object { $0.member("text", literal: "") } })
                    json.member("role", literal: "model")
                })
            let finish = choice.finish ?? Finish(.stop)
            json.member("finishReason", GeminiFinish.name(finish, refuses: choice.refuses, isOwn: isOwn))
            json.member("index", choice.index)
            if let logprobs = AnswerCollector.joined(choice.logprobs) {
                json.member("logprobsResult", GeminiLogprobs.written(logprobs))
            }
            guard !choice.citations.isEmpty else { return }
            json.member(
                "groundingMetadata", object: { GeminiCitations.write(choice.citations, choice.text, into: &$0) })
        }
    }

    // MARK: Blocks

    private mutating func open(_ start: StreamEvent.BlockStart, _ place: StreamEvent.Place, _ output: inout JSONWriter)
    {
        let choice = choice(place.choice)
        var block = Open(start: start)
        switch start {
        case .thinking(let thinking): block.thinking = thinking
        case .refusal: choices[choice].refuses = true
        case .native(let native): if isOwn { part(place.choice, &output) { $0.value(native.json) } }
        case .media(let media):
            let isOwn = isOwn
            part(place.choice, &output) { json in json.object { GeminiMedia.members(media, isOwn: isOwn, &$0) } }
        case .text, .toolCall: break
        }
        blocks[place] = block
    }

    private mutating func add(_ delta: StreamEvent.Delta, _ place: StreamEvent.Place, _ output: inout JSONWriter) {
        guard let start = blocks[place]?.start else { return }
        switch (delta, start) {
        case (.text(let text), .thinking):
            blocks[place]?.hasText = true
            part(place.choice, &output) { json in
                json.object { json in
                    json.member("text", text)
                    json.member("thought", true)
                }
            }
        case (.text(let text), _):
            choices[choice(place.choice)].text.add(text)
            part(place.choice, &output) { json in json.object { $0.member("text", text) } }
        case (.arguments(let text), _): blocks[place]?.arguments.append(text)
        case (.signature(let signature), .thinking): blocks[place]?.thinking?.signature = signature
        case (.encrypted(let data), .thinking): blocks[place]?.thinking?.encrypted = data
        case (.citation(var citation), _):
            let choice = choice(place.choice)
            citation.range = citation.range ?? 0..<choices[choice].text.characters
            choices[choice].citations.append(citation)
        case (.signature, _), (.encrypted, _), (.native, _): break
        }
    }

    private mutating func close(_ place: StreamEvent.Place, _ output: inout JSONWriter) {
        guard let block = blocks.removeValue(forKey: place) else { return }
        switch block.start {
        case .thinking:
            guard let thinking = block.thinking, let signature = GeminiSignature.string(thinking) else { return }
            // Gemini's own goes with the call that it is of; every other one stands where it came.
            if thinking.format == .gemini, let id = thinking.id {
                signatures[id] = signature
                return
            }
            let isThought = block.hasText || thinking.format != .gemini
            part(place.choice, &output) { json in
                json.object { json in
                    json.member("text", literal: "")
                    if isThought { json.member("thought", true) }
                    json.member("thoughtSignature", signature)
                }
            }
        case .toolCall(let id, let name, _):
            let signature = signatures.removeValue(forKey: id)
            let arguments = ToolArguments(string: block.arguments.string)
            part(place.choice, &output) { json in
                json.object { json in
                    json.member(
                        "functionCall",
                        object: { json in
                            json.member("id", id)
                            json.member("name", name)
                            json.member("args", arguments.object)
                        })
                    json.member("thoughtSignature", signature)
                }
            }
        case .text, .refusal, .media, .native: break
        }
    }
}
