/// The most parts that a run of characters can be left in by merging, worked out character by character.
///
/// A tokenizer merges neighbours until no two of them can be merged. So in what it leaves no two single characters stand
/// side by side that the vocabulary merges, nor such a pair beside such a character. Of all ways of cutting the run that
/// keep to that, this finds the one with the most parts; parts of three characters and more are bound by nothing. The
/// first part may be the end of one that began before the run and is counted there.
struct Segmentation: Hashable {
    /// What is known to be merged where one character more comes: the last one with it, the last one with the two that
    /// would end in it, the last two with it.
    struct Merges: OptionSet {
        let rawValue: UInt8
        static let pair = Merges(rawValue: 1)
        static let oneAndTwo = Merges(rawValue: 2)
        static let twoAndOne = Merges(rawValue: 4)
    }

    /// The most parts of which the last has one character, two, or more.
    private struct Ends: Hashable {
        var one = Segmentation.impossible
        var two = Segmentation.impossible
        var more = 0
        var most: Int { max(one, two, more) }
    }

    private var ends = Ends()
    private var endsBefore = Ends(more: Segmentation.impossible)
    /// The most parts until any place that lies two characters back or more.
    private var mostUntilTwoBefore = Segmentation.impossible

    private static let impossible = -100

    var most: Int { ends.most }

    mutating func add(_ merges: Merges) {
        func unless(_ merge: Merges, _ parts: Int) -> Int { merges.contains(merge) ? Self.impossible : parts }
        let next = Ends(
            one: max(unless(.pair, ends.one), unless(.twoAndOne, ends.two), ends.more) + 1,
            two: max(unless(.oneAndTwo, endsBefore.one), endsBefore.two, endsBefore.more) + 1,
            more: max(ends.more, mostUntilTwoBefore + 1))
        mostUntilTwoBefore = max(mostUntilTwoBefore, endsBefore.most)
        (endsBefore, ends) = (ends, next)
    }

    /// The same counted from its most, which is taken off and returned: all that decides about what comes.
    mutating func takeMost() -> Int {
        let taken = most
        func relative(_ parts: inout Int) { parts = parts - taken < -6 ? Self.impossible : parts - taken }
        for end in [\Ends.one, \.two, \.more] {
            relative(&ends[keyPath: end])
            relative(&endsBefore[keyPath: end])
        }
        relative(&mostUntilTwoBefore)
        return taken
    }
}

/// ``Segmentation`` as a table: relative to the most so far there are few states.
struct SegmentationTable: Sendable {
    /// For each state and what is merged: the next state, and in the upper half by how much the most rises, and 1.
    // Written while it is made, and only read from then on, by all threads; it is never freed.
    nonisolated(unsafe) private let steps: UnsafeMutablePointer<UInt16>

    init() {
        var states = [Segmentation()]
        var numbers = [states[0]: 0]
        var steps: [UInt16] = []
        var next = 0
        while next < states.count {
            for merges in UInt8(0)..<8 {
                var state = states[next]
                state.add(Segmentation.Merges(rawValue: merges))
                let rise = state.takeMost()
                let number = numbers[state] ?? states.count
                if number == states.count {
                    numbers[state] = number
                    states.append(state)
                }
                steps.append(UInt16(number) | UInt16(rise + 1) << 8)
            }
            next += 1
        }
        self.steps = .allocate(capacity: steps.count)
        self.steps.initialize(from: steps, count: steps.count)
    }

    @inline(__always)
    func step(_ state: inout Int, _ merges: UInt8) -> Int32 {
        let step = steps[state << 3 | Int(merges)]
        state = Int(step & 0xFF)
        return Int32(step >> 8) &- 1
    }
}
