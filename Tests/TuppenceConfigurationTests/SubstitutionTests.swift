import Testing

@testable import TuppenceConfiguration

@Suite("${NAME} in a file")
struct SubstitutionTests {
    private func secret(_ scalar: String, _ environment: [String: String]) throws -> String? {
        try read("keys: [{ name: a, secret: \(scalar) }]", environment).keys.first?.secret
    }

    @Test("reads the environment, in flow and in block style, in quotes and in part of a scalar")
    func places() throws {
        let environment = ["K": "tp_live_0123456789abcdef", "TAIL": "456789abcdef"]
        #expect(try secret("${K}", environment) == "tp_live_0123456789abcdef")
        #expect(try secret("\"${K}\"", environment) == "tp_live_0123456789abcdef")
        #expect(try secret("'${K}'", environment) == "tp_live_0123456789abcdef")
        #expect(try secret("tp_live_0123${TAIL}", environment) == "tp_live_0123456789abcdef")
        let block = "keys:\n  - name: a\n    secret: ${K}   # ${UNSET}\n"
        #expect(try read(block, environment).keys.first?.secret == "tp_live_0123456789abcdef")
    }

    @Test(
        "a value is never YAML, whatever it contains",
        arguments: [
            "0123456789abcdef,routes:[]", "}]:{-[&*!|>'\"%@`#x", "null~null~null~null~", "${OTHER}${OTHER}${OTHER}",
            "\\n\\t\\x41\\u0041aaaaa",
        ])
    func values(value: String) throws {
        #expect(try secret("${K}", ["K": value, "OTHER": "no"]) == value)
        #expect(try secret("\"${K}\"", ["K": value, "OTHER": "no"]) == value)
    }

    @Test("who needs no secrets does without those whose variables are not set, and without nothing else")
    func unneeded() throws {
        func read(_ yaml: String) throws(ConfigurationError) -> Configuration {
            try Configuration.parse(
                yaml, file: "tuppence.yaml", environment: [:], zones: TimeZoneDatabase(environment: [:]),
                needsSecrets: false)
        }
        let configuration = try read(
            "providers: { openai: { api_key: '${A}' }, anthropic: {} }\nkeys: [{ name: a, secret: '${B}' }, { name: b, secret: '${C}' }]"
        )
        #expect(configuration.keys.map(\.name) == ["a", "b"])
        #expect(configuration.providers.map(\.id) == ["openai", "anthropic"])
        #expect(throws: ConfigurationError.self) { try read("keys: [{ name: a, secret: '${B' }]") }
        #expect(throws: ConfigurationError.self) { try read("keys: [{ name: '${B}', secret: 0123456789abcdef }]") }
        #expect(throws: ConfigurationError.self) { try read("store: ${STORE}") }
    }

    @Test("a default stands in for what is not set, or set to nothing")
    func defaults() throws {
        #expect(try secret("${K:-0123456789abcdef}", [:]) == "0123456789abcdef")
        #expect(try secret("${K:-0123456789abcdef}", ["K": ""]) == "0123456789abcdef")
        #expect(try secret("${K:-0123456789abcdef}", ["K": "fedcba9876543210"]) == "fedcba9876543210")
        #expect(try secret("${K:-:[a],{b:c}#0123456789}", [:]) == ":[a],{b:c}#0123456789")
        #expect(try read("store: ${STORE:-sqlite:a b.db}").store == .sqlite(path: "a b.db"))
    }

    @Test("a variable that is not set is told at its own place, with its name")
    func missing() {
        let remedy = "Set it, or give a default: '${K:-default}'."
        #expect(problems("store: sqlite:${K}") == ["1:15: the environment variable 'K' is not set. \(remedy)"])
        #expect(
            problems("keys:\n  - { name: a, secret: ${K} }", ["K": ""]) == [
                "2:24: the environment variable 'K' is not set. \(remedy)"
            ])
    }

    @Test("columns after an expression are those of the file")
    func columns() {
        #expect(
            problems("server: { listen: ${ADDRESS}, listn: x }", ["ADDRESS": "127.0.0.1:1"]) == [
                "1:31: unknown key 'listn' in 'server'. Did you mean 'listen'?"
            ])
        #expect(problems("store: sqlite:${A}${A}${B}", ["A": "x"]).first?.hasPrefix("1:23: ") == true)
    }

    @Test(
        "what is no expression is told",
        arguments: [
            ("store: sqlite:${K", "1:15: '${' without a '}' on the same line."),
            (
                "store: sqlite:${}",
                "1:15: '${…}' must hold the name of an environment variable: letters, digits and '_'."
            ),
            (
                "store: sqlite:${1A}",
                "1:15: '${…}' must hold the name of an environment variable: letters, digits and '_'."
            ),
            (
                "store: sqlite:${A B}",
                "1:15: '${…}' must hold the name of an environment variable: letters, digits and '_'."
            ),
            ("store: sqlite:${A:b}", "1:15: '${A:…}' is not understood; a default is written '${A:-default}'."),
            (
                "store: sqlite:${A:-${B}}",
                "1:15: the default of '${A:-…}' contains another variable, which is not supported."
            ),
        ])
    func malformed(yaml: String, problem: String) {
        #expect(problems(yaml, ["B": "b"]) == [problem + " Write '$${' for a '${' that is meant as text."])
    }

    @Test("$$ before it makes it text, and a $ alone is one")
    func dollars() throws {
        #expect(try secret("$${K}0123456789abcdef", [:]) == "${K}0123456789abcdef")
        #expect(try secret("$1$2$3$4$5$6$7$8", [:]) == "$1$2$3$4$5$6$7$8")
    }

    @Test("a comment is never looked up, nor is what nobody reads")
    func comments() throws {
        #expect(try read("# ${UNSET} ${\nstore: sqlite:t.db # ${UNSET}").store == .sqlite(path: "t.db"))
    }

    @Test("a long line of expressions that do not end is read in no time", .timeLimit(.minutes(1)))
    func unended() throws {
        let comment = "# " + String(repeating: "${KEY:", count: 200_000)
        #expect(try read(comment + "\nstore: sqlite:t.db").store == .sqlite(path: "t.db"))
    }

    @Test("names on the left of a colon cannot come from the environment")
    func keys() {
        #expect(
            problems("providers: { ${NAME}: { base_url: http://h/v1 } }", ["NAME": "x"]) == [
                "1:14: a name on the left of ':' cannot come from the environment. Write it out."
            ])
    }

    @Test("private characters of the file's own stay what they are")
    func privateCharacters() throws {
        #expect(
            try read("store: \"sqlite:\u{E000}\u{F0000}${A}\"", ["A": "a"]).store == .sqlite(path: "\u{E000}\u{F0000}a")
        )
    }

    @Test("messages name the variable and never show its value")
    func secrecy() {
        let secret = ["S": "hunter2-hunter2"]
        for yaml in [
            "server: { listen: ${S} }", "server: { request_timeout: ${S}, max_body: ${S} }", "store: ${S}",
            "unpriced: ${S}",
            "providers: { x: { base_url: ${S}, dialect: ${S} } }", "keys: [{ name: a, secret: ${S} }]",
            "keys: [{ name: 'a ${S}', secret: 0123456789abcdef, routes: ['${S}', '${S}/${S}'], disabled: ${S} }]",
            "keys: [{ name: '${S}', secret: 0 }, { name: '${S}', secret: 0123456789abcdef }]\n"
                + "budgets: [{ name: '${S}', scope: { key: hunter2-hunter }, limit: 1, per: day }, { name: '${S}' }]",
            local + "routes: { a: '${S}', b: '${S}/x', c: 'local/${S}', d: { strategy: ${S}, targets: [] } }",
            "budgets: [{ name: '${S} b', scope: { key: '${S}', route: '${S}' }, limit: ${S}, per: ${S}, hard: ${S}, timezone: ${S} }]",
            local
                + "prices: { local/x: { input: ${S}, output: 1, request: ${S}, context: ${S}, tiers: [{ above: ${S} }] } }",
        ] {
            let found = problems(yaml, secret)
            #expect(!found.isEmpty)
            #expect(!found.joined().contains("hunter2-hunter2"), "\(found)")
        }
    }
}
