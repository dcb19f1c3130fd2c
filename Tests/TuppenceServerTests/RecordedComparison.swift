import Foundation
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

/// An answer as a caller of the provider's own dialect got it, held against the recording of it.
struct RecordedComparison {
    let recording: Recording

    /// What is not as it was recorded, but for what the gateway adds; nil if nothing is.
    func finding(_ answer: TestClient.Answer) -> String? {
        if answer["x-tuppence-provider"] == nil {
            return "was refused here: \(answer.status) \(answer.body.prefix(200))"
        }
        if answer.status != recording.status {
            return "status \(answer.status) in place of \(recording.status): \(answer.body.prefix(200))"
        }
        if !answer.isComplete { return "the answer broke off" }
        if recording.status >= 400 {
            return answer.body == recording.body.text ? nil : "the error was changed: \(answer.body.prefix(200))"
        }
        let expected = recording.documents.filter { !isLeftOut($0) }
        var received = documents(answer.body)
        if lacksUsage(expected) {
            guard let told = (received.popLast() as? [String: Any])?["usage"] as? [String: Any], told["cost"] != nil
            else { return "the usage that its provider did not tell is missing: \(answer.body.suffix(300))" }
        }
        if let finding = framingFinding(answer, expected) { return finding }
        if expected.count != received.count {
            return "\(received.count) documents in place of \(expected.count): \(answer.body.suffix(300))"
        }
        for (one, other) in zip(expected, received) {
            guard let one = withoutCost(one) as? NSObject, let other = withoutCost(other) as? NSObject, one == other
            else {
                return "\(other) in place of \(one)"
            }
        }
        // Of OpenAI's streams those only have it whose callers ask for the usage.
        let showsCost = !recording.isCount && (!recording.isStream || recording.dialect != .openAI)
        if showsCost, recording.counted != nil, !answer.body.contains(#""cost_details""#) {
            return "the cost is missing"
        }
        return nil
    }

    /// What is not as the provider counted it; nil if all is.
    func finding(_ entry: LedgerEntry) -> String? {
        if recording.status >= 400 { return entry.cost == .zero ? nil : "an error was billed" }
        if recording.isCount { return entry.cost == .zero && !entry.estimated ? nil : "a count was billed" }
        let (input, output) = (entry.usage.totalInput, entry.usage.totalOutput)
        guard let counted = recording.counted else {
            // Nobody charges for a request that is refused within a stream.
            let isFree = entry.outcome == .failed && entry.usage == Usage() && entry.cost == .zero
            return entry.estimated || isFree ? nil : "no count was recorded, yet it is not an estimate"
        }
        if entry.estimated { return "it was estimated although it was counted" }
        return (input, output) == counted ? nil : "\(input) and \(output) in place of \(counted)"
    }

    // MARK: Framing

    private func documents(_ body: String) -> [Any] {
        guard recording.isArray else { return Recording.documents(of: body, isStream: recording.isStream) }
        return (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [Any]) ?? []
    }

    /// Whether the gateway has to tell the usage, which was asked for.
    private func lacksUsage(_ documents: [Any]) -> Bool {
        guard recording.dialect == .openAI, recording.isStream, recording.wantsUsage else { return false }
        let objects = documents.compactMap { $0 as? [String: Any] }
        return !objects.contains { object in
            object["usage"] is [String: Any] || object["error"].map { !($0 is NSNull) } ?? false
        }
    }

    /// Whether nobody asked for it.
    private func isLeftOut(_ document: Any) -> Bool {
        guard recording.dialect == .openAI, recording.isStream, !recording.wantsUsage,
            let document = document as? [String: Any], document["usage"] is [String: Any]
        else { return false }
        return (document["choices"] as? [Any])?.isEmpty ?? false
    }

    private func framingFinding(_ answer: TestClient.Answer, _ expected: [Any]) -> String? {
        guard recording.isStream else { return nil }
        if recording.dialect == .openAI {
            let hasError = expected.contains { (($0 as? [String: Any])?["error"]).map { !($0 is NSNull) } ?? false }
            return hasError || answer.body.hasSuffix("data: [DONE]\n\n") ? nil : "the stream does not end in [DONE]"
        }
        if recording.isArray { return nil }
        let (names, recorded) = (
            Recording.lines(answer.body, of: "event"), Recording.lines(recording.body.text, of: "event")
        )
        return names == recorded ? nil : "\(names.suffix(5)) in place of \(recorded.suffix(5))"
    }

    // MARK: Cost

    /// The document without what the gateway sets.
    private func withoutCost(_ document: Any) -> Any {
        guard var document = document as? [String: Any] else { return document }
        // What nobody has counted is told as it is booked.
        if !recording.isStream, (recording.counted?.input ?? 0) == 0 {
            document["usage"] = nil
            document["usageMetadata"] = nil
        }
        for name in ["usage", "usageMetadata"] {
            guard var usage = document[name] as? [String: Any] else { continue }
            usage["cost"] = nil
            usage["cost_details"] = nil
            document[name] = usage
        }
        if let response = document["response"] { document["response"] = withoutCost(response) }
        return document
    }
}
