import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Headroom")
struct HeadroomTests {
    private let now = Timestamp(seconds: 1_772_212_500)  // 2026-02-27T17:15:00Z

    private func read(_ fields: [(String, String)]) -> HeadroomReader {
        var reader = HeadroomReader(now: now)
        for (name, value) in fields {
            Array(name.utf8).withUnsafeBytes { name in
                Array(value.utf8).withUnsafeBytes { value in reader.read(name: name, value: value) }
            }
        }
        return reader
    }

    @Test(
        "times are read in every form in which providers give them",
        arguments: [
            ("24ms", 24), ("0s", 0), ("8.64s", 8_640), ("6m0s", 360_000), ("28m0.747s", 1_680_747),
            ("1h36m16.107s", 5_776_107), ("12m57.599999999s", 777_600), ("12.5ms", 13), ("60", 60_000),
            ("24479.62136220932", 24_479_622), ("2026-02-27T17:15:31Z", 31_000),
            ("Fri, 27 Feb 2026 17:15:31 GMT", 31_000), ("1772212531", 31_000), ("1772212531000", 31_000),
            ("2026-02-27T17:14:00Z", 0),
        ] as [(String, Int64)])
    func times(text: String, milliseconds: Int64) {
        #expect(RetryAfter.span(text, now: now) == Milliseconds(milliseconds))
    }

    @Test(
        "what is no time is none", arguments: ["", "-1", "soon", "5x", "1e400", "Fri, 99 Feb 2026 17:15:31 GMT", "nan"])
    func noTimes(text: String) { #expect(RetryAfter.span(text, now: now) == nil) }

    @Test("OpenAI's fields are read")
    func openAI() {
        let headroom = read([
            ("X-RateLimit-Limit-Requests", "10000"), ("x-ratelimit-remaining-requests", "9999"),
            ("x-ratelimit-reset-requests", "8.64s"), ("x-ratelimit-limit-tokens", "200000"),
            ("x-ratelimit-remaining-tokens", "199978"), ("x-request-id", "req_1"),
        ]).headroom
        #expect(headroom[.requests].limit == 10_000)
        #expect(headroom[.requests].remaining == 9_999)
        #expect(headroom[.requests].resetsAt == now + Milliseconds(8_640))
        #expect(headroom[.tokens].remaining == 199_978)
        #expect(headroom.buckets.count == 2)
    }

    @Test("Anthropic's fields are read")
    func anthropic() {
        let headroom = read([
            ("anthropic-ratelimit-input-tokens-limit", "2000000"),
            ("anthropic-ratelimit-input-tokens-remaining", "1999000"),
            ("anthropic-ratelimit-output-tokens-remaining", "0"),
            ("anthropic-ratelimit-requests-reset", "2026-02-27T17:15:31Z"),
        ]).headroom
        #expect(headroom[.inputTokens].limit == 2_000_000)
        #expect(headroom[.inputTokens].remaining == 1_999_000)
        #expect(headroom[.outputTokens].remaining == 0)
        #expect(headroom[.requests].resetsAt == now + Milliseconds(31_000))
    }

    @Test("windows are kept apart, and what is unknown stays so")
    func windows() {
        let headroom = read([
            ("x-ratelimit-remaining-requests-day", "14000"), ("x-ratelimit-remaining-tokens-minute", "59000"),
            ("x-ratelimit-limit-req-10-second", "50"), ("x-ratelimit-limit-tokens", "-1"),
            ("x-ratelimit-remaining", "3"),
        ]).headroom
        #expect(headroom[.requests, window: "day"].remaining == 14_000)
        #expect(headroom[.tokens, window: "minute"].remaining == 59_000)
        #expect(headroom[.requests, window: "10-second"].limit == 50)
        #expect(headroom[.tokens].limit == nil)
        #expect(headroom[.requests].remaining == 3)
    }

    @Test("the fields that are becoming a standard are read, as Hugging Face sends them and as they were before")
    func standard() {
        let headroom = read([
            ("ratelimit", #""api";r=999;t=295"#), ("ratelimit-policy", #""fixed window";"api";q=1000;w=300"#),
        ]).headroom
        #expect(headroom[.requests].remaining == 999)
        #expect(headroom[.requests].resetsAt == now + .seconds(295))
        #expect(headroom.buckets.count == 1)
        let several = read([("RateLimit", #""burst"; r=0; t=2, "day";r=40;t=3600"#)]).headroom
        #expect(several[.requests, window: "burst"].remaining == 0)
        #expect(several[.requests, window: "burst"].resetsAt == now + .seconds(2))
        #expect(several[.requests, window: "day"].remaining == 40)
        let former = read([
            ("ratelimit-limit", "100"), ("ratelimit-remaining", "7"), ("ratelimit-reset", "50"),
        ]).headroom
        #expect(former[.requests].limit == 100 && former[.requests].remaining == 7)
        #expect(former[.requests].resetsAt == now + .seconds(50))
        let many = Array(repeating: #""a";r=1"#, count: 10_000).enumerated().map { "\($0)\($1)" }
        #expect(read([("ratelimit", many.joined(separator: ","))]).headroom.buckets.count == 8)
        for odd in ["", ";", ",", "r=1", #""api";r=x;t=soon"#, #""api";r="#] {
            #expect(read([("ratelimit", odd)]).headroom[.requests].remaining == nil, "\(odd)")
        }
    }

    @Test("a project's own limits, those of a use, and Mistral's older ones by size are read")
    func others() {
        let headroom = read([
            ("x-ratelimit-remaining-project-tokens", "0"), ("x-ratelimit-remaining-project-requests", "3"),
            ("x-ratelimit-remaining-tokens_usage_based", "5"), ("x-ratelimit-remaining-project-project", "1"),
            ("ratelimitbysize-limit", "500000"), ("ratelimitbysize-remaining", "342032"),
            ("ratelimitbysize-reset", "44"), ("ratelimitbysize-query-cost", "32018"),
        ]).headroom
        #expect(headroom[.tokens, window: "project"].remaining == 0)
        #expect(headroom[.requests, window: "project"].remaining == 3)
        #expect(headroom[.tokens, window: "usage-based"].remaining == 5)
        #expect(headroom[.tokens].limit == 500_000 && headroom[.tokens].remaining == 342_032)
        #expect(headroom[.tokens].resetsAt == now + .seconds(44))
        #expect(headroom.buckets.count == 4)
    }

    @Test(
        "what is near is found without reading all",
        arguments: [
            ("x-ratelimit-remaining-requests", "999", true), ("x-ratelimit-remaining-requests", "1000", false),
            ("x-ratelimit-remaining-tokens", "999999", true), ("x-ratelimit-remaining-tokens", "1000000", false),
            ("x-ratelimit-limit-requests", "5", false), ("x-ratelimit-remaining-requests", "-1", false),
            ("x-ratelimit-remaining-requests", "", false), ("ratelimit", #""api";r=999;t=295"#, true),
            ("ratelimit", #""api";r=1000;t=295"#, false), ("ratelimit", #""a";r=5000, "b";r=5"#, true),
            ("ratelimit", #""api";r="#, false), ("ratelimit", "", false), ("ratelimit-policy", "r=5", false),
            ("ratelimit-remaining", "9", true), ("ratelimitbysize-remaining", "342032", true),
            ("content-length", "5", false),
        ])
    func near(name: String, value: String, isNear: Bool) {
        Array(name.utf8).withUnsafeBytes { name in
            Array(value.utf8).withUnsafeBytes { value in
                #expect(HeadroomReader.isNear(name: name, value: value) == isNear)
            }
        }
    }

    @Test("milliseconds go before seconds, whichever comes first")
    func retryAfter() {
        #expect(read([("retry-after", "2"), ("retry-after-ms", "1500")]).retryAfter == Milliseconds(1_500))
        #expect(read([("retry-after-ms", "1500"), ("Retry-After", "2")]).retryAfter == Milliseconds(1_500))
        #expect(read([("content-type", "application/json")]).retryAfter == nil)
    }

    @Test("what asks for a pause with a fraction, or beyond all reason, asks for one all the same")
    func oddRetryAfter() {
        #expect(RetryAfter.milliseconds("1500.5") == Milliseconds(1_501))
        #expect(RetryAfter.milliseconds("-1") == nil && RetryAfter.milliseconds("soon") == nil)
        #expect(read([("retry-after-ms", "1500.5")]).retryAfter == Milliseconds(1_501))
        for huge in ["99999999999999999999", "1e300"] {
            #expect(RetryAfter.milliseconds(huge).map { $0 > .seconds(86_400) } == true, "\(huge)")
            #expect(RetryAfter.span(huge, now: now).map { $0 > .seconds(86_400) } == true, "\(huge)")
        }
        #expect(RetryAfter.span("99999999999999999999h", now: now).map { $0 > .seconds(86_400) } == true)
        #expect(RetryAfter.span("-1", now: now) == nil)
    }
}
