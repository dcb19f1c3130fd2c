import Testing

@testable import TuppenceHTTP

@Suite("requests as RFC 9112 has them")
struct RequestConformanceTests {
    @Test("the table has its 180 cases, each under its own bytes")
    func size() {
        #expect(RequestCases.all.count >= 180)
        let rows = Dictionary(grouping: RequestCases.all, by: \.bytes)
        #expect(rows.values.filter { $0.count > 1 }.map { $0.map(\.rule) } == [])
    }

    @Test("a request is read, refused or waited for", arguments: RequestCases.all)
    func whole(_ row: RequestCase) { expect(row, in: readRequests(row.bytes)) }

    @Test("reads of one byte change nothing", arguments: RequestCases.all)
    func byteByByte(_ row: RequestCase) { expect(row, in: readRequests(row.bytes.onePerRead)) }

    @Test("where a read ends changes nothing", arguments: RequestCases.all)
    func cut(_ row: RequestCase) {
        var random = SplitMix64(seed: UInt64(row.bytes.count))
        for _ in 1...2 { expect(row, in: readRequests(random.cut(row.bytes))) }
    }

    @Test(
        "the request behind an accepted one is read as it is; behind a refused one nothing is",
        arguments: RequestCases.all)
    func pipelined(_ row: RequestCase) {
        if case .waiting = row.verdict { return }
        let reading = readRequests(row.bytes + probe)
        switch row.verdict {
        case .accepted: #expect(reading.messages.dropFirst().map(\.shown) == ["GET /smuggled"])
        default: #expect(reading.failure != nil && reading.messages.allSatisfy { !$0.isComplete })
        }
    }

    private func expect(_ row: RequestCase, in reading: Reading) {
        switch row.verdict {
        case .accepted(let message):
            #expect(reading.failure == nil)
            #expect(reading.messages.map(\.shown) == [message])
            #expect(reading.messages.allSatisfy { $0.isComplete })
        case .refused(let status):
            #expect(reading.failure?.status == status, "\(reading)")
            #expect(reading.messages.allSatisfy { !$0.isComplete })
        case .waiting(let message):
            #expect(reading.failure == nil)
            #expect(reading.messages.map(\.shown) == [message].compactMap(\.self))
            #expect(reading.messages.allSatisfy { !$0.isComplete })
        }
    }
}

extension Message {
    /// As `RequestCase.Verdict` has it.
    fileprivate var shown: String {
        let named = fields.filter { $0.name.lowercased() == "x" }.map { " x=[\($0.value)]" }.joined()
        let body = body.isEmpty ? "" : " : " + String(decoding: body, as: UTF8.self)
        return start.split(separator: " ").dropLast().joined(separator: " ") + named + body
    }
}
