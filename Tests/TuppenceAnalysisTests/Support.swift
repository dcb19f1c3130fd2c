import Foundation
import TuppenceCore
import TuppenceTesting

@testable import TuppenceAnalysis

let start = Timestamp(seconds: 1_800_000_000)
let cheap = Target(provider: "alpha", model: "small")
let dear = Target(provider: "beta", model: "large")

func nano(_ count: Int64) -> Money { Money(nanodollars: count) }

/// The request with this number, a second after the one before.
func requestID(_ number: Int) -> RequestID {
    RequestID(
        high: UInt64(start.milliseconds + Int64(number) * 1_000) << 16, low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
}

/// A line of the ledger, of an attempt that was sent 100 ms after its request had come.
func entry(
    _ number: Int, attempt: Int = 1, cost: Int64 = 1_000, outcome: AttemptOutcome = .completed, target: Target = cheap,
    key: String = "app", customer: String? = nil, user: String? = nil, route: String? = "fast", arm: String? = nil,
    endpoint: String = "chat/completions", usage: Usage = Usage(input: 10, output: 5), duration: Int64 = 900,
    firstContent: Int64? = 300, after: Int64 = 1_000
) -> LedgerEntry {
    let id = requestID(number)
    return LedgerEntry(
        attempt: AttemptID(request: id, number: attempt), at: id.time + Milliseconds(after),
        attribution: Attribution(
            key: key, customer: customer, user: user, route: route, endpoint: endpoint, arm: arm),
        target: target, outcome: outcome, status: outcome == .completed ? 200 : 500, usage: usage, cost: nano(cost),
        estimated: false, reportedCost: nil, rateCardVersion: "v1", duration: Milliseconds(duration),
        firstContent: firstContent.map { Milliseconds($0) })
}

/// Draws that look like what requests cost: most of them small, and a few large.
struct Draw {
    private var random: RandomSource

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    mutating func uniform() -> Double { Double.random(in: 0..<1, using: &random) }

    /// By Box and Muller.
    mutating func normal() -> Double {
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
    }

    /// With this mean, whatever its width is: the deviation of its logarithm.
    mutating func lognormal(mean: Double, width: Double) -> Double { mean * exp(width * normal() - width * width / 2) }
}
