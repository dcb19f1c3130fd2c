import Testing
import TuppenceCore

@testable import TuppenceConsole

@Suite("Numbers as people read them")
struct ShownTests {
    @Test(
        "money is rounded where it is large, and has what there is where it is small",
        arguments: [
            (0, "$0.00"), (1, "$0.000000"), (500, "$0.000001"), (499, "$0.000000"), (9_999_499, "$0.009999"),
            (10_000_000, "$0.0100"), (999_949_999, "$0.9999"), (1_000_000_000, "$1.00"), (1_004_999_999, "$1.00"),
            (1_005_000_000, "$1.01"), (1_234_567_890_000_000, "$1,234,567.89"), (-2_500_000_000, "-$2.50"),
            (.max, "$9,223,372,036.85"), (.min, "-$9,223,372,036.85"),
        ] as [(Int64, String)])
    func money(nanodollars: Int64, text: String) {
        #expect(Shown.money(Money(nanodollars: nanodollars)) == text)
    }

    @Test(
        "thousands are set apart",
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"), (.min, "-9,223,372,036,854,775,808"),
        ]
            as [(Int, String)])
    func count(number: Int, text: String) { #expect(Shown.count(number) == text) }

    @Test("spans below a second are milliseconds, and shares have a decimal") func spans() {
        #expect(Shown.span(nil) == "–" && Shown.span(Milliseconds(999)) == "999 ms")
        #expect(Shown.span(Milliseconds(1_000)) == "1.0 s" && Shown.span(Milliseconds(61_950)) == "61.9 s")
        #expect(Shown.share(nil) == "–" && Shown.share(0.0004) == "0.0 %" && Shown.share(0.0005) == "0.1 %")
        #expect(Shown.share(1) == "100.0 %")
    }

    @Test(
        "decimals have two places, three below a tenth, and no sign at nothing",
        arguments: [
            (0, "0.00"), (0.31, "0.31"), (-1.5, "-1.50"), (0.0996, "0.100"), (0.0304, "0.030"), (-0.0001, "0.000"),
            (.infinity, "–"), (.nan, "–"), (1e12, "–"),
        ] as [(Double, String)])
    func decimal(value: Double, text: String) { #expect(Shown.decimal(value) == text) }

    @Test("what is above zero has a sign where one is asked for") func sign() {
        #expect(Shown.decimal(0.5, sign: true) == "+0.50" && Shown.decimal(0, sign: true) == "0.00")
        #expect(Shown.decimal(-0.5, sign: true) == "-0.50")
    }

    @Test("whole numbers end where there are no more") func whole() {
        #expect(Shown.whole(2.5) == 3 && Shown.whole(-2.4) == -2 && Shown.whole(.nan) == 0)
        #expect(Shown.whole(.infinity) == .max && Shown.whole(-1e300) == .min)
    }

    @Test("prices are by the million, by the piece or by the minute, and none is too large to be shown") func rates() {
        #expect(Shown.rate(Rate(picodollars: 150_000), of: .input) == "$0.15/M")
        #expect(Shown.rate(Rate(picodollars: 10_000_000_000), of: .search) == "$0.01 each")
        #expect(Shown.rate(Rate(picodollars: 100_000_000), of: .audioSecond) == "$0.006/min")
        let dearest = Rate(picodollars: .max)
        #expect(Shown.rate(dearest, of: .input) == "\(Money.unlimited)/M")
        #expect(
            Shown.rate(dearest, of: .audioSecond).hasSuffix("/min") && Shown.rate(dearest, of: .image).hasSuffix("each")
        )
    }

    @Test(
        "parts are shown in percent, at most all of it",
        arguments: [(0, 10, "0"), (1, 0, "0"), (-1, 10, "0"), (1, 3, "33.33"), (1, 2_000, "0.05"), (5, 4, "100.00")]
            as [(Int64, Int64, String)])
    func percent(part: Int64, whole: Int64, text: String) { #expect(Shown.percent(part, of: whole) == text) }
}
