import TuppenceCore

/// Reads a request in the dialect of Responses.
///
/// `instructions` become a system message before all others, and stay among the extras: its own dialect writes them there.
struct ResponsesRequestReader: BodyReader {
    private var request = ChatRequest(origin: .responses, model: "")
    var refusal: Refusal?

    static func read(_ body: [UInt8], known: JSONRecording? = nil) throws(Refusal) -> ChatRequest {
        var reader = ResponsesRequestReader()
        do throws(JSONError) {
            try JSONTree.read(body, known: known) { root in reader.read(root) }
        } catch { throw .invalidJSON(error) }
        if let refusal = reader.refusal { throw refusal }
        return reader.request
    }

    private mutating func read(_ root: JSONValue) {
        guard root.kind == .object else { return refuse("The body must be a JSON object.", "body") }
        for member in root.members where !member.value.isNull {
            if !take(member), !takeSettings(member) {
                request.extras.keep(member, isEssential: Self.isEssential(member.name))
            }
        }
        if let instructions = root["instructions"], !instructions.isNull { self.instructions(instructions) }
        // Two names for the user, where the hub has a place for one.
        if let user = root["user"]?.string, !user.isEmpty { request.extras.setAside("safety_identifier") }
        // An answer always says what was used.
        request.wantsUsage = true
        if request.model.isEmpty { refuse("'model' is missing: name a route or a model.", "model") }
        let isElsewhere = request.extras.members.contains { $0.isEssential }
        if request.messages.isEmpty, !isElsewhere { refuse("'input' is empty: say something.", "input") }
    }

    /// What holds the conversation, or changes how the answer is fetched.
    private static func isEssential(_ name: JSONText) -> Bool {
        switch name {
        case "previous_response_id", "conversation", "prompt": true
        default: false
        }
    }

    private mutating func instructions(_ value: JSONValue) {
        var items = ResponsesItems()
        if let text = value.string {
            if !text.isEmpty { request.messages.insert(ChatMessage(.system, [.text(text)]), at: 0) }
        } else if value.kind == .array, items.read(value) == nil {
            request.messages.insert(contentsOf: items.messages, at: 0)
        } else {
            refuse("'instructions' must be a string.", "instructions")
        }
    }

    private mutating func take(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "model": request.model = value.string ?? ""
        case "input": input(value)
        case "instructions": request.extras.keep(member, isUnderstood: true)
        case "max_output_tokens":
            guard let limit = value.integer else { return false }
            request.outputLimit = limit
        case "stream":
            guard let streams = value.bool else { return false }
            request.streams = streams
        case "stream_options":
            guard value.kind == .object else { return false }
            for option in value.members { request.streamExtras.keep(option) }
        case "tools":
            guard value.kind == .array else { return false }
            request.tools = value.elements.map { ResponsesTools.tool($0) }
        case "tool_choice":
            guard let choice = OpenAIChatTools.choice(value) else { return false }
            request.toolChoice = choice
        case "parallel_tool_calls":
            guard let parallel = value.bool else { return false }
            request.parallelToolCalls = parallel
        case "temperature":
            guard let number = value.number else { return false }
            request.sampling.temperature = number
        case "top_p":
            guard let number = value.number else { return false }
            request.sampling.topP = number
        case "top_logprobs":
            guard let count = value.integer else { return false }
            request.topLogprobs = count
        default: return false
        }
        return true
    }

    private mutating func takeSettings(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "text": return text(member)
        case "reasoning":
            guard value.kind == .object else { return false }
            request.reasoning = Reasoning(effort: value["effort"]?.string, display: value["summary"]?.string)
            request.extras.keep(member, isUnderstood: true)
        case "include": include(member)
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
        case "background":
            // To be fetched later, where only the provider of the dialect has it.
            guard let isLater = value.bool else { return false }
            request.extras.keep(member, isUnderstood: !isLater, isEssential: isLater)
        // What is done where a conversation is too long: nothing is what everybody does.
        case "truncation": request.extras.keep(member, isUnderstood: value.equals("disabled"))
        default: return false
        }
        return true
    }

    private mutating func text(_ member: JSONValue.Member) -> Bool {
        guard member.value.kind == .object else { return false }
        var isUnderstood = true
        for inner in member.value.members where !inner.value.isNull {
            if inner.name.equals("format"), let format = Self.format(inner.value) {
                request.output = format
            } else if !(inner.name.equals("verbosity") && inner.value.equals("medium")) {
                isUnderstood = false
            }
        }
        request.extras.keep(member, isUnderstood: isUnderstood)
        return true
    }

    private static func format(_ value: JSONValue) -> OutputFormat? {
        switch value["type"]?.text {
        case .some(let type) where type.equals("text"): return .text
        case .some(let type) where type.equals("json_object"): return .jsonObject
        case .some(let type) where type.equals("json_schema"):
            guard let schema = value["schema"] else { return nil }
            var format = OutputFormat.JSONSchema(schema: schema.raw)
            for member in value.members where !member.value.isNull {
                switch member.name {
                case "type", "schema": break
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

    private mutating func include(_ member: JSONValue.Member) {
        var isUnderstood = member.value.kind == .array
        for wish in member.value.elements {
            switch wish.text {
            // Thoughts of other providers come with their signatures in any case.
            case .some(let name) where name.equals("reasoning.encrypted_content"): break
            case .some(let name) where name.equals("message.output_text.logprobs"): request.logprobs = true
            default: isUnderstood = false
            }
        }
        request.extras.keep(member, isUnderstood: isUnderstood)
    }

    private mutating func input(_ value: JSONValue) {
        if let text = value.string {
            if !text.isEmpty { request.messages = [ChatMessage(.user, [.text(text)])] }
            return
        }
        guard value.kind == .array else { return refuse("'input' must be a string or an array.", "input") }
        var items = ResponsesItems()
        if let fault = items.read(value) {
            refuse("'input[\(fault)]' must be an item: a message with a role, or what has a type.", "input[\(fault)]")
        }
        request.messages = items.messages
    }
}
