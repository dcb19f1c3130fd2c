import Testing
import TuppenceCore

@testable import TuppenceImport

@Suite("Prices as LiteLLM writes them")
struct PerTokenTests {
    @Test(
        "dollars for a token are read exactly, whichever way they are written",
        arguments: [
            ("1.5e-07", 150_000, "0.15"), ("0.00000015", 150_000, "0.15"), ("1.5E-7", 150_000, "0.15"),
            ("3e-06", 3_000_000, "3"), ("0.000003", 3_000_000, "3"), ("2.5e-06", 2_500_000, "2.5"),
            ("1.25e-08", 12_500, "0.0125"), ("1e-12", 1, "0.000001"), ("0", 0, "0"), ("0.0", 0, "0"),
            ("75e-6", 75_000_000, "75"), ("0.000_003", 3_000_000, "3"), ("1e-5", 10_000_000, "10"),
        ] as [(String, Int64, String)])
    func exact(text: String, picodollars: Int64, perMillion: String) throws {
        let (rate, isExact) = try #require(PerToken.rate(text))
        #expect(isExact && rate.picodollars == picodollars)
        #expect(PerToken.perMillion(rate) == perMillion)
        // Our own reader reads what was written as the same rate.
        #expect(Rate(usdPerMillion: perMillion) == rate)
    }

    @Test(
        "what lies below a picodollar is rounded up",
        arguments: [("1.5e-12", 2), ("1e-13", 1), ("1.0000001e-06", 1_000_001), ("1e-60", 1)] as [(String, Int64)])
    func finer(text: String, picodollars: Int64) throws {
        let (rate, isExact) = try #require(PerToken.rate(text))
        #expect(!isExact && rate.picodollars == picodollars)
    }

    @Test(
        "what is no price is none", arguments: ["", "-1e-6", "free", "1e", "e-6", "1.2.3", ".", "1e99", "0x10"])
    func none(text: String) { #expect(PerToken.rate(text) == nil) }
}
