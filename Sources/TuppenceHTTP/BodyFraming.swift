/// How the end of a message's body is known.
public enum BodyFraming: Hashable, Sendable {
    case none
    case length(Int)
    case chunked
    /// Responses only: the body ends where the connection does.
    case untilClose
}

/// What the framing fields of one head said, gathered while its fields are read.
struct FramingFields {
    var length: Int?
    var chunked = false
    var connectionClose = false
    var connectionKeepAlive = false
    var hosts = 0
    var expectsContinue = false
    var asksForWebSocket = false
    /// Whether the body is under a content coding: compressed, as a rule.
    var isEncoded = false
    /// Whether `Connection` names fields that concern this hop alone.
    var connectionNamesFields = false
    private var isAuthorized = false

    /// Takes note of a field of a request.
    mutating func visitRequest(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> FramingError? {
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            hosts += 1
            if hosts > 1 { return .bad("more than one Host") }
            return value.isHost ? nil : .bad("an invalid Host")
        case 6 where name.equalsIgnoringCase("expect"):
            guard value.equalsIgnoringCase("100-continue") else {
                return FramingError(status: 417, "an expectation other than 100-continue")
            }
            expectsContinue = true
        case 7 where name.equalsIgnoringCase("upgrade"):
            // Others may be ignored (RFC 9110, section 7.8), h2c among them, which some clients always offer.
            value.forEachMember { if $0.equalsIgnoringCase("websocket") { asksForWebSocket = true } }
        case 13 where name.equalsIgnoringCase("authorization"):
            // Whoever has looked at the other one took this request for somebody else's.
            if isAuthorized { return .bad("more than one Authorization") }
            isAuthorized = true
        case 16 where name.equalsIgnoringCase("content-encoding"):
            if !value.isEmpty, !value.equalsIgnoringCase("identity") { isEncoded = true }
        default: return visit(name, value)
        }
        return nil
    }

    /// Takes note of a field that means the same in requests and responses.
    mutating func visit(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> FramingError? {
        switch name.count {
        case 10 where name.equalsIgnoringCase("connection"): readConnection(value)
        case 14 where name.equalsIgnoringCase("content-length"):
            if length != nil { return .bad("more than one Content-Length") }
            guard let count = Self.number(value) else { return .bad("an invalid Content-Length") }
            length = count
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            if chunked { return .bad("more than one Transfer-Encoding") }
            guard value.equalsIgnoringCase("chunked") else { return Self.refusal(ofCodings: value) }
            chunked = true
        default: break
        }
        return nil
    }

    /// RFC 9112 sections 6.1 and 6.3: a coding below the chunks is one that we don't have (501); anything else that is
    /// not `chunked` leaves the end of the body unknown (400).
    private static func refusal(ofCodings value: UnsafeRawBufferPointer) -> FramingError {
        let bad = FramingError.bad("a Transfer-Encoding that does not end in chunked, once")
        guard let comma = value.firstIndex(of: UInt8(ascii: ",")) else { return bad }
        let first = UnsafeRawBufferPointer(rebasing: value[value.trimmed(0, comma)])
        let last = UnsafeRawBufferPointer(rebasing: value[value.trimmed(comma + 1, value.count)])
        guard !first.isEmpty, first.allSatisfy(.token), !first.equalsIgnoringCase("chunked") else { return bad }
        return last.equalsIgnoringCase("chunked") ? FramingError(status: 501, "a transfer coding below chunked") : bad
    }

    private mutating func readConnection(_ value: UnsafeRawBufferPointer) {
        value.forEachMember { option in
            if option.equalsIgnoringCase("close") {
                connectionClose = true
            } else if option.equalsIgnoringCase("keep-alive") {
                connectionKeepAlive = true
            } else {
                connectionNamesFields = true
            }
        }
    }

    /// A count of digits alone: no sign, no space, no underscore, nothing that overflows.
    private static func number(_ value: UnsafeRawBufferPointer) -> Int? {
        guard (1...18).contains(value.count) else { return nil }
        var count = 0
        for byte in value {
            guard byte >= 48, byte <= 57 else { return nil }
            count = count * 10 + Int(byte - 48)
        }
        return count
    }
}
