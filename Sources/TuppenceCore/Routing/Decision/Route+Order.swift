/// From values to an order.
extension Route {
    func order(_ unordered: Places, affinity: Affinity?, using random: inout RandomSource) {
        var places = unordered
        let byValue = strategy != .fastest
        for place in places.indices { places[place].makeRank() }
        places.sort { Self.goesBefore($0, $1, byValue: byValue) }
        var start = 0
        while start < places.count {
            var end = start + 1
            while end < places.count && !Self.goesBefore(places[start], places[end], byValue: byValue, alike: true) {
                end += 1
            }
            if end - start > 1 { draw(Places(rebasing: places[start..<end]), affinity, using: &random) }
            start = end
        }
    }

    /// - Parameter alike: whether places in the route are to make no difference.
    private static func goesBefore(_ left: Place, _ right: Place, byValue: Bool, alike: Bool = false) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        if byValue && left.value != right.value { return left.value < right.value }
        return !alike && left.index < right.index
    }

    /// Orders places among which nothing else makes a difference: by weight and by chance, or in the same order for the same
    /// caller; when a target comes or goes, all callers of the others stay where they are.
    private func draw(_ alike: Places, _ affinity: Affinity?, using random: inout RandomSource) {
        if strategy == .fastest { return race(alike, using: &random) }
        var places = alike
        for place in places.indices {
            let weight = places[place].weight
            places[place].score =
                affinity?.score(of: choices[places[place].index].affinity, weight: weight)
                ?? WeightedDraw.score(random.next(), weight: weight)
        }
        places.sort { $0.score != $1.score ? $0.score > $1.score : $0.index < $1.index }
    }

    /// Of two that are drawn by weight the faster goes first: who goes to the fastest of all always would send everything
    /// there at once, until it is the slowest.
    private func race(_ alike: Places, using random: inout RandomSource) {
        var places = alike
        // Those without weight are for when nothing else is left.
        places.sort { ($0.weight > 0) != ($1.weight > 0) ? $0.weight > 0 : $0.index < $1.index }
        var total = 0
        var heavy = 0
        while heavy < places.count, places[heavy].weight > 0 {
            total += places[heavy].weight
            heavy += 1
        }
        for next in 0..<max(heavy - 1, 0) {
            places.swapAt(next, Self.drawn(places[next..<heavy], of: total, using: &random))
            let rest = total - places[next].weight
            let other = Self.drawn(places[next + 1..<heavy], of: rest, using: &random)
            if places[other].value < places[next].value { places.swapAt(next, other) }
            total -= places[next].weight
        }
        for next in heavy..<max(places.count - 1, heavy) where places[next + 1].value < places[next].value {
            places.swapAt(next, next + 1)
        }
    }

    /// One of the places, drawn by weight, of which `total` is the sum.
    private static func drawn(_ places: Slice<Places>, of total: Int, using random: inout RandomSource) -> Int {
        var ticket = Int.random(in: 0..<total, using: &random)
        var place = places.startIndex
        while ticket >= places[place].weight {
            ticket -= places[place].weight
            place += 1
        }
        return place
    }
}
