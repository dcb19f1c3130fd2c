import Testing
import TuppenceCore

@Suite("What is booked with wrong prices")
struct PriceWatchTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private let other = Target(provider: "beta", model: "large")

    private func entry(
        _ target: Target = Target(provider: "acme", model: "small"), cost: Int64 = 0, reported: Int64? = nil,
        version: String = "unpriced",
        usage: Usage = Usage(input: 1), estimated: Bool = false, day: Int64 = 0
    ) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: RequestID(high: 1, low: 0), number: 1), at: Self.start + .seconds(day * 86_400),
            attribution: Attribution(key: "app", endpoint: "chat/completions"),
            target: target, outcome: .completed, status: 200, usage: usage, cost: nano(cost), estimated: estimated,
            reportedCost: reported.map(nano), rateCardVersion: version, duration: Milliseconds(1), firstContent: nil)
    }

    @Test("what has no price and cost nothing is told of once a day for each target") func unpriced() {
        var watch = PriceWatch()
        #expect(watch.notices(of: entry(), card: nil).map(\.kind) == [.priceUnknown])
        #expect(watch.notices(of: entry(), card: nil).isEmpty)
        #expect(watch.notices(of: entry(other), card: nil).map(\.kind) == [.priceUnknown])
        let next = watch.notices(of: entry(day: 1), card: nil)
        #expect(next.first?.message.contains("acme/small was used and cost nothing") == true)
        #expect(
            next.first?.details.elementsEqual(
                [("provider", .text("acme")), ("model", .text("small")), ("unit", .text("token"))], by: ==) == true)
    }

    @Test("what has a price, used nothing, or was paid for by its own words is no news") func priced() {
        var watch = PriceWatch()
        for one in [entry(version: "v1"), entry(usage: Usage()), entry(cost: 5)] {
            #expect(!PriceWatch.concerns(one) && watch.notices(of: one, card: nil).isEmpty)
        }
    }

    @Test("a search is news where the prices that it was booked with have none for it") func searches() {
        var usage = Usage(input: 1)
        usage.search = 2
        let one = entry(cost: 5, version: "v1", usage: usage)
        var card = RateCard(version: "v1", standard: .init(input: Rate(picodollars: 1)))
        var watch = PriceWatch()
        #expect(PriceWatch.concerns(one))
        // Prices that have changed since tell nothing of those that were.
        #expect(watch.notices(of: one, card: RateCard(version: "v2", standard: card.standard)).isEmpty)
        #expect(watch.notices(of: one, card: card).map(\.kind) == [.priceUnknown])
        card.standard.search = Rate(picodollars: 10_000_000)
        var second = PriceWatch()
        #expect(second.notices(of: one, card: card).isEmpty)
    }

    @Test(
        "so is another piece that was charged at nothing, or sound by a guess, unless the model is free",
        arguments: [
            (.character, 1, 0, false, true), (.image, 1, 0, true, true), (.audioSecond, 1, 0, false, true),
            (.audioSecond, 1, 5, true, true), (.audioSecond, 1, 5, false, false), (.character, 1, 5, true, false),
            (.character, 0, 0, false, false), (.audioSecond, 0, 0, false, false),
        ] as [(UsageKind, Int64, Int64, Bool, Bool)])
    func pieces(kind: UsageKind, rate: Int64, cost: Int64, estimated: Bool, isNews: Bool) {
        var usage = Usage()
        usage[kind] = 2
        let one = entry(cost: cost, version: "v1", usage: usage, estimated: estimated)
        let card = RateCard(version: "v1", standard: .init(input: Rate(picodollars: rate)))
        var watch = PriceWatch()
        #expect(PriceWatch.concerns(one))
        let notices = watch.notices(of: one, card: card)
        #expect(notices.map(\.kind) == (isNews ? [.priceUnknown] : []))
        #expect(notices.allSatisfy { $0.message.contains("'\(kind.priceName)'") })
        #expect(notices.allSatisfy { $0.details.last?.value == .text(kind.rawValue) })
    }

    @Test("a piece is news of a model without a price for its output, which was used as 'unpriced' allows")
    func withoutOutput() {
        var usage = Usage()
        usage.audioSecond = 2
        var card = RateCard(version: "v1", standard: .init(input: .free))
        card.pricesOutput = false
        var watch = PriceWatch()
        #expect(watch.notices(of: entry(version: "v1", usage: usage), card: card).map(\.kind) == [.priceUnknown])
    }

    @Test(
        "costs are apart by more than a twentieth and more than a cent, either way",
        arguments: [
            (1_000_000_000, 1_050_000_000, false), (1_000_000_000, 1_050_000_001, true),
            (1_000_000_000, 950_000_000, false), (1_000_000_000, 949_999_999, true),
            (1_000, 10_001_000, false), (1_000, 10_001_001, true), (0, 10_000_001, true), (.max, .max, false),
        ] as [(Int64, Int64, Bool)])
    func drift(computed: Int64, reported: Int64, isNews: Bool) {
        var watch = PriceWatch()
        let one = entry(cost: computed, reported: reported, version: "v1")
        #expect(PriceWatch.concerns(one))
        #expect(watch.notices(of: one, card: nil).map(\.kind) == (isNews ? [.costDrift] : []))
    }

    @Test("costs of a day add up, and are told of once") func sums() throws {
        var watch = PriceWatch()
        func book(day: Int64 = 0, estimated: Bool = false) -> [Notice] {
            watch.notices(
                of: entry(cost: 6_000_000, reported: 10_000_000, version: "v1", estimated: estimated, day: day),
                card: nil)
        }
        #expect(book(estimated: true).isEmpty && book().isEmpty && book().isEmpty)
        let notice = try #require(book().first)
        #expect(
            notice.details.elementsEqual(
                [
                    ("provider", .text("acme")), ("model", .text("small")), ("computed", .money(nano(18_000_000))),
                    ("reported", .money(nano(30_000_000))),
                ], by: ==))
        #expect(book().isEmpty && book(day: 1).isEmpty)
    }
}
