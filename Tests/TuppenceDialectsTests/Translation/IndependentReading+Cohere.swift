import Foundation
import TuppenceCore

@testable import TuppenceDialects

/// Cohere's answers, read from their JSON in the plainest way.
extension IndependentReading {
    private typealias Object = [String: Any]

    private static let cohereFinishes: [String: Finish.Reason] = [
        "COMPLETE": .stop, "STOP_SEQUENCE": .stopSequence, "MAX_TOKENS": .length, "TOOL_CALL": .toolCalls,
        "ERROR": .failure,
    ]

    static func cohere(_ recording: ChatRecording) -> ToldAnswer {
        var told = ToldAnswer()
        var one = ToldAnswer.Choice()
        let documents = recording.isStream ? recording.documents : [recording.json as? Object ?? [:]]
        told.id = documents.first?["id"] as? String
        var usage: Object?
        for document in documents {
            let delta = document["delta"] as? Object ?? document
            let message = delta["message"] as? Object ?? [:]
            let contents = message["content"] as? [Object] ?? (message["content"] as? Object).map { [$0] } ?? []
            for content in contents {
                one.text += content["text"] as? String ?? ""
                one.thoughts += content["thinking"] as? String ?? ""
            }
            one.text += message["tool_plan"] as? String ?? ""
            for citation in message["citations"] as? [Object] ?? (message["citations"] as? Object).map({ [$0] }) ?? [] {
                one.citations += max(1, (citation["sources"] as? [Any])?.count ?? 0)
            }
            for call in message["tool_calls"] as? [Object] ?? (message["tool_calls"] as? Object).map({ [$0] }) ?? [] {
                let function = call["function"] as? Object ?? [:]
                let arguments = function["arguments"] as? String ?? ""
                if let id = call["id"] as? String {
                    one.calls.append(.init(id: id, name: function["name"] as? String ?? "", arguments: arguments))
                } else {
                    one.calls[one.calls.count - 1].arguments += arguments
                }
            }
            if let reason = delta["finish_reason"] as? String { one.finish = cohereFinishes[reason] ?? .other }
            if let error = delta["error"] as? String { told.error = ProviderError(.server, error, status: 502) }
            usage = delta["usage"] as? Object ?? usage
        }
        for call in one.calls.indices where one.calls[call].arguments.isEmpty { one.calls[call].arguments = "{}" }
        told.choices[0] = one
        told.usage = cohereUsage(usage)
        return told
    }

    /// What is billed; see `CohereUsage`.
    private static func cohereUsage(_ usage: Object?) -> Usage? {
        guard let billed = usage?["billed_units"] as? Object, let input = billed["input_tokens"] as? Int else {
            return nil
        }
        let output = billed["output_tokens"] as? Int ?? 0
        let reasoning = min((usage?["tokens"] as? Object)?["reasoning_tokens"] as? Int ?? 0, output)
        return Usage(input: input, output: output - reasoning, reasoning: reasoning)
    }
}
