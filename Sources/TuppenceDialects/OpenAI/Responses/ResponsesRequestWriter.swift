/// Writes a request in the dialect of Responses.
///
/// A conversation comes whole with each request here, so that nothing is to be stored unless the caller says so; thoughts
/// are then asked for as ciphers, to be sent back.
struct ResponsesRequestWriter {
    private let request: ChatRequest
    private let target: OutboundTarget
    private let isOwn: Bool
    private var losses: Losses

    static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        var writer = ResponsesRequestWriter(request, target)
        let body = JSONWriter.object(reserving: request.roughSize) { writer.members(&$0) }
        return OutboundRequest(path: "responses", body: body, losses: writer.losses)
    }

    private init(_ request: ChatRequest, _ target: OutboundTarget) {
        let fitted = OpenAIModelFit.fitted(request, to: target, in: OpenAIResponses.dialect)
        self.request = fitted.request
        losses = fitted.losses
        self.target = target
        isOwn = request.origin == OpenAIResponses.dialect
    }

    private mutating func members(_ json: inout JSONWriter) {
        json.member("model", JSONString(target.model))
        input(&json)
        limit(&json)
        json.member("temperature", request.sampling.temperature)
        json.member("top_p", request.sampling.topP)
        tools(&json)
        if !isOwn || !request.extras.contains("text") { format(&json) }
        if !isOwn || !request.extras.contains("reasoning") { reasoning(&json) }
        logprobs(&json)
        if request.streams {
            json.member("stream", true)
            if isOwn, !request.streamExtras.isEmpty {
                json.member("stream_options", object: { request.streamExtras.write(into: &$0) })
            }
        }
        labels(&json)
        inexpressible()
        extras(&json)
    }

    /// Clients ask for a token, or a few, to find out whether a model is there: they get the least that there is here, which is
    /// held for (``Policy/leastOutputLimits``).
    private mutating func limit(_ json: inout JSONWriter) {
        guard let limit = target.outputLimit ?? request.outputLimit else { return }
        let least = OpenAIResponses.leastOutputLimit
        guard !isOwn, limit < least else { return json.member("max_output_tokens", limit) }
        json.member("max_output_tokens", least)
        losses.add("max_tokens", .adjusted, "The target takes output limits of \(least) tokens and more.")
    }

    private mutating func input(_ json: inout JSONWriter) {
        let messages =
            isOwn ? request.messages : request.messages.tellingStrayResults(acrossTurns: true, &losses)
        var writer = ResponsesItemWriter(origin: request.origin, losses: losses)
        // What `instructions` said is spelled out among the extras.
        let isInstructed = isOwn && request.extras.contains("instructions")
        let skipped = isInstructed && request.messages.first?.role == .system ? 1 : 0
        json.member(
            "input",
            array: { json in
                for (index, message) in messages.enumerated().dropFirst(skipped) {
                    writer.write(message, index, into: &json)
                }
            })
        losses = writer.losses
    }

    // MARK: Tools

    private mutating func tools(_ json: inout JSONWriter) {
        let hasTools =
            isOwn
            ? !request.tools.isEmpty : OfferedTools().haveFunctions(of: request.tools, takesCustom: true, &losses)
        if hasTools {
            json.member(
                "tools",
                array: { json in
                    for (index, tool) in request.tools.enumerated() {
                        switch tool {
                        case .function(let function):
                            ResponsesTools.write(function, isOwn: isOwn, into: &json)
                            if function.cache != nil { losses.addMark(at: "tools[\(index)]") }
                            if !isOwn {
                                losses.add(function.extras, in: "tools[\(index)].", target: OpenAIResponses.dialect)
                            }
                        case .custom(let tool) where isOwn: json.value(tool.json)
                        case .custom(let tool):
                            OpenAICustomTools.write(tool, isNested: false, into: &json)
                            losses.add(tool.extras, in: "tools[\(index)].", target: OpenAIResponses.dialect)
                        case .native(_, let raw): if isOwn { json.value(raw) }
                        }
                    }
                })
        }
        guard hasTools || isOwn else { return }
        if !isOwn, let name = OpenAICustomTools.chosen(request.toolChoice) {
            json.name("tool_choice")
            OpenAICustomTools.write(choice: name, isNested: false, into: &json)
        } else if let choice = isOwn
            ? request.toolChoice : request.toolChoice?.plain(amongSeveral: true, &losses)
        {
            json.name("tool_choice")
            ResponsesTools.write(choice, into: &json)
        }
        json.member("parallel_tool_calls", request.parallelToolCalls)
    }

    // MARK: Form

    private mutating func format(_ json: inout JSONWriter) {
        // OpenAI's chats have it beside the format.
        let verbosity = request.origin == .openAI ? request.extras["verbosity"] : nil
        guard request.output != nil || verbosity != nil else { return }
        json.member(
            "text",
            object: { json in
                json.member("verbosity", verbosity)
                if let output = request.output { json.member("format", object: { format(output, &$0) }) }
            })
        if case .jsonSchema(let schema) = request.output, !isOwn {
            losses.add(schema.extras, in: "response_format.", target: OpenAIResponses.dialect)
        }
    }

    private func format(_ output: OutputFormat, _ json: inout JSONWriter) {
        switch output {
        case .text: json.member("type", literal: "text")
        case .jsonObject: json.member("type", literal: "json_object")
        case .jsonSchema(let schema):
            json.member("type", literal: "json_schema")
            json.member("name", schema.name ?? "answer")
            json.member("description", schema.description)
            json.member("schema", schema.schema)
            // Not said, it is true here and false elsewhere.
            json.member("strict", schema.strict ?? (isOwn ? nil : false))
            if isOwn { schema.extras.write(into: &json) }
        }
    }

    private func reasoning(_ json: inout JSONWriter) {
        guard let reasoning = request.reasoning else { return }
        let isShown = reasoning.isWanted && reasoning.display?.equals("omitted") != true
        guard reasoning.effort != nil || isShown else { return }
        json.member(
            "reasoning",
            object: { json in
                json.member("effort", reasoning.effort)
                if isShown { json.member("summary", literal: "auto") }
            })
    }

    private mutating func logprobs(_ json: inout JSONWriter) {
        json.member("top_logprobs", request.topLogprobs)
        guard !(isOwn && request.extras.contains("include")) else { return }
        let asksThoughts = !isOwn && request.store != true && OpenAIModel(target.model).thinks
        guard asksThoughts || request.logprobs == true else { return }
        json.member(
            "include",
            array: { json in
                if asksThoughts { json.value(literal: "reasoning.encrypted_content") }
                if request.logprobs == true { json.value(literal: "message.output_text.logprobs") }
            })
    }

    // MARK: The rest

    private mutating func labels(_ json: inout JSONWriter) {
        if isOwn || request.serviceTier?.equals("auto") == true || request.origin == .openAI {
            json.member("service_tier", request.serviceTier)
        } else if request.serviceTier?.equals("standard_only") == true {
            json.member("service_tier", literal: "default")
        } else if request.serviceTier != nil {
            losses.add("service_tier", .dropped, "The target has other tiers of service.")
        }
        OpenAIUser.write(
            request, isOwn: isOwn, hasSpelling: isOwn || request.origin == .openAI, &losses, into: &json)
        json.member("metadata", request.metadata)
        json.member("store", request.store ?? (isOwn ? nil : false))
        if request.cache != nil { losses.addMark() }
    }

    /// What the dialect has no words for at all.
    private mutating func inexpressible() {
        if let count = request.choices, count > 1 {
            losses.add("n", .refused, "The target gives one answer to a request.")
        }
        if !request.stop.isEmpty { losses.add("stop", .refused, "The target takes no stop sequences.") }
        if request.sampling.logitBias != nil {
            losses.add("logit_bias", .refused, "The target takes no bias for tokens.")
        }
        lose(request.sampling.topK, "top_k", "The target takes no top_k.")
        lose(request.sampling.seed, "seed", "The target takes no seed: its answers cannot be repeated.")
        if let penalty = request.sampling.frequencyPenalty, penalty.double != 0 {
            losses.add("frequency_penalty", .dropped, "The target takes no penalties.")
        }
        if let penalty = request.sampling.presencePenalty, penalty.double != 0 {
            losses.add("presence_penalty", .dropped, "The target takes no penalties.")
        }
        if !isOwn { losses.add(request.streamExtras, in: "stream_options.", target: OpenAIResponses.dialect) }
    }

    private mutating func lose(_ value: RawJSON?, _ field: String, _ reason: String) {
        if value != nil { losses.add(field, .dropped, reason) }
    }

    private mutating func extras(_ json: inout JSONWriter) {
        if isOwn { return request.extras.write(into: &json) }
        var others = Extras()
        for member in request.extras.members {
            // Said within `text`.
            if request.origin == .openAI, member.name.equals("verbosity") { continue }
            if request.origin == .openAI, OpenAIResponses.shared(member.name) != nil {
                json.name(key: member.name)
                json.value(member.value)
            } else {
                others.members.append(member)
            }
        }
        losses.add(others, target: OpenAIResponses.dialect)
    }
}
