import TuppenceCore

/// Reads a request in Gemini's dialect. Names may be spelled in either way that Google's JSON allows.
struct GeminiRequestReader: BodyReader {
    var request = ChatRequest(origin: .gemini, model: "")
    private var system: ChatMessage?
    var refusal: Refusal?
    private var parts = GeminiPartReader()
    /// Calls that no result has come for yet.
    private var open: [(id: JSONString, name: JSONString)] = []

    static func read(
        _ body: [UInt8], known: JSONRecording? = nil, address: RequestAddress
    ) throws(Refusal) -> ChatRequest {
        var reader = GeminiRequestReader()
        reader.request.model = JSONString(address.model ?? "")
        reader.request.streams = address.streams
        // Every answer counts what it used, whether asked or not.
        reader.request.wantsUsage = address.streams
        do throws(JSONError) {
            try JSONTree.read(body, known: known) { root in reader.read(root) }
        } catch { throw .invalidJSON(error) }
        if let refusal = reader.refusal { throw refusal }
        return reader.request
    }

    private mutating func read(_ root: JSONValue) {
        guard root.kind == .object else { return refuse("The body must be a JSON object.", "body") }
        for member in root.members where !member.value.isNull {
            guard !take(member) else { continue }
            request.extras.keep(
                member, isUnderstood: member.value.saysNothing, isEssential: Self.isEssential(member.name))
        }
        if let system, !system.content.isEmpty { request.messages.insert(system, at: 0) }
        if request.model.isEmpty { refuse("The path names no model: /models/<model>:generateContent.", "model") }
        if request.messages.isEmpty { refuse("'contents' is empty: send at least one content.", "contents") }
    }

    /// A conversation goes on from what is cached at Google.
    private static func isEssential(_ name: JSONText) -> Bool {
        name.equals("cachedContent") || name.equals("cached_content")
    }

    private mutating func take(_ member: JSONValue.Member) -> Bool {
        let value = member.value
        switch member.name {
        case "contents": for (index, content) in value.listed.enumerated() { self.content(content, index) }
        case "systemInstruction", "system_instruction": system = systemInstruction(value)
        case "tools": for tool in value.listed { GeminiTools.add(tool, to: &request.tools) }
        case "toolConfig", "tool_config":
            guard value.kind == .object else { return false }
            for inner in value.members where !inner.value.isNull { toolConfiguration(inner) }
        case "generationConfig", "generation_config":
            guard value.kind == .object else { return false }
            takeConfiguration(value)
        // Some clients repeat what the path says.
        case "model": if request.model.isEmpty { request.model = value.string ?? "" }
        case "labels":
            guard value.kind == .object else { return false }
            request.metadata = value.raw
        default: return false
        }
        return true
    }

    private mutating func toolConfiguration(_ member: JSONValue.Member) {
        if member.name.equals("functionCallingConfig") || member.name.equals("function_calling_config"),
            let choice = GeminiTools.choice(member.value)
        {
            request.toolChoice = choice
        } else {
            request.extras.keep(member, in: "toolConfig.")
        }
    }

    /// A content, or a text alone.
    private mutating func systemInstruction(_ value: JSONValue) -> ChatMessage {
        if let text = value.string { return ChatMessage(.system, [.text(text)]) }
        var message = ChatMessage(.system)
        for part in value["parts"]?.listed ?? [] { parts.add(part, to: &message.content) }
        return message
    }

    // MARK: Contents

    private mutating func content(_ value: JSONValue, _ index: Int) {
        guard value.kind == .object else {
            return refuse("Every element of 'contents' must be an object.", "contents[\(index)]")
        }
        let parts = value["parts"]?.listed ?? []
        switch value["role"]?.text {
        case .some(let role) where role.equals("model"):
            var message = ChatMessage(.assistant)
            for part in parts { self.parts.add(part, to: &message.content) }
            for case .toolCall(let call) in message.content { open.append((call.id, call.name)) }
            request.messages.append(message)
        case nil: user(parts)
        // The third is what results of tools once had.
        case .some(let role) where role.isEmpty || role.equals("user") || role.equals("function"): user(parts)
        case .some: refuse("'contents[\(index)].role' must be user or model.", "contents[\(index)].role")
        }
    }

    /// Results of tools are messages of their own; what stands around them stays in its order.
    private mutating func user(_ parts: [JSONValue]) {
        var current: ChatMessage?
        for part in parts {
            if let value = part.member("functionResponse", or: "function_response") {
                if let message = current { request.messages.append(message) }
                current = nil
                request.messages.append(toolResult: result(value))
            } else {
                var message = current ?? ChatMessage(.user)
                self.parts.add(part, to: &message.content)
                current = message
            }
        }
        if let current { request.messages.append(current) }
    }

    private mutating func result(_ value: JSONValue) -> ToolResult {
        let name = value["name"]?.string ?? ""
        var result = ToolResult(callID: callID(value["id"]?.string, name), content: [])
        result.name = name
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "id", "name": break
            case "response":
                response(member.value, &result)
                result.extras.keep(member, isUnderstood: true)
            case "parts":
                for part in member.value.listed {
                    var blocks: [Block] = []
                    parts.add(part, to: &blocks)
                    result.content += blocks
                }
            default: result.extras.keep(member)
            }
        }
        return result
    }

    /// The id of the call that a result is of: by its own, else the first open one of that name.
    private mutating func callID(_ given: JSONString?, _ name: JSONString) -> JSONString {
        let id = given.flatMap { $0.isEmpty ? nil : $0 }
        if let index = open.firstIndex(where: { id == nil ? $0.name == name : $0.id == id }) {
            return open.remove(at: index).id
        }
        return id ?? "call_x_" + name
    }

    /// An object: with `output` or `error`, or whatever the tool gave
    /// (https://ai.google.dev/api/caching#FunctionResponse, read 2026-11).
    private func response(_ value: JSONValue, _ result: inout ToolResult) {
        var members = value.members
        guard let only = members.next(), members.next() == nil else {
            if !value.isEmpty { result.content.append(.text(JSONString(utf8: value.raw.bytes))) }
            return
        }
        let isError = only.name.equals("error")
        guard isError || only.name.equals("output") || only.name.equals("result"),
            only.value.kind == .string || isError
        else { return result.content.append(.text(JSONString(utf8: value.raw.bytes))) }
        if isError { result.isError = true }
        let text = only.value.string ?? JSONString(utf8: only.value.raw.bytes)
        if !text.isEmpty { result.content.append(.text(text)) }
    }
}

extension JSONValue {
    /// Whether it is an empty object or list.
    fileprivate var saysNothing: Bool { (kind == .object || kind == .array) && isEmpty }
}

extension Extras {
    /// Keeps a member of an object within the request by its whole name, as losses are named: `generationConfig.speechConfig`.
    mutating func keep(
        _ member: JSONValue.Member, in place: JSONString, isUnderstood: Bool = false, isEssential: Bool = false
    ) {
        guard !member.value.isNull else { return }
        members.append(
            Member(
                name: place + member.key, value: member.value.raw, isUnderstood: isUnderstood, isEssential: isEssential)
        )
    }

    /// Writes the members of the object that is open, which is the one at `place`.
    func write(in place: StaticString, into writer: inout JSONWriter) {
        for member in members where member.name.hasPrefix(place) {
            writer.name(
                key: JSONString(
                    escaped: member.name.escaped.dropFirst(place.utf8CodeUnitCount), isEscaped: member.name.isEscaped))
            writer.value(member.value)
        }
    }
}
