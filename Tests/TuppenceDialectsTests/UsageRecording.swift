import Foundation

@testable import TuppenceDialects

/// One recorded answer in which a provider counted what was used.
struct UsageRecording {
    let name: String
    let dialect: UsageDialect
    /// The JSON documents of the answer, in order; of a stream those only that may have to do with usage.
    let documents: [[String: Any]]

    /// Where recordings lie: `TUPPENCE_CORPUS`, or `../shared/corpus` beside the checkout.
    static var folder: URL? {
        let named = ProcessInfo.processInfo.environment["TUPPENCE_CORPUS"].map { URL(fileURLWithPath: $0) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = named ?? root.deletingLastPathComponent().appendingPathComponent("shared/corpus")
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("index.json").path) ? folder : nil
    }

    /// Every recorded answer with a usage, but for the results of batches, which are many answers in one.
    static func all() throws -> [UsageRecording] {
        guard let folder else { return [] }
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: folder.path).sorted().flatMap { provider -> [UsageRecording] in
            let place = folder.appendingPathComponent(provider)
            guard let apis = try? manager.contentsOfDirectory(atPath: place.path) else { return [] }
            return try apis.sorted().flatMap { api -> [UsageRecording] in
                try manager.contentsOfDirectory(atPath: place.appendingPathComponent(api).path).sorted().compactMap {
                    file in
                    let data = try Data(contentsOf: place.appendingPathComponent(api).appendingPathComponent(file))
                    return try UsageRecording(name: "\(provider)/\(api)/\(file)", api: api, json: data)
                }
            }
        }
    }

    private static let ignored = ["batches", "files", "models", "countTokens", "count_tokens", "cachedContents"]

    private init?(name: String, api: String, json: Data) throws {
        guard !Self.ignored.contains(String(api.split(separator: ".").last ?? "")),
            let file = try JSONSerialization.jsonObject(with: json) as? [String: Any],
            let response = file["response"] as? [String: Any]
        else { return nil }
        self.name = name
        documents = Self.documents(response)
        guard let dialect = Self.dialect(api, documents) else { return nil }
        self.dialect = dialect
    }

    private static func documents(_ response: [String: Any]) -> [[String: Any]] {
        let body = response["body"]
        switch response["body_encoding"] as? String {
        case "json": return (body as? [[String: Any]]) ?? (body as? [String: Any]).map { [$0] } ?? []
        case "sse", "ndjson":
            let words = ["usage", "eval_count", "billed_units"]
            return (body as? String ?? "").split(whereSeparator: \.isNewline).compactMap { line in
                let data = line.hasPrefix("data:") ? line.dropFirst(5) : line
                guard words.contains(where: data.contains) else { return nil }
                return (try? JSONSerialization.jsonObject(with: Data(data.utf8))) as? [String: Any]
            }
        case "base64": return Data(base64Encoded: body as? String ?? "").map(frames) ?? []
        default: return []
        }
    }

    /// The payloads of an AWS event stream; those of InvokeModel hold the model's own event in base64.
    private static func frames(_ data: Data) -> [[String: Any]] {
        let bytes = [UInt8](data)
        func number(_ at: Int) -> Int { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        var documents: [[String: Any]] = []
        var at = 0
        while at + 16 <= bytes.count {
            let length = number(at)
            guard length >= 16, at + length <= bytes.count else { break }
            let payload = Data(bytes[(at + 12 + number(at + 4))..<(at + length - 4)])
            if let document = (try? JSONSerialization.jsonObject(with: payload)) as? [String: Any] {
                let inner = (document["bytes"] as? String).flatMap { Data(base64Encoded: $0) }
                documents.append(
                    inner.flatMap { (try? JSONSerialization.jsonObject(with: $0)) as? [String: Any] } ?? document)
            }
            at += length
        }
        return documents
    }

    /// The dialect by the address, and where that may be several by what stands in the answer; nil if nothing was counted.
    private static func dialect(_ api: String, _ documents: [[String: Any]]) -> UsageDialect? {
        func mentions(_ names: String...) -> Bool {
            documents.contains { document in
                [
                    document, document["response"], document["message"], document["delta"], document["interaction"],
                    document["metadata"], document["x_groq"],
                ]
                .contains { place in names.contains { (place as? [String: Any])?[$0] is [String: Any] } }
            }
        }
        if documents.contains(where: { $0["eval_count"] != nil || $0["prompt_eval_count"] != nil }) { return .ollama }
        guard mentions("usage", "usageMetadata", "meta", "amazon-bedrock-invocationMetrics") else { return nil }
        switch api.split(separator: ".").first {
        case "anthropic": return .anthropic
        case "vertex": return api.contains("anthropic") ? .anthropic : nil
        case "gemini": return .gemini
        case "cohere":
            let text = String(describing: documents)
            return text.contains("billed_units")
                ? .cohere : text.contains("prompt_tokens") || text.contains("total_tokens") ? .openAI : nil
        case "bedrock":
            if api.hasPrefix("bedrock.converse") || mentions("amazon-bedrock-invocationMetrics") { return .bedrock }
            let text = String(describing: documents)
            if text.contains("inputTokens") { return .bedrock }
            return text.contains("prompt_tokens") ? .openAI : text.contains("input_tokens") ? .anthropic : nil
        default: return api == "openai.responses" ? .responses : .openAI
        }
    }
}
