import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// What a program asks that calls providers itself.
enum MeterCall {
    case hold
    case settle(RequestID)
    case release(RequestID)
    case show(RequestID)
    case usage

    /// What lives at a path below `/v1/holds/`.
    init?(below text: Substring) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let id = Self.id(first) else { return nil }
        switch parts.dropFirst() {
        case []: self = .show(id)
        case ["settle"]: self = .settle(id)
        case ["release"]: self = .release(id)
        default: return nil
        }
    }

    /// Whether a path below `/v1/holds/` would be that of a hold, if its id were one.
    static func isOfHold(below text: Substring) -> Bool {
        guard let slash = text.firstIndex(of: "/") else { return !text.isEmpty }
        return text[slash...] == "/settle" || text[slash...] == "/release"
    }

    /// `hold_` and 32 hexadecimal digits.
    private static func id(_ text: Substring) -> RequestID? {
        text.hasPrefix("hold_") ? RequestID(digits: text.dropFirst(5)) : nil
    }

    static func text(of id: RequestID) -> String { "hold_" + id.description.dropFirst(4) }

    /// Whether it says how a call ended that a hold was made for.
    var endsHold: Bool {
        switch self {
        case .settle, .release: true
        case .hold, .show, .usage: false
        }
    }

    var takesPost: Bool {
        switch self {
        case .hold, .settle, .release: true
        case .show, .usage: false
        }
    }
}

/// What the address of `GET /v1/usage` narrows it to.
struct UsageQuery {
    private(set) var user: String?
    private(set) var customer: String?
    private(set) var model: String?

    init(_ head: RequestHead) throws(Refusal) {
        let uri = head.uri
        guard let start = uri.firstIndex(of: "?") else { return }
        for pair in uri[uri.index(after: start)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { continue }
            guard let value = PercentEncoding.decoded(parts[1].replacing("+", with: "%20")) else {
                throw Refusal(.invalidRequest, "'\(parts[0].prefix(40))' is not percent-encoded UTF-8.")
            }
            switch parts[0] {
            case "user": user = value
            case "customer": customer = value
            case "model": model = value
            default: continue
            }
        }
    }
}
