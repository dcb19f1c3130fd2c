/// Puts messages of a stream of Gemini's dialect together: each is an answer by itself, with the next parts of it.
struct GeminiCollector: EventCollector {
    private let answer = GrowingJSON()
    private var candidates: [Int: Candidate] = [:]
    private var hasBegun = false

    private final class Candidate {
        let value = GrowingJSON()
        let content = GrowingJSON()
        var parts: [GrowingJSON] = []
    }

    mutating func take(_ event: JSONValue) {
        hasBegun = true
        for member in event.members {
            switch member.name {
            case "candidates": for piece in member.value.elements { take(candidate: piece) }
            case "usageMetadata": answer.set(usage: member.key, member.value, GeminiUsageReader())
            default: answer.set(member.key, member.value)
            }
        }
    }

    private mutating func take(candidate piece: JSONValue) {
        let index = piece["index"]?.integer ?? 0
        let candidate = candidates[index] ?? Candidate()
        candidates[index] = candidate
        Self.take(piece, into: candidate)
    }

    private static func take(_ piece: JSONValue, into candidate: Candidate) {
        for member in piece.members {
            guard member.name.equals("content") else {
                candidate.value.set(member.key, member.value)
                continue
            }
            for member in member.value.members where !member.name.equals("parts") {
                candidate.content.set(member.key, member.value)
            }
            for part in member.value["parts"]?.elements ?? JSONValue.noElements(of: piece) {
                add(part, to: candidate)
            }
        }
    }

    /// Text goes on where nothing else is said with it: a signature is of the part that it came with.
    private static func add(_ part: JSONValue, to candidate: Candidate) {
        guard let piece = part["text"]?.string, let last = candidate.parts.last, let text = last["text"],
            part.members.allSatisfy({ $0.name.equals("text") || $0.name.equals("thought") }),
            part["thought"]?.bool ?? false == isThought(last), last["thoughtSignature"] == nil
        else { return candidate.parts.append(GrowingJSON(part)) }
        text.append(piece)
    }

    private static func isThought(_ part: GrowingJSON) -> Bool { part["thought"]?.raw == RawJSON(true) }

    var whole: RawJSON? {
        guard hasBegun else { return nil }
        let all = candidates.sorted { $0.key < $1.key }.map { $0.value }
        for candidate in all {
            candidate.content.set("parts", GrowingJSON(array: candidate.parts))
            candidate.value.set("content", candidate.content)
        }
        if !all.isEmpty { answer.set("candidates", GrowingJSON(array: all.map { $0.value })) }
        return answer.raw
    }
}
