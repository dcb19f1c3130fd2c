/// What a caller thinks of an answer that it got.
public struct Feedback: Hashable, Sendable {
    public let request: RequestID
    /// On whatever scale the caller has: the larger, the better.
    public let score: Double
    public let comment: String?
    public let at: Timestamp

    public init(request: RequestID, score: Double, comment: String? = nil, at: Timestamp) {
        self.request = request
        self.score = score
        self.comment = comment
        self.at = at
    }
}
