import Foundation
import TuppenceCore

@testable import TuppenceDialects

extension IndependentReading {
    private static let finishes: [String: Finish.Reason] = [
        "end_turn": .stop, "stop_sequence": .stopSequence, "max_tokens": .length, "tool_use": .toolCalls,
        "guardrail_intervened": .contentFilter, "content_filtered": .contentFilter,
    ]

    static func bedrock(_ json: [String: Any]) -> ToldAnswer {
        var told = ToldAnswer()
        var one = ToldAnswer.Choice()
        let message = (json["output"] as? [String: Any])?["message"] as? [String: Any]
        for block in message?["content"] as? [[String: Any]] ?? [] {
            one.text += string(block["text"])
            // Calls of Bedrock's own tools are not the caller's to answer.
            if let call = block["toolUse"] as? [String: Any], call["type"] as? String != "server_tool_use" {
                let data = (try? JSONSerialization.data(withJSONObject: call["input"] as Any)) ?? Data()
                one.calls.append(
                    .init(
                        id: string(call["toolUseId"]), name: string(call["name"]),
                        arguments: String(decoding: data, as: UTF8.self)))
            }
            if let thoughts = block["reasoningContent"] as? [String: Any] {
                let text = thoughts["reasoningText"] as? [String: Any]
                one.thoughts += string(text?["text"])
                one.signatures += [text?["signature"], thoughts["redactedContent"]].compactMap { $0 as? String }
            }
            if let cited = block["citationsContent"] as? [String: Any] {
                for piece in cited["content"] as? [[String: Any]] ?? [] { one.text += string(piece["text"]) }
                one.citations += (cited["citations"] as? [Any])?.count ?? 0
            }
        }
        one.finish = finishes[string(json["stopReason"])]
        told.choices[0] = one
        told.usage = bedrockUsage(json["usage"] as? [String: Any])
        return told
    }

    static func bedrock(stream body: [UInt8]) -> ToldAnswer {
        var told = ToldAnswer()
        var one = ToldAnswer.Choice()
        var open: [Int: Int] = [:]
        for (type, event) in frames(body) {
            let index = number(event, "contentBlockIndex") ?? 0
            switch type {
            case "contentBlockStart":
                open[index] = nil
                guard let call = (event["start"] as? [String: Any])?["toolUse"] as? [String: Any],
                    call["type"] as? String != "server_tool_use"
                else { continue }
                one.calls.append(.init(id: string(call["toolUseId"]), name: string(call["name"]), arguments: ""))
                open[index] = one.calls.count - 1
            case "contentBlockDelta":
                let delta = event["delta"] as? [String: Any] ?? [:]
                one.text += string(delta["text"])
                let thoughts = delta["reasoningContent"] as? [String: Any]
                one.thoughts += string(thoughts?["text"])
                one.signatures += ["signature", "redactedContent"].compactMap { thoughts?[$0] as? String }
                if delta["citation"] != nil { one.citations += 1 }
                if let call = open[index] {
                    one.calls[call].arguments += string((delta["toolUse"] as? [String: Any])?["input"])
                }
            case "messageStop": one.finish = finishes[string(event["stopReason"])]
            case "metadata": told.usage = bedrockUsage(event["usage"] as? [String: Any])
            default: break
            }
        }
        for call in one.calls.indices where one.calls[call].arguments.isEmpty { one.calls[call].arguments = "{}" }
        told.choices[0] = one
        return told
    }

    private static func bedrockUsage(_ usage: [String: Any]?) -> Usage? {
        guard let input = number(usage, "inputTokens") else { return nil }
        var result = Usage(
            input: input, cachedInput: number(usage, "cacheReadInputTokens") ?? 0,
            output: number(usage, "outputTokens") ?? 0)
        let details = usage?["cacheDetails"] as? [[String: Any]] ?? []
        let long = details.filter { $0["ttl"] as? String == "1h" }.compactMap { number($0, "inputTokens") }.reduce(0, +)
        result.cacheWriteLong = long
        result.cacheWrite = (number(usage, "cacheWriteInputTokens") ?? 0) - long
        return result
    }

    /// The type and the payload of every message of an AWS event stream.
    static func frames(_ bytes: [UInt8]) -> [(type: String, payload: [String: Any])] {
        func number(_ at: Int, _ count: Int = 4) -> Int { bytes[at..<(at + count)].reduce(0) { $0 << 8 | Int($1) } }
        var found: [(String, [String: Any])] = []
        var at = 0
        while at + 16 <= bytes.count {
            let (length, headers) = (number(at), number(at + 4))
            var type = ""
            var place = at + 12
            while place < at + 12 + headers {
                let name = String(decoding: bytes[(place + 1)..<(place + 1 + Int(bytes[place]))], as: UTF8.self)
                place += 2 + Int(bytes[place])  // The kind of every recorded header is a string.
                let size = number(place, 2)
                let value = String(decoding: bytes[(place + 2)..<(place + 2 + size)], as: UTF8.self)
                if name == ":event-type" || name == ":exception-type" { type = value }
                place += 2 + size
            }
            let payload = Data(bytes[(at + 12 + headers)..<(at + length - 4)])
            found.append((type, (try? JSONSerialization.jsonObject(with: payload)) as? [String: Any] ?? [:]))
            at += length
        }
        return found
    }
}
