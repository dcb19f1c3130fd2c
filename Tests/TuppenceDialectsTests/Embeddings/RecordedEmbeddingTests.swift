import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Recorded answers with embeddings, against a reading of their JSON that shares no code with the dialects.
@Suite("Recorded embeddings")
struct RecordedEmbeddingTests {
    private static let folders: [(folder: String, dialect: Dialect)] = [
        ("cohere/cohere.embed", .cohere), ("gemini/gemini.batchEmbedContents", .gemini),
        ("gemini/gemini.embedContent", .gemini), ("vertex/gemini.embedContent", .gemini),
        ("vertex/vertex.predict", .gemini), ("bedrock/bedrock.invoke", .bedrock),
        ("mistral/openai.embeddings", .mistral),
    ]
    /// Answers that nobody here has asked for, and why.
    private static let others = [
        "cohere/cohere.embed/5ba644bb5761c9046b52.json": "int8, which version 2 is not asked for",
        "cohere/cohere.embed/84a491d867f5c51ad9ef.json": "int8, which version 2 is not asked for",
    ]

    @Test(
        "have the same numbers and the same count, and OpenAI's SDKs find them in base64",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"),
        arguments: folders.map(\.folder))
    func replay(folder: String) throws {
        let root = try #require(UsageRecording.folder)
        let dialect = try #require(Self.folders.first { $0.folder == folder }?.dialect)
        let embeddings = try #require(dialect.embeddings)
        let place = root.appendingPathComponent(folder)
        var read = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() {
            let name = "\(folder)/\(file)"
            let data = try Data(contentsOf: place.appendingPathComponent(file))
            let recording = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let response = try #require(recording["response"] as? [String: Any])
            guard response["status"] as? Int == 200, response["body_encoding"] as? String == "json",
                Self.others[name] == nil, let body = response["body"] as? [String: Any], isEmbedding(recording, folder)
            else { continue }
            let headers = response["headers"] as? [String: String] ?? [:]
            let count = headers["x-amzn-bedrock-input-token-count"].flatMap { Int($0) }
            let bytes = Array(try JSONSerialization.data(withJSONObject: body))
            let answer = try embeddings.readAnswer(bytes, count: count)
            #expect(try numbers(answer) == plainNumbers(body), "\(name)")
            #expect(answer.usage?.usage.totalInput == plainCount(body) ?? count, "\(name)")
            read += 1
        }
        #expect(read > 0)
        print("read \(read) recorded answers of \(folder)")
    }

    /// Bedrock's other models lie in the same folder; Nova's are not asked for here.
    private func isEmbedding(_ recording: [String: Any], _ folder: String) -> Bool {
        guard folder == "bedrock/bedrock.invoke" else { return true }
        let url = (recording["request"] as? [String: Any])?["url"] as? String ?? ""
        return url.contains("embed") && !url.contains("nova")
    }

    /// As OpenAI's SDKs read them out of base64.
    private func numbers(_ answer: EmbeddingAnswer) throws -> [[Float]] {
        let written = Data(OpenAIEmbeddingWriter.write(answer, .base64, model: "m", estimate: 0, more: []))
        let document = try #require(try JSONSerialization.jsonObject(with: written) as? [String: Any])
        let list = try #require(document["data"] as? [[String: Any]])
        return try list.map { element in
            let text = try #require(element["embedding"] as? String)
            let bytes = [UInt8](try #require(Data(base64Encoded: text)))
            return stride(from: 0, to: bytes.count, by: 4).map { at in
                Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) })
            }
        }
    }

    private func plainNumbers(_ body: [String: Any]) -> [[Float]] {
        var lists: [Any] = []
        if let one = body["embedding"] {
            lists = [(one as? [String: Any])?["values"] ?? one]
        } else if let typed = body["embeddings"] as? [String: Any] {
            lists = typed["float"] as? [Any] ?? []
        } else if let many = body["embeddings"] as? [[String: Any]] {
            lists = many.compactMap { $0["values"] }
        } else if let many = body["embeddings"] as? [Any] {
            lists = many
        } else if let predictions = body["predictions"] as? [[String: Any]] {
            lists = predictions.compactMap { ($0["embeddings"] as? [String: Any])?["values"] }
        } else if let data = body["data"] as? [[String: Any]] {
            lists = data.compactMap { $0["embedding"] }
        }
        return lists.map { list in (list as? [NSNumber] ?? []).map { Float($0.doubleValue) } }
    }

    private func plainCount(_ body: [String: Any]) -> Int? {
        if let count = body["inputTextTokenCount"] as? Int { return count }
        if let counts = body["usageMetadata"] as? [String: Any] { return counts["promptTokenCount"] as? Int }
        if let usage = body["usage"] as? [String: Any] { return usage["prompt_tokens"] as? Int }
        if let predictions = body["predictions"] as? [[String: Any]] {
            return predictions.reduce(0) { sum, one in
                let statistics = (one["embeddings"] as? [String: Any])?["statistics"] as? [String: Any]
                return sum + (statistics?["token_count"] as? Int ?? 0)
            }
        }
        guard let units = (body["meta"] as? [String: Any])?["billed_units"] as? [String: Any] else { return nil }
        // Of images Cohere counts the images, which have no tokens.
        return (units["input_tokens"] as? Int).map { $0 + (units["image_tokens"] as? Int ?? 0) }
    }
}
