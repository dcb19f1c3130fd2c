import Foundation

/// One recorded exchange with a provider of the OpenAI dialect.
struct Recording: @unchecked Sendable {
    enum Body {
        case json(String)
        case text(String, type: String)
        case stream(String)

        var text: String {
            switch self {
            case .json(let text), .text(let text, _), .stream(let text): text
            }
        }
    }

    let name: String
    let endpoint: String
    let status: Int
    /// Read only, once made; JSONSerialization's values are not Sendable by themselves.
    let request: [String: Any]
    let body: Body
    let chunkSizes: [Int]?

    private static let endpoints = [
        "openai.chat": "chat/completions", "openai.completions": "completions", "openai.embeddings": "embeddings",
    ]

    /// Where recordings lie: `TUPPENCE_CORPUS`, or `../shared/corpus` beside the checkout.
    static var folder: URL? {
        let named = ProcessInfo.processInfo.environment["TUPPENCE_CORPUS"].map { URL(fileURLWithPath: $0) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = named ?? root.deletingLastPathComponent().appendingPathComponent("shared/corpus")
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("index.json").path) ? folder : nil
    }

    /// Every chat, completion and embedding there is.
    static func all() throws -> [Recording] {
        guard let folder else { return [] }
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: folder.path).sorted().flatMap { provider -> [Recording] in
            try endpoints.sorted { $0.key < $1.key }.flatMap { api, endpoint -> [Recording] in
                let place = folder.appendingPathComponent(provider).appendingPathComponent(api)
                guard let files = try? manager.contentsOfDirectory(atPath: place.path) else { return [] }
                return try files.sorted().map { file in
                    try Recording(
                        name: "\(provider)/\(api)/\(file)", endpoint: endpoint,
                        json: try Data(contentsOf: place.appendingPathComponent(file)))
                }
            }
        }
    }

    private init(name: String, endpoint: String, json: Data) throws {
        guard let file = try JSONSerialization.jsonObject(with: json) as? [String: Any],
            let response = file["response"] as? [String: Any]
        else { throw CocoaError(.fileReadCorruptFile) }
        self.name = name
        self.endpoint = endpoint
        status = response["status"] as? Int ?? 200
        chunkSizes = response["chunk_sizes"] as? [Int]
        var request = (file["request"] as? [String: Any])?["body"] as? [String: Any] ?? [:]
        if request["messages"] == nil && endpoint == "chat/completions" {
            request["messages"] = [["role": "user", "content": "hi"]]
        }
        if request["input"] == nil && endpoint == "embeddings" { request["input"] = "hi" }
        if file["stream"] as? Bool == true { request["stream"] = true }
        self.request = request
        switch response["body_encoding"] as? String {
        case "sse": body = .stream(response["body"] as? String ?? "")
        case "text": body = .text(response["body"] as? String ?? "", type: "text/plain")
        default:
            let data = try JSONSerialization.data(
                withJSONObject: response["body"] ?? [:], options: [.fragmentsAllowed, .withoutEscapingSlashes])
            body = .json(String(decoding: data, as: UTF8.self))
        }
    }

    var wantsUsage: Bool { (request["stream_options"] as? [String: Any])?["include_usage"] as? Bool ?? false }

    /// The JSON documents of the answer, in order.
    var documents: [Any] { Self.documents(of: body.text, isStream: isStream) }

    var isStream: Bool { if case .stream = body { true } else { false } }

    static func documents(of text: String, isStream: Bool) -> [Any] {
        let pieces = isStream ? events(text) : [text]
        return pieces.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) }
    }

    /// The data of each event but the last word, `[DONE]`.
    private static func events(_ text: String) -> [String] {
        text.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n").filter { $0.hasPrefix("data:") }
            .map { $0.dropFirst(5).trimmingCharacters(in: .whitespaces) }.filter { $0 != "[DONE]" }
    }

    /// What the provider says it counted, by its own arithmetic: everything in, everything out.
    var counted: (input: Int, output: Int)? {
        let usages = documents.compactMap { document -> [String: Any]? in
            guard let document = document as? [String: Any] else { return nil }
            return document["usage"] as? [String: Any] ?? (document["x_groq"] as? [String: Any])?["usage"]
                as? [String: Any]
        }
        guard let usage = usages.last else { return nil }
        func count(_ name: String, _ details: String? = nil) -> Int {
            ((details.map { usage[$0] as? [String: Any] ?? [:] } ?? usage)[name] as? Int) ?? 0
        }
        let prompt = count("prompt_tokens")
        let completion = count("completion_tokens")
        // What a total shows beyond both is reasoning, or audio of the prompt.
        let beyond = max(0, count("total_tokens") - prompt - completion)
        let audio = count("audio_tokens", "prompt_tokens_details")
        if beyond > 0 && beyond == audio { return (prompt + audio, completion) }
        let reasoning = count("reasoning_tokens", "completion_tokens_details")
        return (prompt, beyond > 0 && (reasoning == 0 || reasoning == beyond) ? completion + beyond : completion)
    }
}
