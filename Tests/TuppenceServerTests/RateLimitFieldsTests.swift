import NIOCore
import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceServer

@Suite("Fields of rate limits")
struct RateLimitFieldsTests {
    private static let now = Timestamp(iso8601: "2026-11-23T20:45:00.250Z")!
    private static let left = LimitsLeft(
        requests: LimitLeft(limit: 600, remaining: 598, resetsAt: now + Milliseconds(60_250)),
        tokens: LimitLeft(limit: 30_000, remaining: 0, resetsAt: now + Milliseconds(750)))

    private func written(_ left: LimitsLeft, in dialect: Dialect) -> String {
        var head = ByteBuffer()
        left.write(in: dialect, at: Self.now, to: &head)
        return String(buffer: head)
    }

    @Test("OpenAI's callers get spans", arguments: [Dialect.openAI, .responses])
    func openAI(dialect: Dialect) {
        #expect(
            written(Self.left, in: dialect) == """
                x-ratelimit-limit-requests: 600\r
                x-ratelimit-remaining-requests: 598\r
                x-ratelimit-reset-requests: 1m0.25s\r
                x-ratelimit-limit-tokens: 30000\r
                x-ratelimit-remaining-tokens: 0\r
                x-ratelimit-reset-tokens: 750ms\r

                """)
    }

    @Test("Anthropic's get times, which are never too early") func anthropic() {
        #expect(
            written(Self.left, in: .anthropic) == """
                anthropic-ratelimit-requests-limit: 600\r
                anthropic-ratelimit-requests-remaining: 598\r
                anthropic-ratelimit-requests-reset: 2026-11-23T20:46:01Z\r
                anthropic-ratelimit-tokens-limit: 30000\r
                anthropic-ratelimit-tokens-remaining: 0\r
                anthropic-ratelimit-tokens-reset: 2026-11-23T20:45:01Z\r

                """)
    }

    @Test("Gemini's get none, and nobody does of what is not limited") func none() {
        #expect(written(Self.left, in: .gemini).isEmpty)
        #expect(written(LimitsLeft(), in: .openAI).isEmpty)
        let requests = LimitsLeft(requests: Self.left.requests)
        for dialect in [Dialect.openAI, .anthropic] {
            #expect(!written(requests, in: dialect).contains("tokens"))
            #expect(!written(LimitsLeft(tokens: Self.left.tokens), in: dialect).contains("requests"))
        }
    }

    @Test(
        "spans are written as OpenAI writes them",
        arguments: [
            (-5, "0s"), (0, "0s"), (1, "1ms"), (20, "20ms"), (999, "999ms"), (1_000, "1s"), (1_005, "1.005s"),
            (8_640, "8.64s"), (60_000, "1m0s"), (360_000, "6m0s"), (3_599_999, "59m59.999s"), (3_600_000, "1h0m0s"),
            (5_776_107, "1h36m16.107s"), (87_300_000, "24h15m0s"),
        ] as [(Int64, String)])
    func spans(milliseconds: Int64, text: String) {
        #expect(RateLimitReset.span(Milliseconds(milliseconds)) == text)
    }
}
