import TuppenceCore

/// An open hold for programs. Amounts are nanodollars, times ISO 8601 in UTC, spans milliseconds.
struct HoldLine: Encodable {
    var requestId: String
    var attempt: Int
    /// When the request came.
    var since: String
    var key: String
    var provider: String
    var model: String
    var endpoint: String
    var amountNanodollars: Int64
    var accounts: [String]
    var expiresAt: String
    /// Below zero where the next sweep will end it.
    var expiresInMs: Int64

    init(_ hold: OpenHold, now: Timestamp) {
        requestId = hold.attempt.request.description
        attempt = hold.attempt.number
        since = hold.attempt.request.time.iso8601
        key = hold.key
        provider = hold.target.provider
        model = hold.target.model
        endpoint = hold.endpoint
        amountNanodollars = hold.amount.nanodollars
        accounts = hold.accounts.map(\.name)
        expiresAt = hold.expiresAt.iso8601
        expiresInMs = (hold.expiresAt - now).count
    }
}
