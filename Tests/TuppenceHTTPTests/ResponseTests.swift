import NIOCore
import Testing

@testable import TuppenceHTTP

/// A response: bytes, and what a client has to make of them.
struct ResponseCase: Sendable, CustomTestStringConvertible {
    enum Verdict: Hashable, Sendable {
        /// The responses, each as `status : body`, and whether the connection may be used again.
        case complete([String], keepAlive: Bool)
        /// Complete only because the connection closes.
        case untilClose(String)
        /// The head and what there is of the body; cut short if the connection closes now.
        case cutShort(String?)
        case refused
    }

    let rule: String
    let text: String
    let verdict: Verdict

    var testDescription: String { rule }

    static func complete(
        _ rule: String, _ text: String, _ responses: String..., keepAlive: Bool = true
    ) -> ResponseCase {
        ResponseCase(rule: rule, text: text, verdict: .complete(responses, keepAlive: keepAlive))
    }
    static func untilClose(_ rule: String, _ text: String, _ response: String) -> ResponseCase {
        ResponseCase(rule: rule, text: text, verdict: .untilClose(response))
    }
    static func cutShort(_ rule: String, _ text: String, _ response: String? = nil) -> ResponseCase {
        ResponseCase(rule: rule, text: text, verdict: .cutShort(response))
    }
    static func refused(_ rule: String, _ text: String) -> ResponseCase {
        ResponseCase(rule: rule, text: text, verdict: .refused)
    }
}

/// A 200 with `fields` and a body.
private func ok(_ fields: String, _ body: String = "") -> String { "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body }

@Suite("responses as RFC 9112 has them")
struct ResponseTests {
    private static let length = "Content-Length: 5\r\n"
    private static let chunks = "Transfer-Encoding: chunked\r\n"
    private static let hello = "5\r\nhello\r\n0\r\n\r\n"
    private static let none = "Content-Length: 0\r\n"

    static let cases: [ResponseCase] = [
        // Section 4: the status line
        .complete("a 200", ok(none), "200"),
        .complete("a reason is optional", "HTTP/1.1 200 \r\n\(none)\r\n", "200"),
        .complete("so is the space before it", "HTTP/1.1 200\r\n\(none)\r\n", "200"),
        .complete("a reason may say anything", "HTTP/1.1 404 Not: \tf\u{F6}und!\r\n\(none)\r\n", "404"),
        .complete("a status of which nobody has heard", "HTTP/1.1 799 Odd\r\n\(none)\r\n", "799"),
        .complete("the last status", "HTTP/1.1 999 Odd\r\n\(none)\r\n", "999"),
        .refused("a status of two digits", "HTTP/1.1 20 OK\r\n\(none)\r\n"),
        .refused("a status of four digits", "HTTP/1.1 2000 OK\r\n\(none)\r\n"),
        .refused("a status below 100", "HTTP/1.1 099 OK\r\n\(none)\r\n"),
        .refused("a status of letters", "HTTP/1.1 2OO OK\r\n\(none)\r\n"),
        .refused("a signed status", "HTTP/1.1 +20 OK\r\n\(none)\r\n"),
        .refused("two spaces before the status", "HTTP/1.1  200 OK\r\n\(none)\r\n"),
        .refused("a tab before the status", "HTTP/1.1\t200 OK\r\n\(none)\r\n"),
        .refused("a tab behind the status", "HTTP/1.1 200\tOK\r\n\(none)\r\n"),
        .refused("no status", "HTTP/1.1\r\n\(none)\r\n"),
        .refused("NUL in a reason", "HTTP/1.1 200 O\u{00}K\r\n\(none)\r\n"),
        .refused("a bare CR in a reason", "HTTP/1.1 200 O\rK\r\n\(none)\r\n"),
        .refused("a status line that ends in LF", "HTTP/1.1 200 OK\n\(none)\r\n"),
        .refused("a status line that ends in CR CR LF", "HTTP/1.1 200 OK\r\r\n"),
        .refused("HTTP/1.2", "HTTP/1.2 200 OK\r\n\(none)\r\n"),
        .refused("HTTP/2.0", "HTTP/2.0 200 OK\r\n\(none)\r\n"),
        .refused("HTTP/0.9", "<html>hello</html>\r\n\r\n"),
        .refused("http/1.1 in lower case", "http/1.1 200 OK\r\n\(none)\r\n"),
        .refused("another protocol", "ICY 200 OK\r\n\(none)\r\n"),
        .refused("a request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .refused("white space before the status line", " " + ok(none)),
        .refused("an empty line before the status line", "\r\n" + ok(none)),
        // Section 6.3: how long the body is
        .complete("a length", ok(length, "hello"), "200 : hello"),
        .complete("chunks", ok(chunks, hello), "200 : hello"),
        .complete("chunks with a trailer", ok(chunks, "5\r\nhello\r\n0\r\nX: a\r\n\r\n"), "200 : hello"),
        .complete("two responses", ok(length, "hello") + ok(none), "200 : hello", "200"),
        .untilClose("neither: until the connection closes", ok("", "hello"), "200 : hello"),
        .untilClose("an empty body until the connection closes", ok(""), "200"),
        .untilClose("chunks that are none", ok("", hello), "200 : " + hello),
        .untilClose("keep-alive makes no difference to that", ok("Connection: keep-alive\r\n", "hello"), "200 : hello"),
        .complete("a 204 has no body", "HTTP/1.1 204 No Content\r\n\r\n" + ok(none), "204", "200"),
        .complete("a 204 with a length has no body", "HTTP/1.1 204 No\r\n\(length)\r\n" + ok(none), "204", "200"),
        .complete("a 204 with chunks has no body", "HTTP/1.1 204 No\r\n\(chunks)\r\n" + ok(none), "204", "200"),
        .complete("a 304 has no body", "HTTP/1.1 304 Not Modified\r\n\(length)\r\n" + ok(none), "304", "200"),
        .refused("Content-Length and Transfer-Encoding", ok(length + chunks, hello)),
        .refused("Transfer-Encoding and Content-Length", ok(chunks + length, hello)),
        .refused("both, without a body as well", "HTTP/1.1 204 No\r\n\(length)\(chunks)\r\n"),
        .refused("two lengths", ok(length + "Content-Length: 6\r\n", "hello")),
        .refused("the same length twice", ok(length + length, "hello")),
        .refused("a list of lengths", ok("Content-Length: 5, 5\r\n", "hello")),
        .refused("a signed length", ok("Content-Length: +5\r\n", "hello")),
        .refused("a negative length", ok("Content-Length: -1\r\n", "hello")),
        .refused("an empty length", ok("Content-Length:\r\n", "hello")),
        .refused("gzip below chunked", ok("Transfer-Encoding: gzip, chunked\r\n", hello)),
        .refused("identity", ok("Transfer-Encoding: identity\r\n", "hello")),
        .refused("chunked twice", ok(chunks + chunks, hello)),
        .refused("a chunk size of x", ok(chunks, "x\r\n")),
        .refused("a chunk without its end", ok(chunks, "5\r\nhello0\r\n\r\n")),
        .refused("a chunk size that ends in LF", ok(chunks, "5\nhello\r\n0\r\n\r\n")),
        .refused("a folded field", ok("X: a\r\n b\r\n" + none)),
        .refused("a space before a colon", ok("Content-Length : 0\r\n")),
        .refused("a bare CR in a field", ok("X: a\rb\r\n" + none)),
        .refused("a bare LF in a field", ok("X: a\nb\r\n" + none)),
        .refused("NUL in a field", ok("X: a\u{00}b\r\n" + none)),
        .complete("fields of requests mean nothing here", ok("Host: a/b\r\nHost: c\r\nExpect: x\r\n" + none), "200"),
        // Section 8: what is cut short
        .cutShort("a status line", "HTTP/1.1 200 OK"),
        .cutShort("a head", "HTTP/1.1 200 OK\r\n\(length)"),
        .cutShort("a body of a length", ok(length, "hell"), "200 : hell"),
        .cutShort("a body before its first byte", ok(length), "200"),
        .cutShort("a chunk", ok(chunks, "5\r\nhell"), "200 : hell"),
        .cutShort("a chunk size", ok(chunks, "5"), "200"),
        .cutShort("chunks without the last", ok(chunks, "5\r\nhello\r\n"), "200 : hello"),
        .cutShort("chunks without the empty line", ok(chunks, "5\r\nhello\r\n0\r\n"), "200 : hello"),
        .cutShort("an interim response alone", "HTTP/1.1 100 Continue\r\n\r\n"),
        .cutShort("nothing", ""),
        // RFC 9110 section 15.2: interim responses
        .complete("a 100 is skipped", "HTTP/1.1 100 Continue\r\n\r\n" + ok(length, "hello"), "200 : hello"),
        .complete("a 103 and its fields are skipped", "HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n" + ok(none), "200"),
        .complete(
            "several are skipped", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 199 X\r\n\r\n" + ok(none),
            "200"),
        .complete("an interim response has no body", "HTTP/1.1 100 C\r\n\(length)\r\n" + ok(none), "200"),
        .refused("a 101 that nobody asked for", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
        .refused("a 101 behind a 100", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
        // Section 9.3: persistence
        .complete("Connection: close", ok("Connection: close\r\n" + length, "hello"), "200 : hello", keepAlive: false),
        .complete("HTTP/1.0", "HTTP/1.0 200 OK\r\n\(length)\r\nhello", "200 : hello", keepAlive: false),
        .complete(
            "HTTP/1.0 with keep-alive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\(length)\r\nhello", "200 : hello"
        ),
        .complete(
            "HTTP/1.0 with chunks: read, then no further (6.1)",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\(chunks)\r\n\(hello)", "200 : hello", keepAlive: false),
        .untilClose("HTTP/1.0 without either", "HTTP/1.0 200 OK\r\n\r\nhello", "200 : hello"),
    ]

    @Test("a response is read, refused or cut short", arguments: cases)
    func whole(_ row: ResponseCase) { expect(row, [bytes(row.text)[...]]) }

    @Test("reads of one byte change nothing", arguments: cases)
    func byteByByte(_ row: ResponseCase) { expect(row, bytes(row.text).onePerRead) }

    @Test("where a read ends changes nothing", arguments: cases)
    func cut(_ row: ResponseCase) {
        var random = SplitMix64(seed: UInt64(row.text.utf8.count))
        for _ in 1...2 { expect(row, random.cut(bytes(row.text))) }
    }

    private func expect(_ row: ResponseCase, _ pieces: [ArraySlice<UInt8>]) {
        let open = readResponses(pieces)
        let closed = readResponses(pieces, closing: true)
        #expect((open.failure != nil) == (row.verdict == .refused), "\(open)")
        switch row.verdict {
        case .complete(let responses, let keepAlive):
            #expect(open.messages.map(\.shown) == responses)
            #expect(open.messages.allSatisfy { $0.isComplete && $0.keepAlive == keepAlive })
        case .untilClose(let response):
            #expect(open.messages.map(\.shown) == [response])
            #expect(open.messages.allSatisfy { !$0.isComplete && !$0.keepAlive })
            #expect(closed.messages.allSatisfy { $0.isComplete })
        case .cutShort(let response):
            #expect(open.messages.map(\.shown) == [response].compactMap(\.self))
            #expect(closed.messages.allSatisfy { !$0.isComplete })
        case .refused: #expect(closed.messages.allSatisfy { !$0.isComplete })
        }
    }

    @Test("a response whose bytes are refused is not ended properly by the close behind it")
    func closedAfterRefusal() {
        var parser = ResponseParser()
        var buffer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
        #expect(throws: FramingError.self) { while try parser.next(&buffer) != nil {} }
        let endedProperly = parser.closed()
        #expect(!endedProperly)
    }
}

extension Message {
    /// As `ResponseCase.Verdict` has it.
    fileprivate var shown: String { body.isEmpty ? start : start + " : " + String(decoding: body, as: UTF8.self) }
}
