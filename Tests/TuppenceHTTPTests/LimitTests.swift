import Testing

@testable import TuppenceHTTP

/// Both sides of each bound, whole and byte by byte.
@Suite("limits")
struct LimitTests {
    private func statuses(_ input: [UInt8], _ limits: FramingLimits = .init()) -> Set<Int?> {
        Set([[input[...]], input.onePerRead].map { readRequests($0, limits: limits).failure?.status })
    }

    /// A GET whose head is `count` bytes long.
    private func head(of count: Int) -> [UInt8] {
        let rest = get("X: \r\n").utf8.count
        return bytes(get("X: " + String(repeating: "a", count: count - rest) + "\r\n"))
    }

    @Test("a head of 65536 bytes is read, one of 65537 is a 431")
    func defaultHead() {
        #expect(statuses(head(of: 65_536)) == [nil])
        #expect(statuses(head(of: 65_537)) == [431])
    }

    @Test("a head of as many bytes as allowed is read, one more is a 431", arguments: [64, 65, 71, 72, 73, 1_000])
    func headBytes(count: Int) {
        var limits = FramingLimits()
        limits.headBytes = count
        #expect(statuses(head(of: count - 1), limits) == [nil])
        #expect(statuses(head(of: count), limits) == [nil])
        #expect(statuses(head(of: count + 1), limits) == [431])
        #expect(statuses(head(of: count) + head(of: count) + probe, limits) == [nil])
    }

    @Test("a head that is too long is refused before its end has come, and for its length whatever else is wrong")
    func headWithoutEnd() {
        var limits = FramingLimits()
        limits.headBytes = 100
        let endless = [UInt8](repeating: UInt8(ascii: "a"), count: 100)
        #expect(statuses(Array(endless.dropLast()), limits) == [nil])
        #expect(statuses(endless, limits) == [431])
        #expect(statuses(endless + bytes("\n"), limits) == [431])
        #expect(statuses(Array(endless.dropLast()) + bytes("\n"), limits) == [400])
    }

    @Test("the empty line before a request does not count")
    func emptyLine() {
        var limits = FramingLimits()
        limits.headBytes = 64
        #expect(statuses(bytes("\r\n") + head(of: 64), limits) == [nil])
    }

    @Test(
        "128 fields are read, 129 are a 431",
        arguments: [(127, nil), (128, nil), (129, 431), (4_000, 431)] as [(Int, Int?)])
    func fields(count: Int, status: Int?) {
        let input = bytes(get(String(repeating: "a: b\r\n", count: count - 1)))
        #expect(statuses(input) == [status])
    }

    @Test("a chunk line of 1024 bytes with its CR LF is read, one of 1025 is refused")
    func chunkLine() {
        func body(_ count: Int) -> [UInt8] {
            bytes(chunked("5;" + String(repeating: "a", count: count - 4) + "\r\nhello\r\n0\r\n\r\n"))
        }
        #expect(statuses(body(1_023)) == [nil])
        #expect(statuses(body(1_024)) == [nil])
        #expect(statuses(body(1_025)) == [400])
        #expect(statuses(body(65_536)) == [400])
    }

    @Test("a chunk line that is too long is refused before its end has come")
    func chunkLineWithoutEnd() {
        let line = "5;" + String(repeating: "a", count: 1_021)
        #expect(statuses(bytes(chunked(line))) == [nil])
        #expect(statuses(bytes(chunked(line + "a"))) == [400])
    }

    @Test("a size of fifteen digits is read, one of sixteen is refused")
    func chunkDigits() {
        #expect(statuses(bytes(chunked(String(repeating: "f", count: 15) + "\r\n"))) == [nil])
        #expect(statuses(bytes(chunked(String(repeating: "f", count: 16) + "\r\n"))) == [400])
        #expect(statuses(bytes(chunked(String(repeating: "0", count: 15) + "\r\n\r\n"))) == [nil])
        #expect(statuses(bytes(chunked(String(repeating: "0", count: 16) + "\r\n\r\n"))) == [400])
    }

    @Test("a length of eighteen digits is read, one of nineteen is refused")
    func lengthDigits() {
        #expect(statuses(bytes(post("Content-Length: " + String(repeating: "9", count: 18)))) == [nil])
        #expect(statuses(bytes(post("Content-Length: " + String(repeating: "9", count: 19)))) == [400])
    }

    @Test("trailers of 8192 bytes with the empty line are read, of 8193 refused, in one line or in many")
    func trailers() {
        func body(_ lines: Int, _ count: Int) -> [UInt8] {
            // Each line but the last is "X: a" and CR LF; the empty line ends them.
            let last = count - 2 - (lines - 1) * 6
            let many = String(repeating: "X: a\r\n", count: lines - 1)
            return bytes(chunked("0\r\n" + many + "X: " + String(repeating: "a", count: last - 5) + "\r\n\r\n"))
        }
        for lines in [1, 2, 1_000] {
            #expect(statuses(body(lines, 8_191)) == [nil])
            #expect(statuses(body(lines, 8_192)) == [nil])
            #expect(statuses(body(lines, 8_193)) == [400])
        }
    }

    @Test("a trailer that is too long is refused before its end has come")
    func trailerWithoutEnd() {
        let line = "X: " + String(repeating: "a", count: 8_188)
        #expect(statuses(bytes(chunked("0\r\n" + line))) == [nil])
        #expect(statuses(bytes(chunked("0\r\n" + line + "a"))) == [400])
    }

    @Test("responses have the same bounds")
    func responses() {
        var limits = FramingLimits()
        limits.headBytes = 64
        func failure(_ count: Int) -> Int? {
            let start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: "
            let input = bytes(start + String(repeating: "a", count: count - start.utf8.count - 4) + "\r\n\r\n")
            return readResponses([input[...]], limits: limits).failure?.status
        }
        #expect(failure(64) == nil)
        #expect(failure(65) == 431)
    }

    @Test("the longest heads that are allowed are read byte by byte")
    func worstHeads() {
        let long = bytes(get("X: " + String(repeating: "a", count: 60_000) + "\r\n"))
        let short = bytes(get(String(repeating: "a:" + String(repeating: "b", count: 480) + "\r\n", count: 120)))
        for input in [long, short] {
            #expect(readRequests(input.onePerRead).messages.count == 1)
        }
    }

    @Test("a body of 100000 chunks of one byte is read")
    func tinyChunks() {
        let reading = readRequests(bytes(chunked(String(repeating: "1\r\na\r\n", count: 100_000) + "0\r\n\r\n")))
        #expect(reading.failure == nil)
        #expect(reading.messages.map(\.body.count) == [100_000])
    }
}
