import Testing

@testable import TuppenceCore

@Suite("Finding the budgets of a request")
struct BudgetBookTests {
    /// A generator of its own: the same rules and subjects every time.
    private struct Numbers: RandomNumberGenerator {
        var source: RandomSource
        mutating func next() -> UInt64 { source.next() }
    }

    private static func rules(_ count: Int, using random: inout Numbers) -> [BudgetRule] {
        (0..<count).map { number in
            var scope: [BudgetDimension: BudgetRule.Match] = [:]
            for dimension in BudgetDimension.allCases + [.tag("t"), .tag("u")] {
                switch Int.random(in: 0..<6, using: &random) {
                case 0: scope[dimension] = .each
                case 2 where dimension == .model || dimension == .family:
                    scope[dimension] = .matching(NamePattern("v\(Int.random(in: 0..<4, using: &random))*")!)
                case 1: scope[dimension] = .exactly("v\(Int.random(in: 0..<4, using: &random))")
                default: break
                }
            }
            return BudgetRule(name: "r\(number)", scope: scope, limit: nano(1), period: .day)
        }
    }

    @Test("the same budgets in the same order as asking each of them", arguments: [0, 1, 3, 40, 400])
    func equivalence(count: Int) {
        var random = Numbers(source: RandomSource(seed: UInt64(count)))
        let rules = Self.rules(count, using: &random)
        let book = BudgetBook(rules)
        var found = 0
        for _ in 0..<300 {
            func value() -> String { "v\(Int.random(in: 0..<5, using: &random))" }
            let subject = BudgetSubject(
                key: value(), customer: Bool.random(using: &random) ? value() : nil,
                user: Bool.random(using: &random) ? value() : nil, route: Bool.random(using: &random) ? value() : nil,
                target: Target(provider: value(), model: value()),
                tags: Bool.random(using: &random)
                    ? "t=\(value())" : Bool.random(using: &random) ? "t=\(value()),u=\(value())" : nil)
            let claims = book.claims(by: subject, at: at(5))
            #expect(claims == rules.compactMap { $0.claim(by: subject, at: at(5)) })
            found += claims.count
        }
        #expect(count < 3 || found > 0)
    }

    @Test("two spellings of one letter are two values, here as in each rule") func spellings() {
        let rules = ["caf\u{E9}", "cafe\u{301}"].map {
            BudgetRule(name: "b", scope: [.key: .exactly($0)], limit: nano(1), period: .day)
        }
        let book = BudgetBook(rules)
        for (place, rule) in rules.enumerated() {
            let key = place == 0 ? "caf\u{E9}" : "cafe\u{301}"
            #expect(book.claims(by: BudgetSubject(key: key, target: alpha), at: at(0)).map(\.rule) == [rule])
        }
    }

    @Test("more subjects than are remembered find their own budgets still, and so do those who share a place")
    func crowded() {
        let book = BudgetBook([BudgetRule(name: "b", scope: [.user: .each], limit: nano(1), period: .day)])
        for round in 0..<2 {
            for number in 0..<10_000 {
                let subject = BudgetSubject(key: "k\(round)", user: "u\(number)", target: alpha)
                #expect(book.claims(by: subject, at: at(0)).first?.account.name == "b/u\(number)")
            }
        }
    }

    @Test("only what the rules ask about tells subjects apart") func asked() {
        let book = BudgetBook([BudgetRule(name: "b", scope: [.key: .each], limit: nano(1), period: .day)])
        let first = book.claims(by: BudgetSubject(key: "k", user: "a", target: alpha, tags: "t=1"), at: at(0))
        let second = book.claims(by: BudgetSubject(key: "k", user: "b", route: "r", target: beta), at: at(0))
        #expect(first[0] === second[0])
    }

    @Test("what is remembered of a subject ends with its windows, and is nobody else's") func remembered() {
        let rules = [BudgetPeriod.minute, .day, .total].map {
            BudgetRule(name: $0.rawValue, scope: [.user: .each], limit: nano(1), period: $0)
        }
        let book = BudgetBook(rules)
        func accounts(_ user: String, _ second: Int64) -> [BudgetAccount] {
            let subject = BudgetSubject(key: "k", user: user, target: alpha)
            let claims = book.claims(by: subject, at: at(second))
            #expect(claims == rules.compactMap { $0.claim(by: subject, at: at(second)) })
            return claims.map(\.account)
        }
        let first = accounts("caf\u{E9}", 86_390)
        #expect(zip(first, accounts("caf\u{E9}", 86_399)).allSatisfy { $0 === $1 })
        #expect(accounts("cafe\u{301}", 86_399) != first)
        // The next minute is the next day; a clock that goes back finds the day before.
        #expect(accounts("caf\u{E9}", 86_400).map(\.windowStart) == [at(86_400), at(86_400), at(0)])
        #expect(accounts("caf\u{E9}", 86_399) == first)
    }
}
