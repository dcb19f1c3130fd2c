import Testing

@testable import TuppenceCore

@Suite("A clock that is set while a request is on its way")
struct ExchangeClockTests {
    private func setClock(_ run: inout Run, by seconds: Int64) {
        run.now = run.now + .seconds(seconds)
        run.exchange.clockWasSet(by: .seconds(seconds))
    }

    @Test(
        "lengthens no patience and shortens none, and what is booked took as long as it took",
        arguments: [-30, 30] as [Int64])
    func timeout(seconds: Int64) {
        var run = Run(timeout: .seconds(2), lateUsage: Milliseconds(0))
        run.send()
        setClock(&run, by: seconds)
        #expect(run.exchange.deadline == run.now + .seconds(2))
        run.on(.deadlinePassed, after: 1)
        #expect(run.entries == [])
        run.on(.deadlinePassed, after: 1)
        #expect(run.entries.map(\.duration) == [.seconds(2)])
        #expect(run.entries.map(\.at) == [at(1_000) + .seconds(seconds + 2)])
    }

    @Test("leaves the first content and the idle time where they are")
    func streaming() {
        var run = Run.streaming()
        run.send()
        run.on(.content(bytes: 4, pieces: 1), after: 1)
        let patience = run.exchange.deadline - run.now
        setClock(&run, by: -3_600)
        #expect(run.exchange.deadline - run.now == patience)
        run.on(.usage(Usage(input: 7, output: 3), reportedCost: nil), after: 1)
        run.on(.ended)
        #expect(run.entries.map(\.duration) == [.seconds(2)] && run.entries.map(\.firstContent) == [.seconds(1)])
    }

    @Test("is none to an answer that is read on")
    func late() throws {
        var run = Run([candidate(alpha, onDisconnect: .finishes)], timeout: .seconds(2))
        run.send()
        run.on(.deadlinePassed, after: 2)
        var reading = try #require(run.late.first)
        let before = reading.deadline
        reading.clockWasSet(by: .seconds(-30))
        #expect(before - reading.deadline == .seconds(30))
        let actions = reading.handle(.deadlinePassed, at: reading.deadline)
        #expect(actions.compactMap(\.settlement).map(\.entry.duration) == [.seconds(62)])
    }

    @Test("has nothing fall due that never was")
    func never() {
        var run = Run()
        setClock(&run, by: -30)
        #expect(run.exchange.deadline == .distantFuture)
    }
}
