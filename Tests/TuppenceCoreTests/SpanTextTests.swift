import Testing

@testable import TuppenceCore

@Suite("Spans as they are written")
struct SpanTextTests {
    @Test(
        "a span is a count and a unit, and at most a year",
        arguments: [
            ("1ms", 1), ("500ms", 500), ("30s", 30_000), ("10m", 600_000), ("2h", 7_200_000), ("7d", 604_800_000),
            ("366d", 31_622_400_000), ("367d", nil),
            ("8784h", 31_622_400_000),
            ("0s", nil), ("8785h", nil), ("30", nil), ("s", nil), ("", nil), ("-1s", nil), ("+1s", nil), ("1.5s", nil),
            ("1 s", nil), ("1S", nil), ("1ss", nil), ("1m s", nil), ("3\u{301}s", nil), ("9223372036854775807h", nil),
            ("99999999999999999999s", nil),
        ] as [(String, Int64?)])
    func spans(text: String, milliseconds: Int64?) {
        #expect(Milliseconds(text: text) == milliseconds.map { Milliseconds($0) })
    }
}
