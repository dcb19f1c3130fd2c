import Testing

@testable import TuppenceCore

/// A limit that fills up bit by bit, as OpenAI's and Anthropic's do: its reset is when it would be full again.
private struct Bucket {
    let limit: Double
    private let perMillisecond: Double
    private var left: Double
    private var asOf = Timestamp(milliseconds: 0)

    init(perMinute limit: Int, at now: Timestamp) {
        self.limit = Double(limit)
        perMillisecond = Double(limit) / 60_000
        left = Double(limit)
        asOf = now
    }

    mutating func left(at now: Timestamp) -> Double {
        left = min(limit, left + Double((now - asOf).count) * perMillisecond)
        asOf = now
        return left
    }

    /// - Returns: whether it took a request, and what its headers say then.
    mutating func ask(at now: Timestamp, roundsToSeconds: Bool) -> (took: Bool, left: Headroom) {
        let took = left(at: now) >= 1
        if took { left -= 1 }
        var headroom = Headroom()
        headroom[.requests].limit = Int(limit)
        headroom[.requests].remaining = Int(left)
        var reset = now + Milliseconds(Int64(((limit - left) / perMillisecond).rounded(.up)))
        if roundsToSeconds { reset = Timestamp(milliseconds: (reset.milliseconds + 999) / 1_000 * 1_000) }
        headroom[.requests].resetsAt = reset
        return (took, headroom)
    }
}

@Suite("Limits that fill up bit by bit")
struct RefillTests {
    struct Load: CustomTestStringConvertible, Sendable {
        var perMinute: Int
        var burst: Int
        var perSecond: Double

        var testDescription: String { "\(burst) at once and \(perSecond) a second, of \(perMinute) a minute" }
    }

    /// Asks for two minutes; what finds no room goes elsewhere.
    ///
    /// - Returns: how many were sent, how many of them refused, and the longest time for which nothing was sent though there
    ///   was room.
    private func run(_ load: Load, roundsToSeconds: Bool) -> (sent: Int, refused: Int, dark: Int64) {
        let board = HeadroomBoard()
        let start = Timestamp(milliseconds: 1_000_000_400)
        var provider = Bucket(perMinute: load.perMinute, at: start)
        var answers: [(at: Timestamp, permit: HeadroomPermit?, sentAt: Timestamp, took: Bool, left: Headroom)] = []
        var (sent, refused, dark, darkSince) = (0, 0, Int64(0), Timestamp?.none)
        var asked = 0.0
        for millisecond in Int64(0)..<120_000 {
            let now = start + Milliseconds(millisecond)
            while let first = answers.first, first.at <= now {
                answers.removeFirst()
                board.told(first.left, by: alpha, first.permit, sentAt: first.sentAt, at: now)
                if first.took {
                    board.accepted(by: alpha, at: now)
                } else {
                    board.refused(by: alpha, sentAt: first.sentAt, at: now)
                }
                if let permit = first.permit { board.giveBack(permit, used: 10) }
            }
            // One that tells how things stand, then the burst, and then an even pace.
            let due =
                millisecond < 100 ? 1 : 1 + Double(load.burst) + Double(millisecond - 100) * load.perSecond / 1_000
            while asked < due.rounded(.down) {
                asked += 1
                board.began(at: now)
                guard
                    case .taken(let permit) = board.take(
                        RoomNeed(tokens: 10, usualInput: 5, usualOutput: 5), at: candidate(alpha), ticket: nil, now: now
                    )
                else {
                    if provider.left(at: now) >= 3 { darkSince = darkSince ?? now }
                    dark = max(dark, darkSince.map { (now - $0).count } ?? 0)
                    continue
                }
                darkSince = nil
                let (took, left) = provider.ask(at: now + Milliseconds(30), roundsToSeconds: roundsToSeconds)
                answers.append((now + Milliseconds(60), permit, now, took, left))
                sent += 1
                if !took { refused += 1 }
            }
        }
        return (sent, refused, dark)
    }

    @Test(
        "after a burst there is room again as it comes back, not at its reset",
        arguments: [
            Load(perMinute: 500, burst: 0, perSecond: 16.7), Load(perMinute: 500, burst: 490, perSecond: 5),
            Load(perMinute: 500, burst: 700, perSecond: 16.7), Load(perMinute: 60, burst: 58, perSecond: 0.5),
            Load(perMinute: 60, burst: 10, perSecond: 2), Load(perMinute: 5_000, burst: 4_900, perSecond: 70),
            Load(perMinute: 5_000, burst: 0, perSecond: 200),
        ], [false, true])
    func bursts(load: Load, roundsToSeconds: Bool) {
        let (sent, refused, dark) = run(load, roundsToSeconds: roundsToSeconds)
        #expect(dark < 6_000, "nothing was sent for \(dark) ms")
        #expect(refused <= max(3, sent / 100), "\(refused) of \(sent) refused")
        let wanted = min(Double(load.burst) + 120 * load.perSecond, Double(load.perMinute) * 3)
        #expect(Double(sent) > 0.85 * wanted, "\(sent) of \(wanted)")
    }
}
