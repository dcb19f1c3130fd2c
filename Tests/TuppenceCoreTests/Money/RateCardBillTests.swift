import Testing

@testable import TuppenceCore

@Suite("How a cost came about")
struct RateCardBillTests {
    private static let card: RateCard = {
        var rates = RateCard.Rates(input: Rate(picodollars: 1_500_001), output: Rate(picodollars: 6_000_003))
        rates.cachedInput = Rate(picodollars: 150_001)
        rates.search = Rate(picodollars: 10_000_000_000)
        var long = rates
        long.input = Rate(picodollars: 3_000_001)
        var card = RateCard(
            version: "v", standard: rates, tiers: [.init(above: 1_000, rates: long)], perRequest: Money(nanodollars: 7))
        var fast = rates
        fast.output = Rate(picodollars: 12_000_001)
        card.services[.priority] = .init(rates: fast)
        return card
    }()

    @Test(
        "its lines come to the cost, whatever was used and in whichever tier",
        arguments: [
            Usage(input: 3, output: 5), Usage(input: 1_001, output: 1), Usage(input: 1, cachedInput: 999, output: 0),
            Usage(),
        ], [ServiceTier.standard, .priority])
    func sums(usage: Usage, tier: ServiceTier) throws {
        var usage = usage
        usage.search = 2
        let total = Self.card.cost(of: usage, service: tier).total
        let bill = try #require(Self.card.bill(of: usage, comingTo: total))
        #expect(bill.lines.reduce(bill.perRequest) { $0 + $1.amount } == total)
        #expect(Set(bill.lines.map(\.kind)) == Set(UsageKind.allCases.filter { usage[$0] > 0 }))
        for line in bill.lines { #expect(line.rate.price(of: line.count) == line.amount) }
    }

    @Test("under another card there is none")
    func otherCard() {
        let usage = Usage(input: 3, output: 5)
        let total = Self.card.cost(of: usage).total + Money(nanodollars: 1)
        #expect(Self.card.bill(of: usage, comingTo: total) == nil)
    }
}
