import Testing

@testable import TuppenceCore

@Suite("Models that end")
struct RetirementTests {
    private static let day = Timestamp(iso8601: "2027-01-31")!

    @Test(
        "are spoken of from ninety days before, and are past on the day itself",
        arguments: [
            (-90 * 86_400_000 - 1, false, false), (-90 * 86_400_000, true, false), (-1, true, false), (0, true, true),
        ])
    func near(offset: Int64, isNear: Bool, isPast: Bool) {
        let now = Timestamp(milliseconds: Self.day.milliseconds + offset)
        let retirement = Retirement(day: Self.day)
        #expect(retirement.isNear(at: now) == isNear)
        #expect(retirement.isPast(at: now) == isPast)
    }

    @Test("are told once a target, with the routes that lead there and what takes their place")
    func targets() {
        func choice(_ model: String, _ retirement: Retirement?) -> Route.Choice {
            .init(
                candidate: Candidate(
                    target: Target(provider: "p", model: model),
                    rates: RateCard(version: "v", standard: .init(input: .free)), retirement: retirement))
        }
        let old = choice("old", Retirement(day: Self.day, replacement: "new"))
        let policy = Policy(
            routes: [
                "b": Route(name: "b", choices: [choice("new", nil), old]), "a": Route(name: "a", choices: [old]),
                "c": Route(name: "c", choices: [choice("far", Retirement(day: .distantFuture))]),
            ], providers: ["p"], prices: PriceBook())
        let before = policy.retiringTargets(at: Timestamp(milliseconds: Self.day.milliseconds - 1))
        #expect(before.map(\.target.model) == ["old"])
        #expect(
            before.first?.text
                == "p/old, a target of 'a', 'b', retires on 2027-01-31. Its provider names p/new in its place.")
        #expect(policy.retiringTargets(at: Self.day).first?.text.contains("was to be retired on 2027-01-31") == true)
    }
}
