import Testing

@testable import TuppenceCore

@Suite("Targets in order")
struct CandidatesTests {
    private static let route = Route(
        name: "r", choices: ["a", "b", "c"].map { .init(candidate: candidate(Target(provider: "p", model: $0))) })

    private static func models(_ candidates: Candidates) -> String { candidates.map(\.target.model).joined() }

    @Test("They are those of a route in the order given, or as it lists them")
    func order() {
        #expect(Self.models(Candidates(Self.route.choices, order: [2, 0])) == "ca")
        #expect(Self.models(Candidates(of: Self.route)) == "abc")
        #expect(Self.models(Candidates(Self.route.choices.reversed().map(\.candidate))) == "cba")
        #expect(Candidates(Self.route.choices, order: []).isEmpty)
    }

    @Test("What is taken goes, first to last, and what is put back is the next")
    func takenAndPutBack() {
        var left = Candidates(Self.route.choices, order: [1, 2, 0])
        let first = left.popFirst()
        #expect(first?.target.model == "b" && Self.models(left) == "ca")
        let second = left.popFirst()
        if let second { left.push(second) }
        if let first { left.push(first) }
        #expect(Self.models(left) == "bca" && left[1].target.model == "c" && left.count == 3)
        #expect((0..<4).map { _ in left.popFirst()?.target.model } == ["b", "c", "a", nil])
    }

    @Test("One is removed wherever it stands", arguments: 0..<4)
    func removed(index: Int) {
        var left = Candidates(Self.route.choices, order: [0, 1, 2])
        _ = left.popFirst()
        left.push(candidate(Target(provider: "p", model: "x")))
        left.push(candidate(Target(provider: "p", model: "y")))
        var letters = Array("yxbc")
        letters.remove(at: index)
        left.remove(at: index)
        #expect(Self.models(left) == String(letters))
    }
}
