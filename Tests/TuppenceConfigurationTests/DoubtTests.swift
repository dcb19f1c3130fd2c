import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("What is doubtful in a configuration")
struct DoubtTests {
    private static let provider =
        "unpriced: allow\nproviders: { local: { base_url: http://127.0.0.1:9001/v1 } }\n"

    @Test(
        "is told, and refuses nothing",
        arguments: [
            (
                "routes: { r: { targets: [{ target: local/llama, weight: 0 }, { target: local/lama, weight: 0 }] } }",
                "all targets of route 'r' have the weight 0, which is for those that come after others. They are tried in their order."
            ),
            (
                "routes: { r: { targets: [local/llama, local/lama, local/llama] } }",
                "route 'r' has the target local/llama more than once. Remove all but one."
            ),
            (
                "routes: { r: { targets: [local/llama], floor: 11, max_output_tokens: 10 } }",
                "route 'r' has a 'floor' of 11, above its 'max_output_tokens' of 10: no budget can lower that."
            ),
            (
                """
                cache: on
                keys: [{ name: a, secret: 0123456789abcdef, cache: off }]
                budgets: [{ name: b, scope: { key: a }, limit: 1, per: day, hard: cached }]
                """,
                "budget 'b' has 'hard: cached', and its key 'a' has 'cache: off', so that it refuses. Remove one of them."
            ),
            (
                """
                cache: off
                keys: [{ name: a, secret: 0123456789abcdef }]
                budgets: [{ name: b, scope: { key: a }, limit: 1, per: day, hard: cached }]
                """,
                "budget 'b' has 'hard: cached', and there is no cache, so that it refuses. Remove 'cache: off' at the top level."
            ),
            (
                "keys: [{ name: each, secret: 0123456789abcdef }]",
                "a key is called 'each', which stands for all of them in budgets: none can be made for it alone. Give it another name."
            ),
            (
                "routes: { each: local/llama }",
                "a route is called 'each', which stands for all of them in budgets: none can be made for it alone. Give it another name."
            ),
        ] as [(String, String)])
    func doubts(yaml: String, said: String) throws { #expect(try read(Self.provider + yaml).doubts == [said]) }

    @Test("what lies next to it is in order")
    func none() throws {
        let yaml = """
            routes:
              r: { targets: [{ target: local/llama, weight: 0 }, local/lama], floor: 10, max_output_tokens: 10 }
            keys: [{ name: a, secret: 0123456789abcdef }]
            budgets: [{ name: b, scope: { key: a }, limit: 1, per: day, hard: cached }]
            """
        #expect(try read(Self.provider + yaml).doubts.isEmpty)
    }
}
