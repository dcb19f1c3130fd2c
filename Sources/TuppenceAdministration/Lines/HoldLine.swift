import TuppenceCore

/// An open hold for programs. Amounts are nanodollars, times ISO 8601 in UTC, spans milliseconds.
package struct HoldLine: Encodable, Sendable {
    package var requestId: String
    package var attempt: Int
    /// When the request came.
    package var since: String
    package var key: String
    package var provider: String
    package var model: String
    package var endpoint: String
    package var amountNanodollars: Int64
    package var accounts: [String]
    package var expiresAt: String
    /// Below zero where the next sweep will end it.
    package var expiresInMs: Int64

    package init(_ hold: OpenHold, now: Timestamp) {
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
