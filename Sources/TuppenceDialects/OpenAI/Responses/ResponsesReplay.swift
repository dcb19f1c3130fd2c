/// The events that a kept answer would have been streamed in, told again: in the dialect's full order, each text and each
/// call's arguments in one piece.
///
/// Source: openai 3.57 for Python, `Responses.retrieve` (read 2026-11).
package struct ResponsesReplay: ~Copyable {
    private var output = JSONWriter()
    private var sequence = 0
    /// Events up to this one are not told.
    private let after: Int?

    /// - Parameters:
    ///   - answer: the object that it is.
    ///   - after: the number of the last event that its reader has; nil for all.
    /// - Returns: nil if it is no answer.
    package static func events(of answer: [UInt8], after: Int? = nil) -> [UInt8]? {
        guard let answer = RawJSON(answer), answer.isObject else { return nil }
        var replay = ResponsesReplay(after: after)
        do throws(JSONError) {
            try answer.read { root in replay.tell(root) }
        } catch { return nil }
        return replay.output.bytes
    }

    private init(after: Int?) { self.after = after }

    private mutating func event(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
        let number = sequence
        sequence += 1
        if let after, number <= after { return }
        output.plain("event: ")
        output.plain(name)
        output.plain("\ndata: ")
        output.object { json in
            json.member("type", literal: name)
            json.member("sequence_number", number)
            members(&json)
        }
        output.plain("\n\n")
    }

    private mutating func tell(_ answer: JSONValue) {
        for name in ["response.created", "response.in_progress"] as [StaticString] {
            event(name) { json in
                json.name("response")
                Self.begun(answer, &json)
            }
        }
        for (index, item) in (answer["output"]?.elements ?? JSONValue.noElements(of: answer)).enumerated() {
            tell(item, at: index)
        }
        event(Self.end(answer)) { $0.member("response", answer.raw) }
    }

    /// The answer as it was before its model had written anything.
    private static func begun(_ answer: JSONValue, _ json: inout JSONWriter) {
        json.object { json in
            for member in answer.members {
                json.name(key: member.key)
                switch member.name {
                case "status": json.value(literal: "in_progress")
                case "output": json.array { _ in }
                case "usage", "error", "incomplete_details", "completed_at": json.null()
                default: json.value(member.value.raw)
                }
            }
        }
    }

    private static func end(_ answer: JSONValue) -> StaticString {
        switch answer["status"]?.text {
        case .some(let status) where status.equals("incomplete"): "response.incomplete"
        case .some(let status) where status.equals("failed"): "response.failed"
        default: "response.completed"
        }
    }

    // MARK: Items

    private mutating func tell(_ item: JSONValue, at index: Int) {
        event("response.output_item.added") { json in
            json.member("output_index", index)
            json.name("item")
            Self.added(item, &json)
        }
        switch item["type"]?.text {
        case .some(let type) where type.equals("message"):
            for (place, part) in (item["content"]?.elements ?? JSONValue.noElements(of: item)).enumerated() {
                tell(part: part, at: place, of: item, index)
            }
        case .some(let type) where type.equals("reasoning"):
            for (place, part) in (item["summary"]?.elements ?? JSONValue.noElements(of: item)).enumerated() {
                tell(summary: part, at: place, of: item, index)
            }
        case .some(let type) where type.equals("function_call"):
            tell(item["arguments"], of: item, index, "response.function_call_arguments.delta") {
                $0.member("delta", $1)
            }
            tell(item["arguments"], of: item, index, "response.function_call_arguments.done") { json, text in
                json.member("name", item["name"]?.string)
                json.member("arguments", text)
            }
        case .some(let type) where type.equals("custom_tool_call"):
            tell(item["input"], of: item, index, "response.custom_tool_call_input.delta") { $0.member("delta", $1) }
            tell(item["input"], of: item, index, "response.custom_tool_call_input.done") { $0.member("input", $1) }
        default: break
        }
        event("response.output_item.done") { json in
            json.member("output_index", index)
            json.member("item", item.raw)
        }
    }

    /// An item as it is when it begins, without what its other events bring.
    private static func added(_ item: JSONValue, _ json: inout JSONWriter) {
        let later: StaticString
        switch item["type"]?.text {
        case .some(let type) where type.equals("message"): later = "content"
        case .some(let type) where type.equals("reasoning"): later = "summary"
        case .some(let type) where type.equals("function_call"): later = "arguments"
        case .some(let type) where type.equals("custom_tool_call"): later = "input"
        default: return json.value(item.raw)
        }
        json.object { json in
            for member in item.members {
                json.name(key: member.key)
                if member.name.equals("status") {
                    json.value(literal: "in_progress")
                } else if member.name.equals(later) {
                    if member.value.kind == .array { json.array { _ in } } else { json.value(literal: "") }
                } else {
                    json.value(member.value.raw)
                }
            }
        }
    }

    private mutating func tell(
        _ text: JSONValue?, of item: JSONValue, _ index: Int, _ name: StaticString,
        _ members: (inout JSONWriter, JSONString) -> Void
    ) {
        guard let text = text?.string else { return }
        itemEvent(name, item, index) { members(&$0, text) }
    }

    private mutating func itemEvent(
        _ name: StaticString, _ item: JSONValue, _ index: Int, _ members: (inout JSONWriter) -> Void
    ) {
        event(name) { json in
            json.member("item_id", item["id"]?.string)
            json.member("output_index", index)
            members(&json)
        }
    }

    // MARK: Parts

    /// - Parameter number: which part it is, as the member of the event is called that says so.
    private mutating func partEvent(
        _ name: StaticString, _ number: StaticString, _ place: Int, of item: JSONValue, _ index: Int,
        _ members: (inout JSONWriter) -> Void
    ) {
        itemEvent(name, item, index) { json in
            json.member(number, place)
            members(&json)
        }
    }

    private mutating func tell(part: JSONValue, at place: Int, of item: JSONValue, _ index: Int) {
        func event(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
            partEvent(name, "content_index", place, of: item, index, members)
        }
        event("response.content_part.added") { Self.emptied(part, &$0) }
        if let refusal = part["refusal"]?.string {
            event("response.refusal.delta") { $0.member("delta", refusal) }
            event("response.refusal.done") { $0.member("refusal", refusal) }
        } else if let text = part["text"]?.string {
            event("response.output_text.delta") { json in
                json.member("delta", text)
                json.member("logprobs", array: { _ in })
            }
            for (number, note) in (part["annotations"]?.elements ?? JSONValue.noElements(of: part)).enumerated() {
                event("response.output_text.annotation.added") { json in
                    json.member("annotation_index", number)
                    json.member("annotation", note.raw)
                }
            }
            event("response.output_text.done") { json in
                json.member("text", text)
                json.name("logprobs")
                if let tokens = part["logprobs"], !tokens.isNull { json.value(tokens.raw) } else { json.array { _ in } }
            }
        }
        event("response.content_part.done") { $0.member("part", part.raw) }
    }

    private mutating func tell(summary part: JSONValue, at place: Int, of item: JSONValue, _ index: Int) {
        func event(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
            partEvent(name, "summary_index", place, of: item, index, members)
        }
        event("response.reasoning_summary_part.added") { Self.emptied(part, &$0) }
        if let text = part["text"]?.string {
            event("response.reasoning_summary_text.delta") { $0.member("delta", text) }
            event("response.reasoning_summary_text.done") { $0.member("text", text) }
        }
        event("response.reasoning_summary_part.done") { $0.member("part", part.raw) }
    }

    /// The member with a part before its text has come.
    private static func emptied(_ part: JSONValue, _ json: inout JSONWriter) {
        json.name("part")
        json.object { json in
            for member in part.members {
                json.name(key: member.key)
                switch member.name {
                case "text", "refusal": json.value(literal: "")
                case "annotations", "logprobs": json.array { _ in }
                default: json.value(member.value.raw)
                }
            }
        }
    }
}
