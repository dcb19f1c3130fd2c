import Testing

@testable import TuppenceCore

@Suite("Numbers with decimals")
struct DecimalNumberTests {
    private static let all: DecimalNumber.Form = [.minus, .exponent, .barePoint, .underscores]

    @Test(
        "a number is its digits and an exponent, whichever way it is written",
        arguments: [
            ("0", 0, 0), ("20", 20, 0), ("0.50", 50, -2), ("00012", 12, 0), ("1.5e-07", 15, -8), ("12E+2", 12, 2),
            ("1e0000005", 1, 5), ("-1.5", 15, -1), (".5", 5, -1), ("5.", 5, 0), ("1_000.2_5_", 100_025, -2),
        ] as [(String, Int128, Int)])
    func digits(text: String, digits: Int128, exponent: Int) throws {
        let number = try #require(DecimalNumber(text.utf8, Self.all))
        #expect(number.digits == digits && number.exponent == exponent && !number.isCut)
        #expect(number.isNegative == text.hasPrefix("-"))
    }

    @Test(
        "a form is refused to who does not ask for it",
        arguments: [
            ("-1", .minus), ("-0", .minus), ("1e3", .exponent), ("1E-3", .exponent), (".5", .barePoint),
            ("5.", .barePoint), ("1_000", .underscores),
        ] as [(String, DecimalNumber.Form)])
    func forms(text: String, form: DecimalNumber.Form) {
        #expect(DecimalNumber(text.utf8, form) != nil)
        #expect(DecimalNumber(text.utf8, Self.all.subtracting(form)) == nil)
    }

    @Test(
        "what is no number is none, in any form",
        arguments: [
            "", "-", "--1", "+1", ".", "_1", "_", "e5", "1e", "1e+", "1e1_0", "1e5e5", "1.2.3", "1,5", " 1", "1 ",
            "$1", "0x10", "NaN", "\u{661}", "1e9999999",
        ])
    func none(text: String) { #expect(DecimalNumber(text.utf8, Self.all) == nil) }

    @Test(
        "the exponent is known as it is written too, for whoever limits that", arguments: [("1.25e7", 7), ("1.25", 0)])
    func written(text: String, exponent: Int) {
        #expect(DecimalNumber(text.utf8)?.writtenExponent == exponent)
    }

    @Test(
        "in units it is whole ones, and whether something is left",
        arguments: [
            ("1.5", 0, 1, false), ("1.5", 1, 15, true), ("1.50", 1, 15, true), ("1e-60", 9, 0, false),
            ("0", -9, 0, true), ("120", -1, 12, true), ("125", -1, 12, false), ("0e99999", 9, 0, true),
            ("9223372036.854775807", 9, .max, true), ("9223372036.8547758079", 9, .max, false),
            // More digits than are kept: zeros are nothing, and all else is something.
            ("1.0000000000000000000000000000000000000000", 9, 1_000_000_000, true),
            ("1.0000000000000000000000000000000000000001", 9, 1_000_000_000, false),
        ] as [(String, Int, Int64, Bool)])
    func units(text: String, places: Int, whole: Int64, isExact: Bool) throws {
        let number = try #require(DecimalNumber(text.utf8))
        let units = try #require(number.units(places))
        #expect(units.whole == whole && units.isExact == isExact)
        #expect(number.exactUnits(places) == (isExact ? whole : nil))
    }

    @Test(
        "more than 64 bits hold is none",
        arguments: [
            "9223372036.854775808", "9223372037", "1e99", "1e99999", "99999999999999999999999999999999999999999",
        ])
    func large(text: String) throws {
        let number = try #require(DecimalNumber(text.utf8))
        #expect(number.units(9) == nil)
    }

    @Test("exactly it is nothing below zero", arguments: [("-1", nil), ("-0.0", 0)] as [(String, Int64?)])
    func negative(text: String, units: Int64?) { #expect(DecimalNumber(text.utf8)?.exactUnits(2) == units) }
}
