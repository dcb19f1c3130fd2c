import Testing

@testable import TuppenceCore

@Suite("Money")
struct MoneyTests {
    @Test(
        "dollars are read to the nanodollar, and what is finer is refused",
        arguments: [
            ("20", 20_000_000_000), ("$0.50", 500_000_000), ("1_000.25", 1_000_250_000_000), ("0", 0),
            (".5", 500_000_000),
            ("5.", 5_000_000_000), ("0.000000001", 1), ("0.0000000010", 1), ("0.0000000011", nil),
            ("0.0000000001", nil),
            ("9223372036.854775807", .max), ("9223372036.854775808", nil), ("9223372037", nil),
            ("99999999999999999999", nil), ("", nil), ("$", nil), ("$$1", nil), (".", nil), ("_1", nil), ("-1", nil),
            ("+1", nil), ("1e3", nil), ("1,5", nil), ("1.2.3", nil), (" 1", nil), ("1 ", nil), ("\u{661}", nil),
        ] as [(String, Int64?)])
    func reading(text: String, nanodollars: Int64?) { #expect(Money(usd: text)?.nanodollars == nanodollars) }

    @Test(
        "small amounts may be written as programs write them",
        arguments: [
            ("5e-05", 50_000), ("$5.0e-05", 50_000), ("1E+3", 1_000_000_000_000), ("0.50", 500_000_000),
            ("1_000", 1_000_000_000_000), ("1e-10", nil), ("1e10", nil), ("1e", nil), ("-1e-3", nil),
        ] as [(String, Int64?)])
    func written(text: String, nanodollars: Int64?) { #expect(Money(writtenUSD: text)?.nanodollars == nanodollars) }

    @Test(
        "amounts are written for programs and for people",
        arguments: [
            (0, "0", "$0.00"), (1, "0.000000001", "$0.000000001"), (123_000, "0.000123", "$0.000123"),
            (500_000_000, "0.5", "$0.50"), (10_000_000, "0.01", "$0.01"), (20_000_000_000, "20", "$20.00"),
            (1_234_500_000, "1.2345", "$1.2345"), (-1_500_000_000, "-1.5", "-$1.50"),
            (-1, "-0.000000001", "-$0.000000001"),
            (.max, "9223372036.854775807", "$9223372036.854775807"),
        ] as [(Int64, String, String)])
    func writing(nanodollars: Int64, usd: String, description: String) {
        #expect(nano(nanodollars).usd == usd)
        nano(nanodollars).withUSD { #expect(String(decoding: $0, as: UTF8.self) == usd) }
        #expect(nano(nanodollars).description == description)
    }

    @Test("the least amount has digits too")
    func least() { #expect(nano(.min).usd == "-9223372036.854775808") }

    @Test("what is written is read back", arguments: UInt64(1)...20)
    func roundTrip(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for bits in 0..<63 {
            let money = nano(Int64.random(in: 0...(1 << bits), using: &random))
            #expect(Money(usd: money.usd) == money)
            #expect(Money(usd: money.description) == money)
        }
    }

    @Test(
        "sums and differences stop at the ends and never wrap around",
        arguments: [
            (1, 2, 3, -1), (.max, 1, .max, .max - 1), (.max, .max, .max, 0), (.max - 1, 1, .max, .max - 2),
            (.min, -1, .min, .min + 1), (.min, 1, .min + 1, .min), (.max, -1, .max - 1, .max), (0, .min, .min, .max),
        ] as [(Int64, Int64, Int64, Int64)])
    func saturation(left: Int64, right: Int64, sum: Int64, difference: Int64) {
        #expect(nano(left) + nano(right) == nano(sum))
        #expect(nano(left) - nano(right) == nano(difference))
        var money = nano(left)
        money += nano(right)
        #expect(money == nano(sum))
        money = nano(left)
        money -= nano(right)
        #expect(money == nano(difference))
    }

    @Test("a smaller amount is less than a larger one, and none less than itself") func order() {
        #expect(nano(.min) < nano(-1))
        #expect(nano(-1) < .zero)
        #expect(.zero < nano(1))
        #expect(nano(1) < .unlimited)
        #expect(!(nano(1) < nano(1)))
    }
}
