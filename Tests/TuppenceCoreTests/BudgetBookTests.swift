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
            for dimension in BudgetDimension.allCases {
                switch Int.random(in: 0..<6, using: &random) {
                case 0: scope[dimension] = .each
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
                target: Target(provider: value(), model: value()))
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
}
