import Testing
import TuppenceCore

@testable import TuppenceConsole

@Suite("Amounts in bodies of the admin API")
struct AmountFieldTests {
    private func amount(_ body: String) throws -> Money {
        try AmountField(name: "amount_usd").amount(in: Array(body.utf8))
    }

    private func trouble(_ body: String) -> String? {
        do { _ = try amount(body) } catch { return "\(error)" }
        return nil
    }

    @Test(
        "text and numbers are the dollars that they are written as, to the nanodollar",
        arguments: [
            ("\"20.5\"", 20_500_000_000), ("\"$5\"", 5_000_000_000), ("\"-5\"", -5_000_000_000), ("5", 5_000_000_000),
            ("5.25", 5_250_000_000), ("5.0", 5_000_000_000), ("-0.5", -500_000_000), ("0.1", 100_000_000),
            ("0.30000000000000", 300_000_000), ("0.000000001", 1), ("1e-05", 10_000), ("1E3", 1_000_000_000_000),
            ("9223372036.854775807", .max), ("0", 0), ("0e99999", 0),
        ] as [(String, Int64)])
    func exact(written: String, nanodollars: Int64) throws {
        #expect(try amount("{\"note\": [1, {}], \"amount_usd\": \(written)}") == Money(nanodollars: nanodollars))
    }

    @Test(
        "what is not exact, or no amount, is refused and says what is wanted",
        arguments: [
            "0.0000000001", "1e-10", "0.30000000000000004", "9223372036.854775808", "1e300", "1e99999999", "\"1e3\"",
            "\"twenty\"", "\"\"", "\"0.0000000001\"", "null", "true", "[5]", "{}",
            "1.0000000000000000000000000000000000001",
        ])
    func inexact(written: String) {
        #expect(
            trouble("{\"amount_usd\": \(written)}")
                == "'amount_usd' has to be dollars, as text or as a number, such as \"20\", 0.50 or -5, with nine decimals at the most: it is booked as it is written, and never rounded."
        )
    }

    @Test("one that is missing, or there twice, is told") func count() {
        #expect(trouble("{\"amount\": 5}") == "'amount_usd' is missing.")
        #expect(trouble("{\"amount_usd\": 5, \"amount_usd\": 6}") == "'amount_usd' is given more than once.")
        #expect(trouble("5 dollars") == "The body is no JSON object.")
    }
}
