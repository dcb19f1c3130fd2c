import Testing

@testable import TuppenceDialects

@Suite("Names of documents on Bedrock")
struct BedrockDocumentNameTests {
    private func names(_ titles: [String?], isOwn: Bool = false) -> [String] {
        var names = BedrockDocumentNames()
        return titles.map { names.next(title: $0.map { JSONString($0) }, isOwn: isOwn).decoded }
    }

    private static let long = String(repeating: "x", count: 199)

    @Test(
        "are unlike, in capitals or not",
        arguments: [
            (["a", "A", "a", "A"], ["a", "A 2", "a 3", "A 4"]),
            // A number is taken already, or comes later.
            (["a", "a 2", "a", "a"], ["a", "a 2", "a 3", "a 4"]),
            (["a", "a", "A 2", "a 2"], ["a", "a 2", "A 2 2", "a 2 3"]),
            ([nil, "Document 1", nil], ["Document 1", "Document 1 2", "Document 3"]),
        ] as [([String?], [String])])
    func unique(titles: [String?], expected: [String]) { #expect(names(titles) == expected) }

    @Test("are numbered together where long ones begin alike")
    func longOnes() {
        let long = Self.long
        let found = names([long + "y", long + "z", long + "y", long + "Z", long + "w"])
        let stem = String(repeating: "x", count: 193)
        #expect(found == [long + "y", long + "z", stem + " 2", stem + " 3", long + "w"])
    }

    @Test("are the caller's own where he speaks the dialect")
    func own() { #expect(names(["a", "a", nil], isOwn: true) == ["a", "a", "Document 3"]) }

    @Test("are found in no time for many that differ in capitals, or behind the 193rd letter", .timeLimit(.minutes(1)))
    func many() {
        let capitals = (0..<20_000).map { number in
            String((0..<16).map { number >> $0 & 1 == 0 ? Character("a") : Character("A") })
        }
        #expect(Set(names(capitals).map { $0.lowercased() }).count == capitals.count)
        let ends = (0..<5_000).flatMap { number in
            let title = "\(Self.long.prefix(194))\(String(number, radix: 36))"
            return [title, title]
        }
        let found = names(ends)
        #expect(Set(found.map { $0.lowercased() }).count == ends.count && found.allSatisfy { $0.count <= 200 })
    }
}
