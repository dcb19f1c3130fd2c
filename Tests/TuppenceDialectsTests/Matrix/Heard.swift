import Foundation

/// What a caller finds in an answer, in the words of the caller's own dialect, as its own client would read it.
struct Heard: Equatable {
    struct Call: Equatable {
        var id: String
        var name: String
        /// JSON, with members in order.
        var arguments: String
    }

    var text = ""
    var thoughts = ""
    /// Words of a refusal, where the dialect tells them apart from text.
    var refusal = ""
    var calls: [Call] = []
    var finish = ""
    var usage: [String: Int] = [:]
}

struct ReadingFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Heard {
    typealias Object = [String: Any]

    static func whole(_ body: [UInt8], by caller: Caller) throws -> Heard {
        let object = try parsed(body)
        switch caller {
        case .chat: return try chat(object)
        case .responses: return try response(object)
        case .anthropic: return try message(object)
        case .gemini: return try gemini([object])
        }
    }

    static func stream(_ body: [UInt8], by caller: Caller) throws -> Heard {
        switch caller {
        case .chat: return try chunks(body)
        case .responses: return try responseEvents(try named(body))
        case .anthropic: return try messageEvents(try named(body))
        case .gemini: return try gemini(try data(body).map { try document($0) })
        }
    }

    static func require(_ isTrue: Bool, _ fault: @autoclosure () -> String) throws {
        if !isTrue { throw ReadingFault(fault()) }
    }

    static func document(_ text: String) throws -> Object {
        guard let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object else {
            throw ReadingFault("no object: \(text)")
        }
        return object
    }

    /// What stands between empty lines, without comments.
    private static func events(_ body: [UInt8]) -> [String] {
        let lines = string(body).replacing("\r\n", with: "\n").components(separatedBy: "\n")
        return lines.filter { !$0.hasPrefix(":") }.joined(separator: "\n").components(separatedBy: "\n\n")
            .filter { !$0.isEmpty }
    }

    /// The data of each event.
    static func data(_ body: [UInt8]) throws -> [String] {
        try events(body).map { event in
            guard let line = event.split(separator: "\n").first(where: { $0.hasPrefix("data: ") }) else {
                throw ReadingFault("an event without data: \(event)")
            }
            return String(line.dropFirst(6))
        }
    }

    /// Each event's data, whose type is the event's name.
    static func named(_ body: [UInt8]) throws -> [Object] {
        try events(body).map { event in
            let lines = event.split(separator: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else {
                throw ReadingFault("no named event: \(event)")
            }
            let object = try document(String(lines[1].dropFirst(6)))
            try require(object["type"] as? String == String(lines[0].dropFirst(7)), "named otherwise: \(event)")
            return object
        }
    }

    static func counts(_ usage: Any?, _ names: [String: String]) -> [String: Int] {
        names.compactMapValues { value(usage, $0) as? Int }
    }

    private static func ordered(_ arguments: String) throws -> String {
        json(try JSONSerialization.jsonObject(with: Data(arguments.utf8), options: .fragmentsAllowed))
    }

    // MARK: OpenAI chat

    private static func chatUsage(_ usage: Any?) -> [String: Int] {
        counts(
            usage,
            [
                "prompt": "prompt_tokens", "completion": "completion_tokens", "total": "total_tokens",
                "cached": "prompt_tokens_details.cached_tokens",
                "reasoning": "completion_tokens_details.reasoning_tokens",
            ])
    }

    private static func chat(_ object: Object) throws -> Heard {
        var heard = Heard()
        try require(object["object"] as? String == "chat.completion", "object")
        try require(object["id"] is String && object["created"] is Int && object["model"] is String, "head")
        let message = value(object, "choices.0.message") as? Object ?? [:]
        try require(message["role"] as? String == "assistant" && message["content"] != nil, "role or content")
        heard.text = message["content"] as? String ?? ""
        heard.refusal = message["refusal"] as? String ?? ""
        heard.thoughts = message["reasoning_content"] as? String ?? ""
        heard.calls = try (message["tool_calls"] as? [Object] ?? []).map { call in
            try require(call["type"] as? String == "function", "type of call")
            return Call(
                id: call["id"] as? String ?? "", name: value(call, "function.name") as? String ?? "",
                arguments: try ordered(value(call, "function.arguments") as? String ?? ""))
        }
        heard.finish = value(object, "choices.0.finish_reason") as? String ?? ""
        heard.usage = chatUsage(object["usage"])
        return heard
    }

    private static func chunks(_ body: [UInt8]) throws -> Heard {
        var heard = Heard()
        let lines = try data(body)
        try require(lines.last == "[DONE]", "the end is \(lines.last ?? "nothing")")
        var arguments: [Int: String] = [:]
        for (index, line) in lines.dropLast().enumerated() {
            let chunk = try document(line)
            try require(chunk["object"] as? String == "chat.completion.chunk", "object")
            if chunk["usage"] is Object {
                try require((chunk["choices"] as? [Any])?.isEmpty == true, "usage beside choices")
                try require(index == lines.count - 2, "usage is not last")
                heard.usage = chatUsage(chunk["usage"])
            }
            guard let delta = value(chunk, "choices.0.delta") as? Object else { continue }
            if index == 0 { try require(delta["role"] as? String == "assistant", "the first chunk has no role") }
            try require(heard.finish.isEmpty, "something follows the finish")
            heard.text += delta["content"] as? String ?? ""
            heard.refusal += delta["refusal"] as? String ?? ""
            heard.thoughts += delta["reasoning_content"] as? String ?? ""
            for call in delta["tool_calls"] as? [Object] ?? [] {
                let place = call["index"] as? Int ?? -1
                if let id = call["id"] as? String {
                    try require(place == heard.calls.count, "calls begin out of order")
                    heard.calls.append(
                        Call(id: id, name: value(call, "function.name") as? String ?? "", arguments: ""))
                }
                try require(heard.calls.indices.contains(place), "a piece of no call")
                arguments[place, default: ""] += value(call, "function.arguments") as? String ?? ""
            }
            heard.finish = value(chunk, "choices.0.finish_reason") as? String ?? ""
        }
        for (place, text) in arguments { heard.calls[place].arguments = try ordered(text) }
        return heard
    }

    // MARK: OpenAI Responses

    private static func response(_ object: Object) throws -> Heard {
        var heard = Heard()
        try require(object["object"] as? String == "response", "object")
        for item in object["output"] as? [Object] ?? [] {
            try require(item["id"] is String, "an item without id")
            switch item["type"] as? String {
            case "message":
                for part in item["content"] as? [Object] ?? [] {
                    heard.text += part["text"] as? String ?? ""
                    heard.refusal += part["refusal"] as? String ?? ""
                }
            case "reasoning":
                for part in (item["summary"] as? [Object] ?? []) + (item["content"] as? [Object] ?? []) {
                    heard.thoughts += part["text"] as? String ?? ""
                }
            case "function_call":
                heard.calls.append(
                    Call(
                        id: item["call_id"] as? String ?? "", name: item["name"] as? String ?? "",
                        arguments: try ordered(item["arguments"] as? String ?? "")))
            default: throw ReadingFault("an item of type \(item["type"] ?? "none")")
            }
        }
        let reason = value(object, "incomplete_details.reason") as? String
        heard.finish = (object["status"] as? String ?? "") + (reason.map { ": \($0)" } ?? "")
        heard.usage = counts(
            object["usage"],
            [
                "prompt": "input_tokens", "completion": "output_tokens", "total": "total_tokens",
                "cached": "input_tokens_details.cached_tokens",
                "reasoning": "output_tokens_details.reasoning_tokens",
            ])
        return heard
    }

    private static func responseEvents(_ events: [Object]) throws -> Heard {
        var pieces = Heard()
        var arguments: [String: String] = [:]
        var open: Set<Int> = []
        for (index, event) in events.enumerated() {
            try require(
                event["sequence_number"] as? Int == index, "sequence_number \(event["sequence_number"] ?? "none")")
            let delta = event["delta"] as? String ?? ""
            let item = event["output_index"] as? Int ?? -1
            switch event["type"] as? String ?? "" {
            case "response.created": try require(index == 0, "created late")
            case "response.output_item.added": open.insert(item)
            case "response.output_item.done": try require(open.remove(item) != nil, "an item ends that was not open")
            case "response.output_text.delta": pieces.text += delta
            case "response.refusal.delta": pieces.refusal += delta
            case "response.reasoning_summary_text.delta", "response.reasoning_text.delta": pieces.thoughts += delta
            case "response.function_call_arguments.delta":
                arguments[event["item_id"] as? String ?? "", default: ""] += delta
            default: break
            }
        }
        try require(open.isEmpty, "items are left open")
        let last = events.last?["type"] as? String ?? ""
        let heard = try response(events.last?["response"] as? Object ?? [:])
        try require(last == "response." + heard.finish.prefix { $0 != ":" }, "the end is \(last)")
        try require(heard.text == pieces.text && heard.refusal == pieces.refusal, "deltas say \(pieces.text)")
        try require(heard.thoughts == pieces.thoughts, "deltas think \(pieces.thoughts)")
        let told = try arguments.values.map { try ordered($0) }.sorted()
        try require(heard.calls.map(\.arguments).sorted() == told, "deltas of arguments say \(told)")
        return heard
    }

    // MARK: Anthropic

    private static func anthropicUsage(_ usage: Any?) -> [String: Int] {
        counts(
            usage, ["input": "input_tokens", "cached": "cache_read_input_tokens", "output": "output_tokens"])
    }

    private static func message(_ object: Object) throws -> Heard {
        var heard = Heard()
        try require(object["type"] as? String == "message" && object["role"] as? String == "assistant", "head")
        for block in object["content"] as? [Object] ?? [] { try heard.take(block) }
        heard.end(object)
        heard.usage = anthropicUsage(object["usage"])
        return heard
    }

    private mutating func take(_ block: Object) throws {
        switch block["type"] as? String {
        case "text": text += block["text"] as? String ?? ""
        case "thinking":
            // The SDKs insist on a signature, if an empty one.
            try Self.require(block["signature"] is String, "thoughts without signature")
            thoughts += block["thinking"] as? String ?? ""
        case "redacted_thinking": break
        case "tool_use":
            calls.append(
                Call(
                    id: block["id"] as? String ?? "", name: block["name"] as? String ?? "",
                    arguments: json(block["input"] ?? "")))
        default: throw ReadingFault("a block of type \(block["type"] ?? "none")")
        }
    }

    private mutating func end(_ object: Object) {
        finish = object["stop_reason"] as? String ?? ""
        if let sequence = object["stop_sequence"] as? String { finish += ": \(sequence)" }
    }

    private static func messageEvents(_ events: [Object]) throws -> Heard {
        var heard = Heard()
        try require(events.first?["type"] as? String == "message_start", "begins otherwise")
        try require(events.last?["type"] as? String == "message_stop", "ends otherwise")
        heard.usage = anthropicUsage(value(events.first, "message.usage"))
        var (open, count) = (Object?.none, 0)
        var arguments = ""
        for event in events {
            let delta = event["delta"] as? Object ?? [:]
            switch event["type"] as? String {
            case "content_block_start":
                try require(open == nil && event["index"] as? Int == count, "blocks begin out of order")
                open = event["content_block"] as? Object
                arguments = ""
            case "content_block_delta":
                try require(event["index"] as? Int == count, "a delta of another block")
                for (piece, member) in [("text", "text"), ("thinking", "thinking"), ("signature", "signature")] {
                    guard let text = delta[piece] as? String else { continue }
                    let before = open?[member] as? String ?? ""
                    open?[member] = before + text
                }
                arguments += delta["partial_json"] as? String ?? ""
            case "content_block_stop":
                guard var block = open else { throw ReadingFault("a block ends that was not open") }
                if block["type"] as? String == "tool_use" { block["input"] = try document(arguments) }
                try heard.take(block)
                (open, count) = (nil, count + 1)
            case "message_delta":
                heard.end(delta)
                heard.usage.merge(anthropicUsage(event["usage"])) { _, other in other }
            default: break
            }
        }
        return heard
    }

    // MARK: Gemini

    private static func gemini(_ documents: [Object]) throws -> Heard {
        var heard = Heard()
        for document in documents {
            try require(heard.finish.isEmpty, "something follows the finish")
            for part in value(document, "candidates.0.content.parts") as? [Object] ?? [] {
                let text = part["text"] as? String ?? ""
                if part["thought"] as? Bool == true { heard.thoughts += text } else { heard.text += text }
                guard let call = part["functionCall"] as? Object else { continue }
                heard.calls.append(
                    Call(
                        id: call["id"] as? String ?? "", name: call["name"] as? String ?? "",
                        arguments: json(call["args"] ?? "")))
            }
            heard.finish = value(document, "candidates.0.finishReason") as? String ?? ""
            if let usage = document["usageMetadata"] {
                heard.usage = counts(
                    usage,
                    [
                        "prompt": "promptTokenCount", "cached": "cachedContentTokenCount",
                        "output": "candidatesTokenCount", "reasoning": "thoughtsTokenCount",
                        "total": "totalTokenCount",
                    ])
            }
        }
        return heard
    }
}
