import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("What YAML's '<<' merges in")
struct MergeTests {
    @Test("fields come from the mapping that an alias stands for; those of one's own count first")
    func fields() throws {
        let configuration = try read(
            """
            providers:
              first: &first { base_url: "http://127.0.0.1:9001/v1", api_key: one, tier: aggregator }
              second: { <<: *first, api_key: two }
            """)
        let second = try #require(configuration.providers.first { $0.id == "second" })
        #expect(second.baseURL == "http://127.0.0.1:9001/v1")
        #expect(second.apiKey == "two" && second.tier == .aggregator)
    }

    @Test("of a list the first counts, and what is merged may merge others")
    func lists() throws {
        let configuration = try read(
            """
            providers:
              a: &a { base_url: "http://127.0.0.1:9001/v1", api_key: a }
              b: &b { base_url: "http://127.0.0.1:9002/v1", tier: aggregator }
              c: &c { <<: *b, api_key: c }
              d: { <<: [ *c, *a ] }
            """)
        let last = try #require(configuration.providers.first { $0.id == "d" })
        #expect(last.baseURL == "http://127.0.0.1:9002/v1" && last.apiKey == "c" && last.tier == .aggregator)
    }

    @Test("names that the operator chose are merged, too")
    func entries() throws {
        let configuration = try read(
            """
            providers: { local: { base_url: "http://127.0.0.1:9001/v1" } }
            prices: { <<: { local/one: { input: 1, output: 2 } }, local/two: { input: 3, output: 4 } }
            """)
        let one = configuration.policy.prices.listing(of: Target(provider: "local", model: "one"))
        #expect(one?.rates.standard.input == perMillion("1"))
    }

    @Test("a mistake in what is merged is told where it stands")
    func places() {
        #expect(
            problems(
                """
                providers:
                  first: &first { base_url: "http://127.0.0.1:9001/v1" }
                  second:
                    <<: *first
                    timeot: 1
                  third:
                    <<:
                      - { healthy: yes }
                """
            ).map { $0.prefix { $0 != "'" } }.sorted() == ["5:5: unknown key ", "6:3: ", "8:11: unknown key "])
    }

    @Test("what merges nothing is told; in quotes it is a name", arguments: ["7", "[ 7 ]", "~"])
    func nothing(value: String) {
        #expect(
            problems("server: { <<: \(value) }") == ["1:11: \(YAMLMerge.problem) \(YAMLMerge.remedy)"])
        #expect(problems("server: { \"<<\": {} }").first?.hasPrefix("1:11: unknown key '<<'") == true)
    }

    @Test("aliases of aliases do not take for ever")
    func bomb() {
        var lines = ["x0: &x0 { listen: \"127.0.0.1:1\" }"]
        for level in 1...12 {
            let aliases = Array(repeating: "*x\(level - 1)", count: 9).joined(separator: ", ")
            lines.append("x\(level): &x\(level) { <<: [ \(aliases) ] }")
        }
        let yaml = lines.joined(separator: "\n") + "\nserver: { <<: *x12 }"
        #expect(problems(yaml).contains { $0.hasSuffix("\(YAMLMerge.problem) \(YAMLMerge.remedy)") })
    }
}
