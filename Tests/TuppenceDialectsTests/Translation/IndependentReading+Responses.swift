import Foundation
import TuppenceCore

@testable import TuppenceDialects

extension IndependentReading {
    static func responses(_ json: [String: Any]) -> ToldAnswer {
        var told = ToldAnswer()
        told.id = json["id"] as? String
        told.model = json["model"] as? String
        told.usage = responsesUsage(json["usage"] as? [String: Any])
        var one = ToldAnswer.Choice()
        for item in json["output"] as? [[String: Any]] ?? [] { add(item: item, to: &one) }
        one.finish = responsesFinish(json, one)
        told.choices[0] = one
        return told
    }

    private static func responsesFinish(_ json: [String: Any], _ one: ToldAnswer.Choice) -> Finish.Reason? {
        switch string(json["status"]) {
        case "completed", "complete": return one.calls.isEmpty ? .stop : .toolCalls
        case "incomplete":
            let reason = string((json["incomplete_details"] as? [String: Any])?["reason"])
            return reason == "max_output_tokens" ? .length : reason == "content_filter" ? .contentFilter : .other
        default: return nil
        }
    }

    private static func add(item: [String: Any], to one: inout ToldAnswer.Choice) {
        switch string(item["type"]) {
        case "message" where item["role"] as? String == "assistant":
            for part in item["content"] as? [[String: Any]] ?? [] {
                one.text += string(part["text"])
                one.refusal += string(part["refusal"])
                one.citations += (part["annotations"] as? [Any])?.count ?? 0
            }
        case "reasoning":
            let pieces = ["summary", "content"].flatMap { item[$0] as? [[String: Any]] ?? [] }
            one.thoughts += pieces.map { string($0["text"]) }.joined(separator: "\n\n")
            let cipher = string(item["encrypted_content"])
            if !cipher.isEmpty { one.signatures.append(cipher) }
        case "function_call", "custom_tool_call":
            // Those of xAI's own tools are not the caller's to answer.
            if string(item["call_id"]).hasPrefix("xs_call") { return }
            let arguments = string(item["arguments"]) + string(item["input"])
            one.calls.append(
                .init(
                    id: string(item["call_id"]), name: string(item["name"]),
                    arguments: arguments.isEmpty ? "{}" : arguments))
        default: break
        }
    }

    /// A stream says all of its answer again at the end; what it said before is put together from its items, which say
    /// what their deltas said, or at times more.
    static func responses(stream documents: [[String: Any]]) -> ToldAnswer {
        var told = ToldAnswer()
        var (texts, refusal) = ([Int: String](), "")
        var one = ToldAnswer.Choice()
        for document in documents {
            let delta = string(document["delta"])
            switch string(document["type"]) {
            case "response.created":
                let response = document["response"] as? [String: Any]
                told.id = response?["id"] as? String
                told.model = response?["model"] as? String
            case "response.output_text.delta": texts[document["output_index"] as? Int ?? 0, default: ""] += delta
            case "response.refusal.delta": refusal += delta
            case "response.output_item.done":
                let text = one.text
                add(item: document["item"] as? [String: Any] ?? [:], to: &one)
                guard let said = texts.removeValue(forKey: document["output_index"] as? Int ?? 0) else { break }
                if !one.text.dropFirst(text.count).hasPrefix(said) { one.text = text + said }
            case "error":
                let error = document["error"] as? [String: Any] ?? document
                told.error = ProviderError(.server, string(error["message"]), status: 500)
                return told
            case "response.completed", "response.incomplete":
                let response = document["response"] as? [String: Any] ?? [:]
                told.usage = responsesUsage(response["usage"] as? [String: Any])
                one.finish = responsesFinish(response, one)
            default: break
            }
        }
        for (_, said) in texts.sorted(by: { $0.key < $1.key }) { one.text += said }
        if !refusal.isEmpty { one.refusal = refusal }
        told.choices[0] = one
        return told
    }

    private static func responsesUsage(_ usage: [String: Any]?) -> Usage? {
        guard let input = number(usage, "input_tokens") else { return nil }
        let output = number(usage, "output_tokens") ?? 0
        let inputs = usage?["input_tokens_details"] as? [String: Any]
        let reasoning = number(usage?["output_tokens_details"] as? [String: Any], "reasoning_tokens") ?? 0
        let (cached, written) = (number(inputs, "cached_tokens") ?? 0, number(inputs, "cache_write_tokens") ?? 0)
        var result = Usage(
            input: max(0, input - cached - written), cachedInput: min(cached, input),
            output: max(0, output - reasoning),
            reasoning: min(reasoning, output))
        result.cacheWrite = written
        return result
    }
}
