import Testing

@testable import TuppenceCore

@Suite("Drawing an order by weight")
struct WeightedDrawTests {
    private static let weights = ["a": 6, "b": 3, "c": 1]

    private func orders(
        _ weights: [String: Int], of count: Int, strategy: Route.Strategy = .weighted
    ) -> [String: Int] {
        let names = weights.keys.sorted()
        let route = Route(
            name: "r",
            choices: names.map {
                .init(candidate: candidate(Target(provider: $0, model: "m")), weight: weights[$0]!)
            }, strategy: strategy)
        var random = RandomSource(seed: 4)
        var found: [String: Int] = [:]
        for _ in 0..<count {
            let decision = route.decide(for: plainDemand, by: RouteConditions(now: at(1_000)), using: &random)
            found[decision.candidates.map(\.target.provider).joined(), default: 0] += 1
        }
        return found
    }

    @Test("each order comes as often as if one after the other were drawn of those that are left")
    func likeDrawingOneByOne() {
        let count = 40_000
        let found = orders(Self.weights, of: count)
        // The first of ten, and the second of what is left.
        let shares: [(order: String, share: Double)] = [
            ("abc", 18.0 / 40), ("acb", 6.0 / 40), ("bac", 18.0 / 70), ("bca", 3.0 / 70), ("cab", 6.0 / 90),
            ("cba", 3.0 / 90),
        ]
        for (order, share) in shares {
            // Four sigma.
            let bound = 4 * (Double(count) * share * (1 - share)).squareRoot()
            #expect(abs(Double(found[order] ?? 0) - share * Double(count)) < bound, "\(order): \(found)")
        }
    }

    @Test("what has no weight comes after all others, in the order of the list", arguments: Route.Strategy.allCases)
    func weightless(strategy: Route.Strategy) {
        let found = orders(["a": 0, "b": 2, "c": 0, "d": 1], of: 200, strategy: strategy)
        #expect(found.keys.sorted() == ["bdac", "dbac"])
    }
}

@Suite("Where trouble is looked for without a lock")
struct TroubleMarksTests {
    private func target(_ number: Int) -> Target { Target(provider: "p\(number)", model: "m\(number)") }

    @Test("what is in it is always found, by its provider too, and little else is") func finds() {
        let marks = TroubleMarks()
        for number in 0..<20 { marks.insert(target(number)) }
        marks.insert(provider: "p20")
        #expect((0...20).allSatisfy { marks.mayContain(.init(of: target($0))) })
        #expect((100..<1_100).count { marks.mayContain(.init(of: target($0))) } < 80)
    }

    @Test("what is put in its place alone is left") func replaces() {
        let marks = TroubleMarks()
        for number in 0..<20 { marks.insert(target(number)) }
        marks.replace(by: [target(3)], providers: ["p4"])
        #expect((0..<20).filter { marks.mayContain(.init(of: target($0))) }.count < 5)
        #expect(marks.mayContain(.init(of: target(3))) && marks.mayContain(.init(of: target(4))))
        marks.replace(by: [], providers: [])
        #expect(!(0..<20).contains { marks.mayContain(.init(of: target($0))) })
    }

    @Test("a board says so of what has failed, and of nothing once that has recovered") func board() {
        let board = HealthBoard()
        let ill = Target(provider: "ill", model: "m")
        func mayBeTroubled(_ target: Target) -> Bool { board.mayBeTroubled(.init(of: target)) }
        board.failed(ill, UpstreamFailure(.unreachable, detail: ""), at: at(1_000))
        #expect(mayBeTroubled(ill) && mayBeTroubled(Target(provider: "ill", model: "other")))
        #expect(!mayBeTroubled(Target(provider: "well", model: "m")))
        board.began(at: at(1_009))
        #expect(mayBeTroubled(ill))
        board.began(at: at(1_000) + TargetHealth.recoveryStep)
        #expect(!mayBeTroubled(ill) && !board.hasTrouble)
    }

    @Test("one that recovers is forgotten while others are not") func forgotten() {
        let board = HealthBoard()
        let (first, second) = (Target(provider: "a", model: "m"), Target(provider: "b", model: "m"))
        board.failed(first, UpstreamFailure(.reset, detail: ""), at: at(1_000))
        board.failed(second, UpstreamFailure(.reset, detail: ""), at: at(1_005))
        board.began(at: at(1_010))
        #expect(board.health(of: [first, second]).keys.map(\.provider) == ["b"])
        board.began(at: at(1_015))
        #expect(!board.hasTrouble)
    }
}
