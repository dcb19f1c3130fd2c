/// From values to an order.
extension RouteDecision {
    mutating func order(by strategy: Route.Strategy, affinity: Affinity?, using random: inout RandomSource) {
        let byValue = strategy != .fastest
        places.sort { Self.goesBefore($0, $1, byValue: byValue) }
        var start = 0
        while start < places.count {
            var end = start + 1
            while end < places.count && !Self.goesBefore(places[start], places[end], byValue: byValue, alike: true) {
                end += 1
            }
            if end - start > 1 { draw(start..<end, strategy, affinity, using: &random) }
            start = end
        }
    }

    /// - Parameter alike: whether places in the route are to make no difference.
    private static func goesBefore(_ left: Place, _ right: Place, byValue: Bool, alike: Bool = false) -> Bool {
        if left.tier != right.tier { return left.tier < right.tier }
        if left.priority != right.priority { return left.priority < right.priority }
        if left.yields != right.yields { return right.yields }
        if byValue && left.value != right.value { return left.value < right.value }
        return !alike && left.index < right.index
    }

    /// Orders places among which nothing else makes a difference.
    private mutating func draw(
        _ range: Range<Int>, _ strategy: Route.Strategy, _ affinity: Affinity?, using random: inout RandomSource
    ) {
        if strategy == .fastest { return race(range, using: &random) }
        if let affinity { return keepTogether(range, affinity) }
        for next in range.dropLast() { move(drawn(next..<range.upperBound, using: &random), to: next) }
    }

    /// One of the places, drawn by weight; where none has any, the first. A weight of 0 is thus drawn after all others.
    private func drawn(_ range: Range<Int>, using random: inout RandomSource) -> Int {
        var total = 0
        for place in range { total += places[place].weight }
        guard total > 0 else { return range.lowerBound }
        var ticket = Int.random(in: 0..<total, using: &random)
        for place in range {
            ticket -= places[place].weight
            if ticket < 0 { return place }
        }
        return range.lowerBound
    }

    private mutating func move(_ place: Int, to next: Int) {
        guard place != next else { return }
        let moved = places.remove(at: place)
        places.insert(moved, at: next)
    }

    /// Of two that are drawn by weight the faster goes first: who goes to the fastest of all always would send everything
    /// there at once, until it is the slowest.
    private mutating func race(_ range: Range<Int>, using random: inout RandomSource) {
        for next in range.dropLast() {
            move(drawn(next..<range.upperBound, using: &random), to: next)
            let other = drawn(next + 1..<range.upperBound, using: &random)
            // Those without weight are for when nothing else is left.
            if places[other].weight > 0 || places[next].weight == 0, places[other].value < places[next].value {
                move(other, to: next)
            }
        }
    }

    /// The same order for the same caller; when a target comes or goes, all callers of the others stay where they are.
    private mutating func keepTogether(_ range: Range<Int>, _ affinity: Affinity) {
        for place in range {
            places[place].score = affinity.score(
                of: choices[places[place].index].affinity, weight: places[place].weight)
        }
        places[range].sort { $0.score != $1.score ? $0.score > $1.score : $0.index < $1.index }
    }
}
