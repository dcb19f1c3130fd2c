import Foundation
import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("A configuration")
struct ConfigurationTests {
    /// The example of the documentation, less what is not available yet.
    static let example = """
        server: { listen: 127.0.0.1:8080 }
        store: sqlite:tuppence.db
        providers:
          openai:    { api_key: ${OPENAI_API_KEY} }     # known names bring base URL, dialect and prices
          tokenmix:  { dialect: openai, base_url: https://api.tokenmix.ai/v1, api_key: ${TOKENMIX_API_KEY} }
          local:     { dialect: openai, base_url: http://127.0.0.1:9001/v1 }
        prices:                                         # USD per million tokens; overrides the catalogue
          local/llama-3.1-405b: { input: 0.80, cached_input: 0.08, output: 0.80 }
        routes:
          fast-llm:
            strategy: weighted
            targets:
              - { target: openai/gpt-4o-mini, weight: 80 }
              - { target: local/llama-3.1-405b, weight: 20 }
            max_output_tokens: 4096
          embedding: openai/text-embedding-3-small
        keys:
          - { name: analytics, secret: ${ANALYTICS_KEY}, routes: [fast-llm, embedding] }
        budgets:
          - { name: analytics-daily, scope: { key: analytics }, limit: $20, per: day, timezone: UTC, hard: reject }
          - { name: each-user, scope: { user: each }, limit: $1, per: day }
        """
    static let environment = [
        "OPENAI_API_KEY": "sk-openai", "TOKENMIX_API_KEY": "sk-tokenmix", "ANALYTICS_KEY": "tp_live_0123456789abcdef",
    ]

    @Test("the documentation's example is read as it says")
    func documentation() throws {
        let configuration = try read(Self.example, Self.environment)
        #expect(configuration.server == ServerSettings())
        #expect(configuration.store == .sqlite(path: "tuppence.db"))
        #expect(configuration.providers.map(\.id) == ["openai", "tokenmix", "local"])
        #expect(configuration.providers.map(\.apiKey) == ["sk-openai", "sk-tokenmix", nil])
        #expect(
            configuration.keys == [
                KeySettings(name: "analytics", secret: "tp_live_0123456789abcdef", routes: ["fast-llm", "embedding"])
            ])

        let route = try #require(configuration.policy.routes["fast-llm"])
        #expect(route.choices.map(\.candidate.target.description) == ["openai/gpt-4o-mini", "local/llama-3.1-405b"])
        #expect(route.choices.map(\.weight) == [80, 20])
        #expect(route.choices[0].candidate.rates.version == "catalogue-2026-11-26")
        #expect(route.choices[1].candidate.rates.standard.cachedInput == perMillion("0.08"))
        #expect(route.maxOutputTokens == 4_096)

        #expect(configuration.policy.providers == ["openai", "tokenmix", "local"])
        #expect(configuration.policy.budgets.map(\.name) == ["analytics-daily", "each-user"])
        #expect(configuration.policy.budgets.map(\.limit) == [usd("20"), usd("1")])
        #expect(configuration.policy.budgets.map(\.scopeText) == ["key=analytics", "user=*"])
        #expect(!configuration.policy.allowsUnpriced)
    }

    @Test("an empty file is as good as none", arguments: ["", "\n", "# nothing\n", "---\n", "~", "{}", "\u{FEFF}"])
    func empty(yaml: String) throws {
        let configuration = try read(yaml, ["OPENAI_API_KEY": "sk-1"])
        #expect(configuration.providers.map(\.id) == ["openai"])
        #expect(configuration.server == ServerSettings())
        #expect(configuration.store == .sqlite(path: "tuppence.db"))
        #expect(configuration.keys.isEmpty)
    }

    @Test("without a file there are the providers whose keys are in the environment")
    func environmentAlone() throws {
        let configuration = Configuration.fromEnvironment([
            "MISTRAL_API_KEY": "m", "OPENAI_API_KEY": "o", "GROQ_API_KEY": "",
        ])
        #expect(configuration.providers.map(\.id) == ["mistral", "openai"])
        #expect(configuration.policy.providers == ["mistral", "openai"])
        #expect(try configuration.policy.route(for: "openai/gpt-4o-mini").choices.count == 1)
        #expect(Configuration.fromEnvironment([:]).providers.isEmpty)
    }

    @Test("with a file that does not mention them they are there too, once")
    func environmentBesideFile() throws {
        let configuration = try read(local, ["OPENAI_API_KEY": "o"])
        #expect(configuration.providers.map(\.id) == ["local", "openai"])
        #expect(try read("providers: { openai: }", ["OPENAI_API_KEY": "o"]).providers.map(\.id) == ["openai"])
    }

    @Test("all problems are told at once, in the order of the file")
    func everything() {
        let found = problems(
            """
            budgets: [{ name: daily, scope: { key: nobody }, limit: twenty, per: day }]
            server: { listen: 8080 }
            budgts: []
            """)
        #expect(
            found == [
                "1:40: there is no key 'nobody'. Name one that is configured, or write 'each'. "
                    + "One that 'tuppence keys create' made has its budget in the store, too: tuppence budgets add.",
                "1:57: 'twenty' is not an amount in USD such as $20 or 0.50, with at most nine decimals.",
                "2:19: '8080' is not an address such as 127.0.0.1:8080.",
                "3:1: unknown key 'budgts' in the top level. Did you mean 'budgets'?",
            ])
    }

    @Test("an unknown key without a neighbour is told what there is")
    func unknownKey() {
        #expect(
            problems("colour: green") == [
                "1:1: unknown key 'colour' in the top level. It may have 'server', 'store', 'providers', 'prices', "
                    + "'unpriced', 'routes', 'keys', 'customers', 'budgets', 'cache', 'loops', 'notifications', "
                    + "'telemetry' and 'defaults'."
            ])
    }

    @Test(
        "what is not available yet says so where it stands",
        arguments: [
            (
                "keys: [{ name: a, secret: 0123456789abcdef, tags: [x] }]",
                "1:45: 'tags' is not available in this version. Remove it from a key."
            ),
            (
                "budgets: [{ name: b, scope: { user: each }, limit: 1, per: day, on_store_failure: allow }]",
                "1:83: unknown answer to 'on_store_failure' 'allow'. Write 'refuse' or { allow_up_to: $5 }."
            ),
        ])
    func notAvailable(yaml: String, problem: String) { #expect(problems(yaml) == [problem]) }

    @Test("a file that is not there, or is no text, is a problem of the whole file")
    func files() throws {
        #expect(throws: ConfigurationError.self) {
            try Configuration.load(path: "/nonexistent/t.yaml", environment: [:])
        }
        do throws(ConfigurationError) {
            _ = try Configuration.load(path: "/nonexistent/t.yaml", environment: [:])
        } catch {
            #expect(
                error.description
                    == "/nonexistent/t.yaml: there is no such file, or it may not be read. Write one with: tuppence init"
            )
        }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-\(UUID()).yaml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([0x61, 0xFF, 0x62]).write(to: URL(fileURLWithPath: path))
        #expect(throws: ConfigurationError.self) { try Configuration.load(path: path, environment: [:]) }
        try Data("server: { listen: 127.0.0.1:1 }".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try Configuration.load(path: path, environment: [:]).server.listenPort == 1)
    }
}

@Suite("What is no YAML, or not the YAML expected")
struct SyntaxTests {
    @Test("a syntax error is told where it is")
    func syntax() {
        let found = problems("server: { listen: 127.0.0.1:8080\nstore: x")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("2:6: this is no YAML: ") == true, "\(found)")
    }

    @Test("a tab where blanks belong, a second document and a control character are told")
    func oddities() {
        #expect(problems("server:\n\tlisten: x").first?.hasPrefix("2:1: this is no YAML: ") == true)
        #expect(
            problems("server:\r\n  listn: x\r\n") == ["2:3: unknown key 'listn' in 'server'. Did you mean 'listen'?"])
        #expect(problems("server:\n---\nstore: x").first?.hasPrefix("2:1: this is no YAML: ") == true)
        #expect(
            problems("store: sqlite:t\n  \u{1}") == [
                "2:3: this is no YAML: control characters are not allowed. Remove the character that cannot be printed."
            ])
    }

    @Test("a key that occurs twice in one mapping is told")
    func duplicates() {
        #expect(
            problems("store: sqlite:a\nkeys: []\nstore: sqlite:b") == [
                "1:1: 'store' occurs more than once in the same mapping. Keep one of them."
            ])
    }

    @Test("one shape in place of another is told")
    func shapes() {
        #expect(
            problems("- server") == [
                "1:1: expected a mapping in the top level, but found a list. "
                    + "It may have 'server', 'store', 'providers', 'prices', 'unpriced', 'routes', 'keys', 'customers', 'budgets', 'cache', 'loops', 'notifications', 'telemetry' and 'defaults'."
            ])
        #expect(
            problems("providers: openai") == [
                "1:12: expected a mapping from each provider's name, but found a single value. Write { NAME: … }, or one a line: NAME: …"
            ])
        #expect(
            problems("keys: { a: b }") == [
                "1:7: expected a list of keys, but found a mapping. Write [ … ], or one a line after '- '."
            ])
        #expect(problems("store: [a]") == ["1:8: expected a store such as sqlite:tuppence.db, but found a list."])
        #expect(problems("unpriced: { a: b }") == ["1:11: expected 'allow' or 'refuse', but found a mapping."])
    }

    @Test("a section that holds nothing is as good as none")
    func emptySections() throws {
        let yaml =
            "server:\nstore:\nproviders:\nprices:\nunpriced:\nroutes:\nkeys:\nbudgets:\nloops:\n"
            + "notifications:\ndefaults:\n"
        let configuration = try read(yaml)
        #expect(configuration.server == ServerSettings())
        #expect(configuration.policy.defaults == Policy.Defaults())
        #expect(configuration.loops == LoopRules())
        #expect(configuration.notifications == NotificationSettings())
    }
}
