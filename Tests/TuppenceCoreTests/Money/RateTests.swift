import Testing

@testable import TuppenceCore

@Suite("Rates")
struct RateTests {
    @Test(
        "a price rounds up to the next nanodollar, never down",
        arguments: [
            (0, 1_000_000, 0), (1, 0, 0), (1, 1, 1), (1, 999, 1), (1, 1_000, 1), (1, 1_001, 2), (999, 1, 1),
            (1_000, 1, 1), (1_001, 1, 2), (150_000, 1, 150), (150_000, 1_000_000, 150_000_000), (500, 3, 2),
        ] as [(Int64, Int, Int64)])
    func rounding(picodollars: Int64, units: Int, nanodollars: Int64) {
        #expect(Rate(picodollars: picodollars).price(of: units) == nano(nanodollars))
    }

    @Test(
        "a product beyond 64 bits is exact as long as the price fits, and stops at the end",
        arguments: [
            // The last product of 64 bits, and the first beyond.
            (.max, 1, 9_223_372_036_854_776), (4_611_686_018_427_387_904, 2, 9_223_372_036_854_776),
            (.max, 2, 18_446_744_073_709_552), (.max, 999, 9_214_148_664_817_921_032), (.max, 1_000, .max),
            (.max, 1_001, .max),
            (1_000_000_000, 9_223_372_036_854, 9_223_372_036_854_000_000), (.max, .max, .max),
        ] as [(Int64, Int, Int64)])
    func wide(picodollars: Int64, units: Int, nanodollars: Int64) {
        #expect(Rate(picodollars: picodollars).price(of: units) == nano(nanodollars))
    }

    @Test(
        "what a million, a minute and a piece cost is exact as long as there is so much money, and stops there",
        arguments: [
            (0, 0, 0, 0), (1, 1_000, 0, 0), (999, 999_000, 59, 0), (150_000, 150_000_000, 9_000, 150),
            // The last price of a million that 64 bits hold, and the first beyond; the same of a minute.
            (9_223_372_036_854_775, 9_223_372_036_854_775_000, 553_402_322_211_286, 9_223_372_036_854),
            (9_223_372_036_854_776, .max, 553_402_322_211_286, 9_223_372_036_854),
            (153_722_867_280_912_931, .max, 9_223_372_036_854_775, 153_722_867_280_912),
            (.max, .max, 553_402_322_211_286_548, 9_223_372_036_854_775),
        ] as [(Int64, Int64, Int64, Int64)])
    func shown(picodollars: Int64, million: Int64, minute: Int64, piece: Int64) {
        let rate = Rate(picodollars: picodollars)
        #expect(rate.perMillion == nano(million) && rate.perMinute == nano(minute) && rate.perPiece == nano(piece))
    }

    @Test("the short and the long way of computing agree with 128 bits", arguments: UInt64(1)...10)
    func agreement(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<500 {
            let rate = Int64.random(in: 0...(1 << Int64.random(in: 0...62, using: &random)), using: &random)
            let units = Int.random(in: 0...(1 << Int.random(in: 0...40, using: &random)), using: &random)
            let exact = Int128(rate) * Int128(units)
            let (whole, rest) = exact.quotientAndRemainder(dividingBy: 1_000)
            let expected = Int64(clamping: rest == 0 ? whole : whole + 1)
            #expect(Rate(picodollars: rate).price(of: units) == nano(expected), "\(rate) × \(units)")
        }
    }

    @Test(
        "rates are read in dollars per million units",
        arguments: [
            ("0.15", 150_000), ("$2.50", 2_500_000), ("0.000001", 1), ("0.0000010", 1), ("0.0000001", nil), ("0", 0),
            ("1_000", 1_000_000_000), ("9223372036854.775807", .max), ("9223372036854.775808", nil), ("", nil),
            ("-1", nil), ("x", nil),
        ] as [(String, Int64?)])
    func reading(text: String, picodollars: Int64?) { #expect(Rate(usdPerMillion: text)?.picodollars == picodollars) }

    @Test("a lower rate is less than a higher one, and none less than itself") func order() {
        #expect(Rate.free < Rate(picodollars: 1))
        #expect(!(Rate(picodollars: 1) < Rate(picodollars: 1)))
    }
}
