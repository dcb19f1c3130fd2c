import Testing

@testable import TuppenceCore

/// A provider that takes so many requests in each window of its clock, and says nothing but 429 beyond.
private struct FixedWindow: Sendable, CustomTestStringConvertible {
    let seconds: Int64
    let limit: Int
    var testDescription: String { "\(limit) in \(seconds) s" }

    var aMinute: Int { limit * Int(60 / seconds) }
}

@Suite("Learning from a provider that refuses until its window is over")
struct ExhaustedWindowTests {
    /// Offers half as much again as it allows, at random times; what finds no room goes elsewhere.
    ///
    /// - Returns: for each minute, how many were accepted and how many refused.
    private func run(_ window: FixedWindow, minutes: Int, seed: UInt64) -> [(accepted: Int, refused: Int)] {
        let (board, target) = (HeadroomBoard(), candidate(alpha))
        let latency: Int64 = 60
        let offered = UInt64(window.aMinute) * 3 / 2
        var random = RandomSource(seed: seed)
        var (current, left) = (Int64(-1), 0)
        var answers: [(at: Int64, permit: HeadroomPermit?, sentAt: Int64, took: Bool)] = []
        var figures = [(accepted: Int, refused: Int)](repeating: (0, 0), count: minutes + 1)
        for millisecond in 0..<Int64(minutes) * 60_000 {
            let now = Timestamp(milliseconds: millisecond)
            while let first = answers.first, first.at <= millisecond {
                answers.removeFirst()
                if first.took {
                    board.accepted(by: alpha, at: now)
                } else {
                    board.refused(by: alpha, sentAt: Timestamp(milliseconds: first.sentAt), at: now)
                }
                if let permit = first.permit { board.giveBack(permit, used: 10) }
            }
            guard UInt64.random(in: 0..<60_000, using: &random) < offered else { continue }
            board.began(at: now)
            let need = RoomNeed(tokens: 10, usualInput: 5, usualOutput: 5)
            guard case .taken(let permit) = board.take(need, at: target, ticket: nil, now: now) else { continue }
            // Half of the time is the way there.
            let arrival = millisecond + latency / 2
            if arrival / (window.seconds * 1_000) != current {
                current = arrival / (window.seconds * 1_000)
                left = window.limit
            }
            let took = left > 0
            if took { left -= 1 }
            answers.append((millisecond + latency, permit, millisecond, took))
            let minute = Int(arrival / 60_000)
            if took { figures[minute].accepted += 1 } else { figures[minute].refused += 1 }
        }
        return figures.dropLast()
    }

    @Test(
        "in each minute after the first most of what it allows is used, and few are refused",
        arguments: [
            FixedWindow(seconds: 60, limit: 6_000), FixedWindow(seconds: 1, limit: 100),
        ])
    fileprivate func uses(window: FixedWindow) {
        for seed in UInt64(1)...3 {
            for (minute, figures) in run(window, minutes: 6, seed: seed).enumerated().dropFirst() {
                #expect(figures.accepted * 10 >= window.aMinute * 8, "\(figures) in minute \(minute)")
                #expect(figures.refused * 20 < figures.accepted, "\(figures) in minute \(minute)")
            }
        }
    }

    @Test("what accepts nothing is asked more and more seldom, and has its pace back when it accepts again")
    func probes() {
        func after(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
        let need = RoomNeed(tokens: 0, usualInput: 0, usualOutput: 0)
        var pace = LearnedPace(at: at(0))
        for number in Int64(0)..<100 { pace.accepted(at: after(number * 10)) }
        pace.refused(sentAt: after(990), at: after(1_000))
        var now: Int64 = 2_000
        pace.refused(sentAt: after(now - 10), at: after(now))
        for wait: Int64 in [500, 1_000, 2_000, 4_000, 5_000, 5_000] {
            #expect(pace.shortage(for: need, behind: 0, at: after(now))?.roomAt == after(now + wait))
            #expect(pace.shortage(for: need, behind: 0, at: after(now + wait)) == nil)
            pace.add(at: after(now + wait))
            now += wait + 10
            // One that was sent before says nothing.
            pace.refused(sentAt: after(now - wait - 20), at: after(now - 1))
            pace.refused(sentAt: after(now - 10), at: after(now))
        }
        #expect(pace.figure(at: after(now))?.limit == 12)
        pace.accepted(at: after(now))
        // 100 a second were accepted; nine tenths of that, and a little more a second later.
        #expect((5_400...5_450).contains(pace.figure(at: after(now))?.limit ?? 0))
        #expect(pace.shortage(for: need, behind: 0, at: after(now)) == nil)
    }
}
