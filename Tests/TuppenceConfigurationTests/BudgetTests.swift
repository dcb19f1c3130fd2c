import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("budgets")
struct BudgetTests {
    private static let base =
        local + "routes: { fast: local/llama }\nkeys: [{ name: analytics, secret: 0123456789abcdef }]\nbudgets:\n"

    private func rules(_ budget: String) throws -> [BudgetRule] { try read(Self.base + "  - " + budget).policy.budgets }

    @Test("a rule is what the file says")
    func reading() throws {
        let scope = "{ key: analytics, customer: acme, user: each, route: fast, provider: local, model: llama }"
        let rules = try rules("{ name: b, scope: \(scope), limit: $20.50, per: month, timezone: UTC, hard: reject }")
        let expected = BudgetRule(
            name: "b",
            scope: [
                .key: .exactly("analytics"), .customer: .exactly("acme"), .user: .each, .route: .exactly("fast"),
                .provider: .exactly("local"), .model: .exactly("llama"),
            ], limit: Money(nanodollars: 20_500_000_000), period: .month)
        #expect(rules == [expected])
    }

    @Test(
        "a limit is exact, with or without its $",
        arguments: [
            ("20", 20_000_000_000), ("$20", 20_000_000_000), ("0.000000001", 1), ("1_000", 1_000_000_000_000), ("0", 0),
            ("5e-05", 50_000), ("5.0e-05", 50_000), ("1E+3", 1_000_000_000_000), ("1e-9", 1),
        ])
    func limits(text: String, nanodollars: Int64) throws {
        #expect(
            try rules("{ name: b, scope: { user: each }, limit: \(text), per: day }").first?.limit.nanodollars
                == nanodollars)
    }

    @Test(
        "what is no amount in USD is no limit",
        arguments: ["0.0000000001", "1e-10", "-1", "20 USD", "1e", "1e10", "€20", "10000000000"])
    func noLimits(text: String) {
        #expect(
            problems(Self.base + "  - { name: b, scope: { user: each }, limit: '\(text)', per: day }") == [
                "6:46: '\(text)' is not an amount in USD such as $20 or 0.50, with at most nine decimals."
            ])
    }

    @Test("a budget may have every period", arguments: BudgetPeriod.allCases)
    func periods(period: BudgetPeriod) throws {
        #expect(
            try rules("{ name: b, scope: { user: each }, limit: 1, per: \(period.rawValue) }").first?.period == period)
    }

    @Test(
        "what it does when there is no room: one thing, or one and what else a caller may ask for",
        arguments: [
            ("reject", [.reject]), ("clamp", [.clamp]), ("[clamp, reject]", [.clamp, .reject]),
            ("[ reject, clamp ]", [.reject, .clamp]), ("cached", [.cached]), ("[cached, clamp]", [.cached, .clamp]),
        ] as [(String, [BudgetAction])])
    func actions(text: String, actions: [BudgetAction]) throws {
        let rule = try rules("{ name: b, scope: { user: each }, limit: 1, per: day, hard: \(text) }").first
        #expect(rule?.actions == actions)
    }

    @Test(
        "a budget sends requests to another route, at its limit or below it",
        arguments: [
            ("hard: { degrade: fast }", [.degrade], "fast", []),
            ("hard: [ { degrade: fast }, clamp ]", [.degrade, .clamp], "fast", []),
            ("hard: [ reject, { degrade: fast } ]", [.reject, .degrade], "fast", []),
            ("soft: { at: 80%, degrade: fast }", [.reject], nil, ["fast"]),
            ("soft: [ { at: 80%, degrade: fast }, { at: 50% } ], hard: clamp", [.clamp], nil, [nil, "fast"]),
        ] as [(String, [BudgetAction], String?, [String?])])
    func degrading(text: String, actions: [BudgetAction], route: String?, soft: [String?]) throws {
        let rule = try rules("{ name: b, scope: { user: each }, limit: 1, per: day, \(text) }").first
        #expect(rule?.actions == actions)
        #expect(rule?.degradeTo == route)
        #expect(rule?.thresholds.map(\.degradeTo) == soft)
    }

    @Test("a route is not degraded to itself") func sameRoute() {
        #expect(
            problems(
                Self.base
                    + "  - { name: b, scope: { route: fast }, limit: 1, per: day, soft: { at: 80%, degrade: fast } }")
                == ["6:86: a budget on route 'fast' cannot send its requests there. Name a cheaper one."])
    }

    @Test("the routes that budgets send requests to are resolved with the configuration") func resolved() throws {
        let policy = try read(
            Self.base + "  - { name: b, scope: { user: each }, limit: 1, per: day, hard: { degrade: fast } }"
        ).policy
        #expect(policy.routes["fast"]?.choices.map(\.candidate.target.description) == ["local/llama"])
    }

    @Test(
        "what it cannot do",
        arguments: [
            ("clam", "6:65: unknown hard action 'clam'. Did you mean 'clamp'?"),
            (
                "[]",
                "6:65: a budget without a hard action. Say what it does: 'reject', 'clamp' or 'cached', or { degrade: ROUTE }."
            ),
            (
                "[reject, stop]",
                "6:74: unknown hard action 'stop'. Write 'reject', 'clamp' or 'cached', or { degrade: ROUTE }."
            ),
            ("degrade", "6:65: 'degrade' needs a route to go to. Write { degrade: ROUTE }."),
            ("{ degrade: fats }", "6:76: there is no route 'fats'. Did you mean 'fast'?"),
            ("{ degrade: }", "6:65: a hard action has no 'degrade'. Add 'degrade: ROUTE'."),
            (
                "[ { degrade: fast }, { degrade: fast } ]",
                "6:86: there are two routes to degrade to. Name the one that counts."
            ),
        ])
    func noActions(text: String, problem: String) {
        #expect(
            problems(Self.base + "  - { name: b, scope: { user: each }, limit: 1, per: day, hard: \(text) }") == [
                problem
            ])
    }

    @Test(
        "what it cannot be",
        arguments: [
            (
                "{ name: b, scope: { key: analitics }, limit: 1, per: day }",
                "6:30: there is no key 'analitics'. Did you mean 'analytics'?"
            ),
            (
                "{ name: b, scope: { route: fats }, limit: 1, per: day }",
                "6:32: there is no route 'fats'. Did you mean 'fast'?"
            ),
            (
                "{ name: b, scope: { provider: loca }, limit: 1, per: day }",
                "6:35: there is no provider 'loca'. Did you mean 'local'?"
            ),
            (
                "{ name: b, scope: { model: lama }, limit: 1, per: day }",
                "6:32: there is no model 'lama'. Did you mean 'llama'?"
            ),
            (
                "{ name: b, scope: { user: '*' }, limit: 1, per: day }",
                "6:31: '*' is no user: patterns are for models and families. Name one, or write 'each' for a budget of each one's own."
            ),
            (
                "{ name: b, scope: { customer: team-* }, limit: 1, per: day }",
                "6:35: 'team-*' is no customer: patterns are for models and families. Name one, or write 'each' for a budget of each one's own."
            ),
            (
                "{ name: b, scope: { usr: each }, limit: 1, per: day }",
                "6:25: unknown key 'usr' in a scope. Did you mean 'user'?"
            ),
            (
                "{ name: b, scope: {}, limit: 1, per: day }",
                "6:23: a scope names what it limits. Add 'key', 'customer', 'user', 'route', 'provider', 'model', 'family' or 'tag'."
            ),
            (
                "{ name: b, scope: { user: }, limit: 1, per: day }",
                "6:31: expected a user, or 'each', but found nothing."
            ),
            (
                "{ name: b, limit: 1, per: day }",
                "6:5: a budget has no 'scope'. Add 'scope: { key: my-app }' or 'scope: { user: each }'."
            ),
            ("{ name: b, scope: { user: each }, per: day }", "6:5: a budget has no 'limit'. Add 'limit: $20'."),
            ("{ name: b, scope: { user: each }, limit: 1 }", "6:5: a budget has no 'per'. Add 'per: day'."),
            ("{ scope: { user: each }, limit: 1, per: day }", "6:5: a budget has no 'name'. Add 'name: daily'."),
            (
                "{ name: b, scope: { user: each }, limit: 1, per: dya }",
                "6:54: unknown period 'dya'. Did you mean 'day'?"
            ),
            (
                "{ name: b, scope: { user: each }, limit: 1, per: year }",
                "6:54: unknown period 'year'. Write 'minute', 'hour', 'day', 'week', 'month' or 'total'."
            ),
            (
                "{ name: b, scope: { family: lama }, limit: 1, per: day }",
                "6:33: there is no family 'lama'. Did you mean 'llama'?"
            ),
            (
                "{ name: b, scope: { family: lama-* }, limit: 1, per: day }",
                "6:33: no model with a price is like 'lama-*'. A * stands for any letters or none, and all the rest has to be there."
            ),
            (
                "{ name: b, scope: { model: gpt-* }, limit: 1, per: day }",
                "6:32: no model with a price is like 'gpt-*'. A * stands for any letters or none, and all the rest has to be there."
            ),
            (
                "{ name: b, scope: { tag: [team] }, limit: 1, per: day }",
                "6:30: expected a mapping from each tag's name, but found a list. Write { NAME: … }, or one a line: NAME: …"
            ),
            (
                "{ name: b, scope: { tag: each }, limit: 1, per: day }",
                "6:30: a scope by tag names the tag. Write 'tag: { team: each }' for a budget of each value that the tag 'team' has."
            ),
            (
                "{ name: b, scope: { tag: 'team=a b' }, limit: 1, per: day }",
                "6:30: 'team=a b' is no tag. Write 'tag: { team: search }'. Use 1 to 64 letters, digits and any of - _ . : @ + /."
            ),
            (
                "{ name: b, scope: { tag: 'team=a,team=b' }, limit: 1, per: day }",
                "6:30: 'team=a,team=b' is no tag. Write 'tag: { team: search }'. Use 1 to 64 letters, digits and any of - _ . : @ + /."
            ),
            (
                "{ name: b, scope: { model: local/lama }, limit: 1, per: day }",
                "6:32: provider 'local' has no model with a price that 'local/lama' names. Did you mean 'local/llama'?"
            ),
            (
                "{ name: b, scope: { model: 'local/gpt-*' }, limit: 1, per: day }",
                "6:32: provider 'local' has no model with a price that 'local/gpt-*' names. Add it to 'prices', or name one that is there: tuppence prices list"
            ),
            (
                "{ name: b, scope: { model: local/llama, provider: openai }, limit: 1, per: day }",
                "6:32: 'local/llama' is a model of provider 'local', and the scope names another 'provider'. Remove one of the two."
            ),
            (
                "{ name: b, scope: { model: local/llama, provider: each }, limit: 1, per: day }",
                "6:32: 'local/llama' is a model of provider 'local', and the scope names another 'provider'. Remove one of the two."
            ),
            (
                "{ name: b, scope: { model: nobody/llama }, limit: 1, per: day }",
                "6:32: there is no model 'nobody/llama'. Name one that is configured, or write 'each'."
            ),
            (
                "{ name: b, scope: { tag: {} }, limit: 1, per: day }",
                "6:30: a scope by tag names the tag. Write 'tag: { team: search }' or 'tag: { team: each }'."
            ),
            (
                "{ name: b, scope: { tag: { a b: c } }, limit: 1, per: day }",
                "6:32: 'a b' is no tag's name. Use 1 to 64 letters, digits and any of - _ . : @ + /."
            ),
            (
                "{ name: b, scope: { tag: { team: 'a,b' } }, limit: 1, per: day }",
                "6:38: 'a,b' is no tag's value. Use 1 to 64 letters, digits and any of - _ . : @ + /."
            ),
            // A slash joins a budget's name and the values of its `each`: two accounts could end up with one name.
            (
                "{ name: a/b, scope: { user: each }, limit: 1, per: day }",
                "6:13: 'a/b' is not a name: letters, digits and any of - _ . : @ +."
            ),
        ])
    func invalid(budget: String, problem: String) { #expect(problems(Self.base + "  - " + budget) == [problem]) }

    @Test(
        "families, patterns and tags",
        arguments: [
            ("family: llama", [.family: .exactly("llama")]), ("family: each", [.family: .each]),
            ("family: lla*", [.family: .matching(NamePattern("lla*")!)]),
            ("model: l*a", [.model: .matching(NamePattern("l*a")!)]),
            ("tag: { team: search, env: each }", [.tag("team"): .exactly("search"), .tag("env"): .each]),
            ("tag: team=search", [.tag("team"): .exactly("search")]), ("tag: team=each", [.tag("team"): .each]),
            ("tag: team", [.tag("team"): .each]),
            ("tag: 'team=search, env=each'", [.tag("team"): .exactly("search"), .tag("env"): .each]),
            ("model: local/llama", [.provider: .exactly("local"), .model: .exactly("llama")]),
            ("model: local/llama, provider: local", [.provider: .exactly("local"), .model: .exactly("llama")]),
            ("model: 'local/*'", [.provider: .exactly("local"), .model: .matching(NamePattern("*")!)]),
        ] as [(String, [BudgetDimension: BudgetRule.Match])])
    func wideScopes(text: String, scope: [BudgetDimension: BudgetRule.Match]) throws {
        let rule = try rules("{ name: b, scope: { \(text) }, limit: 1, per: day }").first
        #expect(rule == BudgetRule(name: "b", scope: scope, limit: Money(nanodollars: 1_000_000_000), period: .day))
    }

    @Test(
        "a slash in a model's own name is told apart from the one behind a provider",
        arguments: [
            ("{ model: meta/llama }", [.model: .exactly("meta/llama")]),
            ("{ model: 'meta/l*' }", [.model: .matching(NamePattern("meta/l*")!)]),
            ("{ model: hub/meta/llama }", [.provider: .exactly("hub"), .model: .exactly("meta/llama")]),
            ("{ provider: hub, model: local/both }", [.provider: .exactly("hub"), .model: .exactly("local/both")]),
            ("{ provider: local, model: local/both }", [.provider: .exactly("local"), .model: .exactly("both")]),
            ("{ model: local/hubs }", [.model: .exactly("local/hubs")]), ("{ model: local/both }", nil),
            ("{ model: local/b* }", nil),
        ] as [(String, [BudgetDimension: BudgetRule.Match]?)])
    func slashes(text: String, scope: [BudgetDimension: BudgetRule.Match]?) throws {
        let file = """
            providers: { local: { base_url: http://127.0.0.1:9001/v1 }, hub: { base_url: http://127.0.0.1:9002/v1 } }
            prices:
              local/both: { input: 1, output: 1 }
              hub/local/both: { input: 1, output: 1 }
              hub/local/hubs: { input: 1, output: 1 }
              hub/meta/llama: { input: 1, output: 1 }
            budgets: [{ name: b, limit: 1, per: day, scope: \(text) }]
            """
        guard let scope else {
            let found = problems(file)
            #expect(found.count == 1)
            #expect(found.first?.contains("of provider 'local', and a model's name at 'hub'. Name the") == true)
            return
        }
        let rule = try read(file).policy.budgets.first
        #expect(rule == BudgetRule(name: "b", scope: scope, limit: Money(nanodollars: 1_000_000_000), period: .day))
    }

    @Test(
        "a provider with a price for every name, or with models without one, may be meant by the whole of it",
        arguments: [
            ("prices: { hub/*: { input: 1, output: 1 } }", true),
            ("prices: { hub/open*: { input: 1, output: 1 } }", true),
            ("unpriced: allow", true), ("prices: { hub/meta*: { input: 1, output: 1 } }", false),
            ("prices: { hub/*: { input: 0, output: 0 } }", false), ("", false),
        ])
    func wholeNames(hub: String, isAmbiguous: Bool) throws {
        func file(_ scope: String) -> String {
            "providers: { openai: { api_key: k }, hub: { base_url: http://127.0.0.1:9002/v1 } }\n\(hub)\nbudgets: [{ name: b, limit: 1, per: day, scope: \(scope) }]"
        }
        for (name, model) in [("openai/gpt-4o", "gpt-4o"), ("openai/gpt-*", "gpt-*")] {
            let own = "{ provider: openai, model: \(model) }"
            let others = "{ provider: hub, model: \(name) }"
            let meant = try read(file(own)).policy.budgets
            if isAmbiguous {
                #expect(
                    problems(file("{ model: '\(name)' }")) == [
                        "3:58: '\(name)' is '\(model)' of provider 'openai', and a model's name at 'hub'. Name the provider, too: \(own) or \(others)."
                    ])
                #expect(try read(file(others)).policy.budgets != meant)
            } else {
                #expect(try read(file("{ model: '\(name)' }")).policy.budgets == meant)
            }
        }
    }

    @Test(
        "thresholds are a share of the limit, rounded up, or an amount; one or several",
        arguments: [
            ("{ at: 80% }", [(800_000_000, [])]), ("{ at: $0.5 }", [(500_000_000, [])]),
            ("{ at: 100% }", [(1_000_000_000, [])]),
            ("{ at: 0.01% }", [(100_000, [])]), ("{ at: 1 }", [(1_000_000_000, [])]),
            ("{ at: 80%, notify: https://hooks.example/x }", [(800_000_000, ["https://hooks.example/x"])]),
            ("{ at: 80%, notify: log }", [(800_000_000, [])]), ("{ at: 80%, notify: [log] }", [(800_000_000, [])]),
            ("{ at: 80%, notify: [log, https://b/] }", [(800_000_000, ["https://b/"])]),
            (
                "[ { at: 90%, notify: [ http://a:1/, https://b/ ] }, { at: 50% } ]",
                [(500_000_000, []), (900_000_000, ["http://a:1/", "https://b/"])]
            ),
        ] as [(String, [(Int64, [String])])])
    func thresholds(text: String, expected: [(at: Int64, notify: [String])]) throws {
        let rule = try rules("{ name: b, scope: { user: each }, limit: 1, per: day, soft: \(text) }").first
        #expect(rule?.thresholds.map(\.at.nanodollars) == expected.map(\.at))
        #expect(rule?.thresholds.map(\.notify) == expected.map(\.notify))
    }

    @Test("a share of a limit that does not divide is rounded up: three nanodollars at half") func roundedShare() throws
    {
        let rule = try rules("{ name: b, scope: { user: each }, limit: 0.000000003, per: day, soft: { at: 50% } }")
            .first
        #expect(rule?.thresholds.map(\.at.nanodollars) == [2])
    }

    @Test(
        "what no threshold can be",
        arguments: [
            (
                "{ at: 0% }",
                "6:71: a threshold at $0.00 can never be passed. It lies above $0 and not above the limit, $1.00."
            ),
            (
                "{ at: 101% }",
                "6:71: a threshold at $1.01 can never be passed. It lies above $0 and not above the limit, $1.00."
            ),
            (
                "{ at: $2 }",
                "6:71: a threshold at $2.00 can never be passed. It lies above $0 and not above the limit, $1.00."
            ),
            (
                "{ at: most }",
                "6:71: 'most' is not a share of the limit such as 80%, or an amount in USD such as $16."
            ),
            (
                "{ at: 0.001% }",
                "6:71: '0.001%' is not a share of the limit such as 80%, or an amount in USD such as $16."
            ),
            ("{ notify: https://h/ }", "6:65: a soft threshold has no 'at'. Add 'at: 80%' or 'at: $16'."),
            ("{ at: 80%, notfy: x }", "6:76: unknown key 'notfy' in a soft threshold. Did you mean 'notify'?"),
            ("{ at: 80%, degrade: fats }", "6:85: there is no route 'fats'. Did you mean 'fast'?"),
            (
                "{ at: 80%, notify: hooks.example }",
                "6:84: this is no address that a notice can be posted to. Write a URL such as https://hooks.example/tuppence, without a user name or a fragment."
            ),
            (
                "{ at: 80%, notify: [log, logs] }",
                "6:90: this is no address that a notice can be posted to. Write a URL such as https://hooks.example/tuppence, without a user name or a fragment."
            ),
            (
                "80%",
                "6:65: expected a mapping in a soft threshold, but found a single value. It may have 'at', 'notify' and 'degrade'."
            ),
        ])
    func noThresholds(text: String, problem: String) {
        #expect(
            problems(Self.base + "  - { name: b, scope: { user: each }, limit: 1, per: day, soft: \(text) }") == [
                problem
            ])
    }

    @Test("names are each budget's own")
    func duplicates() {
        let budget = "  - { name: b, scope: { user: each }, limit: 1, per: day }\n"
        #expect(
            problems(Self.base + budget + budget) == [
                "7:13: there are two budgets called 'b'. Give each a name of its own: it is what spending is booked under."
            ])
    }

    @Test("a known provider may be limited before its key is there")
    func absentProvider() throws {
        #expect(try rules("{ name: b, scope: { provider: openai }, limit: 1, per: day }").count == 1)
        #expect(try rules("{ name: b, scope: { route: openai/gpt-4o }, limit: 1, per: day }").count == 1)
    }
}
