import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// An answer made here, whole.
struct LocalAnswer {
    var status: Int
    var contentType = "application/json"
    var body: [UInt8]
    /// Further fields, as they stand in the head.
    var fields = ByteBuffer()
    var requestID: RequestID?

    init(status: Int = 200, json: [UInt8]) {
        self.status = status
        body = json
    }

    /// A stream that is over already.
    init(events: [UInt8]) {
        status = 200
        contentType = "text/event-stream; charset=utf-8"
        body = events
    }

    init(status: Int = 200, text: String) {
        self.status = status
        contentType = "text/plain; charset=utf-8"
        body = Array(text.utf8)
    }

    init(refusal: Refusal, base: String, dialect: Dialect, requestID: RequestID) {
        self.init(
            status: refusal.code.status,
            json: ErrorBody.json(refusal, base: base, dialect: dialect, requestID: requestID))
        self.requestID = requestID
        ErrorBody.writeRetryFields(refusal, to: &fields)
        fields.writeField("x-tuppence-error-code", refusal.code.name)
        refusal.budgetLeft?.withUSD { fields.writeField("x-tuppence-budget-remaining-usd", $0) }
        // RFC 9110 section 15.5.6 wants it.
        if let methods = refusal.allowedMethods { fields.writeField("allow", methods) }
        // RFC 9110 section 15.5.16 wants to hear what is read instead.
        if refusal.code == .unsupportedEncoding { fields.writeField("accept-encoding", "identity") }
        // RFC 9110 section 15.5.22 wants to hear what is spoken instead, and section 7.8 that the field is for the next hop.
        if refusal.code == .upgradeRefused {
            fields.writeField("upgrade", "HTTP/1.1")
            fields.writeField("connection", "upgrade")
        }
    }
}
