/// What targets have done of late, and what that means for their places.
extension Route {
    /// Puts those behind that have failed of late, and one before all others whose try is due.
    func heed(
        _ board: HealthBoard, _ places: Places, _ conditions: RouteConditions, using random: inout RandomSource
    ) {
        var isAnyTroubled = false
        for place in places.indices where board.mayBeTroubled(facts[places[place].index].mark) {
            places[place].mayBeTroubled = true
            isAnyTroubled = true
        }
        guard isAnyTroubled else { return }
        if strategy == .weighted {
            // So that the least weight can be halved, too.
            for place in places.indices { places[place].weight <<= TargetHealth.mostHalvings }
        }
        // One draw for all that are on their way back.
        let luck = Int.random(in: 0..<(1 << TargetHealth.mostHalvings), using: &random)
        // The one whose try has been due for longest.
        var due: (place: Int, health: CombinedHealth)?
        board.withHealth { health in
            for place in places.indices where places[place].mayBeTroubled {
                guard let state = health(choices[places[place].index].candidate.target) else { continue }
                if heed(state, &places[place], at: conditions.now, luck: luck, using: &random),
                    due.map({ state.isDueBefore($0.health) }) ?? true
                {
                    due = (place, state)
                }
            }
        }
        guard let place = due?.place else { return }
        let target = choices[places[place].index].candidate.target
        if conditions.isRehearsal || board.takeTry(of: target, at: conditions.now) { places[place].tier = .tryIsDue }
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
            if strategy == .weighted {
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
