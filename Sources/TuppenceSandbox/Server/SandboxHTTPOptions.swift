import TuppenceHTTP

/// How an answer is framed, as the request allows.
struct SandboxHTTPOptions: Hashable, Sendable {
    /// The body is left out, the fields that describe it stay.
    var omitsBody = false
    /// HTTP/1.0 knows no chunks: a stream ends there with the connection.
    var knowsChunks = true
    var keepsAlive = true

    /// For an answer after which the connection is of no more use.
    static let last = SandboxHTTPOptions(keepsAlive: false)
}

extension SandboxHTTPOptions {
    init(_ head: RequestHead) {
        self.init(omitsBody: head.method == .head, knowsChunks: !head.isHTTP10, keepsAlive: head.keepAlive)
    }
}
