/// The name that a mistyped one was probably meant to be.
package enum Suggestion {
    /// `Did you mean 'budgets'?`, or nothing where no candidate comes near.
    package static func sentence(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { "Did you mean '\($0)'?" } ?? ""
    }

    /// The candidate fewest typing mistakes away, but at most two, or else one that `word` is the beginning of, or that
    /// is the beginning of `word`. Of several that are as near, the first.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        // A third of a short word is all that may differ: "per" is not a mistyped "key".
        let tolerance = min(2, max(1, word.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != word {
            let distance = distance(word, candidate)
            let isPrefix =
                min(word.count, candidate.count) >= 3 && (candidate.hasPrefix(word) || word.hasPrefix(candidate))
            guard distance <= tolerance || isPrefix else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn one into the other.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        // Three rows of the table: the one being filled, and the two above it.
        var above: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var least = min(last[column + 1], current[column]) + 1
                least = min(least, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, above[column - 1] + 1)
                }
                current.append(least)
            }
            (above, last) = (last, current)
        }
        return last[right.count]
    }
}
