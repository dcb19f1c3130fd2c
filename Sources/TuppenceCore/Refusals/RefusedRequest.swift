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
        self.asked = String(asked.prefix(Self.longestName))
        self.endpoint = endpoint
        self.attempts = attempts
        code = refusal.code
        message = String(refusal.message.prefix(Self.longestMessage))
    }
}
