/// Messages of Anthropic's dialect in their other form.
///
/// Source: https://platform.claude.com/docs/en/build-with-claude/streaming (read 2026-11).
enum AnthropicRecast {
    /// What comes in deltas, of which blocks, and what those are called.
    private static let parts: [(block: StaticString, member: StaticString, delta: StaticString)] = [
        ("thinking", "thinking", "thinking_delta"), ("thinking", "signature", "signature_delta"),
        ("text", "text", "text_delta"),
    ]

    static func tell(_ root: JSONValue, into json: inout JSONWriter) {
        event("message_start", &json) { json in
            json.member("message", object: { begin(root, &$0) })
        }
        let content = root["content"]?.elements ?? JSONValue.noElements(of: root)
        for (index, block) in content.enumerated() { tell(block, at: index, &json) }
        event("message_delta", &json) { json in
            json.member(
                "delta",
                object: { json in
                    for name in ["stop_reason", "stop_sequence"] as [StaticString] {
                        json.name(name)
                        if let value = root[name] { json.value(value.raw) } else { json.null() }
                    }
                })
            if let usage = root["usage"] { json.member("usage", usage.raw) }
        }
        event("message_stop", &json) { _ in }
    }

    private static func event(
        _ type: StaticString, _ json: inout JSONWriter, _ members: (inout JSONWriter) -> Void
    ) {
        json.plain("event: ")
        json.plain(type)
        json.plain("\ndata: ")
        json.object { json in
            json.member("type", literal: type)
            members(&json)
        }
        json.plain("\n\n")
    }

    private static func blockEvent(
        _ type: StaticString, _ index: Int, _ json: inout JSONWriter, _ members: (inout JSONWriter) -> Void
    ) {
        event(type, &json) { json in
            json.member("index", index)
            members(&json)
        }
    }

    /// The message before anything has been said, and without what it has cost, which comes with its end.
    private static func begin(_ root: JSONValue, _ json: inout JSONWriter) {
        for member in root.members {
            json.name(key: member.key)
            switch member.name {
            case "content": json.array { _ in }
            case "stop_reason", "stop_sequence": json.null()
            case "usage" where member.value.kind == .object:
                json.object { json in
                    for count in member.value.members
                    where !count.name.equals("cost") && !count.name.equals("cost_details") {
                        json.name(key: count.key)
                        json.value(count.value.raw)
                    }
                }
            default: json.value(member.value.raw)
            }
        }
    }

    private static func tell(_ block: JSONValue, at index: Int, _ json: inout JSONWriter) {
        let texts = parts.filter { block["type"]?.equals($0.block) == true && block[$0.member]?.kind == .string }
        // Of the caller's tools, and of those that the provider calls itself.
        let isCall = block["type"]?.text?.decoded.hasSuffix("tool_use") == true
        blockEvent("content_block_start", index, &json) { json in
            json.member(
                "content_block",
                object: { json in
                    for member in block.members {
                        json.name(key: member.key)
                        if texts.contains(where: { member.name.equals($0.member) }) {
                            json.value(literal: "")
                        } else if isCall, member.name.equals("input") {
                            json.object { _ in }
                        } else if member.name.equals("citations"), member.value.kind == .array {
                            json.array { _ in }
                        } else {
                            json.value(member.value.raw)
                        }
                    }
                })
        }
        func delta(_ type: StaticString, _ member: StaticString, _ value: RawJSON, _ json: inout JSONWriter) {
            blockEvent("content_block_delta", index, &json) { json in
                json.member(
                    "delta",
                    object: { json in
                        json.member("type", literal: type)
                        json.member(member, value)
                    })
            }
        }
        for citation in block["citations"]?.elements ?? JSONValue.noElements(of: block) {
            delta("citations_delta", "citation", citation.raw, &json)
        }
        for part in texts {
            if let text = block[part.member] { delta(part.delta, part.member, text.raw, &json) }
        }
        if isCall, let input = block["input"] {
            delta("input_json_delta", "partial_json", RawJSON(JSONString(utf8: input.raw.bytes)), &json)
        }
        blockEvent("content_block_stop", index, &json) { _ in }
    }
}

/// Puts events of Anthropic's dialect together.
struct AnthropicCollector: EventCollector {
    private var message: GrowingJSON?
    private var blocks: [Begun] = []
    /// Where the last block of each number is.
    private var places: [Int: Int] = [:]

    private final class Begun {
        let value: GrowingJSON
        /// What a tool is asked, as JSON.
        let input = GrowingJSON(JSONString(""))
        var citations: [GrowingJSON] = []

        init(_ value: JSONValue) { self.value = GrowingJSON(value) }
    }

    mutating func take(_ event: JSONValue) {
        switch event["type"]?.text {
        case .some(let type) where type.equals("message_start"):
            message = event["message"].map { GrowingJSON($0) }
        case .some(let type) where type.equals("content_block_start"):
            guard let block = event["content_block"] else { return }
            places[event["index"]?.integer ?? 0] = blocks.count
            blocks.append(Begun(block))
        case .some(let type) where type.equals("content_block_delta"):
            guard let place = places[event["index"]?.integer ?? 0], let delta = event["delta"] else { return }
            Self.take(delta, into: blocks[place])
        case .some(let type) where type.equals("message_delta"): end(event)
        default: return
        }
    }

    private static func take(_ delta: JSONValue, into block: Begun) {
        for member in delta.members {
            switch member.name {
            case "type": continue
            case "partial_json": if let piece = member.value.string { block.input.append(piece) }
            case "citation": block.citations.append(GrowingJSON(member.value))
            default:
                if let piece = member.value.string, let known = block.value[member.key], known.isText {
                    known.append(piece)
                } else {
                    block.value.set(member.key, member.value)
                }
            }
        }
    }

    private func end(_ event: JSONValue) {
        guard let message else { return }
        for member in event.members {
            switch member.name {
            case "type": continue
            case "delta": for member in member.value.members { message.set(member.key, member.value) }
            case "usage":
                guard let usage = message["usage"], usage.isObject else {
                    message.set(member.key, member.value)
                    continue
                }
                for count in member.value.members { usage.set(count.key, count.value) }
            default: message.set(member.key, member.value)
            }
        }
    }

    var whole: RawJSON? {
        guard let message else { return nil }
        for block in blocks {
            if let input = block.input.text, !input.isEmpty {
                block.value.set("input", GrowingJSON(ToolArguments(string: input).object))
            }
            if !block.citations.isEmpty { block.value.set("citations", GrowingJSON(array: block.citations)) }
        }
        message.set("content", GrowingJSON(array: blocks.map { $0.value }))
        return message.raw
    }
}
