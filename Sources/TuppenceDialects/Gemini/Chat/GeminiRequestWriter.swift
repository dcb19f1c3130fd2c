/// Writes a request in Gemini's dialect.
struct GeminiRequestWriter {
    private let request: ChatRequest
    private let model: GeminiModel
    private let isOwn: Bool
    private let outputLimit: Int?
    private var losses = Losses()

    static func write(_ request: ChatRequest, to target: OutboundTarget, host: GeminiChat.Host) -> OutboundRequest {
        var writer = GeminiRequestWriter(request, target)
        let body = JSONWriter.object(reserving: request.roughSize) { writer.members(&$0) }
        let path = GeminiAddress.path(
            model: target.model, host: host, method: request.streams ? .streamGenerateContent : .generateContent)
        return OutboundRequest(path: path, body: body, losses: writer.losses)
    }

    private init(_ request: ChatRequest, _ target: OutboundTarget) {
        self.request = request
        model = GeminiModel(target.model)
        isOwn = request.origin == GeminiChat.dialect
        outputLimit = target.outputLimit ?? request.outputLimit
    }

    private mutating func members(_ json: inout JSONWriter) {
        conversation(&json)
        tools(&json)
        configuration(&json)
        labels(&json)
        inexpressible()
        guard isOwn else { return losses.add(request.extras, target: GeminiChat.dialect) }
        for member in request.extras.members
        where !member.name.hasPrefix("generationConfig.") && !member.name.hasPrefix("toolConfig.") {
            json.name(key: member.name)
            json.value(member.value)
        }
    }

    /// The dialect has instructions before the conversation only.
    private mutating func conversation(_ json: inout JSONWriter) {
        var writer = GeminiMessageWriter(request, model: model, losses: losses)
        var instructions: [Block] = []
        var rest: [(index: Int, message: ChatMessage)] = []
        let messages = isOwn ? request.messages : request.messages.tellingStrayResults(&writer.losses)
        let order = isOwn ? nil : messages.orderWithResultsFirst
        for place in messages.indices {
            let index = order?[place] ?? place
            let message = messages[index]
            guard message.role.isInstruction else {
                rest.append((index, message))
                continue
            }
            if !rest.isEmpty {
                writer.losses.add(
                    "messages[\(index)]", .adjusted, "The target takes instructions only before the conversation.")
            }
            writer.end(message, index)
            for case .text(let text) in message.content where text.cache != nil {
                writer.losses.addMark(at: "messages[\(index)].content")
            }
            instructions += message.content
        }
        // The target answers to contents, not to instructions alone.
        if rest.isEmpty {
            rest = [(0, ChatMessage(.user, instructions))]
        } else {
            writer.system(instructions, into: &json)
        }
        json.member("contents", array: { json in writer.write(rest, into: &json) })
        if !writer.hasWritten, !isOwn { writer.losses.noteEmptiness() }
        losses = writer.losses
    }

    // MARK: Tools

    private mutating func tools(_ json: inout JSONWriter) {
        let functions = request.tools.contains { if case .function = $0 { true } else { false } }
        let natives = isOwn && request.tools.contains { if case .native = $0 { true } else { false } }
        if functions || natives {
            json.member(
                "tools",
                array: { json in
                    if functions {
                        json.object { json in
                            json.member(
                                "functionDeclarations",
                                array: { json in
                                    for case .function(let tool) in request.tools {
                                        GeminiTools.write(tool, isOwn: isOwn, into: &json)
                                    }
                                })
                        }
                    }
                    guard isOwn else { return }
                    for case .native(_, let raw) in request.tools { json.value(raw) }
                })
        }
        if !isOwn { loseTools() }
        choice(functions: functions, &json)
    }

    private mutating func loseTools() {
        for (index, tool) in request.tools.enumerated() {
            switch tool {
            case .function(let tool):
                losses.add(tool.extras, in: "tools[\(index)].", target: GeminiChat.dialect)
                if tool.strict == true {
                    losses.add(
                        "tools[\(index)].strict", .dropped, "The target does not hold arguments to their schema.")
                }
                if tool.cache != nil { losses.addMark(at: "tools[\(index)]") }
            case .custom: losses.add(customTool: index)
            case .native(let type, _):
                losses.add(
                    "tools[\(index)]", .refused,
                    "The target has no tool of type '\(type.decoded)': it is its provider's own.")
            }
        }
    }

    private mutating func choice(functions: Bool, _ json: inout JSONWriter) {
        var choice = isOwn ? request.toolChoice : request.toolChoice?.plain(amongSeveral: true, &losses)
        if !isOwn, functions, request.parallelToolCalls == false, choice != ToolChoice.none {
            losses.add("parallel_tool_calls", .dropped, "The target may call several tools at once.")
        }
        if !functions, !isOwn { choice = nil }
        let hasMore = isOwn && request.extras.members.contains { $0.name.hasPrefix("toolConfig.") }
        guard choice != nil || hasMore else { return }
        json.member(
            "toolConfig",
            object: { json in
                if let choice {
                    json.name("functionCallingConfig")
                    GeminiTools.write(choice, into: &json)
                }
                if hasMore { request.extras.write(in: "toolConfig.", into: &json) }
            })
    }

    // MARK: Configuration

    private mutating func configuration(_ json: inout JSONWriter) {
        var inner = JSONWriter()
        inner.object { settings(&$0) }
        // Nothing was said but the braces.
        guard inner.bytes.count > 2 else { return }
        json.member("generationConfig", RawJSON(checked: inner.bytes[...]))
    }

    private mutating func settings(_ json: inout JSONWriter) {
        json.member("maxOutputTokens", outputLimit)
        stop(&json)
        json.member("candidateCount", request.choices)
        sampling(&json)
        json.member("responseLogprobs", request.logprobs)
        if isOwn || (request.topLogprobs ?? 0) > 0 { json.member("logprobs", request.topLogprobs) }
        format(&json)
        thinking(&json)
        if isOwn { request.extras.write(in: "generationConfig.", into: &json) }
    }

    private mutating func stop(_ json: inout JSONWriter) {
        guard !request.stop.isEmpty else { return }
        // https://ai.google.dev/api/generate-content#generationconfig (read 2026-11).
        if request.stop.count > 5, !isOwn {
            losses.add("stop", .refused, "The target takes five stop sequences at most.")
        }
        let stops = isOwn ? request.stop[...] : request.stop.prefix(5)
        json.member("stopSequences", array: { json in for stop in stops { json.value(stop) } })
    }

    private mutating func sampling(_ json: inout JSONWriter) {
        let sampling = request.sampling
        if !isOwn, let value = sampling.temperature?.double, value > 2 {
            losses.add("temperature", .adjusted, "The target takes temperatures up to 2.")
            json.member("temperature", 2)
        } else {
            json.member("temperature", sampling.temperature)
        }
        json.member("topP", sampling.topP)
        json.member("topK", sampling.topK)
        json.member("seed", sampling.seed)
        json.member("frequencyPenalty", sampling.frequencyPenalty)
        json.member("presencePenalty", sampling.presencePenalty)
    }

    private mutating func format(_ json: inout JSONWriter) {
        switch request.output {
        case nil: return
        case .text: if isOwn { json.member("responseMimeType", literal: "text/plain") }
        case .jsonObject: json.member("responseMimeType", literal: "application/json")
        case .jsonSchema(let format):
            json.member("responseMimeType", literal: "application/json")
            // Spelled out among the extras, as the caller did.
            if isOwn, request.extras.contains("generationConfig.responseSchema") { return }
            json.member("responseJsonSchema", format.schema)
            guard !isOwn else { return }
            losses.add(format.extras, in: "response_format.", target: GeminiChat.dialect)
            for word in GeminiSchema.unheeded(format.schema) {
                losses.add(
                    "response_format.json_schema.schema.\(word)", .dropped,
                    "The target does not hold answers to '\(word)'.")
            }
        }
    }

    private mutating func thinking(_ json: inout JSONWriter) {
        let plan = GeminiThinking(request, model: model, outputLimit: outputLimit, isOwn: isOwn, losses: &losses)
        guard !plan.isEmpty else { return }
        json.member(
            "thinkingConfig",
            object: { json in
                json.member("includeThoughts", plan.includesThoughts)
                json.member("thinkingBudget", plan.budget)
                json.member("thinkingLevel", plan.level)
            })
    }

    // MARK: The rest

    private mutating func labels(_ json: inout JSONWriter) {
        if isOwn { return json.member("labels", request.metadata) }
        if request.metadata != nil { losses.add("metadata", .dropped, "The target keeps no labels.") }
        if let tier = request.serviceTier, !["auto", "default", "standard_only"].contains(tier) {
            losses.add("service_tier", .dropped, "The target has other tiers of service.")
        }
        if request.user != nil { losses.add("user", .dropped, "The target is not told of users.") }
        if request.store == true { losses.add("store", .dropped, "The target stores no answers.") }
        if request.cache != nil { losses.addMark() }
    }

    /// What the dialect has no words for at all.
    private mutating func inexpressible() {
        if request.sampling.logitBias != nil {
            losses.add("logit_bias", .refused, "The target takes no bias for tokens.")
        }
        if !isOwn { losses.add(request.streamExtras, in: "stream_options.", target: GeminiChat.dialect) }
    }
}
