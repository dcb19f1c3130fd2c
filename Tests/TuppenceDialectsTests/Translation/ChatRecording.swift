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
    let body: [UInt8]
    let isStream: Bool
    /// How the body came, where that was recorded.
    let chunks: [Int]
    let json: Any?

    /// The dialect of a folder of recordings; nil for those that are no chats of a dialect here.
    static func dialect(ofFolder api: String) -> Dialect? {
        switch api {
        case "openai.chat": .openAI
        case "anthropic.messages", "vertex.anthropic_rawPredict", "vertex.anthropic_streamRawPredict": .anthropic
        default: nil
        }
    }

    /// Every recording of a dialect.
    static func all(_ dialect: Dialect) throws -> [ChatRecording] {
        guard let folder = UsageRecording.folder else { return [] }
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: folder.path).sorted().flatMap { provider -> [ChatRecording] in
            let place = folder.appendingPathComponent(provider)
            guard let apis = try? manager.contentsOfDirectory(atPath: place.path) else { return [] }
            return try apis.sorted().filter { self.dialect(ofFolder: $0) == dialect }.flatMap { api in
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
        isStream = response["body_encoding"] as? String == "sse"
        switch response["body_encoding"] as? String {
        case "json":
            json = response["body"]
            body = [UInt8](
                try JSONSerialization.data(withJSONObject: response["body"] as Any, options: .fragmentsAllowed))
        case "sse", "text":
            json = nil
            body = Array((response["body"] as? String ?? "").utf8)
        default: return nil
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
