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
            ("0s", nil), ("8785h", nil), ("30", nil), ("s", nil), ("", nil), ("-1s", nil), ("+1s", nil),
            ("1.5s", 1_500), ("0.5s", 500), ("1.5h", 5_400_000), ("0.001s", 1), ("2.0ms", 2), ("0.0005s", nil),
            ("1.5ms", nil), ("366.0d", 31_622_400_000), ("366.001d", nil), ("0.0s", nil), (".5s", nil), ("1.s", nil),
            ("1.5", nil), ("1.0000000000s", nil), ("1.2.3s", nil),
            ("1 s", nil), ("1S", nil), ("1ss", nil), ("1m s", nil), ("3\u{301}s", nil), ("9223372036854775807h", nil),
            ("99999999999999999999s", nil),
        ] as [(String, Int64?)])
    func spans(text: String, milliseconds: Int64?) {
        #expect(Milliseconds(text: text) == milliseconds.map { Milliseconds($0) })
    }

    @Test(
        "what is below a millisecond is rounded up for those who ask for that",
        arguments: [("0.0005s", 1), ("1.0005s", 1_001), ("1.5s", 1_500), ("0.0s", nil)] as [(String, Int64?)])
    func rounded(text: String, milliseconds: Int64?) {
        #expect(Milliseconds(text: text, roundsUp: true) == milliseconds.map { Milliseconds($0) })
    }
}
