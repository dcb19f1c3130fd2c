import Testing

/// A rule in words, and the two figures between which it begins to hold.
struct BoundaryRule: Sendable, CustomTestStringConvertible {
    let words: String
    let before: Int64
    let from: Int64
    let holds: @Sendable (Int64) -> Bool
    var testDescription: String { "\(words): not at \(before), but at \(from)" }

    init(_ words: String, _ before: Int64, _ from: Int64, _ holds: @escaping @Sendable (Int64) -> Bool) {
        self.words = words
        self.before = before
        self.from = from
        self.holds = holds
    }

    func check(_ location: SourceLocation = #_sourceLocation) {
        #expect(!holds(before), "\(words) holds at \(before) already", sourceLocation: location)
        #expect(holds(from), "\(words) does not hold at \(from)", sourceLocation: location)
    }
}
