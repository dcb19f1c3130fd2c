/// What the path of a request says: the model, what is asked of it, and how a stream is framed.
package struct GeminiAddress: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        case generateContent, streamGenerateContent, countTokens
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
            let method = Method(rawValue: String(path[path.index(after: colon)...]))
        else { return nil }
        let parts = path[..<colon].split(separator: "/")
        guard let name = parts.last, parts.count > 1 else { return nil }
        switch parts[parts.count - 2] {
        case "models": model = String(name)
        case "tunedModels", "endpoints": model = "\(parts[parts.count - 2])/\(name)"
        default: return nil
        }
        self.method = method
        form = (query ?? "").split(separator: "&").contains("alt=sse") ? .events : .array
    }

    /// What the reader of the body has to know.
    package var request: RequestAddress { RequestAddress(model: model, streams: method == .streamGenerateContent) }

    /// Behind the base URL, without a slash at the front.
    static func path(model: String, host: GeminiChat.Host, method: Method) -> String {
        let folder: String
        switch host {
        // A name with a folder of its own: `tunedModels/…`, `endpoints/…`, `publishers/…`.
        case _ where model.utf8.contains(UInt8(ascii: "/")): folder = ""
        case .aiStudio: folder = "models/"
        case .vertex: folder = "publishers/google/models/"
        }
        let query = method == .streamGenerateContent ? "?alt=sse" : ""
        return folder + PathText.escaped(model, keeping: "/@") + ":" + method.rawValue + query
    }
}
