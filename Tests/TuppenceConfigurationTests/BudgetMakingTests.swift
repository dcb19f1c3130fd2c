import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("Budgets that are made while the gateway runs")
struct BudgetMakingTests {
    private static let file =
        local
        + "routes: { fast: local/llama, cheap: local/llama }\nkeys: [{ name: analytics, secret: 0123456789abcdef }]\n"

    private func rule(_ json: String, keys: Set<String> = []) throws -> BudgetRule {
        let definition = try #require(BudgetDefinition(json: Array(json.utf8)))
        return try BudgetMaking(in: try read(Self.file), keys: keys).rule(definition)
    }

    private func problems(_ json: String, keys: Set<String> = []) throws -> [BudgetDefinitionError.Problem] {
        do {
            _ = try rule(json, keys: keys)
            return []
        } catch let error as BudgetDefinitionError { return error.problems }
    }

    @Test(
        "they are what the same words in the file make",
        arguments: [
            (
                #"{"name": "b", "scope": {"key": "analytics"}, "limit": "$20.50", "per": "month"}"#,
                "{ name: b, scope: { key: analytics }, limit: $20.50, per: month }"
            ),
            (
                #"{"name": "b", "scope": {"model": "local/l*", "tag": "team=search"}, "limit": 1, "per": "day"}"#,
                "{ name: b, scope: { provider: local, model: l*, tag: { team: search } }, limit: 1, per: day }"
            ),
            (
                #"{"name": "b", "scope": {"user": "each", "tag": {"team": "search"}}, "limit": 0.000000001, "per": "day", "timezone": "Europe/Berlin", "hard": ["clamp", {"degrade": "cheap"}], "soft": {"at": "80%", "notify": ["https://hooks.example/x"], "degrade": "cheap"}}"#,
                "{ name: b, scope: { user: each, tag: { team: search } }, limit: 0.000000001, per: day, timezone: Europe/Berlin, hard: [clamp, { degrade: cheap }], soft: { at: 80%, notify: [https://hooks.example/x], degrade: cheap } }"
            ),
        ])
    func same(json: String, yaml: String) throws {
        #expect(try rule(json) == read(Self.file + "budgets:\n  - " + yaml).policy.budgets.first)
    }

    @Test("what is written to have a rule makes that rule again")
    func backAndForth() throws {
        let json =
            #"{"name": "b", "scope": {"key": "each", "model": "lla*", "tag": {"team": "a/b"}}, "limit": "20", "per": "week", "hard": ["reject", {"degrade": "cheap"}, "cached"], "soft": [{"at": "50%"}, {"at": "80%", "degrade": "cheap", "notify": ["https://hooks.example/x"]}]}"#
        let made = try rule(json)
        let again = BudgetDefinition(made)
        #expect(try rule(again.json) == made)
        #expect(!again.withoutSecrets.json.contains("hooks.example"))
        #expect(again.withoutSecrets.json.contains("80%") == false && again.withoutSecrets.json.contains("$16.00"))
    }

    @Test(
        "what is wrong is said of the field that it is wrong with, in the words that the file's budgets have",
        arguments: [
            (
                #"{"name": "b", "scope": {"key": "analitics"}, "limit": "20", "per": "day"}"#, "scope",
                "there is no key 'analitics'. Did you mean 'analytics'?"
            ),
            (
                #"{"name": "b", "scope": {"key": "analytics"}, "limit": "a lot", "per": "day"}"#, "limit",
                "'a lot' is not an amount in USD such as $20 or 0.50, with at most nine decimals."
            ),
            (
                #"{"name": "b", "scope": {"key": "analytics"}, "limit": "20"}"#, "per",
                "a budget has no 'per'. Add 'per: day'."
            ),
            (
                #"{"name": "b b", "scope": {"key": "analytics"}, "limit": "20", "per": "day"}"#, "name",
                "'b b' is not a name: letters, digits and any of - _ . : @ +."
            ),
            (
                #"{"name": "b", "scope": {"key": "analytics"}, "limit": "20", "per": "day", "soft": {"at": "200%"}}"#,
                "soft", "a threshold at $40.00 can never be passed. It lies above $0 and not above the limit, $20.00."
            ),
            (
                #"{"name": "b", "scope": {"key": "analytics"}, "limit": "20", "per": "day", "colour": "red"}"#,
                "colour",
                "unknown key 'colour' in a budget. It may have 'name', 'scope', 'limit', 'per', 'timezone', 'soft', 'hard' and 'on_store_failure'."
            ),
        ])
    func wrong(json: String, field: String, text: String) throws {
        #expect(try problems(json) == [.init(field: field, text: text)])
    }

    @Test("keys of the store can be named; the environment can't")
    func names() throws {
        let json = #"{"name": "b", "scope": {"key": "team"}, "limit": "20", "per": "day"}"#
        #expect(try problems(json).count == 1)
        #expect(try rule(json, keys: ["team"]).name == "b")
        for text in ["${HOME}", "${HOME:-analytics}", "$${HOME}"] {
            let found = try problems(#"{"name": "b", "scope": {"key": "\#(text)"}, "limit": "20", "per": "day"}"#)
            #expect(found.map(\.text).joined().contains("there is no key '\(text)'"))
        }
    }

    @Test(
        "hostile text stays text, or is refused",
        arguments: [
            (#"\u0000"#, noName("\u{0}")), (#"\u0007"#, noName("\u{7}")), (#"\u007f"#, unprintable),
            // YAML takes that for the end of a line.
            ("\u{85}", noName(" ")), ("\u{FFFE}", unprintable), (#"\ud83d\ude00"#, noName("😀")),
            (#"\n- {x: y}"#, noName("\n- {x: y}")), ("'\\\"{}[],&*#!|>%@`", noName("'\"{}[],&*#!|>%@`")),
        ])
    func hostile(text: String, said: String) throws {
        let found = try problems(#"{"name": "\#(text)", "scope": {"key": "analytics"}, "limit": "20", "per": "day"}"#)
        #expect(found == [.init(field: "name", text: said)])
    }

    @Test(
        "control characters are told of the field that has them, wherever they stand in it",
        arguments: [
            (#""name": "a\u0007b""#, "name"), (#""scope": {"customer": "a\nb"}"#, "scope"),
            (#""scope": {"tag": {"te\tam": "each"}}"#, "scope"),
            (#""soft": [{"at": "80%", "notify": ["a\u007f"]}]"#, "soft"),
        ])
    func controls(member: String, field: String) throws {
        let definition = try #require(BudgetDefinition(json: Array("{\"limit\": \"5\", \(member)}".utf8)))
        do throws(BudgetDefinitionError) {
            try definition.checkTexts()
            Issue.record("they are taken")
        } catch {
            #expect(
                error.problems == [
                    .init(
                        field: field,
                        text: "it has control characters in it, such as a line break or a tab: leave them out.")
                ])
        }
        try BudgetDefinition([.init("scope", .members([.init("user", .text("Zoë 😀"))]))]).checkTexts()
    }

    private static let unprintable =
        "this is no YAML: control characters are not allowed. Remove the character that cannot be printed."
    private static func noName(_ text: String) -> String {
        "'\(text)' is not a name: letters, digits and any of - _ . : @ +."
    }

    @Test("a change replaces the fields that it has, and null takes one out")
    func changes() throws {
        let before = try #require(BudgetDefinition(json: Array(#"{"name":"b","limit":"1","hard":"clamp"}"#.utf8)))
        let patch = try #require(BudgetDefinition(json: Array(#"{"limit":2.50,"hard":null,"per":"day"}"#.utf8)))
        #expect(before.changed(by: patch).json == #"{"name": "b", "limit": "2.50", "per": "day"}"#)
    }

    @Test("of any number of fields that there are not the first few are told of", .timeLimit(.minutes(1)))
    func manyUnknown() throws {
        let members = (0..<50_000).map { BudgetDefinition.Member("colour-\($0)", .text("red")) }
        let definition = BudgetDefinition([.init("limit", .text("1"))] + members)
        do throws(BudgetDefinitionError) {
            try definition.checkFields()
            Issue.record("they are taken")
        } catch { #expect(error.problems.map(\.field) == ["colour-0", "colour-1", "colour-2"]) }
        #expect(throws: BudgetDefinitionError.self) {
            try BudgetMaking(in: try read(Self.file), keys: []).rule(definition)
        }
    }

    @Test(
        "what is no JSON object is no definition", arguments: ["", "[]", "1", "null", "{", "{\"a\": }", "\u{FEFF}{}"])
    func none(text: String) { #expect(BudgetDefinition(json: Array(text.utf8)) == nil) }
}
