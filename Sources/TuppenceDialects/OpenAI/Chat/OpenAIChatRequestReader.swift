import TuppenceCore

/// Reads a request in OpenAI's dialect.
struct OpenAIChatRequestReader: BodyReader {
    private(set) var request = ChatRequest(origin: .openAI, model: "")
    var refusal: Refusal?

    static func read(_ body: [UInt8], known: JSONRecording? = nil) throws(Refusal) -> ChatRequest {
        var reader = OpenAIChatRequestReader()
        do throws(JSONError) {
            try JSONTree.read(body, known: known) { root in reader.read(root) }
        } catch { throw .invalidJSON(error) }
        if let refusal = reader.refusal { throw refusal }
        return reader.request
    }

    private mutating func read(_ root: JSONValue) {
        guard root.kind == .object else { return refuse("The body must be a JSON object.", "body") }
        for member in root.members where !member.value.isNull {
            if !take(member), !takeSampling(member), !takeTools(member), !takeReasoning(member), !takeWishes(member) {
                request.extras.keep(member)
            }
        }
        // Two names for the user, where the hub has a place for one.
        if let user = root["user"]?.string, !user.isEmpty { request.extras.setAside("safety_identifier") }
        if request.model.isEmpty { refuse("'model' is missing: name a route or a model.", "model") }
        if request.messages.isEmpty { refuse("'messages' is empty: send at least one message.", "messages") }
    }

    /// Takes in a member that completions have, too.
    mutating func takeShared(_ member: JSONValue.Member) -> Bool { take(member) || takeSampling(member) }

    // What a member holds other than what is expected is left for the extras: the provider may know better.

    private mutating func take(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "model": request.model = value.string ?? ""
        case "messages": messages(value)
        case "stream":
            guard let streams = value.bool else { return false }
            request.streams = streams
        case "stream_options":
            guard value.kind == .object else { return false }
            for option in value.members {
                if option.name.equals("include_usage"), let wanted = option.value.bool {
                    request.wantsUsage = wanted
                } else {
                    request.streamExtras.keep(option)
                }
            }
        case "max_tokens", "max_completion_tokens":
            guard let limit = value.integer else { return false }
            request.outputLimit = max(request.outputLimit ?? 0, limit)
        case "stop":
            if let one = value.string {
                request.stop = [one]
            } else {
                guard value.kind == .array, value.elements.allSatisfy({ $0.kind == .string }) else { return false }
                request.stop = value.elements.compactMap(\.string)
            }
        case "n":
            guard let count = value.integer else { return false }
            request.choices = count
        case "response_format":
            guard let format = Self.format(value) else { return false }
            request.output = format
        case "service_tier":
            guard let tier = value.string else { return false }
            request.serviceTier = tier
        case "user":
            guard let user = value.string else { return false }
            // An empty one is none.
            if !user.isEmpty { request.user = user }
        case "safety_identifier":
            guard let user = value.string else { return false }
            if !user.isEmpty { request.user = request.user ?? user }
            request.extras.keep(member, isUnderstood: true)
        // Where the cache is kept, which changes nothing in the answer.
        case "prompt_cache_key": request.extras.keep(member, isUnderstood: value.kind == .string)
        case "metadata":
            guard value.kind == .object else { return false }
            request.metadata = value.raw
        case "store":
            guard let store = value.bool else { return false }
            request.store = store
        case "cache_control":
            guard let mark = CacheMark(value) else { return false }
            request.cache = mark
        default: return false
        }
        return true
    }

    private mutating func takeSampling(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "temperature":
            guard let number = value.number else { return false }
            request.sampling.temperature = number
        case "top_p":
            guard let number = value.number else { return false }
            request.sampling.topP = number
        case "top_k":
            // Not OpenAI's, but of many who speak its dialect.
            guard let number = value.number else { return false }
            request.sampling.topK = number
            request.extras.keep(member, isUnderstood: true)
        case "seed":
            guard let number = value.number else { return false }
            request.sampling.seed = number
        case "frequency_penalty":
            guard let number = value.number else { return false }
            request.sampling.frequencyPenalty = number
        case "presence_penalty":
            guard let number = value.number else { return false }
            request.sampling.presencePenalty = number
        case "logit_bias":
            guard value.kind == .object else { return false }
            if !value.isEmpty { request.sampling.logitBias = value.raw }
        case "logprobs":
            guard let wanted = value.bool else { return false }
            request.logprobs = wanted
        case "top_logprobs":
            guard let count = value.integer else { return false }
            request.topLogprobs = count
        default: return false
        }
        return true
    }

    private mutating func takeTools(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "tools":
            guard value.kind == .array else { return false }
            request.tools += value.elements.map { OpenAIChatTools.tool($0) }
        case "tool_choice":
            guard let choice = OpenAIChatTools.choice(value) else { return false }
            request.toolChoice = choice
        case "parallel_tool_calls":
            guard let parallel = value.bool else { return false }
            request.parallelToolCalls = parallel
        case "functions":
            guard value.kind == .array else { return false }
            request.usesFunctions = true
            request.tools += value.elements.map { OpenAIChatTools.tool($0) }
        case "function_call":
            guard let choice = OpenAIChatTools.choice(value) else { return false }
            request.usesFunctions = true
            request.toolChoice = choice
        default: return false
        }
        return true
    }

    /// OpenAI's own spelling, and those of OpenRouter (`reasoning`), DeepSeek and Z.ai (`thinking`), which stay as they are
    /// for those who understand them.
    private mutating func takeReasoning(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        var reasoning = request.reasoning ?? Reasoning()
        switch member.name {
        case "reasoning_effort":
            guard let effort = value.string else { return false }
            reasoning.effort = effort
        case "reasoning":
            guard value.kind == .object else { return false }
            reasoning.effort = value["effort"]?.string ?? reasoning.effort
            reasoning.budget = value["max_tokens"]?.integer ?? reasoning.budget
            if let enabled = value["enabled"]?.bool { reasoning.mode = enabled ? .enabled : .disabled }
            if value["exclude"]?.bool == true { reasoning.display = "omitted" }
            request.extras.keep(member, isUnderstood: true)
        case "thinking":
            guard let type = value["type"]?.text else { return false }
            reasoning.mode =
                type.equals("disabled") ? .disabled : type.equals("adaptive") ? .adaptive : .enabled
            reasoning.budget = value["budget_tokens"]?.integer ?? reasoning.budget
            request.extras.keep(member, isUnderstood: true)
        default: return false
        }
        request.reasoning = reasoning
        return true
    }

    /// What the answer is to have in it beside its text, or to rest on, for which the hub has no words.
    private mutating func takeWishes(_ member: JSONValue.Member) -> Bool {
        switch member.name {
        case "modalities":
            let wanted = member.value.elements
            request.extras.keep(
                member, isUnderstood: wanted.allSatisfy { $0.equals("text") },
                isEssential: wanted.contains { $0.equals("audio") })
        case "web_search_options": request.extras.keep(member, isEssential: true)
        default: return false
        }
        return true
    }

    private static func format(_ value: JSONValue) -> OutputFormat? {
        switch value["type"]?.text {
        case .some(let type) where type.equals("text"): return .text
        case .some(let type) where type.equals("json_object"):
            // Some hosts take a schema with it, which is theirs alone.
            return value["schema"] == nil ? .jsonObject : nil
        case .some(let type) where type.equals("json_schema"):
            guard let inner = value["json_schema"], let schema = inner["schema"] else { return nil }
            var format = OutputFormat.JSONSchema(schema: schema.raw)
            for member in inner.members where !member.value.isNull {
                switch member.name {
                case "schema": break
                case "name": format.name = member.value.string
                case "description": format.description = member.value.string
                case "strict": format.strict = member.value.bool
                default: format.extras.keep(member)
                }
            }
            return .jsonSchema(format)
        default: return nil
        }
    }

    private mutating func messages(_ value: JSONValue) {
        guard value.kind == .array else { return refuse("'messages' must be an array.", "messages") }
        request.messages.reserveCapacity(request.messages.count + value.elements.reduce(0) { count, _ in count + 1 })
        var reader = OpenAIChatMessageReader()
        for (index, element) in value.elements.enumerated() {
            guard element.kind == .object else {
                return refuse("Every element of 'messages' must be an object.", "messages[\(index)]")
            }
            guard reader.read(element, into: &request.messages) else {
                return refuse(
                    "'messages[\(index)].role' must be system, developer, user, assistant or tool.",
                    "messages[\(index)].role")
            }
        }
    }
}

extension Refusal {
    /// Of a request that is read for a target of another dialect.
    static func invalidJSON(_ error: JSONError) -> Refusal {
        guard error.isTooMuch else {
            return .invalid("The body is not valid JSON: at byte \(error.offset), \(error.reason).")
        }
        return Refusal(
            .requestTooLarge,
            "The body has \(error.reason), names of members among them: no more are put into another dialect. Send less at a time, or name a target that takes the body as it is."
        )
    }
}

extension CacheMark {
    /// Reads `{"type": "ephemeral", "ttl": "1h"}`, as Anthropic and those who pass it on to Anthropic have it.
    init?(_ value: JSONValue) {
        guard value["type"]?.equals("ephemeral") == true else { return nil }
        timeToLive = value["ttl"]?.string
    }

    func write(into writer: inout JSONWriter) {
        writer.member(
            "cache_control",
            object: {
                $0.member("type", literal: "ephemeral")
                $0.member("ttl", timeToLive)
            })
    }
}
