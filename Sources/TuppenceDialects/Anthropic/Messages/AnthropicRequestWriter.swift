/// Writes a request in Anthropic's dialect.
struct AnthropicRequestWriter {
    private let request: ChatRequest
    private let target: OutboundTarget
    private let host: AnthropicMessages.Host
    private let model: AnthropicModel
    private let isOwn: Bool
    /// Nil where no output is asked for.
    private let outputLimit: Int?
    private var losses = Losses()

    /// - Parameter limitsOutput: whether there is to be a limit where the request names none, as the dialect has it.
    static func write(
        _ request: ChatRequest, to target: OutboundTarget, host: AnthropicMessages.Host, limitsOutput: Bool = true
    ) -> OutboundRequest {
        var writer = AnthropicRequestWriter(request, target, host, limitsOutput: limitsOutput)
        let body = JSONWriter.object(reserving: request.roughSize) { writer.members(&$0) }
        let path = host.path(of: target.model, streams: request.streams)
        var outbound = OutboundRequest(path: path, body: body, losses: writer.losses)
        if host == .anthropic { outbound.headers = [.init("anthropic-version", "2023-06-01")] }
        return outbound
    }

    private init(
        _ request: ChatRequest, _ target: OutboundTarget, _ host: AnthropicMessages.Host, limitsOutput: Bool
    ) {
        self.target = target
        self.host = host
        model = AnthropicModel(target.model)
        isOwn = request.origin == AnthropicMessages.dialect
        outputLimit =
            target.outputLimit ?? request.outputLimit ?? (limitsOutput ? AnthropicMessages.defaultOutputLimit : nil)
        var losses = Losses()
        self.request =
            isOwn
            ? AnthropicModelFit.fitted(request, to: model, outputLimit: outputLimit ?? .max, &losses) : request
        self.losses = losses
    }

    private mutating func members(_ json: inout JSONWriter) {
        if let version = host.version {
            if request.extras["anthropic_version"] == nil { json.member("anthropic_version", literal: version) }
        } else {
            json.member("model", JSONString(target.model))
        }
        json.member("max_tokens", outputLimit)
        conversation(&json)
        let thinks = reasoning(&json)
        sampling(thinks: thinks, &json)
        tools(&json)
        if request.streams { json.member("stream", true) }
        labels(&json)
        inexpressible()
        if isOwn {
            request.extras.write(into: &json)
        } else {
            losses.add(request.extras, target: AnthropicMessages.dialect)
        }
    }

    // MARK: Messages

    private mutating func conversation(_ json: inout JSONWriter) {
        var writer = AnthropicMessageWriter(origin: request.origin, losses: losses)
        // Two calls of one id are answered with 400.
        let messages =
            isOwn
            ? request.messages
            : request.messages.withUniqueCalls(fit: AnthropicBlockWriter.identifier).tellingStrayResults(&writer.losses)
        let leading = messages.prefix { $0.role.isInstruction }
        var rest = messages[leading.endIndex...]
        var instructions = leading.count == 1 ? leading[0].content : leading.flatMap(\.content)
        if !isOwn || model.isKnown && model.refusesLateInstructions, rest.haveInstructions {
            let placed = AnthropicLateInstructions(
                rest, areTaken: !isOwn && model.takesLateInstructions, losses: &writer.losses)
            instructions += isOwn ? writer.texts(among: placed.moved) : placed.moved
            rest = placed.messages[...]
        }
        for (index, message) in zip(leading.indices, leading) { writer.end(message, index) }
        // The target answers to messages, not to instructions alone.
        if rest.isEmpty, !isOwn {
            rest = [ChatMessage(.user, instructions)]
            instructions = []
        }
        writer.system(instructions, into: &json)
        json.member("messages", array: { json in writer.write(rest, into: &json) })
        if !writer.hasWritten, !isOwn { writer.losses.noteEmptiness() }
        losses = writer.losses
    }

    // MARK: Thinking

    /// - Returns: whether the answer is thought about, which rules out other settings.
    private mutating func reasoning(_ json: inout JSONWriter) -> Bool {
        let plan = AnthropicThinking(
            request, model: model, outputLimit: outputLimit ?? .max, isOwn: isOwn, losses: &losses)
        if let mode = plan.mode {
            json.member(
                "thinking",
                object: { json in
                    switch mode {
                    case .enabled: json.member("type", literal: "enabled")
                    case .adaptive: json.member("type", literal: "adaptive")
                    case .disabled: json.member("type", literal: "disabled")
                    }
                    json.member("budget_tokens", plan.budget)
                    json.member("display", plan.display)
                })
        }
        output(effort: plan.effort, &json)
        return plan.thinks
    }

    private mutating func output(effort: JSONString?, _ json: inout JSONWriter) {
        var schema: RawJSON?
        switch request.output {
        case nil, .text: break
        case .jsonObject:
            losses.add(
                "response_format", .refused,
                "The target cannot be held to JSON without a schema: give one, as json_schema.")
        case .jsonSchema(let format):
            if isOwn || model.takesSchema {
                // Spelled out among the extras, by the name that it had as a beta.
                schema = isOwn && request.extras.contains("output_format") ? nil : format.schema
                if !isOwn { AnthropicSchema.note(format.schema, &losses) }
            } else {
                losses.add("response_format", .refused, "The target model cannot be held to a schema.")
            }
        }
        // Spelled out among the extras, with what else is there.
        if isOwn, request.extras.contains("output_config") { return }
        guard effort != nil || schema != nil else { return }
        json.member(
            "output_config",
            object: { json in
                json.member("effort", effort)
                guard let schema else { return }
                json.member(
                    "format",
                    object: { json in
                        json.member("type", literal: "json_schema")
                        json.member("schema", isOwn ? schema : AnthropicSchema.translated(schema))
                    })
            })
    }

    // MARK: Sampling

    private mutating func sampling(thinks: Bool, _ json: inout JSONWriter) {
        let sampling = request.sampling
        if isOwn {
            json.member("temperature", sampling.temperature)
            json.member("top_p", sampling.topP)
            json.member("top_k", sampling.topK)
        } else if !model.takesSampling {
            lose(sampling.temperature, "temperature", "The target model takes no temperature.")
            lose(sampling.topP, "top_p", "The target model takes no top_p.")
            lose(sampling.topK, "top_k", "The target model takes no top_k.")
        } else if thinks {
            // https://platform.claude.com/docs/en/build-with-claude/extended-thinking (read 2026-11): neither may be
            // changed while the model thinks.
            if sampling.temperature?.double != 1 {
                lose(sampling.temperature, "temperature", "The target takes no temperature with thinking.")
            }
            lose(sampling.topK, "top_k", "The target takes no top_k with thinking.")
            if let topP = sampling.topP, let value = topP.double, (0.95...1).contains(value) {
                json.member("top_p", topP)
            } else {
                lose(sampling.topP, "top_p", "The target takes no top_p below 0.95 with thinking.")
            }
        } else {
            temperature(sampling.temperature, &json)
            if sampling.temperature != nil, !model.takesBothSamplings {
                lose(sampling.topP, "top_p", "The target takes temperature or top_p, not both.")
            } else {
                json.member("top_p", sampling.topP)
            }
            json.member("top_k", sampling.topK)
        }
        stop(&json)
    }

    private mutating func lose(_ value: RawJSON?, _ field: String, _ reason: String) {
        if value != nil { losses.add(field, .dropped, reason) }
    }

    private mutating func temperature(_ temperature: RawJSON?, _ json: inout JSONWriter) {
        guard let temperature, let value = temperature.double else { return }
        if value > 1 {
            losses.add("temperature", .adjusted, "The target takes temperatures up to 1.")
            json.member("temperature", 1)
        } else {
            json.member("temperature", temperature)
        }
    }

    private mutating func stop(_ json: inout JSONWriter) {
        guard !request.stop.isEmpty else { return }
        let usable = isOwn ? request.stop : request.stop.filter { !$0.isBlank }
        if usable.count < request.stop.count {
            losses.add("stop", .refused, "The target takes no stop sequence of white space alone.")
        }
        guard !usable.isEmpty else { return }
        json.member("stop_sequences", array: { json in for stop in usable { json.value(stop) } })
    }

    // MARK: Tools

    private mutating func tools(_ json: inout JSONWriter) {
        var foreign = AnthropicForeignTools(model: model)
        let offered = isOwn ? OfferedTools() : OfferedTools(request.toolChoice, among: request.tools, &losses)
        let hasTools = isOwn ? !request.tools.isEmpty : offered.haveFunctions(of: request.tools, &losses)
        if hasTools {
            json.member(
                "tools",
                array: { json in
                    for (index, tool) in request.tools.enumerated() where offered.contains(tool) {
                        switch tool {
                        case .function(let tool) where isOwn: AnthropicTools.write(tool, isOwn: true, into: &json)
                        case .function(let tool):
                            let fitted = foreign.fitted(tool, index, &losses)
                            AnthropicTools.write(fitted, isOwn: false, into: &json)
                            losses.add(tool.extras, in: "tools[\(index)].", target: AnthropicMessages.dialect)
                        case .custom: break  // Refused above.
                        case .native(_, let raw): if isOwn { json.value(raw) }
                        }
                    }
                })
        }
        guard hasTools || isOwn else { return }
        let given = isOwn ? request.toolChoice : request.toolChoice?.plain(&losses)
        if let choice = given ?? (request.parallelToolCalls == false ? .auto : nil) {
            json.name("tool_choice")
            AnthropicTools.write(choice, parallel: request.parallelToolCalls, isOwn: isOwn, into: &json)
        }
    }

    // MARK: The rest

    private mutating func labels(_ json: inout JSONWriter) {
        if let user = request.user, !(isOwn && request.extras.contains("metadata")) {
            json.member("metadata", object: { $0.member("user_id", user) })
        }
        if isOwn || request.serviceTier?.equals("auto") == true {
            json.member("service_tier", request.serviceTier)
        } else if request.serviceTier?.equals("default") == true {
            json.member("service_tier", literal: "standard_only")
        } else if request.serviceTier != nil {
            losses.add("service_tier", .dropped, "The target has other tiers of service.")
        }
        request.cache?.write(into: &json)
    }

    /// What the dialect has no words for at all.
    private mutating func inexpressible() {
        if let count = request.choices, count > 1 {
            losses.add("n", .refused, "The target gives one answer to a request.")
        }
        if request.logprobs == true || (request.topLogprobs ?? 0) > 0 {
            losses.add("logprobs", .refused, "The target gives no log probabilities.")
        }
        if request.sampling.logitBias != nil {
            losses.add("logit_bias", .refused, "The target takes no bias for tokens.")
        }
        lose(request.sampling.seed, "seed", "The target takes no seed: its answers cannot be repeated.")
        if let penalty = request.sampling.frequencyPenalty, penalty.double != 0 {
            losses.add("frequency_penalty", .dropped, "The target takes no penalties.")
        }
        if let penalty = request.sampling.presencePenalty, penalty.double != 0 {
            losses.add("presence_penalty", .dropped, "The target takes no penalties.")
        }
        if request.metadata != nil { losses.add("metadata", .dropped, "The target keeps no labels.") }
        if request.store == true { losses.add("store", .dropped, "The target stores no answers.") }
        if !isOwn { losses.add(request.streamExtras, in: "stream_options.", target: AnthropicMessages.dialect) }
    }
}
