import Testing

@testable import TuppenceCore

@Suite("Searches that an answer has told of")
struct SeenSearchTests {
    private static func counting(_ search: Int) -> Usage {
        var usage = Usage(input: 7, output: 3)
        usage.search = search
        return usage
    }

    @Test(
        "are booked of an answer that breaks off, the larger of what was counted and what was seen",
        arguments: [(nil, 2, 2), (1, 2, 2), (3, 2, 3)] as [(Int?, Int, Int)])
    func brokenOff(counted: Int?, seen: Int, booked: Int) {
        for kind in [UpstreamFailure.Kind.truncated, .errorInStream] {
            var run = Run.streaming()
            run.send()
            if let counted { run.on(.usage(Self.counting(counted), reportedCost: nil)) }
            run.on(.searched(seen))
            run.on(.content(bytes: 4, pieces: 1))
            run.on(.failed(UpstreamFailure(kind, detail: "")))
            #expect(run.entries.map(\.usage.search) == [booked] && run.entries.map(\.estimated) == [true])
        }
    }

    @Test("are booked in front of all content, and make an older count no last word") func withoutContent() {
        var run = Run.streaming()
        run.send()
        run.on(.usage(Self.counting(0), reportedCost: nil))
        run.on(.searched(2))
        run.on(.failed(UpstreamFailure(.errorInStream, detail: "")))
        #expect(run.entries.map(\.usage) == [Self.counting(2)] && run.entries.map(\.estimated) == [true])
    }

    @Test("are booked where nothing is counted; one that comes to nothing is taken back") func uncounted() {
        var run = Run.streaming()
        run.send()
        run.on(.searched(2))
        run.on(.searched(1))
        run.on(.ended)
        #expect(run.entries.map(\.usage.search) == [1] && run.entries.map(\.estimated) == [true])
    }

    @Test("are not booked where a complete answer counts fewer") func counted() {
        var run = Run.streaming()
        run.send()
        run.on(.searched(2))
        run.on(.usage(Self.counting(1), reportedCost: nil))
        run.on(.ended)
        #expect(run.entries.map(\.usage) == [Self.counting(1)] && run.entries.map(\.estimated) == [false])
    }

    @Test("zeros behind a count are none, and zeros alone are believed") func zeros() {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 4, pieces: 1))
        run.on(.usage(Usage(input: 1_000, output: 50), reportedCost: nil))
        run.on(.usage(Usage(), reportedCost: nil))
        run.on(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: 1_000, output: 50)])
        #expect(run.entries.map(\.estimated) == [false])
        var free = Run.streaming()
        free.send()
        free.on(.content(bytes: 4, pieces: 1))
        free.on(.usage(Usage(), reportedCost: nil))
        free.on(.ended)
        #expect(free.entries.map(\.usage) == [Usage()] && free.entries.map(\.estimated) == [false])
    }
}
