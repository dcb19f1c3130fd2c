/// Chats and completions of OpenAI's dialect in their other form.
///
/// Source: https://platform.openai.com/docs/api-reference/chat-streaming (read 2026-11).
enum ChatRecast {
    /// Writes the chunks of a whole answer: one with all that each choice says, one with why it ends, and the usage.
    static func tell(_ root: JSONValue, isChat: Bool, usage: Bool, into json: inout JSONWriter) {
        for choice in root["choices"]?.elements ?? JSONValue.noElements(of: root) {
            chunk(root, &json) { json in
                if isChat { said(by: choice, &json) } else { json.value(choice.raw) }
            }
            if isChat { chunk(root, &json) { ending(choice, &$0) } }
        }
        if usage, let counted = root["usage"], !counted.isNull {
            chunk(root, usage: counted, &json) { _ in }
        }
        json.plain("data: [DONE]\n\n")
    }

    private static func chunk(
        _ root: JSONValue, usage: JSONValue? = nil, _ json: inout JSONWriter, _ choices: (inout JSONWriter) -> Void
    ) {
        json.plain("data: ")
        json.object { json in
            for member in root.members {
                switch member.name {
                case "choices": json.member("choices", array: choices)
                case "usage": if let usage { json.member("usage", usage.raw) }
                case "object" where member.value.equals("chat.completion"):
                    json.member("object", literal: "chat.completion.chunk")
                default:
                    json.name(key: member.key)
                    json.value(member.value.raw)
                }
            }
        }
        json.plain("\n\n")
    }

    private static func said(by choice: JSONValue, _ json: inout JSONWriter) {
        json.object { json in
            json.member("index", choice["index"]?.raw ?? RawJSON(0))
            json.member(
                "delta",
                object: { json in
                    guard let message = choice["message"] ?? choice["delta"] else { return }
                    for member in message.members {
                        switch member.name {
                        case "tool_calls" where member.value.kind == .array:
                            json.member("tool_calls", array: { numbered(member.value, &$0) })
                        default:
                            json.name(key: member.key)
                            json.value(member.value.raw)
                        }
                    }
                })
            if let logprobs = choice["logprobs"] { json.member("logprobs", logprobs.raw) }
            json.name("finish_reason")
            json.null()
        }
    }

    /// In chunks each call has the number by which its pieces are known.
    private static func numbered(_ calls: JSONValue, _ json: inout JSONWriter) {
        for (number, call) in calls.elements.enumerated() {
            json.object { json in
                json.member("index", number)
                for member in call.members where !member.name.equals("index") {
                    json.name(key: member.key)
                    json.value(member.value.raw)
                }
            }
        }
    }

    private static func ending(_ choice: JSONValue, _ json: inout JSONWriter) {
        json.object { json in
            json.member("index", choice["index"]?.raw ?? RawJSON(0))
            json.member("delta", object: { _ in })
            for member in choice.members {
                switch member.name {
                case "index", "message", "delta", "logprobs": continue
                default:
                    json.name(key: member.key)
                    json.value(member.value.raw)
                }
            }
        }
    }
}

/// Puts chunks together.
struct ChatCollector: EventCollector {
    let isChat: Bool
    private let answer = GrowingJSON()
    private var choices: [Int: GrowingJSON] = [:]

    init(isChat: Bool) { self.isChat = isChat }

    mutating func take(_ event: JSONValue) {
        for member in event.members {
            switch member.name {
            case "choices": for choice in member.value.elements { take(choice: choice) }
            // White noise against who listens to the lengths of chunks.
            case "obfuscation": continue
            case "object" where member.value.equals("chat.completion.chunk"):
                answer.set("object", GrowingJSON(JSONString("chat.completion")))
            case "usage": answer.set(usage: member.key, member.value, OpenAIUsageReader())
            // Azure tells later what its filters have found, and has no names in these chunks.
            case "id", "object", "created", "model", "system_fingerprint":
                if !member.value.isHollow || answer[member.key] == nil { answer.set(member.key, member.value) }
            default: answer.set(member.key, member.value)
            }
        }
    }

    private mutating func take(choice piece: JSONValue) {
        let index = piece["index"]?.integer ?? 0
        let choice = choices[index] ?? begun(index)
        choices[index] = choice
        for member in piece.members {
            switch member.name {
            case "index": continue
            // Perplexity's have all that has been said so far beside what is new.
            case "message" where piece["delta"]?.kind == .object: continue
            case "delta", "message":
                guard let message = choice["message"] else { continue }
                for member in member.value.members { message.grow(member) }
            case "text", "logprobs": choice.grow(member)
            // Snowflake's is "" on chunks that finish nothing.
            case "finish_reason": if member.value.text?.isEmpty != true { choice.set(member.key, member.value) }
            default: choice.set(member.key, member.value)
            }
        }
    }

    private func begun(_ index: Int) -> GrowingJSON {
        let choice = GrowingJSON()
        choice.set("index", GrowingJSON(RawJSON(index)))
        if isChat { choice.set("message", GrowingJSON()) }
        return choice
    }

    var whole: RawJSON? {
        guard !choices.isEmpty else { return nil }
        let all = choices.sorted { $0.key < $1.key }.map { $0.value }
        for choice in all { if let message = choice["message"] { Self.complete(message) } }
        let usage = answer["usage"]
        answer.remove("usage")
        answer.set("choices", GrowingJSON(array: all))
        if let usage { answer.set("usage", usage) }
        return answer.raw
    }

    private static func complete(_ message: GrowingJSON) {
        if message["role"] == nil { message.set("role", GrowingJSON(JSONString("assistant"))) }
        if message["content"] == nil { message.set("content", GrowingJSON(RawJSON { $0.null() })) }
        for call in message["tool_calls"]?.elements ?? [] { call.remove("index") }
        // Each piece of sound is whole by itself, with what fills its end up.
        if let audio = message["audio"], let data = audio["data"]?.text {
            audio.set("data", GrowingJSON(joined(data)))
        }
    }

    /// One base64 of several that stand one behind the other.
    private static func joined(_ pieces: JSONString) -> JSONString {
        let text = pieces.utf8
        let end = UInt8(ascii: "=")
        guard let first = text.firstIndex(of: end), text[first...].contains(where: { $0 != end }) else { return pieces }
        var bytes: [UInt8] = []
        for piece in text.split(separator: end) {
            guard let decoded = Base64.decoded(piece) else { return pieces }
            bytes += decoded
        }
        return JSONString(utf8: Base64.encoded(bytes)[...])
    }
}

extension JSONValue {
    /// Whether it says nothing in the place of a name or a number.
    fileprivate var isHollow: Bool { isNull || text?.isEmpty == true || integer == 0 }
}
