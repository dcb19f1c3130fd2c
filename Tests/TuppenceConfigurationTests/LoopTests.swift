import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("loops")
struct LoopTests {
    private let key = "keys: [{ name: a, secret: 0123456789abcdef, loops: "

    @Test("they are watched unless the file says otherwise")
    func standard() throws {
        #expect(try read("").loops == LoopRules())
        #expect(Configuration.fromEnvironment([:]).loops == LoopRules())
        #expect(try read("loops: on").loops == LoopRules())
        #expect(try read("loops: off").loops.isOff)
    }

    @Test("what is named is changed, the rest stays")
    func limits() throws {
        var limits = LoopLimits()
        limits.slowAfter = 20
        limits.worth = .zero
        limits.within = .seconds(600)
        #expect(try read("loops: { slow_after: 20, within: 10m }").loops == LoopRules(standard: limits))
        limits.stopAfter = 40
        limits.delay = Milliseconds(250)
        limits.stopFor = .seconds(3_600)
        #expect(
            try read("loops: { slow_after: 20, stop_after: 40, within: 10m, delay: 250ms, stop_for: 1h }").loops
                == LoopRules(standard: limits))
    }

    @Test("what repetition has to be worth is said in dollars, and nothing where a number is given")
    func worth() throws {
        #expect(try read("loops: { worth: $2.50 }").loops.standard?.worth == usd("2.50"))
        #expect(try read("loops: { within: 2m }").loops.standard?.worth == usd("10"))
        #expect(try read("loops: { stop_after: 200 }").loops.standard?.worth == .zero)
        #expect(try read("loops: { slow_after: 20, worth: 1 }").loops.standard?.worth == usd("1"))
    }

    @Test("a key has limits of its own, completed from those of all")
    func keys() throws {
        #expect(try read(key + "off }]").loops.limits(for: "a") == nil)
        #expect(try read(key + "off }]").loops.limits(for: "b") == LoopLimits())
        let rules = try read("loops: { slow_after: 20 }\n" + key + "{ stop_after: 40 } }]").loops
        #expect(rules.limits(for: "a")?.slowAfter == 20)
        #expect(rules.limits(for: "a")?.stopAfter == 40)
        #expect(rules.limits(for: "b")?.stopAfter == 300)
        #expect(try read("loops: off\n" + key + "on }]").loops == LoopRules(standard: nil, keys: ["a": LoopLimits()]))
    }

    @Test(
        "what it cannot be",
        arguments: [
            ("loops: never", "1:8: 'never' is not 'off', 'on' or limits such as { slow_after: 100 }."),
            (
                "loops: [off]",
                "1:8: expected a mapping in 'loops', but found a list. "
                    + "It may have 'slow_after', 'stop_after', 'within', 'delay', 'stop_for' and 'worth'."
            ),
            ("loops: { slow_afer: 3 }", "1:10: unknown key 'slow_afer' in 'loops'. Did you mean 'slow_after'?"),
            ("loops: { slow_after: 0 }", "1:22: '0' is not a whole number from 1 to 1000000."),
            (
                "loops: { within: 60 }",
                "1:18: '60' is not a duration such as 500ms, 30s, 10m or 2h. Add a unit: ms, s, m, h or d."
            ),
            (
                "loops: { slow_after: 300 }",
                "1:22: 'stop_after' (300) is not more than 'slow_after' (300). "
                    + "A caller is made to wait first, and stopped if that does not help."
            ),
            (
                "loops: { stop_after: 100 }",
                "1:22: 'stop_after' (100) is not more than 'slow_after' (100). "
                    + "A caller is made to wait first, and stopped if that does not help."
            ),
            (
                "loops: { delay: 2m }",
                "1:17: 'delay' is more than a minute, which hardly any caller waits. Write 60s or less."
            ),
            (
                "keys: [{ name: a, secret: 0123456789abcdef, loops: no }]",
                "1:52: 'no' is not 'off', 'on' or limits such as { slow_after: 100 }."
            ),
        ])
    func mistakes(yaml: String, problem: String) { #expect(problems(yaml) == [problem]) }
}
