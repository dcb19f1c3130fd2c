import Foundation
import TuppenceCore

@testable import TuppenceDialects

/// Gemini's answers, read from their JSON in the plainest way.
extension IndependentReading {
    private typealias Object = [String: Any]

    private static let geminiFinishes: [String: Finish.Reason] = [
        "STOP": .stop, "1": .stop, "MAX_TOKENS": .length, "2": .length, "SAFETY": .contentFilter,
        "MODEL_ARMOR": .contentFilter, "RECITATION": .contentFilter, "OTHER": .failure,
    ]

    static func gemini(_ recording: ChatRecording) -> ToldAnswer {
        let documents =
            recording.isStream
            ? recording.documents : recording.json as? [Object] ?? [recording.json as? Object ?? [:]]
        var told = ToldAnswer()
        told.id = documents.first?["responseId"] as? String
        told.model = documents.first?["modelVersion"] as? String
        var calls = 0
        var grounding: [Int: Int] = [:]
        for document in documents {
            for (position, candidate) in (document["candidates"] as? [Object] ?? []).enumerated() {
                let index = candidate["index"] as? Int ?? position
                var one = told.choices[index] ?? .init()
                for part in (candidate["content"] as? Object)?["parts"] as? [Object] ?? [] {
                    add(part, answer: told.id, &calls, to: &one)
                }
                if let reason = candidate["finishReason"] { one.finish = geminiFinishes["\(reason)"] ?? .other }
                let quoted = candidate["citationMetadata"] as? Object
                one.citations += ((quoted?["citations"] ?? quoted?["citationSources"]) as? [Any])?.count ?? 0
                if let found = candidate["groundingMetadata"] as? Object,
                    let chunks = found["groundingChunks"] as? [Any]
                {
                    let supports = found["groundingSupports"] as? [Object]
                    // Some name chunks that are not there.
                    let named = supports?.flatMap { $0["groundingChunkIndices"] as? [Int] ?? [] }
                    grounding[index] = named.map { $0.filter { $0 < chunks.count }.count } ?? chunks.count
                }
                told.choices[index] = one
            }
            if let feedback = document["promptFeedback"] as? Object, feedback["blockReason"] != nil {
                var one = ToldAnswer.Choice()
                one.refusal = feedback["blockReasonMessage"] as? String ?? ""
                one.finish = .contentFilter
                told.choices[0] = one
            }
        }
        for (index, count) in grounding { told.choices[index]?.citations += count }
        for index in told.choices.keys {
            for call in told.choices[index]?.calls.indices ?? 0..<0
            where told.choices[index]?.calls[call].arguments.isEmpty == true {
                told.choices[index]?.calls[call].arguments = "{}"
            }
        }
        told.usage = geminiUsage(documents)
        return told
    }

    private static func add(_ part: Object, answer: String?, _ calls: inout Int, to one: inout ToldAnswer.Choice) {
        let isKnown = ["text", "functionCall", "inlineData"].contains { part[$0] != nil } || part.count == 1
        if isKnown, let signature = part["thoughtSignature"] as? String { one.signatures.append(signature) }
        if let text = part["text"] as? String {
            if part["thought"] as? Bool == true { one.thoughts += text } else { one.text += text }
        }
        guard let call = part["functionCall"] as? Object else { return }
        if let name = call["name"] as? String {
            let made = "call_\(answer.map { String($0.suffix(16)) } ?? "x")_\(calls)"
            calls += 1
            one.calls.append(.init(id: call["id"] as? String ?? made, name: name, arguments: ""))
            if let arguments = call["args"] { one.calls[one.calls.count - 1].arguments = json(arguments) }
        }
        for piece in call["partialArgs"] as? [Object] ?? [] {
            guard let path = piece["jsonPath"] as? String, let text = piece["stringValue"] as? String,
                let last = one.calls.indices.last
            else { continue }
            let whole = (try? JSONSerialization.jsonObject(with: Data(one.calls[last].arguments.utf8))) ?? Object()
            let steps = path.dropFirst(2).split { ".[]".contains($0) }.map(String.init)
            one.calls[last].arguments = json(appended(text, to: whole, at: steps[...]))
        }
    }

    /// Puts a piece of text where the steps lead.
    private static func appended(_ text: String, to value: Any?, at steps: ArraySlice<String>) -> Any {
        guard let step = steps.first else { return (value as? String ?? "") + text }
        if let index = Int(step) {
            var list = value as? [Any] ?? []
            if index == list.count { list.append(NSNull()) }
            list[index] = appended(text, to: list[index], at: steps.dropFirst())
            return list
        }
        var object = value as? Object ?? [:]
        object[step] = appended(text, to: object[step], at: steps.dropFirst())
        return object
    }

    private static func json(_ value: Any) -> String {
        (try? JSONSerialization.data(withJSONObject: value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func geminiUsage(_ documents: [Object]) -> Usage? {
        let usages = documents.compactMap { $0["usageMetadata"] as? Object }
        guard let usage = usages.last(where: { $0["promptTokenCount"] != nil }) else { return nil }
        func count(_ name: String) -> Int { (usage[name] as? NSNumber)?.intValue ?? 0 }
        let cached = count("cachedContentTokenCount")
        return Usage(
            input: count("promptTokenCount") - cached + count("toolUsePromptTokenCount"), cachedInput: cached,
            output: count("candidatesTokenCount"), reasoning: count("thoughtsTokenCount"))
    }
}
