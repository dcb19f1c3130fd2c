/// Requests that wait for room, first come, first served; those that can wait behind those that cannot.
struct WaitingLine: Sendable {
    private struct Place: Sendable {
        let ticket: Int
        let priority: Priority
        /// What it takes at each target that it waits for.
        let needs: [Target: RoomNeed]
    }

    private var places: [Place] = []
    private var last = 0
    var isEmpty: Bool { places.isEmpty }
    var count: Int { places.count }

    /// Takes a place for one of the targets of `needs`.
    ///
    /// - Returns: what to ask by; nil where so many wait already as may.
    mutating func enter(for needs: [Target: RoomNeed], _ priority: Priority, length: Int) -> Int? {
        guard places.count < priority.share(of: length) else { return nil }
        last += 1
        let behind = priority == .batch ? nil : places.firstIndex { $0.priority == .batch }
        places.insert(Place(ticket: last, priority: priority, needs: needs), at: behind ?? places.endIndex)
        return last
    }

    mutating func leave(_ ticket: Int) { places.removeAll { $0.ticket == ticket } }

    /// What those take who are to be let in at `target` before the holder of `ticket`, or before one who comes now.
    func needs(before ticket: Int?, _ priority: Priority, at target: Target) -> [RoomNeed] {
        var needs: [RoomNeed] = []
        for place in places {
            if place.ticket == ticket || ticket == nil && priority == .interactive && place.priority == .batch { break }
            if let need = place.needs[target] { needs.append(need) }
        }
        return needs
    }
}
