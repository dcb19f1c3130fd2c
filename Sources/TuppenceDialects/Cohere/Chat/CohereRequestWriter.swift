/// Writes a request in Cohere's dialect.
struct CohereRequestWriter {
    private let request: ChatRequest
    private let target: OutboundTarget
    private var losses = Losses()

    static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest {
        var writer = CohereRequestWriter(request: request, target: target)
        let body = JSONWriter.object(reserving: request.roughSize) { writer.members(&$0) }
        return OutboundRequest(path: "chat", body: body, losses: writer.losses)
    }

    private init(request: ChatRequest, target: OutboundTarget) {
        self.request = request
        self.target = target
    }

    private mutating func members(_ json: inout JSONWriter) {
        json.member("model", JSONString(target.model))
        json.member("stream", request.streams)
        let messages = request.messages.tellingStrayResults(acrossTurns: true, &losses)
        var writer = CohereMessageWriter(losses: losses)
        let order = messages.orderWithResultsFirst
        json.member(
            "messages",
            array: { json in
                for place in messages.indices {
                    let index = order?[place] ?? place
                    writer.write(messages[index], index, into: &json)
                }
            })
        losses = writer.losses
        writer.documents.write(into: &json)
        json.member("max_tokens", target.outputLimit ?? request.outputLimit)
        sampling(&json)
        tools(&json)
        format(&json)
        reasoning(&json)
        labels()
        inexpressible()
        losses.add(request.extras, target: CohereChat.dialect)
        losses.add(request.streamExtras, in: "stream_options.", target: CohereChat.dialect)
    }

    // MARK: Sampling

    /// Ranges: https://docs.cohere.com/reference/chat (read 2026-11).
    private mutating func sampling(_ json: inout JSONWriter) {
        let sampling = request.sampling
        bounded(sampling.temperature, "temperature", "temperature", 0...1, &json)
        bounded(sampling.topP, "p", "top_p", 0.01...0.99, &json)
        bounded(sampling.topK, "k", "top_k", 0...500, &json)
        json.member("seed", sampling.seed)
        bounded(sampling.frequencyPenalty, "frequency_penalty", "frequency_penalty", 0...1, &json)
        bounded(sampling.presencePenalty, "presence_penalty", "presence_penalty", 0...1, &json)
        if request.logprobs == true { json.member("logprobs", true) }
        guard !request.stop.isEmpty else { return }
        if request.stop.count > 5 { losses.add("stop", .refused, "The target takes five stop sequences at most.") }
        json.member("stop_sequences", array: { json in for stop in request.stop.prefix(5) { json.value(stop) } })
    }

    /// What lies outside the target's range goes to its edge; a `top_p` of 1 says the same as none.
    private mutating func bounded(
        _ value: RawJSON?, _ name: StaticString, _ field: String, _ range: ClosedRange<Double>, _ json: inout JSONWriter
    ) {
        guard let value, let number = value.double else { return }
        if range.contains(number) { return json.member(name, value) }
        if field == "top_p", number >= 1 { return }
        losses.add(field, .adjusted, "The target takes \(field) from \(range.lowerBound) to \(range.upperBound).")
        let edge = number < range.lowerBound ? range.lowerBound : range.upperBound
        json.member(name, RawJSON(checked: Array(edge.description.utf8)[...]))
    }

    // MARK: Tools

    private mutating func tools(_ json: inout JSONWriter) {
        var functions: [FunctionTool] = []
        let offered = OfferedTools(request.toolChoice, among: request.tools, &losses)
        if offered.haveFunctions(of: request.tools, &losses) {
            for (index, tool) in request.tools.enumerated() where offered.contains(tool) {
                guard case .function(let tool) = tool else { continue }
                losses.add(tool.extras, in: "tools[\(index)].", target: CohereChat.dialect)
                functions.append(tool)
            }
        }
        var choice = request.toolChoice?.plain(&losses)
        // The dialect cannot name a tool, but one alone that must be called is named.
        if case .named(let name) = choice {
            functions.removeAll { $0.name != name }
            choice = .required
        }
        guard !functions.isEmpty else { return }
        if request.parallelToolCalls == false, choice != ToolChoice.none {
            losses.add("parallel_tool_calls", .dropped, "The target may call several tools at once.")
        }
        json.member("tools", array: { json in for tool in functions { Self.write(tool, &json) } })
        if functions.contains(where: { $0.strict == true }) { json.member("strict_tools", true) }
        switch choice {
        case .required: json.member("tool_choice", literal: "REQUIRED")
        case .some(.none): json.member("tool_choice", literal: "NONE")
        case .auto, .named, .among, .validated, .native, nil: break
        }
    }

    private static func write(_ tool: FunctionTool, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "function")
            json.member(
                "function",
                object: { json in
                    json.member("name", tool.name)
                    json.member("description", tool.description)
                    json.member("parameters", tool.parameters ?? ToolSchema.noArguments)
                })
        }
    }

    // MARK: Output

    private mutating func format(_ json: inout JSONWriter) {
        switch request.output {
        case nil, .text: return
        case .jsonObject: json.member("response_format", object: { $0.member("type", literal: "json_object") })
        case .jsonSchema(let format):
            json.member(
                "response_format",
                object: { json in
                    json.member("type", literal: "json_object")
                    json.member("json_schema", format.schema)
                })
            losses.add(format.extras, in: "response_format.", target: CohereChat.dialect)
        }
    }

    /// Only the models for reasoning can be told (https://docs.cohere.com/docs/reasoning, read 2026-11).
    private mutating func reasoning(_ json: inout JSONWriter) {
        guard let reasoning = request.reasoning,
            reasoning.mode != nil || reasoning.effort != nil || reasoning.budget != nil
        else { return }
        guard target.model.split(separator: "-").contains(where: { $0 == "reasoning" || $0 == "plus" }),
            target.model.hasPrefix("command-a")
        else {
            if reasoning.isWanted {
                losses.add(
                    reasoning.effort == nil ? "thinking" : "reasoning_effort", .dropped,
                    "The target model does not think before it answers.")
            }
            return
        }
        json.member(
            "thinking",
            object: { json in
                guard reasoning.isWanted else { return json.member("type", literal: "disabled") }
                json.member("type", literal: "enabled")
                json.member("token_budget", reasoning.budget)
            })
        if reasoning.effort != nil, reasoning.budget == nil, reasoning.isWanted {
            losses.add("reasoning_effort", .adjusted, "The target thinks or does not: there is no effort.")
        }
    }

    // MARK: The rest

    private mutating func labels() {
        if request.user != nil { losses.add("user", .dropped, "The target is not told of users.") }
        if request.metadata != nil { losses.add("metadata", .dropped, "The target keeps no labels.") }
        if request.store == true { losses.add("store", .dropped, "The target stores no answers.") }
        if let tier = request.serviceTier, !["auto", "default", "standard_only"].contains(tier) {
            losses.add("service_tier", .dropped, "The target has other tiers of service.")
        }
        if request.cache != nil { losses.addMark() }
    }

    private mutating func inexpressible() {
        if let count = request.choices, count > 1 {
            losses.add("n", .refused, "The target gives one answer to a request.")
        }
        if (request.topLogprobs ?? 0) > 0 {
            losses.add("top_logprobs", .refused, "The target gives no probabilities of alternatives.")
        }
        if request.sampling.logitBias != nil {
            losses.add("logit_bias", .refused, "The target takes no bias for tokens.")
        }
    }
}
