import Testing

/// One row of the conformance table: bytes, and what a server has to make of them.
struct RequestCase: Sendable, CustomTestStringConvertible {
    enum Verdict: Hashable, Sendable {
        /// One request, as `METHOD target`, then ` x=[value]` for each field X and ` : body` if there is a body.
        case accepted(String)
        case refused(Int)
        /// Nothing wrong so far, but the message is not all there: as for `accepted`, or nil before the head is complete.
        case waiting(String?)
    }

    let rule: String
    let bytes: [UInt8]
    let verdict: Verdict

    var testDescription: String { rule }

    static func accepts(_ rule: String, _ text: String, as message: String = "GET /") -> RequestCase {
        RequestCase(rule: rule, bytes: TuppenceHTTPTests.bytes(text), verdict: .accepted(message))
    }

    static func refuses(_ rule: String, _ text: String, with status: Int = 400) -> RequestCase {
        RequestCase(rule: rule, bytes: TuppenceHTTPTests.bytes(text), verdict: .refused(status))
    }

    static func waits(_ rule: String, _ text: String, after message: String? = nil) -> RequestCase {
        RequestCase(rule: rule, bytes: TuppenceHTTPTests.bytes(text), verdict: .waiting(message))
    }
}

/// A GET whose request line is `line`.
func line(_ line: String) -> String { line + "\r\nHost: a\r\n\r\n" }

/// A GET with more `fields`, each with its own line end.
func get(_ fields: String) -> String { "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" }

/// A GET whose only field lines are `fields`.
func bare(_ fields: String) -> String { "GET / HTTP/1.1\r\n" + fields + "\r\n" }

/// A POST with a field line `field` and a body.
func post(_ field: String, _ body: String = "hello") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n" + body
}

/// A POST with a chunked body, which is `body` as it stands.
func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }
