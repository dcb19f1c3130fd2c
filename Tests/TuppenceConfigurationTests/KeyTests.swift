import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("keys")
struct KeyTests {
    private let yaml = local + "routes: { fast: local/llama, faster: local/llama }\nkeys:\n"

    @Test("a key may use everything, or what it names")
    func reading() throws {
        let keys = try read(
            yaml + """
                  - { name: all, secret: 0123456789abcdef }
                  - { name: some, secret: 0123456789abcdeg, routes: [fast, local/llama], disabled: true }
                """
        ).keys
        #expect(keys.map(\.routes) == [nil, ["fast", "local/llama"]])
        #expect(keys.map(\.isDisabled) == [false, true])
        #expect(
            keys.map(\.key) == [
                Key(name: "all"), Key(name: "some", isDisabled: true, routes: ["fast", "local/llama"]),
            ])
    }

    @Test(
        "a key may have an end: a day, which is its beginning, or a time; of one that is over as well",
        arguments: [
            ("2026-12-31", 1_798_675_200), ("2026-12-31T18:00:00+01:00", 1_798_736_400), ("1970-01-02", 86_400),
        ] as [(String, Int64)])
    func end(text: String, seconds: Int64) throws {
        let keys = try read(yaml + "  - { name: brief, secret: 0123456789abcdef, expires: \(text) }").keys
        #expect(keys.map(\.expiresAt) == [Timestamp(seconds: seconds)])
        #expect(keys.first?.key.hasExpired(at: Timestamp(seconds: seconds)) == true)
        #expect(keys.first?.key.hasExpired(at: Timestamp(seconds: seconds - 1)) == false)
    }

    @Test("a secret has sixteen characters or more, and no message has it")
    func secrets() {
        #expect(problems(yaml + "  - { name: a, secret: 0123456789abcdef }").isEmpty)
        let found = problems(yaml + "  - { name: a, secret: 0123456789abcde }")
        #expect(
            found == [
                "5:24: the secret of key 'a' has fewer than 16 characters. Make one up that cannot be guessed: openssl rand -hex 24."
            ])
        let blank = problems(yaml + "  - { name: a, secret: 0123456789 abcdef }")
        #expect(
            blank == [
                "5:24: the secret of key 'a' has characters that no HTTP header can carry. Use letters, digits, '-' and '_'."
            ])
    }

    @Test("names and secrets are each key's own")
    func duplicates() {
        #expect(
            problems(
                yaml + """
                      - { name: a, secret: 0123456789abcdef }
                      - { name: a, secret: 0123456789abcdeg }
                      - { name: b, secret: 0123456789abcdef }
                    """) == [
                    "6:13: there are two keys called 'a'. Give each a name of its own.",
                    "7:24: the secret of key 'b' is the same as that of 'a'. Give each key a secret of its own.",
                ])
    }

    @Test(
        "what it cannot be",
        arguments: [
            ("  - { secret: 0123456789abcdef }", "5:5: a key has no 'name'. Add 'name: my-app'."),
            ("  - { name: a }", "5:5: a key has no 'secret'. Add 'secret: ${MY_APP_KEY}'."),
            (
                "  - { name: a/b, secret: 0123456789abcdef }",
                "5:13: 'a/b' is not a name: letters, digits and any of - _ . : @ +."
            ),
            (
                "  - { name: a, secret: 0123456789abcdef, routes: [fsat] }",
                "5:51: there is no route 'fsat'. Did you mean 'fast'?"
            ),
            (
                "  - { name: a, secret: 0123456789abcdef, routes: [slow] }",
                "5:51: there is no route 'slow'. Define it under 'routes', or name a provider/model."
            ),
            (
                "  - { name: a, secret: 0123456789abcdef, routes: [local/none] }",
                "5:51: no price is known for 'local/none', so it cannot be budgeted. Add it under 'prices', or set 'unpriced: allow'."
            ),
            (
                "  - { name: a, secret: 0123456789abcdef, routes: [openai/gpt-4o] }",
                "5:51: 'openai/gpt-4o' leads to no provider that is configured. Set OPENAI_API_KEY, or add 'openai:' under 'providers'."
            ),
            (
                "  - { name: a, secret: 0123456789abcdef, routes: [] }",
                "5:50: an empty list lets the key use nothing. Leave 'routes' out to let it use everything, or set 'disabled: true'."
            ),
            (
                "  - { name: a, secret: 0123456789abcdef, routes: fast }",
                "5:50: expected a list of routes, but found a single value. Write [ … ], or one a line after '- '."
            ),
            ("  - { name: a, secret: 0123456789abcdef, disabled: 1 }", "5:52: '1' is not true or false."),
            (
                "  - { name: a, secret: 0123456789abcdef, expires: 30d }",
                "5:51: '30d' is not a day or a time such as 2026-12-31 or 2026-12-31T18:00:00Z."
            ),
        ])
    func invalid(key: String, problem: String) { #expect(problems(yaml + key) == [problem]) }
}
