import Foundation
import TuppenceCore

@testable import TuppenceDialects

/// What a recording says, read from its JSON in the plainest way, without any of the code under test.
enum IndependentReading {
    static func answer(_ recording: ChatRecording, _ dialect: Dialect) -> ToldAnswer {
        switch (dialect, recording.isStream) {
        case (.anthropic, false): anthropic(recording.json as? [String: Any] ?? [:])
        case (.anthropic, true): anthropic(stream: recording.documents)
        case (.gemini, _): gemini(recording)
        case (.cohere, _): cohere(recording)
        case (.bedrock, false): bedrock(recording.json as? [String: Any] ?? [:])
        case (.bedrock, true): bedrock(stream: recording.body)
        case (.responses, false): responses(recording.json as? [String: Any] ?? [:])
        case (.responses, true): responses(stream: recording.documents)
        case (_, false): openAI(recording.json as? [String: Any] ?? [:])
        case (_, true): openAI(stream: recording.documents)
        }
    }

    static func string(_ value: Any?) -> String { value as? String ?? "" }
    static func number(_ object: [String: Any]?, _ name: String) -> Int? {
        (object?[name] as? NSNumber)?.intValue
    }

    // MARK: OpenAI

    private static let openAIFinishes: [String: Finish.Reason] = [
        "stop": .stop, "eos": .stop, "eos_token": .stop, "length": .length, "tool_calls": .toolCalls,
        "tool_call": .toolCalls, "function_call": .toolCalls, "content_filter": .contentFilter, "error": .failure,
    ]

    private static func openAI(_ json: [String: Any]) -> ToldAnswer {
        var told = ToldAnswer()
        told.id = (json["id"] as? String).flatMap { $0.isEmpty ? nil : $0 }
        told.model = (json["model"] as? String).flatMap { $0.isEmpty ? nil : $0 }
        for (position, choice) in (json["choices"] as? [[String: Any]] ?? []).enumerated() {
            var one = ToldAnswer.Choice()
            let message = choice["message"] as? [String: Any] ?? [:]
            add(message, to: &one)
            for (index, call) in (message["tool_calls"] as? [[String: Any]] ?? []).enumerated() {
                one.calls.append(self.call(call, id: made(index, told.id)))
            }
            if let call = message["function_call"] as? [String: Any], !string(call["name"]).isEmpty {
                one.calls.append(
                    .init(
                        id: made(one.calls.count, told.id), name: string(call["name"]),
                        arguments: string(call["arguments"])))
            }
            one.citations = one.text.isEmpty ? 0 : (message["annotations"] as? [Any])?.count ?? sources(json)
            one.finish = finish(choice) ?? (one.calls.isEmpty ? .stop : .toolCalls)
            told.choices[number(choice, "index") ?? position] = one
        }
        told.usage = openAIUsage([json])
        return told
    }

    /// How many Perplexity and xAI have beside their choices.
    private static func sources(_ json: [String: Any]) -> Int {
        let results = json["search_results"] as? [Any] ?? []
        return results.isEmpty ? (json["citations"] as? [Any])?.count ?? 0 : results.count
    }

    /// The id of a call that has none.
    private static func made(_ index: Int, _ answer: String?) -> String {
        "call_\(answer.map { String($0.suffix(16)) } ?? "x")_\(index)"
    }

    private static func finish(_ choice: [String: Any]) -> Finish.Reason? {
        if choice["error"] is [String: Any] { return .failure }
        let name = string(choice["finish_reason"])
        return name.isEmpty ? nil : openAIFinishes[name] ?? .other
    }

    private static func add(_ message: [String: Any], to one: inout ToldAnswer.Choice) {
        one.text += string(message["content"])
        for part in message["content"] as? [[String: Any]] ?? [] {
            one.text += string(part["text"])
            for piece in part["thinking"] as? [[String: Any]] ?? [] { one.thoughts += string(piece["text"]) }
        }
        one.refusal += string(message["refusal"])
        let details = message["reasoning_details"] as? [[String: Any]] ?? []
        for detail in details {
            one.thoughts += string(detail["text"]) + string(detail["summary"])
            one.signatures += ["signature", "data"].compactMap { detail[$0] as? String }.filter { !$0.isEmpty }
        }
        if details.isEmpty {
            let text = string(message["reasoning_content"])
            one.thoughts += text.isEmpty ? string(message["reasoning"]) : text
        }
    }

    private static func call(_ call: [String: Any], id: String) -> ToldAnswer.Call {
        let custom = call["type"] as? String == "custom"
        let function = call[custom ? "custom" : "function"] as? [String: Any] ?? [:]
        let arguments = string(function[custom ? "input" : "arguments"])
        let given = string(call["id"])
        return .init(
            id: given.isEmpty ? id : given, name: string(function["name"]),
            arguments: arguments.isEmpty ? "{}" : arguments)
    }

    private static func openAI(stream documents: [[String: Any]]) -> ToldAnswer {
        var told = ToldAnswer()
        var keys: [Int: [(index: Int?, id: String)]] = [:]
        for document in documents {
            if let error = document["error"] as? [String: Any] {
                told.error = ProviderError(.server, string(error["message"]), status: 0)
                break
            }
            let choices = document["choices"] as? [[String: Any]] ?? []
            if told.choices.isEmpty, !choices.isEmpty {
                told.id = (document["id"] as? String).flatMap { $0.isEmpty ? nil : $0 }
                told.model = (document["model"] as? String).flatMap { $0.isEmpty ? nil : $0 }
            }
            for choice in choices {
                let index = number(choice, "index") ?? 0
                var one = told.choices[index] ?? .init()
                if one.finish != nil { continue }
                let delta = choice["delta"] as? [String: Any] ?? [:]
                add(delta, to: &one)
                one.citations += (delta["annotations"] as? [Any])?.count ?? 0
                for call in delta["tool_calls"] as? [[String: Any]] ?? [] {
                    add(call, to: &one.calls, &keys[index, default: []], answer: told.id)
                }
                one.finish = finish(choice)
                if one.finish != nil, one.citations == 0, !one.text.isEmpty { one.citations = sources(document) }
                told.choices[index] = one
            }
        }
        for index in told.choices.keys {
            for call in told.choices[index]?.calls.indices ?? 0..<0
            where told.choices[index]?.calls[call].arguments.isEmpty == true {
                told.choices[index]?.calls[call].arguments = "{}"
            }
            // [DONE] says that it is finished.
            if told.choices[index]?.finish == nil { told.choices[index]?.finish = .stop }
        }
        told.usage = openAIUsage(documents)
        return told
    }

    private static func add(
        _ piece: [String: Any], to calls: inout [ToldAnswer.Call], _ keys: inout [(index: Int?, id: String)],
        answer: String?
    ) {
        let function = piece["function"] as? [String: Any] ?? [:]
        let index = number(piece, "index")
        let id = string(piece["id"])
        if let known = keys.lastIndex(where: { $0.index == index && (id.isEmpty || $0.id == id) }),
            index != nil || id == keys[known].id
        {
            calls[known].arguments += string(function["arguments"])
        } else {
            let made = Self.made(calls.count, answer)
            keys.append((index, id))
            calls.append(
                .init(
                    id: id.isEmpty ? made : id, name: string(function["name"]), arguments: string(function["arguments"])
                ))
        }
    }

    /// By OpenAI's own arithmetic; where a provider's differs, see `CorpusUsageTests`.
    private static func openAIUsage(_ documents: [[String: Any]]) -> Usage? {
        let usages = documents.flatMap { [$0, $0["x_groq"] as? [String: Any] ?? [:]] }
            .compactMap { $0["usage"] as? [String: Any] }
        guard let usage = usages.last(where: { number($0, "prompt_tokens") != nil }),
            let prompt = number(usage, "prompt_tokens")
        else { return nil }
        let completion = number(usage, "completion_tokens") ?? 0
        let inputs = usage["prompt_tokens_details"] as? [String: Any]
        let outputs = usage["completion_tokens_details"] as? [String: Any]
        let cached =
            [
                number(inputs, "cached_tokens"), number(usage, "prompt_cache_hit_tokens"),
                number(usage, "num_cached_tokens"), number(usage, "cached_tokens"),
            ].compactMap { $0 }.max() ?? 0
        let reasoning = max(number(outputs, "reasoning_tokens") ?? 0, number(usage, "reasoning_tokens") ?? 0)
        // xAI's reasoning lies outside its completions, and its totals show it.
        let isOutside = reasoning > 0 && number(usage, "total_tokens") == prompt + completion + reasoning
        return Usage(
            input: max(0, prompt - cached), cachedInput: min(cached, prompt),
            output: isOutside ? completion : max(0, completion - reasoning),
            reasoning: isOutside ? reasoning : min(reasoning, completion))
    }

    // MARK: Anthropic

    private static let anthropicFinishes: [String: Finish.Reason] = [
        "end_turn": .stop, "stop_sequence": .stopSequence, "max_tokens": .length, "tool_use": .toolCalls,
        "refusal": .refusal, "pause_turn": .pause, "model_context_window_exceeded": .contextFull,
    ]

    private static func anthropic(_ json: [String: Any]) -> ToldAnswer {
        var told = ToldAnswer()
        told.id = json["id"] as? String
        told.model = json["model"] as? String
        var one = ToldAnswer.Choice()
        for block in json["content"] as? [[String: Any]] ?? [] { add(block: block, to: &one) }
        one.finish = anthropicFinishes[string(json["stop_reason"])]
        told.choices[0] = one
        told.usage = anthropicUsage([json["usage"] as? [String: Any] ?? [:]])
        return told
    }

    private static func add(block: [String: Any], to one: inout ToldAnswer.Choice) {
        switch string(block["type"]) {
        case "text":
            one.text += string(block["text"])
            one.citations += (block["citations"] as? [Any])?.count ?? 0
        case "thinking":
            one.thoughts += string(block["thinking"])
            if !string(block["signature"]).isEmpty { one.signatures.append(string(block["signature"])) }
        case "redacted_thinking": one.signatures.append(string(block["data"]))
        case "tool_use":
            let data = (try? JSONSerialization.data(withJSONObject: block["input"] as Any)) ?? Data()
            one.calls.append(
                .init(
                    id: string(block["id"]), name: string(block["name"]),
                    arguments: String(decoding: data, as: UTF8.self)))
        default: break
        }
    }

    private static func anthropic(stream documents: [[String: Any]]) -> ToldAnswer {
        var told = ToldAnswer()
        var one = ToldAnswer.Choice()
        var open: [Int: Int] = [:]
        var usages: [[String: Any]] = []
        for document in documents {
            let message = document["message"] as? [String: Any]
            let delta = document["delta"] as? [String: Any] ?? [:]
            let index = number(document, "index") ?? 0
            switch string(document["type"]) {
            case "message_start":
                if told.id == nil {
                    told.id = message?["id"] as? String
                    told.model = message?["model"] as? String
                    usages.append(message?["usage"] as? [String: Any] ?? [:])
                }
                for block in message?["content"] as? [[String: Any]] ?? [] { add(block: block, to: &one) }
                one.finish = anthropicFinishes[string(message?["stop_reason"])] ?? one.finish
            case "content_block_start":
                let block = document["content_block"] as? [String: Any] ?? [:]
                add(block: block, to: &one)
                open[index] = string(block["type"]) == "tool_use" ? one.calls.count - 1 : nil
                // A call from within code that the provider runs has its arguments whole.
                let isWhole = (block["input"] as? [String: Any])?.isEmpty == false
                if let call = open[index], !isWhole { one.calls[call].arguments = "" }
            case "content_block_delta":
                one.text += string(delta["text"])
                one.thoughts += string(delta["thinking"])
                if !string(delta["signature"]).isEmpty { one.signatures.append(string(delta["signature"])) }
                if let call = open[index] { one.calls[call].arguments += string(delta["partial_json"]) }
                if delta["citation"] != nil { one.citations += 1 }
            case "message_delta":
                one.finish = anthropicFinishes[string(delta["stop_reason"])] ?? one.finish
                usages.append(document["usage"] as? [String: Any] ?? [:])
            default: break
            }
        }
        for call in one.calls.indices where one.calls[call].arguments.isEmpty { one.calls[call].arguments = "{}" }
        told.choices[0] = one
        told.usage = anthropicUsage(usages)
        return told
    }

    private static func anthropicUsage(_ parts: [[String: Any]]) -> Usage? {
        var usage: [String: Any] = [:]
        for part in parts { usage.merge(part.filter { !($0.value is NSNull) }) { $1 } }
        guard let input = number(usage, "input_tokens") else { return nil }
        let long = number(usage["cache_creation"] as? [String: Any], "ephemeral_1h_input_tokens") ?? 0
        let written = number(usage, "cache_creation_input_tokens") ?? 0
        let thinking = number(usage["output_tokens_details"] as? [String: Any], "thinking_tokens") ?? 0
        var counts = Usage(
            input: input, cachedInput: number(usage, "cache_read_input_tokens") ?? 0,
            output: (number(usage, "output_tokens") ?? 0) - thinking, reasoning: thinking)
        counts.cacheWriteLong = min(long, written)
        counts.cacheWrite = written - counts.cacheWriteLong
        counts.search = number(usage["server_tool_use"] as? [String: Any], "web_search_requests") ?? 0
        return counts
    }
}
