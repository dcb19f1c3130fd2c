import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("the cache")
struct CacheTests {
    @Test("it can be switched off")
    func off() throws { #expect(try read(local + "cache: off").cache == nil) }

    @Test("where nothing is said of it, it is for those who ask, with the same defaults", arguments: ["", "cache:"])
    func onRequest(yaml: String) throws {
        let policy = try #require(try read(local + yaml).cache)
        #expect(policy == .onRequest)
        #expect(!policy.servesUnasked)
        var other = policy
        other.servesUnasked = true
        #expect(other == CachePolicy())
    }

    @Test("without a file it is there for those who ask, too")
    func withoutFile() {
        #expect(Configuration.fromEnvironment(["OPENAI_API_KEY": "secret"]).cache == .onRequest)
    }

    @Test("keys and routes may do without one that nobody has said anything of")
    func without() throws {
        let yaml = """
            routes: { never: { targets: [local/llama], cache: off } }
            keys: [{ name: secret, secret: tp_live_0123456789abcdef, cache: off }]
            """
        let policy = try #require(try read(local + yaml).cache)
        #expect(policy.routes == ["never": .init(isOn: false)] && policy.excludedKeys == ["secret"])
    }

    @Test(
        "switched on without more, it keeps an hour, per key, and what is sampled not",
        arguments: ["cache: on", "cache: {}"])
    func defaults(yaml: String) throws {
        let policy = try #require(try read(local + yaml).cache)
        #expect(policy == CachePolicy())
        #expect(policy.ttl == .seconds(3_600))
        #expect(policy.staleFor == .seconds(604_800))
        #expect(policy.maximumBytes == 268_435_456)
        #expect(!policy.sampled)
        #expect(policy.scope == .key)
    }

    @Test("every setting of the cache is read, for all, by route and by key")
    func whole() throws {
        let yaml = """
            cache: { ttl: 10m, max_size: 64MB, stale_for: 2d, sampled: true, scope: customer }
            routes:
              plain: local/llama
              never: { targets: [local/llama], cache: off }
              long: { targets: [local/llama], cache: { ttl: 3h, sampled: false } }
            keys:
              - { name: secret, secret: tp_live_0123456789abcdef, cache: off }
              - { name: open, secret: tp_live_0123456789abcdeg, cache: on }
            """
        var expected = CachePolicy()
        expected.ttl = .seconds(600)
        expected.maximumBytes = 64 << 20
        expected.staleFor = .seconds(172_800)
        expected.sampled = true
        expected.scope = .customer
        expected.routes = ["never": .init(isOn: false), "long": .init(ttl: .seconds(10_800), sampled: false)]
        expected.excludedKeys = ["secret"]
        #expect(try read(local + yaml).cache == expected)
    }

    @Test("a ttl beyond the default time that old answers are kept makes that longer")
    func long() throws {
        #expect(try read(local + "cache: { ttl: 30d }").cache?.staleFor == .seconds(30 * 86_400))
    }

    @Test("where it is off for the time being, routes keep what they say")
    func suspended() throws {
        let yaml = "cache: off\nroutes: { r: { targets: [local/llama], cache: { ttl: 1m } } }"
        #expect(try read(local + yaml).cache == nil)
    }

    @Test(
        "mistakes are told where they stand",
        arguments: [
            ("cache: yes please", "3:8: unknown answer to 'cache' 'yes please'. Write 'on' or 'off'."),
            ("cache: { tll: 1h }", "3:10: unknown key 'tll' in 'cache'. Did you mean 'ttl'?"),
            (
                "cache: { ttl: 1 }",
                "3:15: '1' is not a duration such as 500ms, 30s, 10m or 2h. Add a unit: ms, s, m, h or d."
            ),
            (
                "cache: { max_size: 1023KB }",
                "3:20: the cache can't do with less than 1MB. Raise it, or write 'cache: off'."
            ),
            (
                "cache: { ttl: 2h, stale_for: 1h }",
                "3:30: 'stale_for' is shorter than 'ttl': answers would be gone while they are fresh. Both count from when an "
                    + "answer was stored; make 'stale_for' the longer one."
            ),
            ("cache: { scope: user }", "3:17: unknown scope 'user'. Write 'key' or 'customer'."),
            (
                "routes: { r: { targets: [local/llama], cache: { ttl: 1m } } }",
                "3:47: route 'r' has 'cache', but only requests that ask for the cache use it. Add 'cache: on' at the top level."
            ),
            (
                "cache: on\nroutes: { r: { targets: [local/llama], cache: { max_size: 1MB } } }",
                "4:49: unknown key 'max_size' in 'cache' of route 'r'. It may have 'ttl' and 'sampled'."
            ),
            (
                "cache: on\nkeys: [{ name: k, secret: tp_live_0123456789abcdef, cache: offf }]",
                "4:60: unknown answer to 'cache' 'offf'. Did you mean 'off'?"
            ),
        ])
    func mistakes(yaml: String, problem: String) { #expect(problems(local + yaml) == [problem]) }
}
