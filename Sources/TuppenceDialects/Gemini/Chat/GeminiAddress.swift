import TuppenceCore

/// What the path of a request says: the model, what is asked of it, and how a stream is framed.
package struct GeminiAddress: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable, CaseIterable {
        case generateContent, streamGenerateContent, countTokens, embedContent, batchEmbedContents

        package var endpoint: GovernedEndpoint {
            switch self {
            case .generateContent, .streamGenerateContent: .generateContent
            case .countTokens: .countContentTokens
            case .embedContent: .embedContent
            case .batchEmbedContents: .batchEmbedContents
            }
        }
    }

    /// How a streamed answer is written.
    package enum StreamForm: Hashable, Sendable {
        /// Server-sent events: `alt=sse`.
        case events
        /// One JSON array, which grows.
        case array
    }

    package var model: String
    package var method: Method
    package var form: StreamForm

    /// - Parameters:
    ///   - path: what callers ask for, with or without a version or Vertex's project before the model:
    ///     `models/gemini-2.5-pro:generateContent`.
    ///   - query: behind the question mark.
    /// - Returns: nil for a path that names no model, or a method that is none of these.
    package init?(path: String, query: String? = nil) {
        guard let colon = path.lastIndex(of: ":"),
            let method = Method(rawValue: String(path[path.index(after: colon)...])),
            let model = Self.model(path[..<colon])
        else { return nil }
        self.model = model
        self.method = method
        form = (query ?? "").split(separator: "&").contains("alt=sse") ? .events : .array
    }

    /// The name behind the first `models/`, which may have slashes of its own. A tuned model keeps its folder.
    package static func model(_ path: Substring) -> String? {
        let parts = path.split(separator: "/")
        guard let folder = parts.firstIndex(where: { $0 == "models" || $0 == "tunedModels" || $0 == "endpoints" }),
            folder + 1 < parts.count
        else { return nil }
        let name = parts[(parts[folder] == "models" ? folder + 1 : folder)...].joined(separator: "/")
        return PercentEncoding.decoded(name)
    }

    /// What the reader of the body has to know.
    package var request: RequestAddress {
        RequestAddress(model: model, streams: method == .streamGenerateContent, form: form)
    }

    /// Behind the base URL, without a slash at the front.
    static func path(model: String, host: GeminiChat.Host, method: Method) -> String {
        switch method {
        case .generateContent: path(model: model, host: host, verb: "generateContent")
        case .streamGenerateContent: path(model: model, host: host, verb: "streamGenerateContent") + "?alt=sse"
        case .countTokens: path(model: model, host: host, verb: "countTokens")
        case .embedContent: path(model: model, host: host, verb: "embedContent")
        case .batchEmbedContents: path(model: model, host: host, verb: "batchEmbedContents")
        }
    }

    static func path(model: String, host: GeminiChat.Host, verb: StaticString) -> String {
        let folder: String
        switch host {
        // A name with a folder of its own: `tunedModels/…`, `endpoints/…`, `publishers/…`.
        case _ where model.utf8.contains(UInt8(ascii: "/")): folder = ""
        case .aiStudio: folder = "models/"
        case .vertex: folder = "publishers/google/models/"
        }
        let name = PercentEncoding.encoded(model) { PercentEncoding.isUnreserved($0) || "/@".utf8.contains($0) }
        return "\(folder)\(name):\(verb)"
    }
}
