/// Requests that wait for room, first come, first served; those that can wait behind those that cannot.
struct WaitingLine: Sendable {
    private struct Place: Sendable {
        let ticket: Int
        let priority: Priority
        let targets: [Target]
    }

    private var places: [Place] = []
    private var last = 0
    var isEmpty: Bool { places.isEmpty }
    var count: Int { places.count }

    /// Takes a place for one of `targets`.
    ///
    /// - Returns: what to ask by; nil where so many wait already as may.
    mutating func enter(for targets: [Target], _ priority: Priority, length: Int) -> Int? {
        guard places.count < priority.share(of: length) else { return nil }
        last += 1
        let behind = priority == .batch ? nil : places.firstIndex { $0.priority == .batch }
        places.insert(Place(ticket: last, priority: priority, targets: targets), at: behind ?? places.endIndex)
        return last
    }

    mutating func leave(_ ticket: Int) { places.removeAll { $0.ticket == ticket } }

    /// How many are to be let in at `target` before the holder of `ticket`, or before one who comes now.
    func count(before ticket: Int?, _ priority: Priority, at target: Target) -> Int {
        var count = 0
        for place in places {
            if place.ticket == ticket || ticket == nil && priority == .interactive && place.priority == .batch { break }
            if place.targets.contains(target) { count += 1 }
        }
        return count
    }
}
