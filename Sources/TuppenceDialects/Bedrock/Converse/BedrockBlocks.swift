/// Reads the blocks of an answer. Each is an object whose one member says what it is.
enum BedrockBlocks {
    static func blocks(_ value: JSONValue) -> [Block] {
        if let text = value["text"]?.string { return [.text(text)] }
        if let call = value["toolUse"], !isProviders(call) { return [.toolCall(toolCall(call))] }
        if let reasoning = value["reasoningContent"] { return [.thinking(thinking(reasoning))] }
        if let cited = value["citationsContent"] { return citations(cited) }
        return [native(value)]
    }

    static func native(_ value: JSONValue) -> Block {
        let name = value.members.first { _ in true }?.key ?? ""
        return .native(NativeBlock(type: name, json: value.raw))
    }

    /// Whether a call is of a tool of Bedrock's own, which it has answered itself.
    static func isProviders(_ call: JSONValue) -> Bool { call["type"]?.equals("server_tool_use") == true }

    private static func toolCall(_ value: JSONValue) -> ToolCall {
        var call = ToolCall(
            id: value["toolUseId"]?.string ?? "", name: value["name"]?.string ?? "",
            arguments: value["input"].map { ToolArguments(value: $0.raw) } ?? ToolArguments(string: ""))
        for member in value.members {
            switch member.name {
            case "toolUseId", "name", "input": break
            // `tool_use`, in some models' answers, says nothing new.
            case "type": call.extras.keep(member, isUnderstood: member.value.equals("tool_use"))
            default: call.extras.keep(member)
            }
        }
        return call
    }

    private static func thinking(_ value: JSONValue) -> Thinking {
        var thinking = Thinking(format: .bedrock)
        if let text = value["reasoningText"] {
            thinking.text = text["text"]?.string
            thinking.signature = text["signature"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        thinking.encrypted = value["redactedContent"]?.string
        return thinking
    }

    /// A text with its sources. What has no text (an answer of Nova's may cite beside its text) is an empty one.
    private static func citations(_ value: JSONValue) -> [Block] {
        var block = TextBlock((value["content"]?.elements.compactMap { $0["text"]?.string } ?? []).joined())
        block.citations = value["citations"]?.elements.map { citation($0) } ?? []
        return [.text(block)]
    }

    static func citation(_ value: JSONValue) -> Citation {
        var citation = Citation(title: value["title"]?.string, native: value.raw)
        let cited = value["sourceContent"]?.elements.compactMap { $0["text"]?.string } ?? []
        citation.citedText = cited.isEmpty ? nil : cited.joined()
        guard let location = value["location"] else { return citation }
        citation.url = location["web"]?["url"]?.string
        for place in location.members {
            citation.document = place.value["documentIndex"]?.integer ?? citation.document
            // A search result of the caller's says where it is from.
            if place.name.equals("searchResultLocation") { citation.url = value["source"]?.string }
        }
        return citation
    }
}
