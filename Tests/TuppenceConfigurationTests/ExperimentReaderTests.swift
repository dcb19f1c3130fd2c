import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("experiments on routes")
struct ExperimentReaderTests {
    private let openAI = ["OPENAI_API_KEY": "sk"]

    @Test("an arm has targets and limits of its own, or is another route")
    func arms() throws {
        let yaml = """
            routes:
              r:
                targets: [openai/gpt-4o]
                experiment:
                  name: trial
                  sticky: customer
                  arms:
                    - { name: mini, share: 20%, strategy: priority, targets: [openai/gpt-4o-mini, openai/gpt-4.1], timeout: 9s }
                    - { name: other, share: 0.5%, route: later }
              later: { targets: [openai/gpt-4.1-mini], max_output_tokens: 9 }
            """
        let routes = try read(yaml, openAI).policy.routes
        let experiment = try #require(routes["r"]?.experiment)
        #expect(experiment.name == "trial" && experiment.sticky == .customer)
        #expect(experiment.arms.map(\.label) == ["trial/mini", "trial/other"])
        #expect(experiment.arms.map(\.share.description) == ["20%", "0.5%"])
        #expect(experiment.control.label == "trial/control" && experiment.control.share.description == "79.5%")
        let (mini, other) = (experiment.arms[0].route, experiment.arms[1].route)
        #expect(mini?.choices.map(\.priority) == [0, 1] && mini?.attemptTimeout == .seconds(9))
        #expect(other?.choices.map(\.candidate.target.model) == ["gpt-4.1-mini"] && other?.maxOutputTokens == 9)
        // Ledger and budgets know them by the route that was asked for.
        #expect(mini?.name == "r" && other?.name == "r" && routes["later"]?.name == "later")
    }

    @Test("it sticks to customers, and else to users, unless it says otherwise")
    func defaults() throws {
        let yaml =
            "routes: { r: { targets: [openai/gpt-4o], experiment: { name: t, arms: [{ name: a, share: 1%, targets: [openai/gpt-4.1] }] } } }"
        #expect(try read(yaml, openAI).policy.routes["r"]?.experiment?.sticky == .caller)
    }

    private static let keys =
        "keys: [{ name: trials, secret: 0123456789abcdef }, { name: off, secret: fedcba9876543210, disabled: true }]\n"

    @Test("a shadow is charged to a key, and stands beside arms or alone")
    func shadows() throws {
        let yaml =
            Self.keys
            + Self.experiment(
                "name: t, shadows: [{ name: a, share: 5%, key: trials, targets: [openai/gpt-4.1] }, { name: b, share: 1%, key: off, route: q, concurrency: 9 }]"
            )
        let experiment = try #require(try read(yaml, openAI).policy.routes["r"]?.experiment)
        #expect(experiment.arms.isEmpty && experiment.control.share == .whole)
        #expect(experiment.shadows.map(\.arm.label) == ["t/~a", "t/~b"])
        #expect(experiment.shadows.map(\.key.name) == ["trials", "off"] && experiment.shadows.map(\.most) == [4, 9])
        #expect(experiment.shadows[1].arm.route?.name == "r" && experiment.shadows[1].key.isDisabled)
    }

    @Test(
        "a shadow that cannot be is told where it stands",
        arguments: [
            (
                "share: 5%, targets: [openai/gpt-4.1]",
                "a shadow of route 'r' has no 'key'. Add 'key: trials', a key that pays for it."
            ),
            ("share: 5%, key: trails, targets: [openai/gpt-4.1]", "there is no key 'trails'. Did you mean 'trials'?"),
            ("share: 5%, key: trials, route: q, concurrency: 0", "'0' is not a whole number from 1 to 10000."),
            ("key: trials, route: q", "arm 'a' has no 'share'. Add 'share: 20%'."),
        ])
    func invalidShadows(fields: String, problem: String) {
        let found = problems(Self.keys + Self.experiment("name: t, shadows: [{ name: a, \(fields) }]"), openAI)
        #expect(found.count == 1 && found[0].hasSuffix(": " + problem), "\(found)")
    }

    private static func experiment(_ fields: String) -> String {
        "routes: { q: openai/gpt-4.1, r: { targets: [openai/gpt-4o], experiment: { \(fields) } } }"
    }
    private static let a = "{ name: a, share: 60%, targets: [openai/gpt-4.1] }"

    @Test(
        "what cannot be is told where it stands",
        arguments: [
            ("arms: [\(a)]", "the experiment of route 'r' has no 'name'. Add 'name: haiku-trial'."),
            ("name: a/b, arms: [\(a)]", "'a/b' is not a name: letters, digits and any of - _ . : @ +."),
            (
                "name: t",
                "the experiment of route 'r' has no 'arms'. Add 'arms: [{ name: …, share: 20%, targets: […] }]'."
            ),
            (
                "name: t, arms: []",
                "the experiment of route 'r' has no arms. Add at least one: { name: …, share: 20%, targets: […] }."
            ),
            (
                "name: t, sticky: session, arms: [\(a)]",
                "unknown stickiness 'session'. Write 'caller', 'customer', 'user', 'key' or 'none'."
            ),
            (
                "name: t, arms: [\(a), { name: b, share: 41%, route: q }]",
                "the shares of the experiment of route 'r' add up to more than 100%. What no arm has a share of goes to the route's own targets."
            ),
            (
                "name: t, arms: [{ name: a, share: 1%, route: q }, { name: a, share: 2%, route: q }]",
                "the experiment of route 'r' has several arms called 'a'. Give each a name of its own."
            ),
            (
                "name: t, arms: [{ name: control, share: 1%, route: q }]",
                "'control' is the arm of the route's own targets. Choose another name."
            ),
            ("name: t, arms: [{ name: a, route: q }]", "arm 'a' has no 'share'. Add 'share: 20%'."),
            ("name: t, arms: [{ share: 1%, route: q }]", "an arm of route 'r' has no 'name'. Add 'name: haiku'."),
            ("name: t, arms: [{ name: a, share: 120%, route: q }]", "'120%' is not a share such as 20% or 0.5%."),
            ("name: t, arms: [{ name: a, share: 1%, route: qq }]", "there is no route 'qq'. Did you mean 'q'?"),
            (
                "name: t, arms: [{ name: a, share: 1%, route: r }]",
                "route 'r' has an experiment itself. Name one without, or write the arm's targets here."
            ),
            (
                "name: t, arms: [{ name: a, share: 1%, route: q, targets: [openai/gpt-4.1] }]",
                "unknown key 'targets' in arm 'a'. It may have 'name', 'share' and 'route'."
            ),
            ("name: t, arms: [{ name: a, share: 1% }]", "arm 'a' has no 'targets'. Add 'targets: [provider/model]'."),
        ])
    func invalid(fields: String, problem: String) {
        let found = problems(Self.experiment(fields), openAI)
        #expect(found.count == 1 && found[0].hasSuffix(": " + problem), "\(found)")
    }
}
