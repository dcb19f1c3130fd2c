import Testing

@testable import TuppenceCore

@Suite("Digits in groups")
struct DigitGroupTests {
    @Test(
        "three digits are a group, and a sign is none of them",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (123_456, "123,456"), (1_234_567, "1,234,567"),
            (-1, "-1"), (-999, "-999"), (-1_000, "-1,000"), (-123_456, "-123,456"),
            (.min, "-9,223,372,036,854,775,808"),
        ] as [(Int, String)])
    func groups(number: Int, text: String) {
        #expect(number.grouped(by: ",") == text)
        #expect(number.grouped(by: "\u{202F}") == text.replacing(",", with: "\u{202F}"))
    }
}
