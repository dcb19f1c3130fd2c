import TuppenceCore

/// Which holds are open and in which row they stand, as far as this process knows: those it made itself, and those it
/// found when it began. The database knows the same, only dearer to ask.
///
/// Changes within a transaction can be taken back, for the case that it fails.
struct OpenHolds {
    private enum Change {
        case added(AttemptID)
        case removed(AttemptID, batch: Int)
    }

    private var batches: [AttemptID: Int] = [:]
    private var counts: [Int: Int] = [:]
    /// The rows that batches stand in, once they are written.
    private var rows: [Int: Int64] = [:]
    private var lastBatch = 0
    private var changes: [Change] = []

    func contains(_ attempt: AttemptID) -> Bool { batches[attempt] != nil }

    mutating func newBatch() -> Int {
        lastBatch += 1
        return lastBatch
    }

    mutating func add(_ attempt: AttemptID, to batch: Int) {
        batches[attempt] = batch
        counts[batch, default: 0] += 1
        changes.append(.added(attempt))
    }

    /// - Returns: false if the hold was not open.
    mutating func remove(_ attempt: AttemptID) -> Bool {
        guard let batch = batches.removeValue(forKey: attempt) else { return false }
        counts[batch, default: 1] -= 1
        changes.append(.removed(attempt, batch: batch))
        return true
    }

    func isEmpty(_ batch: Int) -> Bool { counts[batch, default: 0] == 0 }

    mutating func wrote(_ batch: Int, row: Int64) { rows[batch] = row }

    /// The rows whose last hold has gone since the transaction began.
    var emptiedRows: [Int64] {
        var emptied: Set<Int> = []
        for case .removed(_, let batch) in changes where isEmpty(batch) { emptied.insert(batch) }
        return emptied.compactMap { rows[$0] }
    }

    mutating func commit() {
        for case .removed(_, let batch) in changes where isEmpty(batch) {
            counts[batch] = nil
            rows[batch] = nil
        }
        changes.removeAll(keepingCapacity: true)
    }

    mutating func rollBack() {
        for change in changes.reversed() {
            switch change {
            case .added(let attempt):
                if let batch = batches.removeValue(forKey: attempt) { counts[batch, default: 1] -= 1 }
            case .removed(let attempt, let batch):
                batches[attempt] = batch
                counts[batch, default: 0] += 1
            }
        }
        changes.removeAll(keepingCapacity: true)
    }
}
