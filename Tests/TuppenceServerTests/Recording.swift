import Foundation
import TuppenceDialects

/// One recorded exchange with a provider, as a caller of the provider's own dialect can have it again.
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
    let dialect: Dialect
    /// Behind the dialect's base URL; of Gemini's, the method of the model.
    let endpoint: String
    let status: Int
    /// Read only, once made; JSONSerialization's values are not Sendable by themselves.
    let request: [String: Any]
    let body: Body
    let chunkSizes: [Int]?
    /// Whether the stream was recorded as one array, which is how Gemini's is where nobody asks for events.
    let isArray: Bool

    /// The dialects of which there are exchanges to be had again.
    static let dialects: [Dialect] = [.openAI, .responses, .anthropic, .gemini]

    private static let endpoints: [Dialect: [String: String]] = [
        .openAI: [
            "openai.chat": "chat/completions", "openai.completions": "completions", "openai.embeddings": "embeddings",
        ],
        .responses: ["openai.responses": "responses"],
        .anthropic: ["anthropic.messages": "messages", "anthropic.count_tokens": "messages/count_tokens"],
        .gemini: [
            "gemini.generateContent": "generateContent", "gemini.streamGenerateContent": "streamGenerateContent",
        ],
    ]

    /// Where recordings lie: `TUPPENCE_CORPUS`, or `../shared/corpus` beside the checkout.
    static var folder: URL? {
        let named = ProcessInfo.processInfo.environment["TUPPENCE_CORPUS"].map { URL(fileURLWithPath: $0) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = named ?? root.deletingLastPathComponent().appendingPathComponent("shared/corpus")
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("index.json").path) ? folder : nil
    }

    /// Every exchange of the dialect that the gateway has an endpoint for.
    static func all(of dialect: Dialect = .openAI) throws -> [Recording] {
        guard let folder else { return [] }
        let manager = FileManager.default
        let endpoints = (endpoints[dialect] ?? [:]).sorted { $0.key < $1.key }
        return try manager.contentsOfDirectory(atPath: folder.path).sorted().flatMap { provider -> [Recording] in
            try endpoints.flatMap { api, endpoint -> [Recording] in
                let place = folder.appendingPathComponent(provider).appendingPathComponent(api)
                guard let files = try? manager.contentsOfDirectory(atPath: place.path) else { return [] }
                return try files.sorted().compactMap { file in
                    try Recording(
                        name: "\(provider)/\(api)/\(file)", dialect, endpoint: endpoint,
                        json: try Data(contentsOf: place.appendingPathComponent(file)))
                }
            }
        }
    }

    /// - Returns: nil for what lies beside the endpoint's own: the lookup of a stored answer, say.
    private init?(name: String, _ dialect: Dialect, endpoint: String, json: Data) throws {
        guard let file = try JSONSerialization.jsonObject(with: json) as? [String: Any],
            let response = file["response"] as? [String: Any]
        else { throw CocoaError(.fileReadCorruptFile) }
        let recorded = file["request"] as? [String: Any] ?? [:]
        guard recorded["method"] as? String ?? "POST" == "POST" else { return nil }
        if let url = recorded["url"] as? String, let path = URLComponents(string: url)?.path,
            dialect != .openAI, !path.hasSuffix(endpoint)
        {
            return nil
        }
        self.name = name
        self.dialect = dialect
        self.endpoint = endpoint
        status = response["status"] as? Int ?? 200
        chunkSizes = response["chunk_sizes"] as? [Int]
        let streams = file["stream"] as? Bool == true
        request = Self.request(recorded["body"] as? [String: Any] ?? [:], dialect, endpoint, streams: streams)
        let array = response["body"] as? [Any]
        isArray = streams && array != nil
        switch response["body_encoding"] as? String {
        case "sse": body = .stream(response["body"] as? String ?? "")
        case "text": body = .text(response["body"] as? String ?? "", type: "text/plain")
        default:
            if let array, streams {
                // A provider is always asked for events, and sends what it would have put into the array.
                body = .stream(try array.map { "data: \(try Self.text(of: $0))\r\n\r\n" }.joined())
            } else {
                body = .json(try Self.text(of: response["body"] ?? [:]))
            }
        }
    }

    /// The request, with what no endpoint goes without where it was not recorded.
    private static func request(
        _ recorded: [String: Any], _ dialect: Dialect, _ endpoint: String, streams: Bool
    ) -> [String: Any] {
        var request = recorded
        func require(_ field: String, _ value: Any) { if request[field] == nil { request[field] = value } }
        switch endpoint {
        case "chat/completions", "messages", "messages/count_tokens":
            require("messages", [["role": "user", "content": "hi"]])
        case "embeddings", "responses": require("input", "hi")
        case "generateContent", "streamGenerateContent": require("contents", [["parts": [["text": "hi"]]]])
        default: break
        }
        // Gemini's has it in the address.
        if streams, dialect != .gemini { request["stream"] = true }
        return request
    }

    private static func text(of json: Any) throws -> String {
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .withoutEscapingSlashes]
        return String(decoding: try JSONSerialization.data(withJSONObject: json, options: options), as: UTF8.self)
    }

    /// Where a caller of the gateway asks for it.
    func path(model: String) -> String {
        guard dialect == .gemini else { return "/v1/\(endpoint)" }
        return "/v1beta/models/\(model):\(endpoint)\(isStream && !isArray ? "?alt=sse" : "")"
    }

    var wantsUsage: Bool { (request["stream_options"] as? [String: Any])?["include_usage"] as? Bool ?? false }

    var isStream: Bool { if case .stream = body { true } else { false } }
    var isCount: Bool { endpoint == "messages/count_tokens" }

    /// The JSON documents of the answer, in order.
    var documents: [Any] { Self.documents(of: body.text, isStream: isStream) }

    static func documents(of text: String, isStream: Bool) -> [Any] {
        let pieces = isStream ? lines(text, of: "data").filter { $0 != "[DONE]" } : [text]
        return pieces.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) }
    }

    /// The lines of a stream's events that have the field.
    static func lines(_ text: String, of field: String) -> [String] {
        text.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n")
            .filter { $0.hasPrefix(field + ":") }
            .map { $0.dropFirst(field.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    /// What the provider says it counted, by its own arithmetic: everything in, everything out.
    var counted: (input: Int, output: Int)? { RecordedCount.read(documents, dialect) }
}
