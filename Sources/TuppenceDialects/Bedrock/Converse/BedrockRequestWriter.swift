import TuppenceCore

/// Writes a request in Converse's dialect. The model stands in the path.
struct BedrockRequestWriter {
    private let request: ChatRequest
    private let target: OutboundTarget
    private let model: BedrockModel
    private let isOwn: Bool
    private let outputLimit: Int?
    private var losses = Losses()

    static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        var writer = BedrockRequestWriter(request, target)
        let body = JSONWriter.object(reserving: request.roughSize) { writer.members(&$0) }
        // One segment of the path: ids have colons, ARNs slashes.
        let path = "model/\(PercentEncoding.encoded(target.model))/\(request.streams ? "converse-stream" : "converse")"
        return OutboundRequest(path: path, body: body, losses: writer.losses)
    }

    private init(_ request: ChatRequest, _ target: OutboundTarget) {
        self.request = request
        self.target = target
        model = BedrockModel(target.model)
        isOwn = request.origin == BedrockConverse.dialect
        outputLimit = target.outputLimit ?? request.outputLimit
    }

    private mutating func members(_ json: inout JSONWriter) {
        conversation(&json)
        let thinking = model.claude.map {
            AnthropicThinking(
                request, model: $0, outputLimit: outputLimit ?? AnthropicMessages.defaultOutputLimit, isOwn: isOwn,
                losses: &losses)
        }
        inference(thinks: thinking?.thinks == true, &json)
        format(&json)
        fields(thinking, &json)
        labels(&json)
        inexpressible()
        extras(&json)
    }

    private mutating func conversation(_ json: inout JSONWriter) {
        var writer = BedrockMessageWriter(origin: request.origin, model: model, losses: losses)
        var instructions: [Block] = []
        var rest: [(message: ChatMessage, index: Int)] = []
        // Claude refuses two calls of one id here as it does at Anthropic.
        let messages =
            isOwn
            ? request.messages
            : request.messages.withUniqueCalls(fit: BedrockMessageWriter.fit).tellingStrayResults(&writer.losses)
        let order = isOwn ? nil : messages.orderWithResultsFirst
        for place in messages.indices {
            let index = order?[place] ?? place
            let message = messages[index]
            guard message.role.isInstruction else {
                rest.append((message, index))
                continue
            }
            instructions += message.content
            writer.note(message, index)
            if !rest.isEmpty {
                writer.losses.add(
                    "messages[\(index)]", .adjusted, "The target takes instructions only before the conversation.")
            }
        }
        // The target answers to messages, not to instructions alone.
        if rest.isEmpty, !isOwn {
            rest = [(ChatMessage(.user, instructions), 0)]
            instructions = []
        }
        writer.write(rest, mark: request.cache, into: &json)
        writer.system(instructions, into: &json)
        BedrockTools(request: request, model: model).write(&writer, into: &json)
        losses = writer.losses
    }

    // MARK: Inference

    private mutating func inference(thinks: Bool, _ json: inout JSONWriter) {
        var inner = JSONWriter()
        inner.object { json in
            json.member("maxTokens", outputLimit)
            sampling(thinks: thinks, &json)
            stop(&json)
        }
        guard inner.bytes.count > 2 || isOwn else { return }
        json.name("inferenceConfig")
        json.unchecked(inner.bytes[...])
    }

    private mutating func sampling(thinks: Bool, _ json: inout JSONWriter) {
        let sampling = request.sampling
        if isOwn {
            json.member("temperature", sampling.temperature)
            return json.member("topP", sampling.topP)
        }
        if let claude = model.claude, !claude.takesSampling || thinks {
            let reason =
                thinks ? "The target takes no sampling with thinking." : "The target model takes no sampling."
            // The default is no loss.
            if sampling.temperature?.double != 1 { lose(sampling.temperature, "temperature", reason) }
            if sampling.topP?.double != 1 { lose(sampling.topP, "top_p", reason) }
            return
        }
        if let temperature = sampling.temperature, let value = temperature.double, value > 1 {
            losses.add("temperature", .adjusted, "The target takes temperatures up to 1.")
            json.member("temperature", 1)
        } else {
            json.member("temperature", sampling.temperature)
        }
        if sampling.temperature != nil, model.claude?.takesBothSamplings == false {
            lose(sampling.topP, "top_p", "The target model takes temperature or top_p, not both.")
        } else {
            json.member("topP", sampling.topP)
        }
    }

    private mutating func lose(_ value: RawJSON?, _ field: String, _ reason: String) {
        if value != nil { losses.add(field, .dropped, reason) }
    }

    private mutating func stop(_ json: inout JSONWriter) {
        let usable = isOwn ? request.stop : request.stop.filter { !$0.isBlank }
        if usable.count < request.stop.count {
            losses.add("stop", .refused, "The target takes no stop sequence of white space alone.")
        }
        guard !usable.isEmpty else { return }
        json.member("stopSequences", array: { json in for stop in usable { json.value(stop) } })
    }

    // MARK: Form

    private mutating func format(_ json: inout JSONWriter) {
        switch request.output {
        case nil, .text: return
        case .jsonObject:
            losses.add(
                "response_format", .refused,
                "The target cannot be held to JSON without a schema: give one, as json_schema.")
        case .jsonSchema(let format):
            if let claude = model.claude, !claude.takesSchema, !isOwn {
                return losses.add("response_format", .refused, "The target model cannot be held to a schema.")
            }
            let isTranslated = model.claude != nil && !isOwn
            if isTranslated { AnthropicSchema.note(format.schema, &losses) }
            let schema = isTranslated ? AnthropicSchema.translated(format.schema) : format.schema
            json.member(
                "outputConfig",
                object: { json in
                    json.member(
                        "textFormat",
                        object: { json in
                            json.member("type", literal: "json_schema")
                            json.member(
                                "structure",
                                object: { json in
                                    json.member(
                                        "jsonSchema",
                                        object: { json in
                                            json.member("name", format.name ?? (isOwn ? nil : "answer"))
                                            json.member("description", format.description)
                                            // It is JSON within a string.
                                            json.member("schema", JSONString(utf8: schema.bytes))
                                        })
                                })
                        })
                })
            if !isOwn { losses.add(format.extras, in: "response_format.", target: BedrockConverse.dialect) }
        }
    }

    // MARK: Fields of the models' makers

    /// What Converse has no words for, in those of the model's maker, and what the caller gives in them himself.
    private mutating func fields(_ thinking: AnthropicThinking?, _ json: inout JSONWriter) {
        let given = request.extras["additionalModelRequestFields"].flatMap { $0.isObject ? $0 : nil }
        var inner = JSONWriter()
        inner.object { json in
            if !isOwn {
                if let thinking { self.thinking(thinking, &json) } else { reasoning(&json) }
                topK(thinks: thinking?.thinks == true, &json)
            }
            // The last of two members of one name is the one that counts.
            if let given { json.splice(Array(given.bytes.dropFirst().dropLast())) }
        }
        if inner.bytes.count > 2 || given != nil {
            json.name("additionalModelRequestFields")
            json.unchecked(inner.bytes[...])
        }
        // Claude says so which sequence it was that stopped it.
        if !isOwn, model.maker == .anthropic, !request.stop.isEmpty,
            !request.extras.contains("additionalModelResponseFieldPaths")
        {
            json.member("additionalModelResponseFieldPaths", array: { $0.value(literal: "/stop_sequence") })
        }
    }

    private func thinking(_ thinking: AnthropicThinking, _ json: inout JSONWriter) {
        if let mode = thinking.mode {
            json.member(
                "thinking",
                object: { json in
                    json.member(
                        "type", literal: mode == .enabled ? "enabled" : mode == .adaptive ? "adaptive" : "disabled")
                    json.member("budget_tokens", thinking.budget)
                    json.member("display", thinking.display)
                })
        }
        if let effort = thinking.effort { json.member("output_config", object: { $0.member("effort", effort) }) }
    }

    private mutating func reasoning(_ json: inout JSONWriter) {
        guard let reasoning = request.reasoning, reasoning.isWanted else { return }
        guard
            let effort = reasoning.effort ?? reasoning.budget.map({ Reasoning.effort(budget: $0, limit: outputLimit) })
        else { return }
        switch model.maker {
        case .openAI: json.member("reasoning_effort", threeSteps(effort))
        case .qwen: json.member("reasoning_config", threeSteps(effort))
        case .nova where model.isThinkingNova:
            json.member(
                "reasoningConfig",
                object: { json in
                    json.member("type", literal: "enabled")
                    json.member("maxReasoningEffort", threeSteps(effort))
                })
        default: losses.add("reasoning_effort", .dropped, "How much the target model thinks cannot be said here.")
        }
        if reasoning.effort == nil {
            losses.add(
                "thinking.budget_tokens", .adjusted, "The target takes an effort in place of a budget for thinking.")
        }
    }

    /// Of efforts there are low, medium and high.
    private mutating func threeSteps(_ effort: JSONString) -> JSONString {
        switch effort {
        case "low", "medium", "high": return effort
        case "minimal":
            losses.add("reasoning_effort", .adjusted, "The lowest effort of the target is 'low'.")
            return "low"
        default:
            losses.add("reasoning_effort", .adjusted, "The highest effort of the target is 'high'.")
            return "high"
        }
    }

    private mutating func topK(thinks: Bool, _ json: inout JSONWriter) {
        guard let topK = request.sampling.topK else { return }
        switch model.maker {
        case .anthropic where model.claude?.takesSampling == true && !thinks: json.member("top_k", topK)
        case .nova: json.member("inferenceConfig", object: { $0.member("topK", topK) })
        default: losses.add("top_k", .dropped, "The target takes no top_k.")
        }
    }

    // MARK: The rest

    private mutating func labels(_ json: inout JSONWriter) {
        if let tier = request.serviceTier {
            switch tier {
            case "auto": break
            case "default", "flex", "priority", "reserved":
                json.member("serviceTier", object: { $0.member("type", tier) })
            case "standard_only": json.member("serviceTier", object: { $0.member("type", literal: "default") })
            default: losses.add("service_tier", .dropped, "The target has other tiers of service.")
            }
        }
        if let metadata = request.metadata {
            // An object of strings in either.
            if isOwn || Self.isRequestMetadata(metadata) {
                json.member("requestMetadata", metadata)
            } else {
                losses.add("metadata", .dropped, "The target takes up to 16 labels of plain characters.")
            }
        }
        if request.user != nil { losses.add("user", .dropped, "The target does not ask who the user is.") }
    }

    private static func isRequestMetadata(_ metadata: RawJSON) -> Bool {
        func isPlain(_ text: JSONText) -> Bool {
            text.bytes.count <= 256
                && text.bytes.allSatisfy {
                    switch $0 {
                    case 48...57, 65...90, 97...122, 32: true
                    default: ":_@$#=/+,-.".utf8.contains($0)
                    }
                }
        }
        do throws(JSONError) {
            return try metadata.read { value in
                value.members.allSatisfy { member in
                    isPlain(member.name) && !member.name.isEmpty && member.value.text.map(isPlain) == true
                } && value.members.reduce(0) { count, _ in count + 1 } <= 16
            }
        } catch { return false }
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
        if request.store == true { losses.add("store", .dropped, "The target stores no answers.") }
        if !isOwn { losses.add(request.streamExtras, in: "stream_options.", target: BedrockConverse.dialect) }
    }

    /// Bedrock's own members, which callers of any dialect may set beside theirs.
    private static let native: [StaticString] = [
        "guardrailConfig", "performanceConfig", "promptVariables", "additionalModelResponseFieldPaths",
    ]

    private mutating func extras(_ json: inout JSONWriter) {
        var others = Extras()
        for member in request.extras.members where !member.name.equals("additionalModelRequestFields") {
            if !isOwn, member.name.equals("performanceConfig"), !Self.isStandard(member.value) {
                losses.add(
                    "performanceConfig", .refused,
                    "What a faster answer costs is not known here, so it cannot be held for.")
                continue
            }
            if isOwn || Self.native.contains(where: { member.name.equals($0) }) {
                json.name(key: member.name)
                json.value(member.value)
            } else {
                others.members.append(member)
            }
        }
        losses.add(others, target: BedrockConverse.dialect)
    }

    /// Whether it asks for the usual `latency`: the other one has prices of its own.
    private static func isStandard(_ configuration: RawJSON) -> Bool {
        do throws(JSONError) {
            return try configuration.read { value in
                value.members.allSatisfy { $0.name.equals("latency") && $0.value.equals("standard") }
            }
        } catch { return false }  // What cannot be read is refused.
    }
}
