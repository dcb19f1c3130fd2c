import Testing
import TuppenceCore

@Suite("What is told of settlements")
struct SettlementWatchTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private func settlement(
        held: Int64 = 10, price: Int64? = nil, cost: Int64, charged: Int64? = nil, key: String = "app",
        model: String = "small", day: Int64 = 0, isPrepaid: Bool = false
    ) -> Settlement {
        let attempt = AttemptID(request: RequestID(high: 1, low: 0), number: 1)
        let target = Target(provider: "acme", model: model)
        let attribution = Attribution(key: key, endpoint: "chat/completions")
        let time = Self.start + .seconds(day * 86_400)
        return Settlement(
            hold: Hold(
                attempt: attempt, amount: nano(held), price: price.map(nano), claims: [], expiresAt: time,
                target: target, attribution: attribution),
            entry: LedgerEntry(
                attempt: attempt, at: time, attribution: attribution, target: target, outcome: .completed, status: 200,
                usage: Usage(input: 1), cost: nano(cost), estimated: false, reportedCost: nil, rateCardVersion: "v1",
                duration: Milliseconds(1), firstContent: nil, price: charged.map(nano), isPrepaid: isPrepaid))
    }

    private func amounts(_ settlement: Settlement) -> [Money] {
        let (held, booked) = settlement.heldAndBooked
        return [held, booked]
    }

    @Test("more than was held is one nanodollar more, of budgets or of a wallet that pays")
    func exceeding() {
        #expect(!settlement(cost: 10).exceedsHold)
        #expect(settlement(cost: 11).exceedsHold)
        #expect(amounts(settlement(cost: 11)) == [nano(10), nano(11)])
        #expect(!settlement(price: 20, cost: 10, charged: 20, isPrepaid: true).exceedsHold)
        let ofWallet = settlement(price: 20, cost: 10, charged: 21, isPrepaid: true)
        #expect(ofWallet.exceedsHold && amounts(ofWallet) == [nano(20), nano(21)])
        // Where no wallet pays, nothing holds the price.
        #expect(!settlement(price: 20, cost: 10, charged: 21).exceedsHold)
    }

    @Test("each is news once a day for each key and target, and names the request and the amounts")
    func once() throws {
        var watch = SettlementWatch()
        func told(_ settlement: Settlement, isLate: Bool = false) -> [Notice] {
            watch.notices(of: settlement, isLate: isLate, isExceeded: settlement.exceedsHold)
        }
        let exceeded = try #require(told(settlement(cost: 11)).first)
        #expect(exceeded.kind == .holdExceeded)
        let request = RequestID(high: 1, low: 0).description
        let known: [(name: String, value: Notice.Value)] = [
            ("request", .text(request)), ("key", .text("app")), ("provider", .text("acme")), ("model", .text("small")),
        ]
        #expect(
            exceeded.details.elementsEqual(
                known + [("held", .money(nano(10))), ("booked", .money(nano(11)))], by: ==))
        #expect(told(settlement(cost: 12)).isEmpty)
        #expect(told(settlement(cost: 12, key: "other")).map(\.kind) == [.holdExceeded])
        #expect(told(settlement(cost: 12, model: "large")).map(\.kind) == [.holdExceeded])
        let late = try #require(told(settlement(cost: 12), isLate: true).first)
        #expect(late.kind == .settlementLate, "of the other kind it is the first")
        #expect(late.details.elementsEqual(known + [("cost", .money(nano(12)))], by: ==))
        #expect(told(settlement(cost: 5), isLate: true).isEmpty)
        #expect(told(settlement(cost: 12, day: 1), isLate: true).map(\.kind) == [.settlementLate, .holdExceeded])
    }
}
