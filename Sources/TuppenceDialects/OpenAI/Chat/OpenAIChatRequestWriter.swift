/// Writes a request in OpenAI's dialect.
struct OpenAIChatRequestWriter {
    private let request: ChatRequest
    private let target: OutboundTarget
    private let isOwn: Bool
    /// Whether it was said in OpenAI's other dialect, which shares some members.
    private let isResponses: Bool
    private var losses: Losses

    static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        var writer = OpenAIChatRequestWriter(request, target)
        let body = JSONWriter.object(reserving: request.roughSize) { writer.members(&$0) }
        return OutboundRequest(path: "chat/completions", body: body, losses: writer.losses)
    }

    private init(_ request: ChatRequest, _ target: OutboundTarget) {
        let fitted = OpenAIModelFit.fitted(request, to: target, in: OpenAIChat.dialect)
        self.request = fitted.request
        losses = fitted.losses
        self.target = target
        isOwn = request.origin == OpenAIChat.dialect
        isResponses = request.origin == OpenAIResponses.dialect
    }

    private mutating func members(_ json: inout JSONWriter) {
        json.member("model", JSONString(target.model))
        messages(&json)
        limits(&json)
        sampling(&json)
        tools(&json)
        format(&json)
        reasoning(&json)
        if request.streams { stream(&json) }
        labels(&json)
        extras(&json)
    }

    private mutating func extras(_ json: inout JSONWriter) {
        if isOwn { return request.extras.write(into: &json) }
        var others = Extras()
        for member in request.extras.members {
            if isResponses, let needed = OpenAIResponses.shared(member.name) {
                if takes(needed) {
                    json.name(key: member.name)
                    json.value(member.value)
                } else if !member.isUnderstood {
                    losses.add(member.name.decoded, .dropped, "The target does not take it.")
                }
            } else if isResponses, member.name.equals("text"), let verbosity = Self.verbosity(in: member.value) {
                // Responses have it within `text`, whose other member is the format.
                if takes(.verbosity) {
                    json.member("verbosity", verbosity)
                } else if !member.isUnderstood {
                    losses.add("text.verbosity", .dropped, "The target does not take it.")
                }
            } else {
                others.members.append(member)
            }
        }
        losses.add(others, target: OpenAIChat.dialect)
    }

    /// Whether the host knows it, of what its own dialect's callers may say to any.
    private func takes(_ needed: ChatExtensions) -> Bool { isOwn || target.accepts.contains(needed) }

    private static func verbosity(in text: RawJSON) -> RawJSON? {
        do throws(JSONError) { return try text.read { $0["verbosity"]?.raw } } catch { return nil }
    }

    private mutating func messages(_ json: inout JSONWriter) {
        let messages =
            isOwn ? request.messages : request.messages.tellingStrayResults(acrossTurns: true, &losses)
        var writer = OpenAIChatMessageWriter(
            origin: request.origin, keepsMarks: takes(.cacheControl),
            accepts: target.accepts.settled(for: target.model), losses: losses)
        let order = isOwn ? nil : messages.orderWithResultsFirst
        let joins = !takes(.lateInstructions) && messages.dropFirst().haveInstructions
        json.member(
            "messages",
            array: { json in
                if joins { writer.writeInstructions(of: messages, into: &json) }
                for place in messages.indices {
                    let index = order?[place] ?? place
                    if joins, messages[index].role.isInstruction { continue }
                    writer.write(messages[index], index, into: &json)
                }
            })
        losses = writer.losses
    }

    private mutating func limits(_ json: inout JSONWriter) {
        if let limit = target.outputLimit ?? request.outputLimit {
            switch target.outputLimitField {
            case .maxTokens: json.member("max_tokens", limit)
            case .maxCompletionTokens: json.member("max_completion_tokens", limit)
            }
        }
        if request.stop.count == 1 {
            json.member("stop", request.stop[0])
        } else if !request.stop.isEmpty {
            json.member("stop", array: { json in for stop in request.stop { json.value(stop) } })
        }
        json.member("n", request.choices)
    }

    private mutating func sampling(_ json: inout JSONWriter) {
        let sampling = request.sampling
        json.member("temperature", sampling.temperature)
        json.member("top_p", sampling.topP)
        json.member("seed", sampling.seed)
        json.member("frequency_penalty", sampling.frequencyPenalty)
        json.member("presence_penalty", sampling.presencePenalty)
        json.member("logit_bias", sampling.logitBias)
        json.member("logprobs", request.logprobs)
        json.member("top_logprobs", request.topLogprobs)
        // Those of this dialect who have it find it among the extras.
        if sampling.topK != nil, !isOwn { losses.add("top_k", .dropped, "OpenAI's chats have no top_k.") }
    }

    private mutating func tools(_ json: inout JSONWriter) {
        let keepsMarks = takes(.cacheControl)
        // Not all who speak the dialect choose among several.
        let offered = isOwn ? OfferedTools() : OfferedTools(request.toolChoice, among: request.tools, &losses)
        let hasTools =
            isOwn
            ? !request.tools.isEmpty
            : offered.haveFunctions(of: request.tools, takesCustom: takes(.customTools), &losses)
        if hasTools {
            json.member(
                "tools",
                array: { json in
                    for (index, tool) in request.tools.enumerated() where offered.contains(tool) {
                        write(tool, index, keepsMarks, &json)
                    }
                })
        }
        if !isOwn, hasTools, takes(.customTools), let name = OpenAICustomTools.chosen(request.toolChoice) {
            json.name("tool_choice")
            OpenAICustomTools.write(choice: name, isNested: true, into: &json)
        } else if let choice = isOwn ? request.toolChoice : request.toolChoice?.plain(&losses), hasTools || isOwn {
            json.name("tool_choice")
            OpenAIChatTools.write(choice, into: &json)
        }
        if hasTools || isOwn { json.member("parallel_tool_calls", request.parallelToolCalls) }
    }

    private mutating func write(_ tool: Tool, _ index: Int, _ keepsMarks: Bool, _ json: inout JSONWriter) {
        switch tool {
        case .function(let tool):
            OpenAIChatTools.write(tool, into: &json, keepsMarks: keepsMarks, keepsExtras: isOwn)
            if tool.cache != nil, !keepsMarks { losses.addMark(at: "tools[\(index)]") }
            if !isOwn { losses.add(tool.extras, in: "tools[\(index)].", target: OpenAIChat.dialect) }
        case .custom(let tool) where isOwn: json.value(tool.json)
        case .custom(let tool):
            guard takes(.customTools) else { return }
            OpenAICustomTools.write(tool, isNested: true, into: &json)
            losses.add(tool.extras, in: "tools[\(index)].", target: OpenAIChat.dialect)
        case .native(_, let raw): if isOwn { json.value(raw) }
        }
    }

    private mutating func format(_ json: inout JSONWriter) {
        switch request.output {
        case nil: return
        case .text: json.member("response_format", object: { $0.member("type", literal: "text") })
        case .jsonObject: json.member("response_format", object: { $0.member("type", literal: "json_object") })
        case .jsonSchema(let schema):
            json.member(
                "response_format",
                object: { json in
                    json.member("type", literal: "json_schema")
                    json.member(
                        "json_schema",
                        object: { json in
                            // OpenAI asks for a name.
                            json.member("name", schema.name ?? (isOwn ? nil : "answer"))
                            json.member("description", schema.description)
                            json.member("schema", schema.schema)
                            json.member("strict", schema.strict)
                            if isOwn { schema.extras.write(into: &json) }
                        })
                })
            if !isOwn { losses.add(schema.extras, in: "response_format.", target: OpenAIChat.dialect) }
        }
    }

    private func reasoning(_ json: inout JSONWriter) {
        guard let reasoning = request.reasoning else { return }
        // Spelled out among the extras, as the caller did.
        if isOwn, request.extras.contains("reasoning") || request.extras.contains("thinking") {
            if let effort = reasoning.effort, !request.extras.contains("reasoning") {
                json.member("reasoning_effort", effort)
            }
            return
        }
        if reasoning.mode == .disabled {
            json.member("thinking", object: { $0.member("type", literal: "disabled") })
        } else {
            json.member("reasoning_effort", reasoning.effort)
        }
    }

    private func stream(_ json: inout JSONWriter) {
        json.member("stream", true)
        guard target.acceptsStreamOptions else { return }
        json.member(
            "stream_options",
            object: { json in
                json.member("include_usage", true)
                if isOwn { request.streamExtras.write(into: &json) }
            })
    }

    private mutating func serviceTier(_ json: inout JSONWriter) {
        guard let tier = request.serviceTier else { return }
        let isUsual = tier.equals("auto") || tier.equals("default") || tier.equals("standard_only")
        if isOwn || takes(.serviceTier) && (isResponses || tier.equals("auto")) {
            json.member("service_tier", tier)
        } else if takes(.serviceTier), tier.equals("standard_only") {
            json.member("service_tier", literal: "default")
        } else if !isUsual {
            losses.add("service_tier", .dropped, "The target has other tiers of service.")
        }
    }

    private mutating func labels(_ json: inout JSONWriter) {
        serviceTier(&json)
        OpenAIUser.write(
            request, isOwn: isOwn, hasSpelling: isOwn || isResponses && takes(.safetyIdentifier), &losses, into: &json)
        if takes(.metadata) {
            json.member("metadata", request.metadata)
        } else if request.metadata != nil {
            losses.add("metadata", .dropped, "The target keeps no labels.")
        }
        if takes(.store) {
            json.member("store", request.store)
        } else if request.store == true {
            losses.add("store", .dropped, "The target stores no answers.")
        }
        if let mark = request.cache {
            if takes(.cacheControl) { mark.write(into: &json) } else { losses.addMark() }
        }
    }
}

extension Reasoning {
    /// The effort that comes closest to a budget for thinking, by its share of the output limit; OpenRouter counts high as
    /// 0.8 of it, medium 0.5, low 0.2 (https://openrouter.ai/docs/use-cases/reasoning-tokens, read 2026-11).
    static func effort(budget: Int, limit: Int?) -> JSONString {
        guard let limit, limit > 0 else { return budget < 4_096 ? "low" : budget < 16_384 ? "medium" : "high" }
        let (scaled, overflow) = budget.multipliedReportingOverflow(by: 100)
        let percent = overflow ? 100 : scaled / limit
        return percent < 35 ? "low" : percent < 65 ? "medium" : "high"
    }

    /// The budget that an effort comes to within an output limit: not below the 1,024 that providers ask for, and less
    /// than the limit; nil where there is no room for it.
    static func budget(effort: JSONString, limit: Int) -> Int? {
        let percent: Int
        switch effort {
        case "minimal": percent = 10
        case "low": percent = 20
        case "high": percent = 80
        case "xhigh", "max": percent = 95
        default: percent = 50
        }
        let budget = max(1_024, min(limit / 100 * percent, 32_000))
        return budget < limit ? budget : nil
    }
}
