import NIOCore
import Testing

@testable import TuppenceHTTP

@Suite("what a request head says")
struct RequestHeadTests {
    private func head(_ text: String) throws -> RequestHead {
        var parser = RequestParser()
        var buffer = ByteBuffer(bytes: bytes(text))
        guard case .head(let head) = try parser.next(&buffer) else { throw FramingError.bad("no head") }
        return head
    }

    @Test(
        "a connection goes on unless its version or its options say otherwise (9.3)",
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: CLOSE\r\n", false),
            ("1.1", "Connection: keep-alive\r\n", true), ("1.1", "Connection: keep-alive, close\r\n", false),
            ("1.1", "Connection: x,\tclose , y\r\n", false), ("1.1", "Connection: x\r\nConnection: close\r\n", false),
            ("1.1", "Connection: closed\r\n", true), ("1.1", "Connection: close x\r\n", true),
            ("1.1", "Connection:\r\n", true), ("1.1", "Connection: ,,close,\r\n", false),
            ("1.1", "Proxy-Connection: close\r\n", true), ("1.0", "", false),
            ("1.0", "Connection: Keep-Alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
            ("1.0", "Connection: upgrade\r\n", false),
        ])
    func persistence(version: String, fields: String, keepAlive: Bool) throws {
        #expect(try head("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n").keepAlive == keepAlive)
    }

    @Test(
        "the path is the target without its query, and without the host of an absolute form",
        arguments: [
            ("/", "/"), ("/a/b", "/a/b"), ("/a?b", "/a"), ("/?", "/"), ("/a?b?c", "/a"), ("/a%3Fb", "/a%3Fb"),
            ("http://a/b?c", "/b"), ("http://a", "/"), ("http://a?b", "/"), ("HTTPS://A/b", "/b"), ("//b/c", "//b/c"),
        ])
    func path(target: String, path: String) throws {
        let head = try head(line("GET \(target) HTTP/1.1"))
        #expect(head.path == path)
        #expect(head.uri == target)
    }

    @Test("an expectation counts in HTTP/1.1 only")
    func expectation() throws {
        #expect(try head("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n").expectsContinue)
        #expect(try !head("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").expectsContinue)
        #expect(try !head(get("")).expectsContinue)
    }

    @Test(
        "a body is under a coding if a field names one other than identity (RFC 9110, 8.4)",
        arguments: [
            ("", false), ("Content-Encoding: identity\r\n", false), ("Content-Encoding: IDENTITY\r\n", false),
            ("Content-Encoding:\r\n", false), ("Content-Encoding: gzip\r\n", true),
            ("content-encoding: ZSTD\r\n", true),
            ("Content-Encoding: identity\r\nContent-Encoding: br\r\n", true),
            ("Accept-Encoding: gzip\r\n", false), ("Content-Encodings: gzip\r\n", false),
        ])
    func coding(fields: String, isEncoded: Bool) throws {
        #expect(try head(get(fields)).isEncoded == isEncoded)
    }

    @Test("an Upgrade is noticed")
    func upgrade() throws {
        #expect(try head(get("Upgrade: websocket\r\n")).asksForWebSocket)
        #expect(try head(get("Upgrade: h2c, WebSocket\r\n")).asksForWebSocket)
        #expect(try !head(get("Upgrade: h2c\r\n")).asksForWebSocket)
        #expect(try !head(get("")).asksForWebSocket)
    }

    @Test(
        "a field that Connection names concerns this hop alone",
        arguments: [
            ("", false), ("Connection: close\r\n", false), ("Connection: x-title\r\n", true),
            ("Connection: close, X-TITLE\r\n", true), ("Connection: x-titles, x\r\n", false),
            ("Connection: a\r\nConnection: b ,\tx-title ,\r\n", true), ("Proxy-Connection: x-title\r\n", false),
        ])
    func hop(connection: String, isForThisHop: Bool) throws {
        let head = try head(get("X-Title: a\r\n" + connection))
        #expect(Array("x-title".utf8).withUnsafeBytes { head.isForThisHop($0) } == isForThisHop)
    }

    @Test("the framing is none, a length or chunks")
    func framing() throws {
        #expect(try head(get("")).framing == BodyFraming.none)
        #expect(try head(get("Content-Length: 0\r\n")).framing == .length(0))
        #expect(try head(get("Content-Length: 7\r\n")).framing == .length(7))
        #expect(try head(get("Transfer-Encoding: chunked\r\n")).framing == .chunked)
    }

    @Test("fields are found whatever their case, the first of several first, in the order in which they came")
    func fields() throws {
        let fields = try head(get("x-a: 1\r\nX-B:\r\nX-A: 2\r\n")).fields
        #expect(fields.first("x-a") == "1")
        #expect(fields.first("x-b") == "")
        #expect(fields.first("x-c") == nil)
        #expect(fields.contains("x-b") && !fields.contains("x-c"))
        #expect(fields.count == 4)
        #expect(fields.pairs.map { "\($0.name)=\($0.value)" } == ["host=a", "x-a=1", "x-b=", "x-a=2"])
    }

    @Test("an empty line is ignored before each request, once, however it comes")
    func emptyLines() {
        let twice = bytes("\r\n" + get("") + "\r\n" + get(""))
        for pieces in [[twice[...]], twice.onePerRead] {
            #expect(readRequests(pieces).failure == nil)
            #expect(readRequests(pieces).messages.count == 2)
        }
        let doubled = bytes(get("") + "\r\n\r\n" + get(""))
        for pieces in [[doubled[...]], doubled.onePerRead] {
            #expect(readRequests(pieces).failure?.status == 400)
            #expect(readRequests(pieces).messages.count == 1)
        }
    }

    @Test("a head that is kept for long says the same, and holds nothing of what came along with it")
    func compacted() throws {
        let body = String(repeating: "x", count: 10_000)
        let head = try head("POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\nX-A: 1\r\n\r\n" + body)
        let kept = head.compacted()
        #expect(kept.uri == "/a?b" && kept.path == "/a" && kept.framing == .length(10_000))
        #expect(kept.fields.pairs.map(\.name) == head.fields.pairs.map(\.name))
        #expect(kept.fields.first("x-a") == "1")
        #expect(head.fields.head.storageCapacity > 10_000 && kept.fields.head.storageCapacity < 1_000)
    }
}
