import TuppenceDialects
import Foundation

/// What a provider says that it counted, by its own arithmetic and without a line of the dialects' readers.
enum RecordedCount {
    /// - Returns: everything in, everything out; nil where it says nothing.
    static func read(_ documents: [Any], _ dialect: Dialect) -> (input: Int, output: Int)? {
        let objects = documents.compactMap { $0 as? [String: Any] }
        let counts = Counts(dialect == .openAI ? last(of: objects) : merged(objects, dialect))
        guard !counts.object.isEmpty else { return nil }
        switch dialect {
        case .openAI: return openAI(counts)
        case .gemini:
            // A count of the input alone says nothing of an answer.
            guard counts.has("candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount") else { return nil }
            return (
                counts.sum("promptTokenCount", "toolUsePromptTokenCount"),
                counts.sum("candidatesTokenCount", "thoughtsTokenCount")
            )
        case .bedrock:
            return (
                counts.sum("inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens"), counts.sum("outputTokens")
            )
        case .cohere:
            let billed = counts["billed_units"]
            return (billed.sum("input_tokens"), billed.sum("output_tokens"))
        case .anthropic:
            return (
                counts.sum("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"),
                counts.sum("output_tokens")
            )
        case .responses: return (counts.sum("input_tokens"), counts.sum("output_tokens"))
        case .mistral:
            // Sound lies outside of its prompt.
            let beyond = max(0, counts.sum("total_tokens") - counts.sum("prompt_tokens", "completion_tokens"))
            return (counts.sum("prompt_tokens") + beyond, counts.sum("completion_tokens"))
        }
    }

    private struct Counts {
        let object: [String: Any]
        init(_ object: [String: Any]) { self.object = object }

        subscript(name: String) -> Counts { Counts(object[name] as? [String: Any] ?? [:]) }
        func has(_ names: String...) -> Bool { names.contains { object[$0] != nil } }
        func sum(_ names: String...) -> Int {
            names.reduce(0) { $0 + ((object[$1] as? NSNumber)?.intValue ?? 0) }
        }
    }

    private static func openAI(_ counts: Counts) -> (input: Int, output: Int) {
        let (prompt, completion) = (counts.sum("prompt_tokens"), counts.sum("completion_tokens"))
        // What a total shows beyond both is reasoning, or audio of the prompt.
        let beyond = max(0, counts.sum("total_tokens") - prompt - completion)
        let audio = counts["prompt_tokens_details"].sum("audio_tokens")
        if beyond > 0 && beyond == audio { return (prompt + audio, completion) }
        let reasoning = counts["completion_tokens_details"].sum("reasoning_tokens")
        return (prompt, beyond > 0 && (reasoning == 0 || reasoning == beyond) ? completion + beyond : completion)
    }

    /// Each usage of a stream is the whole of it.
    private static func last(of documents: [[String: Any]]) -> [String: Any] {
        documents.compactMap { document in
            document["usage"] as? [String: Any] ?? (document["x_groq"] as? [String: Any])?["usage"] as? [String: Any]
        }.last ?? [:]
    }

    private static func merged(_ documents: [[String: Any]], _ dialect: Dialect) -> [String: Any] {
        var counts: [String: Any] = [:]
        for document in documents {
            let inner = document["response"] as? [String: Any] ?? document["message"] as? [String: Any] ?? [:]
            let delta = document["delta"] as? [String: Any] ?? [:]
            for holder in [document, inner, delta] {
                guard let usage = (holder["usage"] ?? holder["usageMetadata"]) as? [String: Any] else { continue }
                // A chunk of Gemini's without its input is no count; Anthropic's later ones leave out what stays.
                if dialect == .gemini {
                    if usage["promptTokenCount"] != nil { counts = usage }
                } else {
                    counts.merge(usage) { $1 }
                }
            }
        }
        return counts
    }
}
