import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Recorded usage")
struct CorpusUsageTests {
    /// Answers whose counts do not add up to what the provider says, and why. Those that do are to be struck out.
    private static let explained: [(name: String, reason: String)] = [
        ("openai/openai.audio/", "transcriptions charged by the second count no tokens"),
        ("xai/openai.images/", "images are charged by the piece and count no tokens"),
        ("vertex/gemini.generateContent/eebb4e7e73cb19603e10", "the prompt was blocked, and nothing was counted"),
        ("gemini/gemini.generateContent/f8a7f3db4d18dcefe076", "the input was not counted"),
        ("gemini/gemini.streamGenerateContent/88c62566a3a8ec2feadc", "the input was not counted"),
        ("cohere/cohere.embed/b45a977720d9fd146f30", "an image is billed by the piece"),
    ]

    @Test(
        "of every dialect is split so that its parts come to the provider's own totals",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func totals() throws {
        var findings: [String] = []
        var explained: Set<String> = []
        var counted: [UsageDialect: Int] = [:]
        for recording in try UsageRecording.all() {
            guard let finding = try finding(recording) else {
                counted[recording.dialect, default: 0] += 1
                continue
            }
            if let known = Self.explained.first(where: { recording.name.hasPrefix($0.name) }) {
                explained.insert(known.name)
            } else {
                findings.append("\(recording.name) (\(recording.dialect.rawValue)): \(finding)")
            }
        }
        let numbers = counted.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
        print("usage of \(counted.values.reduce(0, +)) recorded answers adds up: \(numbers.joined(separator: ", "))")
        for known in Self.explained {
            #expect(explained.contains(known.name), "\(known.name) adds up now: strike it from the list")
        }
        #expect(findings.isEmpty, "\(findings.count): \(findings.prefix(20).joined(separator: "\n"))")
        #expect(Set(counted.keys) == Set(UsageDialect.allCases))
    }

    private func finding(_ recording: UsageRecording) throws -> String? {
        var reader = recording.dialect.reader
        for document in recording.documents {
            let json = try JSONSerialization.data(withJSONObject: document)
            try json.withUnsafeBytes { try reader.read($0) }
        }
        guard reader.report.isReadable else { return "nothing was read" }
        let usage = reader.report.usage
        guard let stated = stated(recording) else { return "the provider states no totals" }
        if UsageKind.allCases.contains(where: { usage[$0] < 0 }) { return "a count is below 0: \(usage)" }
        let ours = [usage.totalInput, usage.totalOutput, usage.totalInput + usage.totalOutput, usage.search]
        let names = ["input", "output", "in all", "searches"]
        for (index, own) in ours.enumerated() {
            if let count = stated[index], own != count { return "\(names[index]): \(own) in place of \(count)" }
        }
        return nil
    }

    // MARK: The provider's own arithmetic: input, output, in all, searches; nil for what it does not say

    private func stated(_ recording: UsageRecording) -> [Int?]? {
        switch recording.dialect {
        case .anthropic: anthropic(recording.documents)
        case .gemini: gemini(recording.documents)
        case .bedrock: bedrock(recording.documents)
        case .cohere: cohere(recording.documents)
        case .ollama:
            recording.documents.last { $0["eval_count"] != nil || $0["prompt_eval_count"] != nil }
                .map { [number($0, "prompt_eval_count") ?? 0, number($0, "eval_count") ?? 0, nil, nil] }
        case .openAI, .responses: openAI(recording.documents)
        }
    }

    private func number(_ object: [String: Any], _ name: String) -> Int? { (object[name] as? NSNumber)?.intValue }

    private func places(_ document: [String: Any]) -> [[String: Any]] {
        ["message", "response", "delta", "interaction", "metadata", "x_groq"]
            .compactMap { document[$0] as? [String: Any] } + [document]
    }

    private func anthropic(_ documents: [[String: Any]]) -> [Int?]? {
        var usage: [String: Any] = [:]
        for place in documents.flatMap(places) {
            usage.merge((place["usage"] as? [String: Any] ?? [:]).filter { !($0.value is NSNull) }) { $1 }
        }
        guard let input = number(usage, "input_tokens"), let output = number(usage, "output_tokens") else { return nil }
        let cache = ["cache_read_input_tokens", "cache_creation_input_tokens"].compactMap { number(usage, $0) }
        let searches = (usage["server_tool_use"] as? [String: Any]).flatMap { number($0, "web_search_requests") }
        return [input + cache.reduce(0, +), output, nil, searches]
    }

    private func gemini(_ documents: [[String: Any]]) -> [Int?]? {
        let usages = documents.flatMap(places).compactMap { ($0["usageMetadata"] ?? $0["usage"]) as? [String: Any] }
        guard let usage = usages.last(where: { $0["promptTokenCount"] != nil || $0["total_input_tokens"] != nil })
        else {
            return nil
        }
        return [
            nil, nil,
            number(usage, "totalTokenCount") ?? number(usage, "total_tokens") ?? number(usage, "promptTokenCount"), nil,
        ]
    }

    private func bedrock(_ documents: [[String: Any]]) -> [Int?]? {
        let usages = documents.flatMap(places).compactMap {
            ($0["amazon-bedrock-invocationMetrics"] ?? $0["usage"]) as? [String: Any]
        }
        guard let usage = usages.last(where: { $0["inputTokens"] != nil || $0["inputTokenCount"] != nil }) else {
            return nil
        }
        return [
            nil, number(usage, "outputTokens") ?? number(usage, "outputTokenCount"), number(usage, "totalTokens"), nil,
        ]
    }

    private func cohere(_ documents: [[String: Any]]) -> [Int?]? {
        let billed = documents.flatMap(places).compactMap { place in
            ((place["usage"] ?? place["meta"]) as? [String: Any])?["billed_units"] as? [String: Any]
        }.last
        guard let billed else { return nil }
        let input = (number(billed, "input_tokens") ?? 0) + (number(billed, "image_tokens") ?? 0)
        return [input, number(billed, "output_tokens") ?? 0, nil, number(billed, "search_units") ?? 0]
    }

    private func openAI(_ documents: [[String: Any]]) -> [Int?]? {
        let usages = documents.flatMap(places).compactMap { $0["usage"] as? [String: Any] }.filter { usage in
            ["prompt_tokens", "input_tokens", "total_tokens"].contains { number(usage, $0) != nil }
        }
        guard let usage = usages.last else { return nil }
        let input = number(usage, "prompt_tokens") ?? number(usage, "input_tokens")
        let output = number(usage, "completion_tokens") ?? number(usage, "output_tokens")
        let total = number(usage, "total_tokens")
        // Some totals leave out the output, or hold neither: they are no totals.
        if let total, total >= (input ?? 0) + (output ?? 0) { return [nil, nil, total, nil] }
        return [input, output, nil, nil]
    }
}
