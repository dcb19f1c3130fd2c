import TuppenceCore

/// What a simulated provider charges, in picodollars a token, and its own arithmetic: nothing of ``RateCard`` is called,
/// so that a mistake there cannot hide itself.
struct PriceTable: Hashable, Sendable {
    var input: Int64
    var cachedInput: Int64
    var cacheWrite: Int64
    var output: Int64
    var reasoning: Int64
    /// In nanodollars, for each request that is charged.
    var fee: Int64 = 0
    /// Above so much input everything costs three times as much.
    var longAbove = Int.max

    private static let longFactor: Int64 = 3

    /// In nanodollars; each line of the bill is rounded up.
    func bill(_ usage: Usage) -> Int64 {
        let inputs = usage.input + usage.cachedInput + usage.cacheWrite
        let factor = inputs > longAbove ? Self.longFactor : 1
        return fee + line(usage.input, input * factor) + line(usage.cachedInput, cachedInput * factor)
            + line(usage.cacheWrite, cacheWrite * factor) + line(usage.output, output * factor)
            + line(usage.reasoning, reasoning * factor)
    }

    /// The most that so much input and output can come to, whatever kinds they are of.
    func most(input tokens: Int, output answer: Int) -> Int64 {
        let factor = tokens > longAbove ? Self.longFactor : 1
        return fee + line(tokens, max(input, cachedInput, cacheWrite) * factor)
            + line(answer, max(output, reasoning) * factor)
    }

    private func line(_ tokens: Int, _ picodollars: Int64) -> Int64 {
        let product = Int128(tokens) * Int128(picodollars)
        return Int64((product + 999) / 1_000)
    }

    /// The same prices as the gateway is told them.
    var card: RateCard {
        func rates(_ factor: Int64) -> RateCard.Rates {
            var rates = RateCard.Rates(
                input: Rate(picodollars: input * factor), output: Rate(picodollars: output * factor))
            rates.cachedInput = Rate(picodollars: cachedInput * factor)
            rates.cacheWrite = Rate(picodollars: cacheWrite * factor)
            rates.reasoning = Rate(picodollars: reasoning * factor)
            return rates
        }
        return RateCard(
            version: "1", standard: rates(1),
            tiers: longAbove == .max ? [] : [.init(above: longAbove, rates: rates(Self.longFactor))],
            perRequest: Money(nanodollars: fee))
    }
}
