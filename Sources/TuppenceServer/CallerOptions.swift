import TuppenceCore
import TuppenceHTTP

/// What a caller asks of the gateway itself, in request headers.
struct CallerOptions {
    var maxCost: Money?
    var timeout: Milliseconds?
    var customer: String?
    var user: String?

    init(_ fields: HeaderFields) throws(Refusal) {
        if let text = fields.first("x-tuppence-max-cost") {
            guard let money = Money(usd: text), money > .zero else {
                throw Refusal(.invalidRequest, "'x-tuppence-max-cost' must be an amount in USD such as 0.05, not '\(text.prefix(40))'.", parameter: "x-tuppence-max-cost")
            }
            maxCost = money
        }
        if let text = fields.first("x-tuppence-timeout") {
            guard let span = Self.span(text) else {
                throw Refusal(.invalidRequest, "'x-tuppence-timeout' must be a time such as 30s or 500ms, not '\(text.prefix(40))'.", parameter: "x-tuppence-timeout")
            }
            timeout = span
        }
        customer = fields.first("x-tuppence-customer").flatMap { $0.isEmpty ? nil : $0 }
        // Open WebUI names its users so.
        user = fields.first("x-openwebui-user-id").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `30s`, `500ms`, or bare seconds.
    private static func span(_ text: String) -> Milliseconds? {
        let (digits, unit): (Substring, Int64) =
            text.hasSuffix("ms") ? (text.dropLast(2), 1) : text.hasSuffix("s") ? (text.dropLast(), 1_000) : (text[...], 1_000)
        guard let count = Int64(digits), (1...86_400_000).contains(count) else { return nil }
        return Milliseconds(count * unit)
    }
}
