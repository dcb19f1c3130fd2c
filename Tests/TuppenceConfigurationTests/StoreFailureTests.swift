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

    @Test("nothing can be allowed without a file to write it to")
    func noJournal() {
        let found = problems(budget("{ allow_up_to: $1 }"))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("1:85: nothing can be allowed without an emergency journal"))
        #expect(problems(budget("refuse")).isEmpty)
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
