import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("limits, queue and priority")
struct LimitTests {
    private func provider(_ limits: String) -> String {
        "providers: { p: { base_url: http://h/v1, limits: \(limits) } }\n"
    }

    @Test("a provider's limits are shared by its models, and a model may have its own")
    func limits() throws {
        let yaml =
            provider(#"{ rpm: 600, tpm: 1_000_000, rpd: 9, tpd: 8, concurrency: 32, models: { "a*": { rpm: 60 } } }"#)
            + "prices: { \"p/*\": { input: 1, output: 1 } }\nroutes: { r: { targets: [p/abc] } }"
        let policy = try read(yaml).policy
        #expect(
            policy.limits == [
                "p": ProviderLimits(
                    shared: [
                        RateLimit(.concurrency, 32), RateLimit(.requestsPerMinute, 600),
                        RateLimit(.tokensPerMinute, 1_000_000), RateLimit(.requestsPerDay, 9),
                        RateLimit(.tokensPerDay, 8),
                    ], models: ["a*": [RateLimit(.requestsPerMinute, 60)]])
            ])
        let ofRoute = try #require(policy.routes["r"]?.choices[0].candidate.limits)
        #expect(ofRoute.provider.count == 5)
        #expect(ofRoute.model == [RateLimit(.requestsPerMinute, 60)])
        #expect(try policy.route(for: "p/b").choices[0].candidate.limits?.model == [])
    }

    @Test("without limits nothing is counted")
    func none() throws {
        #expect(try read(provider("{}")).policy.limits == [:])
        #expect(try read(local + "routes: { r: local/llama }").policy.routes["r"]?.choices[0].candidate.limits == nil)
    }

    @Test("requests wait only where the file says so")
    func queue() throws {
        var queue = Policy.Queue()
        #expect(try read("").policy.defaults.queue == nil)
        #expect(try read("server: { queue: off }").policy.defaults.queue == nil)
        #expect(try read("server: { queue: on }").policy.defaults.queue == queue)
        queue.within = .seconds(2)
        #expect(try read("server: { queue: { within: 2s } }").policy.defaults.queue == queue)
        queue.length = 20
        #expect(try read("server: { queue: { length: 20, within: 2s } }").policy.defaults.queue == queue)
    }

    @Test("a key's requests can be of those that can wait")
    func priority() throws {
        let keys = try read(
            "keys: [{ name: a, secret: 0123456789abcdef }, { name: b, secret: 0123456789abcdeg, priority: batch }]"
        ).keys
        #expect(keys.map(\.key.priority) == [.interactive, .batch])
    }

    @Test(
        "what it cannot be",
        arguments: [
            ("{ rpm: 0 }", "1:57: '0' is not a whole number from 1 to 1000000000000."),
            ("{ rmp: 5 }", "1:52: unknown key 'rmp' in the 'limits' of provider 'p'. Did you mean 'rpm'?"),
            (
                "5",
                "1:50: expected a mapping in the 'limits' of provider 'p', but found a single value. "
                    + "It may have 'rpm', 'tpm', 'rpd', 'tpd', 'concurrency' and 'models'."
            ),
            (
                "{ models: { \"a*b\": { rpm: 1 } } }",
                "1:62: 'a*b' is not the name of a model. A '*' may stand at its end, for all that begin so."
            ),
            (
                "{ models: { a: { rps: 1 } } }",
                "1:67: unknown key 'rps' in the 'limits' of 'a'. Did you mean 'rpm'?"
            ),
        ])
    func mistakes(limits: String, problem: String) {
        #expect(problems(provider(limits)) == [problem])
    }

    @Test(
        "what queue and priority cannot be",
        arguments: [
            ("server: { queue: maybe }", "1:18: 'maybe' is not 'off', 'on' or { length: 100, within: 5s }."),
            ("server: { queue: { length: 0 } }", "1:28: '0' is not a whole number from 1 to 100000."),
            (
                "server: { queue: { within: 2m } }",
                "1:28: 'within' is more than a minute, which hardly any caller waits. Write 60s or less."
            ),
            (
                "keys: [{ name: a, secret: 0123456789abcdef, priority: low }]",
                "1:55: unknown priority 'low'. Write 'interactive' or 'batch'."
            ),
        ])
    func otherMistakes(yaml: String, problem: String) { #expect(problems(yaml) == [problem]) }
}
