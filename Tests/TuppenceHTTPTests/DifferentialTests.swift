import NIOHTTP1
import Testing

@testable import TuppenceHTTP

/// Whatever our reader accepts, NIO's (llhttp) reads the same way. What ours refuses is counted and printed.
@Suite("two readers, one meaning")
struct DifferentialTests {
    private static let rounds = 20_000
    private static let parts = 2

    private static let requests = [
        get(""), get("X: a\r\nY: b c\r\n"), "GET /a/b?c=d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        post("Content-Length: 5"), post("Content-Length: 5\r\nExpect: 100-continue\r\nContent-Type: text/plain"),
        chunked("5\r\nhello\r\n0\r\n\r\n"), chunked("2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nX: a\r\n\r\n"),
        chunked("a\r\n0123456789\r\n00\r\n\r\n"), post("Content-Length: 5") + get(""), chunked("0\r\n\r\n") + get(""),
        get("Connection: close\r\n"), line("OPTIONS * HTTP/1.1"), line("GET http://a/b HTTP/1.1"),
        "\r\n" + get("Connection: x, keep-alive\r\n"), get("") + "\r\n" + get(""),
    ]
    private static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\r\n\r\nhello", "HTTP/1.0 200 OK\r\n\r\nhello", "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a\r\nhe\r\n3\r\nllo\r\n0\r\nX: a\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
    ]

    @Test("mutated requests are read as NIO reads them, or differ for a known reason", arguments: 1...parts)
    func requests(seed: Int) throws {
        var mutator = Mutator(seed: UInt64(seed), seeds: Self.requests)
        var comparison = Comparison()
        for _ in 0..<(Self.rounds / Self.parts) {
            let input = mutator.next()
            let ours = readRequests(input)
            #expect(readRequests(mutator.cut(input)) == ours, "cut otherwise: \(input.shown)")
            comparison.add(input, ours, try NIOReading.requests(input))
        }
        comparison.report("requests, seed \(seed)")
    }

    @Test("mutated responses are read as NIO reads them, or differ for a known reason", arguments: 1...parts)
    func responses(seed: Int) throws {
        var mutator = Mutator(seed: UInt64(seed), seeds: Self.responses)
        var comparison = Comparison()
        for _ in 0..<(Self.rounds / Self.parts) {
            let input = mutator.next()
            let ours = readResponses([input[...]], closing: true)
            #expect(readResponses(mutator.cut(input), closing: true) == ours, "cut otherwise: \(input.shown)")
            comparison.add(input, ours, try NIOReading.responses(input, count: 8))
        }
        comparison.report("responses, seed \(seed)")
    }

    @Test("so are the rows of the conformance table")
    func table() throws {
        var comparison = Comparison()
        for row in RequestCases.all {
            comparison.add(
                row.bytes + probe, readRequests(row.bytes + probe), try NIOReading.requests(row.bytes + probe))
        }
        comparison.report("the conformance table")
    }
}

/// Counts how two readings of the same bytes compare, and fails for each that differs without a known reason.
private struct Comparison {
    private var counts: [String: Int] = [:]

    mutating func add(_ input: [UInt8], _ ours: Reading, _ theirs: NIOReading) {
        let outcome = compare(ours.untilClose, theirs) ?? Known.tab(input)
        counts[outcome ?? "differs", default: 0] += 1
        if outcome == nil {
            Issue.record("\(input.shown)\n  we read: \(ours)\n  NIO reads: \(theirs)")
        }
    }

    func report(_ title: String) {
        let lines = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "  \($0.value) × \($0.key)" }
        print(([title + ":"] + lines).joined(separator: "\n"))
    }

    /// How the readings agree, or nil if they do not.
    private func compare(_ ours: Reading, _ theirs: NIOReading) -> String? {
        for (index, message) in ours.messages.enumerated() {
            guard index < theirs.messages.count else {
                return Known.reason(for: message, after: ours.messages[..<index].last, theirs)
            }
            var other = theirs.messages[index]
            // Closing where NIO would go on is stricter; going on where NIO would close has to be known.
            if !message.keepAlive || message.hasProxyConnection { other.keepAlive = message.keepAlive }
            if message == other { continue }
            // A body that is refused later, or is not all there: what we have passed on so far is what NIO has too.
            guard !message.isComplete, ours.failure != nil || theirs.error != nil, message.isPrefix(of: other) else {
                return nil
            }
        }
        if let failure = ours.failure {
            let isOurs = theirs.error == nil || theirs.messages.count > ours.messages.count
            return isOurs ? "only we refuse: \(failure.reason)" : "both refuse"
        }
        guard theirs.messages.count == ours.messages.count || !(ours.messages.last?.keepAlive ?? true) else {
            return nil
        }
        if theirs.error == nil { return "both read the same" }
        return "both read the same, and wait or refuse behind it"
    }
}

/// Differences that are ours on purpose. Anything else fails.
private enum Known {
    static let upgrade = "known: behind an Upgrade NIO reads no further; we ignore it, as RFC 9110 section 7.8 allows"
    static let method = "known: llhttp has a list of methods; any token is one to us, and a route refuses it"
    static let interim = "known: llhttp ends at an interim response that says close; the final one may still come (9.6)"
    static let proxyConnection = "known: llhttp obeys Proxy-Connection, which no RFC defines"

    /// RFC 9110 section 5.6.3 has spaces and tabs around a value; llhttp takes a tab there for a part of the values that
    /// it looks at itself.
    static func tab(_ input: [UInt8]) -> String? {
        let lines = input.split(separator: 10).map { String(decoding: $0, as: UTF8.self).lowercased() }
        let names = ["content-length:", "transfer-encoding:", "connection:"]
        let hasTab = lines.contains { line in names.contains { line.hasPrefix($0) } && line.contains("\t") }
        return hasTab ? "known: llhttp knows no tab around Content-Length, Transfer-Encoding or Connection" : nil
    }

    /// Why NIO has no message where we have `message`.
    static func reason(for message: Message, after last: Message?, _ theirs: NIOReading) -> String? {
        if theirs.stopsForUpgrade && theirs.error == nil { return upgrade }
        if (theirs.error as? HTTPParserError) == .invalidMethod { return method }
        if let last, last.hasProxyConnection { return proxyConnection }
        // What is closed behind a message would have differed there: it was an interim response, which both skip.
        if (theirs.error as? HTTPParserError) == .closedConnection { return interim }
        return nil
    }
}

extension Message {
    fileprivate var hasProxyConnection: Bool { fields.contains { $0.name.lowercased() == "proxy-connection" } }

    fileprivate func isPrefix(of other: Message) -> Bool {
        start == other.start && fields == other.fields && keepAlive == other.keepAlive && other.body.starts(with: body)
    }
}

extension Reading {
    /// As a connection reads: up to the message that is its last.
    fileprivate var untilClose: Reading {
        guard let last = messages.firstIndex(where: { $0.isComplete && !$0.keepAlive }) else { return self }
        return Reading(messages: Array(messages[...last]))
    }
}
