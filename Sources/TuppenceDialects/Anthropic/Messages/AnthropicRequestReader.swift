import TuppenceCore

/// Reads a request in Anthropic's dialect.
struct AnthropicRequestReader: BodyReader {
    private var request = ChatRequest(origin: .anthropic, model: "")
    private var system: [Block] = []
    var refusal: Refusal?

    static func read(
        _ body: [UInt8], known: JSONRecording? = nil, address: RequestAddress
    ) throws(Refusal) -> ChatRequest {
        var reader = AnthropicRequestReader()
        reader.request.model = JSONString(address.model ?? "")
        reader.request.streams = address.streams
        do throws(JSONError) {
            try JSONTree.read(body, known: known) { root in reader.read(root) }
        } catch { throw .invalidJSON(error) }
        if let refusal = reader.refusal { throw refusal }
        return reader.request
    }

    private mutating func read(_ root: JSONValue) {
        guard root.kind == .object else { return refuse("The body must be a JSON object.", "body") }
        for member in root.members where !member.value.isNull {
            if !take(member), !takeSettings(member) { request.extras.keep(member) }
        }
        if !system.isEmpty { request.messages.insert(ChatMessage(.system, system), at: 0) }
        if request.model.isEmpty { refuse("'model' is missing: name a route or a model.", "model") }
        if request.messages.isEmpty { refuse("'messages' is empty: send at least one message.", "messages") }
    }

    private mutating func take(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "model": request.model = value.string ?? ""
        case "messages": messages(value)
        case "system": system = AnthropicBlocks.content(value)
        case "max_tokens":
            guard let limit = value.integer else { return false }
            request.outputLimit = limit
        case "stream":
            guard let streams = value.bool else { return false }
            request.streams = streams
        case "tools":
            guard value.kind == .array else { return false }
            request.tools = value.elements.map { AnthropicTools.tool($0) }
        case "tool_choice":
            guard let choice = AnthropicTools.choice(value) else { return false }
            request.toolChoice = choice
            if let disabled = value["disable_parallel_tool_use"]?.bool { request.parallelToolCalls = !disabled }
        case "stop_sequences":
            guard value.kind == .array, value.elements.allSatisfy({ $0.kind == .string }) else { return false }
            request.stop = value.elements.compactMap(\.string)
        case "temperature":
            guard let number = value.number else { return false }
            request.sampling.temperature = number
        case "top_p":
            guard let number = value.number else { return false }
            request.sampling.topP = number
        case "top_k":
            guard let number = value.number else { return false }
            request.sampling.topK = number
        default: return false
        }
        return true
    }

    private mutating func takeSettings(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "thinking":
            guard let type = value["type"]?.text else { return false }
            let mode: Reasoning.Mode? =
                type.equals("enabled")
                ? .enabled : type.equals("adaptive") ? .adaptive : type.equals("disabled") ? .disabled : nil
            guard let mode else { return false }
            var reasoning = request.reasoning ?? Reasoning()
            reasoning.mode = mode
            reasoning.budget = value["budget_tokens"]?.integer
            reasoning.display = value["display"]?.string
            request.reasoning = reasoning
        case "output_config":
            guard value.kind == .object else { return false }
            outputConfiguration(member)
        case "output_format":
            // The name that it had as a beta.
            guard let format = Self.format(value) else { return false }
            request.output = format
            request.extras.keep(member, isUnderstood: true)
        case "metadata":
            guard let user = value["user_id"]?.string else { return false }
            if !user.isEmpty { request.user = user }
            request.extras.keep(member, isUnderstood: value.members.allSatisfy { $0.name.equals("user_id") })
        case "service_tier":
            guard let tier = value.string else { return false }
            request.serviceTier = tier
        case "cache_control":
            guard let mark = CacheMark(value) else { return false }
            request.cache = mark
        case "anthropic_version": request.extras.keep(member, isUnderstood: true)
        // The answer is to be a `compaction` block and nothing else, which no other dialect has.
        case "compaction": request.extras.keep(member, isEssential: true)
        default: return false
        }
        return true
    }

    private mutating func outputConfiguration(_ member: JSONValue.Member) {
        var isUnderstood = true
        for inner in member.value.members where !inner.value.isNull {
            if inner.name.equals("effort"), let effort = inner.value.string {
                var reasoning = request.reasoning ?? Reasoning()
                reasoning.effort = effort
                request.reasoning = reasoning
            } else if inner.name.equals("format"), let format = Self.format(inner.value) {
                request.output = format
            } else {
                isUnderstood = false
            }
        }
        if !isUnderstood { request.extras.keep(member) }
    }

    private static func format(_ value: JSONValue) -> OutputFormat? {
        guard value["type"]?.equals("json_schema") == true, let schema = value["schema"] else { return nil }
        return .jsonSchema(OutputFormat.JSONSchema(schema: schema.raw))
    }

    // MARK: Messages

    private mutating func messages(_ value: JSONValue) {
        guard value.kind == .array else { return refuse("'messages' must be an array.", "messages") }
        for (index, element) in value.elements.enumerated() {
            guard element.kind == .object else {
                return refuse("Every element of 'messages' must be an object.", "messages[\(index)]")
            }
            switch element["role"]?.text {
            case .some(let role) where role.equals("user"): user(element)
            case .some(let role) where role.equals("assistant"): request.messages.append(message(.assistant, element))
            case .some(let role) where role.equals("system"): request.messages.append(message(.system, element))
            default:
                return refuse("'messages[\(index)].role' must be user or assistant.", "messages[\(index)].role")
            }
        }
    }

    private func message(_ role: ChatMessage.Role, _ value: JSONValue) -> ChatMessage {
        var message = ChatMessage(role)
        for member in value.members {
            switch member.name {
            case "role": break
            case "content": message.content = AnthropicBlocks.content(member.value)
            default: message.extras.keep(member)
            }
        }
        return message
    }

    /// Results of tools are messages of their own; what stands around them stays in its order.
    private mutating func user(_ value: JSONValue) {
        let blocks = value["content"]?.elements.map { $0 } ?? []
        guard blocks.contains(where: { $0["type"]?.equals("tool_result") == true }) else {
            return request.messages.append(message(.user, value))
        }
        var current: ChatMessage?
        for block in blocks {
            if block["type"]?.equals("tool_result") == true {
                if let message = current { request.messages.append(message) }
                current = nil
                request.messages.append(toolResult: AnthropicBlocks.toolResult(block))
            } else {
                current = current ?? ChatMessage(.user)
                current?.content.append(AnthropicBlocks.block(block))
            }
        }
        if let message = current { request.messages.append(message) }
    }
}
