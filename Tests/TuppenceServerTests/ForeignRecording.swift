import Foundation
import TuppenceDialects

/// One recorded answer of a provider that speaks another dialect than OpenAI's chats.
struct ForeignRecording: Sendable {
    let name: String
    let dialect: Dialect
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    let isStream: Bool

    private static let folders: [(folder: String, dialect: Dialect)] = [
        ("bedrock/bedrock.converse", .bedrock), ("bedrock/bedrock.converse_stream", .bedrock),
        ("cohere/cohere.chat_v2", .cohere), ("gemini/gemini.generateContent", .gemini),
        ("gemini/gemini.streamGenerateContent", .gemini), ("mistral/openai.chat", .mistral),
        ("openai/openai.responses", .responses), ("vertex/gemini.generateContent", .gemini),
        ("vertex/gemini.streamGenerateContent", .gemini), ("vertex/vertex.anthropic_rawPredict", .anthropic),
        ("vertex/vertex.anthropic_streamRawPredict", .anthropic),
    ]

    static func all() throws -> [ForeignRecording] {
        guard let root = Recording.folder else { return [] }
        return try folders.flatMap { folder, dialect in
            let place = root.appendingPathComponent(folder)
            return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted().compactMap { file in
                try ForeignRecording(
                    "\(folder)/\(file)", dialect, json: try Data(contentsOf: place.appendingPathComponent(file)))
            }
        }
    }

    /// - Returns: nil for what is no answer to a chat: a lookup of a stored one, for instance.
    private init?(_ name: String, _ dialect: Dialect, json: Data) throws {
        guard let file = try JSONSerialization.jsonObject(with: json) as? [String: Any],
            let response = file["response"] as? [String: Any]
        else { throw CocoaError(.fileReadCorruptFile) }
        if let request = file["request"] as? [String: Any], request["method"] as? String ?? "POST" != "POST" {
            return nil
        }
        self.name = name
        self.dialect = dialect
        status = response["status"] as? Int ?? 200
        let recorded = response["headers"] as? [String: String] ?? [:]
        let kept = ["x-amzn-errortype", "retry-after"]
        headers = kept.compactMap { name in recorded[name].map { (name, $0) } }
        isStream = file["stream"] as? Bool ?? false
        switch response["body_encoding"] as? String {
        case "base64": body = Array(Data(base64Encoded: response["body"] as? String ?? "") ?? Data())
        case "sse", "text": body = Array((response["body"] as? String ?? "").utf8)
        default:
            let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .withoutEscapingSlashes]
            body = Array(try JSONSerialization.data(withJSONObject: response["body"] ?? [:], options: options))
        }
    }

    var contentType: String {
        if !isStream || status >= 400 { return "application/json" }
        return dialect == .bedrock ? "application/vnd.amazon.eventstream" : "text/event-stream"
    }

    /// The JSON documents of the answer, in order.
    var documents: [[String: Any]] {
        let pieces: [Data]
        if !isStream || status >= 400 {
            pieces = [Data(body)]
        } else if dialect == .bedrock {
            pieces = frames
        } else {
            pieces = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline)
                .filter { $0.hasPrefix("data:") }.map { Data($0.dropFirst(5).utf8) }
        }
        return pieces.compactMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }

    /// The payloads of an event stream.
    private var frames: [Data] {
        func number(_ at: Int) -> Int { body[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        var frames: [Data] = []
        var start = 0
        while start + 12 <= body.count, start + number(start) <= body.count {
            frames.append(Data(body[(start + 12 + number(start + 4))..<(start + number(start) - 4)]))
            start += number(start)
        }
        return frames
    }

    /// What the provider says it counted, by its own arithmetic: everything in, everything out; nil where it says nothing.
    var counted: (input: Int, output: Int)? { RecordedCount.read(documents, dialect) }

    /// Whether the stream reports an error of its own.
    var hasError: Bool {
        documents.contains { document in
            document["error"] is [String: Any] || ["error", "response.failed"].contains(document["type"] as? String)
                || ((document["response"] as? [String: Any])?["error"] is [String: Any])
                || ((document["delta"] as? [String: Any])?["error"] is String)
        }
    }
}
