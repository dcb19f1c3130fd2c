import Testing
import TuppenceCore
import TuppenceStore
import TuppenceTesting

@testable import TuppenceAdministration

@Suite("Attempts and refusals, read together")
struct RequestStretchTests {
    private let start = Timestamp(milliseconds: 1_000_000)

    private func attempt(_ second: Int64) -> LedgerStretch.Line {
        let hold = Samples.hold(
            AttemptID(request: RequestID(high: UInt64(second), low: 1), number: 1), 10, rules: [],
            at: start + .seconds(second))
        guard case .settle(let settlement) = Samples.settlement(of: hold, cost: 1) else { fatalError("no settlement") }
        var entry = settlement.entry
        entry.at = start + .seconds(second)
        return .init(place: LedgerPlace(page: second + 1, index: 0), entry: entry)
    }

    private func refusal(_ second: Int64) -> RefusedRequest {
        let time = start + .seconds(second)
        return RefusedRequest(
            Refusal(.budgetExceeded, "No."), id: RequestID(high: UInt64(time.milliseconds) << 16, low: 2), at: time,
            key: "k", endpoint: "chat/completions")
    }

    /// What a store that looks at `reach` entries at the most says.
    private func stretch(_ all: [LedgerStretch.Line], before place: LedgerPlace?, limit: Int, reach: Int)
        -> LedgerStretch
    {
        let left = all.filter { line in place.map { line.place.page < $0.page } ?? true }
        let lines = Array(left.prefix(min(limit, reach)))
        guard lines.count < left.count else {
            return LedgerStretch(lines: lines, next: nil, reached: Timestamp(milliseconds: 0))
        }
        let next = LedgerPlace(page: left[lines.count].place.page + 1, index: 0)
        return LedgerStretch(lines: lines, next: next, reached: left[lines.count].entry.at)
    }

    private func time(_ line: RequestStretch.Line) -> Timestamp {
        switch line {
        case .attempt(let line): line.entry.at
        case .refused(let refused): refused.at
        }
    }

    @Test(
        "in pages of any size everything comes once, the newest first", arguments: [1, 2, 3, 7, 50], [1, 2, 5, 100])
    func merged(limit: Int, reach: Int) {
        var random = SeededGenerator(seed: UInt64(limit * 1_000 + reach))
        for _ in 0..<20 {
            let seconds = (0..<40).map { $0 as Int64 }
            let booked = seconds.filter { _ in Bool.random(using: &random) }
            let denied = seconds.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
            let lines = booked.reversed().map(attempt)
            let refusals = denied.reversed().map(refusal)
            var (found, place, rounds) = ([Timestamp](), RequestsPlace() as RequestsPlace?, 0)
            while let here = place, rounds < 200 {
                let left = refusals.filter { one in here.refused.map { one.id < $0 } ?? true }
                let page = RequestStretch(
                    stretch(lines, before: here.ledger, limit: limit, reach: reach), left, from: here, limit: limit)
                #expect(page.lines.count <= limit)
                found += page.lines.map(time)
                place = page.next.map { RequestsPlace($0.description) ?? $0 }
                #expect(place == page.next, "what is told is read as it was written")
                rounds += 1
            }
            #expect(rounds < 200)
            #expect(found == (booked + denied).map { start + .seconds($0) }.sorted { $0 > $1 })
        }
    }

    @Test(
        "a place that was not given out is none",
        arguments: ["", "~", "x", "1", "1.2.3", "~req_1", "1.0~", "0.0", "1.0~x"])
    func places(text: String) { #expect(RequestsPlace(text) == nil) }
}
