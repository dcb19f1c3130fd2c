import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("on_store_failure and the emergency journal")
struct StoreFailureTests {
    private let store = "store: { url: sqlite:t.db, emergency_journal: /mnt/t.journal }\n"

    private func budget(_ answer: String) -> String {
        "budgets: [{ name: b, scope: { user: each }, limit: $10, per: day\(answer.isEmpty ? "" : ", on_store_failure: \(answer)") }]"
    }

    @Test(
        "a budget allows what it says, and nothing unless it says so",
        arguments: [
            ("", nil), ("refuse", nil), ("{ allow_up_to: $2.50 }", "2.50"), ("{ allow_up_to: 10 }", "10"),
            ("{ allow_up_to: 0.000000001 }", "0.000000001"),
        ] as [(String, String?)])
    func allowances(answer: String, amount: String?) throws {
        let configuration = try read(store + budget(answer))
        #expect(configuration.policy.budgets.map(\.allowance) == [amount.flatMap(usd)])
        #expect(configuration.store == .sqlite(path: "t.db"))
        #expect(configuration.emergencyJournal == "/mnt/t.journal")
    }

    @Test(
        "what it can't mean is told with its place and what to write",
        arguments: [
            ("allow", "2:85: unknown answer to 'on_store_failure' 'allow'. Write 'refuse' or { allow_up_to: $5 }."),
            ("refuze", "2:85: unknown answer to 'on_store_failure' 'refuze'. Did you mean 'refuse'?"),
            ("allow_up_to", "2:85: 'allow_up_to' needs an amount. Write { allow_up_to: $5 }."),
            (
                "'allow_up_to: $2'",
                "2:85: 'allow_up_to: $2' is a text. Write it with braces and no quotes: { allow_up_to: $5 }."
            ),
            ("{ allow_up_to: 0 }", "2:100: this allows nothing. Write 'refuse', or an amount above $0."),
            (
                "{ allow_up_to: $10.01 }",
                "2:100: $10.01 is more than the budget's limit, $10.00. Allow that at the most."
            ),
            ("{}", "2:85: 'on_store_failure' has no 'allow_up_to'. Add 'allow_up_to: $5'."),
            ("{ allow: $5 }", "2:87: unknown key 'allow' in 'on_store_failure'. Did you mean 'allow_up_to'?"),
        ])
    func mistakes(answer: String, problem: String) {
        #expect(problems(store + budget(answer)).contains(problem), "\(problems(store + budget(answer)))")
    }

    @Test(
        "what a budget allows goes to a file of the gateway's own where none is named, and there is none where nothing is allowed",
        arguments: [
            ("", "tuppence.journal"), ("store: sqlite:/srv/t.db\n", "/srv/t.journal"),
            ("store: { url: sqlite:/srv/ledger }\n", "/srv/ledger.journal"),
            ("store: postgres://tuppence@db/ledger\n", "tuppence.journal"),
            ("server: { data: /var/lib/one }\nstore: postgres://tuppence@db/ledger\n", "/var/lib/one/tuppence.journal"),
        ])
    func usualJournal(store: String, path: String) throws {
        #expect(try read(store + budget("{ allow_up_to: $1 }")).emergencyJournal == path)
        #expect(try read(store + budget("refuse")).emergencyJournal == nil)
        #expect(try read(store).usualEmergencyJournal == path)
    }

    @Test("a budget that is made while the gateway runs allows something where there is a journal already")
    func madeLater() throws {
        let json =
            #"{"name": "m", "scope": {"user": "each"}, "limit": "1", "per": "day", "on_store_failure": {"allow_up_to": "1"}}"#
        let definition = try #require(BudgetDefinition(json: Array(json.utf8)))
        for file in [store, budget("{ allow_up_to: $1 }")] {
            #expect(try BudgetMaking(in: read(file), keys: []).rule(definition).allowance == usd("1"))
        }
        let error = #expect(throws: BudgetDefinitionError.self) {
            try BudgetMaking(in: read(budget("refuse")), keys: []).rule(definition)
        }
        #expect(error?.problems.first?.field == "on_store_failure")
        #expect(error?.description.contains("nothing can be allowed without an emergency journal") == true)
    }

    @Test("how else people write it is told of with how to write it")
    func elsewhere() throws {
        let remedy = "unknown key 'allow_up_to' in a budget. Write on_store_failure: { allow_up_to: $5 }."
        let fields = "name: b, scope: { user: each }, limit: $10, per: day, allow_up_to: $1"
        #expect(problems("budgets: [{ \(fields) }]") == ["1:67: \(remedy)"])
        let definition = try #require(BudgetDefinition(json: Array(#"{"allow_up_to": "1"}"#.utf8)))
        #expect(throws: BudgetDefinitionError(problems: [.init(field: "allow_up_to", text: remedy)])) {
            try definition.checkFields()
        }
        let found = problems("budgets:\n  - name: b\n    on_store_failure: allow_up_to: $5")
        #expect(
            found.first?.hasSuffix(
                "A value that has a ': ' in it needs { } around it where it is a mapping, and quotes where it is a text."
            ) == true)
    }

    @Test("a store is a text, or a mapping that says the same and may name an emergency journal")
    func stores() throws {
        #expect(try read("store: { url: sqlite:a.db }").store == .sqlite(path: "a.db"))
        #expect(try read("store: { url: sqlite:a.db }").emergencyJournal == nil)
        let journal = try read("store: { emergency_journal: /mnt/j }")
        #expect(journal.store == .standard && journal.emergencyJournal == "/mnt/j")
        #expect(
            problems("store: { url: mysql://root:hunter2@h/t }").first?.hasPrefix("1:15: this is no store.") == true)
        #expect(
            problems("store: { path: a.db }")
                == ["1:10: unknown key 'path' in 'store'. It may have 'url' and 'emergency_journal'."])
        for path in ["a.db", "a.db-wal", "a.db-shm"] {
            #expect(
                problems("store: { url: sqlite:a.db, emergency_journal: \(path) }") == [
                    "1:47: the emergency journal can't be the store's own file. Name another, best on another disk."
                ])
        }
    }
}
