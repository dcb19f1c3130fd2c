import TuppenceCore

/// Brings a request into what Mistral understands of OpenAI's dialect. Whatever else there is would be refused (422, "extra
/// inputs are not permitted"), so that it is left out and named here.
struct MistralRequest {
    private var request: ChatRequest
    private var losses = Losses()
    private let isOpenAI: Bool
    private let reasoningFit: ReasoningFit
    /// Whether an assistant's message has to come behind results of tools.
    private let keepsRoles: Bool

    /// - Returns: a request that is to be written as one of OpenAI's, with nothing in it that is not to be written.
    static func adapted(_ request: ChatRequest, to target: OutboundTarget) -> (request: ChatRequest, losses: Losses) {
        var adapter = MistralRequest(request, target)
        adapter.adapt()
        return (adapter.request, adapter.losses)
    }

    private init(_ request: ChatRequest, _ target: OutboundTarget) {
        self.request = request
        let family = ModelFamily.name(of: target.model)
        keepsRoles = family == "codestral" || family == "devstral"
        isOpenAI = request.origin == .openAI || request.origin == .mistral
        reasoningFit = ReasoningFit(
            efforts: MistralModel(target.model).efforts, thinks: false, restsUnasked: true,
            limit: target.outputLimit ?? request.outputLimit)
    }

    /// Members that Mistral has by these names and the hub does not.
    private static let known: [StaticString] = [
        "safe_prompt", "prompt_mode", "prediction", "guardrails", "prompt_cache_key",
    ]

    private mutating func adapt() {
        let original = request
        request.messages = []
        let messages = original.messages.tellingStrayResults(acrossTurns: true, &losses)
        let order = isOpenAI ? nil : messages.orderWithResultsFirst
        for place in messages.indices {
            let index = order?[place] ?? place
            add(messages[index], index)
        }
        tools()
        settings()
        format()
        extras(original.extras)
        losses.add(request.streamExtras, in: "stream_options.", target: MistralChat.dialect)
        request.streamExtras = Extras()
        request.origin = .openAI
    }

    // MARK: Settings

    private mutating func settings() {
        if request.logprobs == true || (request.topLogprobs ?? 0) > 0 {
            losses.add("logprobs", .refused, "The target gives no log probabilities.")
        }
        if request.sampling.logitBias != nil {
            losses.add("logit_bias", .refused, "The target takes no bias for tokens.")
        }
        if request.sampling.topK != nil { losses.add("top_k", .dropped, "The target takes no top_k.") }
        if request.user != nil { losses.add("user", .dropped, "The target does not ask who the user is.") }
        if request.store == true { losses.add("store", .dropped, "The target stores no answers.") }
        if let tier = request.serviceTier, !tier.equals("auto"), !tier.equals("default") {
            losses.add("service_tier", .dropped, "The target has other tiers of service.")
        }
        if request.cache != nil { losses.addMark() }
        (request.logprobs, request.topLogprobs, request.sampling.logitBias, request.sampling.topK) = (
            nil, nil, nil, nil
        )
        (request.user, request.store, request.serviceTier, request.cache) = (nil, nil, nil, nil)
        if let reasoning = request.reasoning { request.reasoning = reasoningFit.fitted(reasoning, &losses) }
    }

    private mutating func format() {
        guard case .jsonSchema(var schema) = request.output else { return }
        losses.add(schema.extras, in: "response_format.", target: MistralChat.dialect)
        schema.extras = Extras()
        // It asks for a name.
        schema.name = schema.name ?? "answer"
        request.output = .jsonSchema(schema)
    }

    private mutating func extras(_ extras: Extras) {
        var kept = Extras()
        var lost = Extras()
        for var member in extras.members {
            if isOpenAI, member.name.equals("random_seed") {
                kept.members.append(member)
            } else if isOpenAI && Self.known.contains(where: { member.name.equals($0) })
                || request.origin == .responses && member.name.equals("prompt_cache_key")
            {
                member.isUnderstood = false
                kept.members.append(member)
            } else {
                lost.members.append(member)
            }
        }
        if let seed = request.sampling.seed, !kept.contains("random_seed") {
            kept.members.append(Extras.Member(name: "random_seed", value: seed))
        }
        request.sampling.seed = nil
        losses.add(lost, target: MistralChat.dialect)
        request.extras = kept
    }

    // MARK: Tools

    private mutating func tools() {
        let tools = request.tools
        let offered = OfferedTools(request.toolChoice, among: tools, &losses)
        let hasTools = offered.haveFunctions(of: tools, &losses)
        request.tools = []
        for (index, tool) in tools.enumerated() where offered.contains(tool) {
            guard case .function(var function) = tool else { continue }
            if function.cache != nil { losses.addMark(at: "tools[\(index)]") }
            losses.add(function.extras, in: "tools[\(index)].", target: MistralChat.dialect)
            (function.cache, function.extras) = (nil, Extras())
            // It wants a schema where OpenAI does without.
            function.parameters = function.parameters ?? ToolSchema.noArguments
            request.tools.append(.function(function))
        }
        request.toolChoice = request.toolChoice?.plain(&losses)
        if !hasTools { (request.toolChoice, request.parallelToolCalls) = (nil, nil) }
        // Its own word, which is older than OpenAI's.
        if request.toolChoice == .required { request.toolChoice = .native(RawJSON("any" as JSONString)) }
    }

    // MARK: Messages

    private mutating func add(_ message: ChatMessage, _ index: Int) {
        var adapted = message
        let place = "messages[\(index)]"
        if message.role == .developer { adapted.role = .system }
        if message.name != nil {
            losses.add("\(place).name", .dropped, "The target does not tell users apart by name.")
            adapted.name = nil
        }
        // What says thoughts in another spelling is among the blocks.
        var kept = Extras()
        var lost = Extras()
        for member in message.extras.members {
            if isOpenAI, member.name.equals("prefix") {
                kept.members.append(member)
            } else {
                lost.members.append(member)
            }
        }
        losses.add(lost, in: "\(place).", target: MistralChat.dialect)
        adapted.extras = kept
        if message.role == .tool {
            addResults(adapted, place)
        } else {
            adapted.content = message.content.compactMap { block($0, "\(place).content") }
            // "Assistant message must have either content or tool_calls, but not none": one that says nothing is not missed.
            if message.role == .assistant, adapted.content.allSatisfy(\.isEmptyText) { return }
            if message.role == .user { separate(place) }
            request.messages.append(adapted)
        }
    }

    /// Models for code refuse a user's message right behind results of tools: "Unexpected role 'user' after role 'tool'" (400,
    /// code 3230; https://github.com/zed-industries/zed/pull/31736, https://github.com/avante-corp/avante.nvim/issues/2562,
    /// read 2026-11). Recorded answers of Mistral Small and Ministral take it.
    private mutating func separate(_ place: String) {
        guard keepsRoles, request.messages.last?.role == .tool else { return }
        losses.add(
            place, .adjusted,
            "The target takes nothing of the user's right behind results of tools: an answer of one word stands between."
        )
        request.messages.append(ChatMessage(.assistant, [.text("OK.")]))
    }

    /// Media have no place among results: they follow in a message of the user's.
    private mutating func addResults(_ message: ChatMessage, _ place: String) {
        let said = message.saidBehindResults.compactMap { block($0, "\(place).content") }
        var message = message
        var media: [Block] = []
        message.content = message.content.compactMap { (block) -> Block? in
            guard case .toolResult(var result) = block else { return nil }
            media += result.content.filter(\.isBinary).compactMap { self.block($0, "\(place).content") }
            result.content = result.content.filter { !$0.isBinary }.compactMap { self.block($0, "\(place).content") }
            result.callID = MistralCallID.id(for: result.callID)
            if result.isError == true {
                losses.add("\(place).is_error", .dropped, "The target knows of a tool's failure by its words only.")
            }
            if result.cache != nil { losses.addMark(at: place) }
            losses.add(result.extras, in: "\(place).", target: MistralChat.dialect)
            (result.isError, result.cache, result.extras) = (nil, nil, Extras())
            return .toolResult(result)
        }
        request.messages.append(message)
        if !media.isEmpty {
            losses.add(
                "\(place).content", .adjusted,
                "The target takes no images as results of tools: they follow in a message of the user's.")
        }
        guard !media.isEmpty || !said.isEmpty else { return }
        separate(place)
        request.messages.append(ChatMessage(.user, media + said))
    }

    /// - Returns: nil for what is left out.
    private mutating func block(_ block: Block, _ place: String) -> Block? {
        switch block {
        case .text(var text):
            if text.cache != nil { losses.addMark(at: place) }
            losses.add(text.extras, in: place + ".", target: MistralChat.dialect)
            if !text.citations.isEmpty {
                losses.add(place + ".annotations", .dropped, "The target takes back no citations.")
            }
            (text.cache, text.extras, text.citations) = (nil, Extras(), [])
            return .text(text)
        case .refusal(let text): return .text(text)
        case .toolCall(var call):
            call.id = MistralCallID.id(for: call.id)
            if call.isCustom {
                losses.add(place, .adjusted, "The target has no tools that take plain text: the text is an argument.")
                call.arguments = ToolArguments(value: call.arguments.object)
                call.isCustom = false
            }
            losses.add(call.extras, in: place + ".", target: MistralChat.dialect)
            (call.cache, call.extras) = (nil, Extras())
            return .toolCall(call)
        case .thinking(let thinking): return self.thinking(thinking, place)
        case .media(let media): return self.media(media, place)
        case .native(let native):
            // Pieces of an answer of its own: references to documents.
            if isOpenAI, native.type.equals("reference") { return block }
            losses.add(native, in: place)
            return nil
        case .toolResult: return block
        }
    }

    /// Mistral signs nothing: its thoughts are known by where they stood, or by the name that went out with them.
    private mutating func thinking(_ thinking: Thinking, _ place: String) -> Block? {
        guard thinking.format == .mistral, thinking.text != nil else {
            losses.add(place + ".thinking", .dropped, "Thoughts that are not the target's own are not sent to it.")
            return nil
        }
        var own = Thinking(text: thinking.text, format: .mistral)
        // Whether the thought was complete.
        if isOpenAI { own.extras.members = thinking.extras.members.filter { $0.name.equals("closed") } }
        return .thinking(own)
    }

    private mutating func media(_ media: Media, _ place: String) -> Block? {
        var media = media
        if media.cache != nil { losses.addMark(at: place) }
        losses.add(media.extras, in: place + ".", target: MistralChat.dialect)
        (media.cache, media.extras) = (nil, Extras())
        switch (media.kind, media.source) {
        case (.image, .url), (.image, .base64), (.audio, .base64): return .media(media)
        case (.document, .url), (.document, .base64):
            // An address may hold the document itself.
            guard let address = media.source.address(fallbackType: "application/pdf") else { return nil }
            media.source = .url(address)
            media.extras.members = [Extras.Member(name: "document_url", value: RawJSON(address), isUnderstood: true)]
            if let title = media.title {
                media.extras.members.append(
                    Extras.Member(name: "document_name", value: RawJSON(title), isUnderstood: true))
            }
            return .media(media)
        case (_, .text):
            losses.add(place, .adjusted, "The target takes a document of plain text as text.")
            return media.plainText.map { Block.text($0) }
        case (_, .file):
            losses.add(place, .refused, "A file that was uploaded to one provider is not known to another.")
        default: losses.add(place, .refused, "The target takes no \(media.kind.rawValue) in this form.")
        }
        return nil
    }
}
