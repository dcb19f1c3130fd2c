/// A request that the gateway has refused, as people look at it afterwards. The ledger has nothing of it but attempts that
/// were made before.
public struct RefusedRequest: Hashable, Sendable {
    public let id: RequestID
    public let at: Timestamp
    public let key: String
    public let customer: String?
    public let user: String?
    /// The route or model that was asked for; empty where the request had not been read so far.
    public let asked: String
    public let endpoint: String
    /// Requests to providers before.
    public let attempts: Int
    public let code: Refusal.Code
    /// What the caller was told.
    public let message: String

    /// Callers make up what they ask for, and messages say it again.
    package static let longestName = 200
    static let longestMessage = 1_000

    public init(
        _ refusal: Refusal, id: RequestID, at time: Timestamp, key: String, customer: String? = nil,
        user: String? = nil,
        asked: String = "", endpoint: String, attempts: Int = 0
    ) {
        self.id = id
        at = time
        self.key = key
        self.customer = customer
        self.user = user
        self.asked = asked.cut(toBytes: Self.longestName)
        self.endpoint = endpoint
        self.attempts = attempts
        code = refusal.code
        message = refusal.message.cut(toBytes: Self.longestMessage)
    }
}

extension String {
    /// Its beginning, of so many bytes at the most. One letter may have any number of marks upon it.
    package func cut(toBytes count: Int) -> String {
        utf8.count <= count ? self : String(decoding: utf8.prefix(count), as: UTF8.self)
    }
}
