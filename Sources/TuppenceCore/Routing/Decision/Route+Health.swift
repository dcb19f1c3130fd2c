/// What targets have done of late, and what that means for their places.
extension Route {
    /// Puts those behind that have failed of late.
    ///
    /// - Returns: the choice whose try is due, and is to be made before all others; nil where none is.
    func heed(
        _ board: HealthBoard, _ places: Places, at now: Timestamp, using random: inout RandomSource
    ) -> Int? {
        var isAnyTroubled = false
        for place in places.indices where board.mayBeTroubled(facts[places[place].index].mark) {
            places[place].mayBeTroubled = true
            isAnyTroubled = true
        }
        guard isAnyTroubled else { return nil }
        if strategy.goesByWeight {
            // So that the least weight can be halved, too.
            for place in places.indices { places[place].weight <<= TargetHealth.mostHalvings }
        }
        // One draw for all that are on their way back.
        let luck = Int.random(in: 0..<(1 << TargetHealth.mostHalvings), using: &random)
        // The one whose try has been due for longest.
        var due: (index: Int, health: CombinedHealth)?
        board.withHealth { health in
            for place in places.indices where places[place].mayBeTroubled {
                guard let state = health(choices[places[place].index].candidate.target) else { continue }
                if heed(state, &places[place], at: now, luck: luck, using: &random),
                    due.map({ state.isDueBefore($0.health) }) ?? true
                {
                    due = (places[place].index, state)
                }
            }
        }
        return due?.index
    }

    /// Puts the choice whose try is due before all others.
    ///
    /// - Returns: where it was.
    func putFirst(_ index: Int, in places: Places) -> Int {
        guard let usual = places.firstIndex(where: { $0.index == index }) else {
            preconditionFailure("choice \(index) of '\(name)' is to be tried, and is none of its places")
        }
        var (places, tried) = (places, places[usual])
        tried.tier = .tryIsDue
        for place in stride(from: usual, to: 0, by: -1) { places[place] = places[place - 1] }
        places[0] = tried
        return usual
    }

    /// - Returns: whether its try is due.
    private func heed(
        _ state: CombinedHealth, _ place: inout Place, at now: Timestamp, luck: Int, using random: inout RandomSource
    ) -> Bool {
        switch state.standing(at: now) {
        case .open where luck >= (1 << TargetHealth.mostHalvings) >> state.returnHalvings(at: now):
            place.tier = .returning
        case .open:
            let halvings = state.halvings(at: now)
            if strategy.goesByWeight {
                place.weight >>= halvings
            } else if halvings > 0 {
                // As seldom as its share is halved it keeps its place.
                place.yields = random.next() >> (64 - UInt64(halvings)) != 0
            }
        case .tryIsDue:
            defer { place.tier = .last }
            return place.tier == .open
        case .last, .cooling: place.tier = .last
        }
        return false
    }
}
