import Foundation

@testable import TuppenceDialects

/// One recorded exchange of a chat.
struct ChatRecording {
    let name: String
    let provider: String
    let api: String
    let status: Int
    /// The body as JSON; nil if the request was not recorded.
    let request: [String: Any]?
    /// The answer's body as it came; JSON bodies are written anew, which changes the order of members.
    private(set) var body: [UInt8]
    let isStream: Bool
    /// How the body came, where that was recorded.
    private(set) var chunks: [Int]
    let json: Any?

    /// The dialect of a folder of recordings; nil for those that are no chats of a dialect here.
    static func dialect(ofFolder api: String) -> Dialect? {
        switch api {
        case "openai.chat": .openAI
        case "openai.responses": .responses
        case "anthropic.messages", "vertex.anthropic_rawPredict", "vertex.anthropic_streamRawPredict": .anthropic
        case "gemini.generateContent", "gemini.streamGenerateContent": .gemini
        case "cohere.chat_v2": .cohere
        case "bedrock.converse", "bedrock.converse_stream": .bedrock
        default: nil
        }
    }

    private static func speaks(_ dialect: Dialect, _ api: String, _ provider: String) -> Bool {
        // Mistral's is a variety of OpenAI's, and has to pass as either.
        if dialect == .mistral { return provider == "mistral" && api == "openai.chat" }
        return self.dialect(ofFolder: api) == dialect
    }

    /// Every recording of a dialect.
    static func all(_ dialect: Dialect) throws -> [ChatRecording] {
        guard let folder = UsageRecording.folder else { return [] }
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: folder.path).sorted().flatMap { provider -> [ChatRecording] in
            let place = folder.appendingPathComponent(provider)
            guard let apis = try? manager.contentsOfDirectory(atPath: place.path) else { return [] }
            return try apis.sorted().filter { speaks(dialect, $0, provider) }.flatMap { api in
                try manager.contentsOfDirectory(atPath: place.appendingPathComponent(api).path).sorted().compactMap {
                    file in
                    let data = try Data(contentsOf: place.appendingPathComponent(api).appendingPathComponent(file))
                    return try ChatRecording(name: "\(provider)/\(api)/\(file)", provider, api, json: data)
                }
            }
        }
    }

    private init?(name: String, _ provider: String, _ api: String, json data: Data) throws {
        guard let file = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let response = file["response"] as? [String: Any], let status = response["status"] as? Int
        else { return nil }
        self.name = name
        self.provider = provider
        self.api = api
        self.status = status
        request = (file["request"] as? [String: Any])?["body"] as? [String: Any]
        chunks = response["chunk_sizes"] as? [Int] ?? []
        isStream = ["sse", "base64"].contains(response["body_encoding"] as? String)
        switch response["body_encoding"] as? String {
        case "json":
            json = response["body"]
            body = [UInt8](
                try JSONSerialization.data(withJSONObject: response["body"] as Any, options: .fragmentsAllowed))
        case "sse", "text":
            json = nil
            body = Array((response["body"] as? String ?? "").utf8)
        case "base64":
            json = nil
            body = [UInt8](Data(base64Encoded: response["body"] as? String ?? "") ?? Data())
        default: return nil
        }
    }

    /// The streams that are in the recording: a few have those of several requests one behind the other.
    var streams: [ChatRecording] {
        let text = String(decoding: body, as: UTF8.self)
        let starts = ["event: message_start\n", "event: response.created\n"].flatMap { text.ranges(of: $0) }
            .map(\.lowerBound)
        guard isStream, starts.count > 1, starts.first == text.startIndex else { return [self] }
        return zip(starts, starts.dropFirst() + [text.endIndex]).map { start, end in
            var one = self
            (one.body, one.chunks) = (Array(text[start..<end].utf8), [])
            return one
        }
    }

    /// The JSON documents of the stream's data lines, in order.
    var documents: [[String: Any]] {
        String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("data:") else { return nil }
            return (try? JSONSerialization.jsonObject(with: Data(line.dropFirst(5).utf8))) as? [String: Any]
        }
    }
}
