import Testing
import TuppenceCore

@testable import TuppenceReconciliation

@Suite("Amounts as providers write them")
struct ExactUSDTests {
    private func nanodollars(_ text: String, shift: Int = 0) -> Int64? {
        ExactUSD(text.utf8, shift: shift)?.rounded.nanodollars
    }

    @Test(
        "an amount is read exactly",
        arguments: [
            ("0", 0), ("1", 1_000_000_000), ("-1.5", -1_500_000_000), ("0.06", 60_000_000), ("0.000000001", 1),
            ("1e-9", 1), ("1.25E-7", 125), ("12e2", 1_200_000_000_000), ("0.0000000000000000000000000000001", 0),
            ("0.5617712500000000", 561_771_250), (".5", 500_000_000), ("5.", 5_000_000_000), ("1e-99999", 0),
            ("0e99999", 0), ("9000000000", 9_000_000_000_000_000_000),
            ("000000000000000000000000000000000000001", 1_000_000_000),
        ] as [(String, Int64)])
    func exact(text: String, expected: Int64) { #expect(nanodollars(text) == expected) }

    @Test(
        "what lies below a nanodollar is rounded to the nearest, and a half to the even one",
        arguments: [
            ("0.0000000004999", 0), ("0.0000000005", 0), ("0.00000000050000001", 1), ("0.0000000015", 2),
            ("0.0000000025", 2), ("0.0000000035", 4), ("-0.0000000005", 0), ("-0.0000000015", -2),
            ("-0.0000000006", -1), ("0.13080438340307526", 130_804_383),
        ] as [(String, Int64)])
    func rounding(text: String, expected: Int64) { #expect(nanodollars(text) == expected) }

    @Test("lines are added up before they are rounded")
    func sum() throws {
        var sum = ExactUSD()
        for _ in 0..<10 { sum += try #require(ExactUSD("0.0000000004".utf8)) }
        #expect(sum.rounded == Money(nanodollars: 4))
    }

    @Test(
        "an amount in cents has its point two places to the left",
        arguments: [("123.45", 1_234_500_000), ("1e0", 10_000_000)])
    func cents(text: String, expected: Int) { #expect(nanodollars(text, shift: 2) == Int64(expected)) }

    @Test(
        "what is no amount is none",
        arguments: [
            "", "-", ".", "$1", "1,000", "1_000", " 1", "1 ", "0x1", "NaN", "inf", "1e", "1e+", "1.2.3", "--1", "+1",
            "9000000001", "1e10", "1e99999999", "999999999999999999999999999999999999999999",
        ])
    func refused(text: String) { #expect(nanodollars(text) == nil) }
}
