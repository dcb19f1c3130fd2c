/// Reads the blocks that content is made of, in requests and answers alike.
enum AnthropicBlocks {
    /// Results of tools are not among them; see ``toolResult(_:)``.
    static func block(_ value: JSONValue) -> Block {
        guard let type = value["type"]?.text else { return native(value) }
        switch type {
        case "text": return text(value)
        case "tool_use": return .toolCall(toolCall(value))
        case "thinking", "redacted_thinking": return .thinking(thinking(value))
        case "image": return media(.image, value) ?? native(value)
        case "document": return media(.document, value) ?? native(value)
        case "search_result": return searchResult(value) ?? native(value)
        default: return native(value)
        }
    }

    /// A string, or a list of blocks.
    static func content(_ value: JSONValue) -> [Block] {
        if let text = value.string { return text.isEmpty ? [] : [.text(text)] }
        return value.elements.map(block)
    }

    private static func native(_ value: JSONValue) -> Block {
        .native(NativeBlock(type: value["type"]?.string ?? "", json: value.raw))
    }

    private static func text(_ value: JSONValue) -> Block {
        var block = TextBlock("")
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type": break
            case "text": block.text = member.value.string ?? ""
            case "citations": block.citations = member.value.elements.map { AnthropicCitations.citation($0) }
            case "cache_control":
                if let mark = CacheMark(member.value) { block.cache = mark } else { block.extras.keep(member) }
            default: block.extras.keep(member)
            }
        }
        return .text(block)
    }

    private static func toolCall(_ value: JSONValue) -> ToolCall {
        var call = ToolCall(id: "", name: "", arguments: ToolArguments(string: ""))
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type": break
            case "id": call.id = member.value.string ?? ""
            case "name": call.name = member.value.string ?? ""
            case "input": call.arguments = ToolArguments(value: member.value.raw)
            case "cache_control":
                if let mark = CacheMark(member.value) { call.cache = mark } else { call.extras.keep(member) }
            // Who called it: the model, if it says so.
            case "caller": call.extras.keep(member, isUnderstood: member.value["type"]?.equals("direct") == true)
            default: call.extras.keep(member)
            }
        }
        return call
    }

    private static func thinking(_ value: JSONValue) -> Thinking {
        var thinking = Thinking(format: .anthropic)
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type": break
            case "thinking": thinking.text = member.value.string
            case "signature":
                if let text = member.value.string, !text.isEmpty {
                    ThinkingSeal.read(text, into: &thinking, isCipher: false)
                }
            case "data":
                if let text = member.value.string { ThinkingSeal.read(text, into: &thinking, isCipher: true) }
            default: thinking.extras.keep(member)
            }
        }
        return thinking
    }

    private static func media(_ kind: Media.Kind, _ value: JSONValue) -> Block? {
        guard let source = value["source"], let type = source["type"]?.text else { return nil }
        let found: Media.Source
        switch type {
        case "base64":
            guard let data = source["data"]?.string else { return nil }
            found = .base64(mediaType: source["media_type"]?.string, data: data)
        case "url":
            guard let address = source["url"]?.string else { return nil }
            found = .url(address)
        case "file":
            guard let id = source["file_id"]?.string else { return nil }
            found = .file(id)
        case "text":
            guard let text = source["data"]?.string else { return nil }
            found = .text(mediaType: source["media_type"]?.string, text)
        case "content":
            guard let text = plainText(source["content"]) else { return nil }
            found = .text(mediaType: "text/plain", text)
        default: return nil
        }
        var media = Media(kind, found)
        if type.equals("content") { media.extras.members.append(mark(value)) }
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type", "source": break
            case "title": media.title = member.value.string
            case "cache_control":
                if let mark = CacheMark(member.value) { media.cache = mark } else { media.extras.keep(member) }
            default: media.extras.keep(member)
            }
        }
        return .media(media)
    }

    // MARK: Documents in pieces

    /// The name under which a document keeps the block that it was, where its pieces are one text for others.
    static let blockMark: StaticString = "block"

    private static func mark(_ value: JSONValue) -> Extras.Member {
        Extras.Member(name: JSONString(blockMark.description), value: value.raw, isUnderstood: true)
    }

    /// What a caller's own search has found: a document that begins with where it is from.
    private static func searchResult(_ value: JSONValue) -> Block? {
        guard let text = plainText(value["content"]) else { return nil }
        let source = value["source"]?.string.map { $0 + "\n\n" } ?? ""
        var media = Media(.document, .text(mediaType: "text/plain", source + text), title: value["title"]?.string)
        media.extras.members.append(mark(value))
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type", "source", "title", "content": break
            case "cache_control":
                if let mark = CacheMark(member.value) { media.cache = mark } else { media.extras.keep(member) }
            default: media.extras.keep(member)
            }
        }
        return .media(media)
    }

    /// A text, or the lines that a list of nothing but texts is; nil for all else.
    private static func plainText(_ content: JSONValue?) -> JSONString? {
        guard let content else { return nil }
        if let text = content.string { return text }
        guard content.kind == .array else { return nil }
        var texts: [JSONString] = []
        for block in content.elements {
            guard block["type"]?.equals("text") == true, let text = block["text"]?.string else { return nil }
            texts.append(text)
        }
        return texts.isEmpty ? nil : texts.joined(by: "\n")
    }

    static func toolResult(_ value: JSONValue) -> ToolResult {
        var result = ToolResult(callID: "", content: [])
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type": break
            case "tool_use_id": result.callID = member.value.string ?? ""
            case "content": result.content = content(member.value)
            case "is_error": result.isError = member.value.bool
            case "cache_control":
                if let mark = CacheMark(member.value) { result.cache = mark } else { result.extras.keep(member) }
            default: result.extras.keep(member)
            }
        }
        return result
    }
}
