import TuppenceCore

/// The holds in force. Changes within a transaction can be taken back, for the case that it fails.
struct OpenHolds {
    struct Entry {
        enum Source {
            case own(Hold)
            case read(OpenHold)
        }
        let source: Source
        /// The page that it stands in.
        let page: Int64

        var expiresAt: Timestamp {
            switch source {
            case .own(let hold): hold.expiresAt
            case .read(let hold): hold.expiresAt
            }
        }

        var hold: OpenHold {
            switch source {
            case .own(let hold): OpenHold(hold)
            case .read(let hold): hold
            }
        }
    }

    private enum Change {
        case added(AttemptID)
        case removed(AttemptID, Entry)
    }

    private var entries: [AttemptID: Entry] = [:]
    private var changes: [Change] = []

    func contains(_ attempt: AttemptID) -> Bool { entries[attempt] != nil }

    subscript(attempt: AttemptID) -> OpenHold? { entries[attempt]?.hold }

    mutating func add(_ hold: Hold, page: Int64) {
        entries[hold.attempt] = Entry(source: .own(hold), page: page)
        changes.append(.added(hold.attempt))
    }

    /// - Returns: what was removed, nil if it was not open.
    mutating func remove(_ attempt: AttemptID) -> Entry? {
        guard let entry = entries.removeValue(forKey: attempt) else { return nil }
        changes.append(.removed(attempt, entry))
        return entry
    }

    /// Takes in what is stored already.
    mutating func replay(_ hold: OpenHold, page: Int64) {
        entries[hold.attempt] = Entry(source: .read(hold), page: page)
    }

    mutating func replayEnd(of attempt: AttemptID) { entries[attempt] = nil }

    func expiring(by time: Timestamp) -> [OpenHold] {
        entries.values.lazy.filter { $0.expiresAt <= time }.map(\.hold).sorted {
            ($0.attempt.request, $0.attempt.number) < ($1.attempt.request, $1.attempt.number)
        }
    }

    var all: [OpenHold] { expiring(by: .distantFuture) }

    /// Those that stand in pages from `first` up to before `end`.
    func standing(from first: Int64, before end: Int64) -> [OpenHold] {
        entries.values.lazy.filter { $0.page >= first && $0.page < end }.map(\.hold)
    }

    mutating func commit() { changes.removeAll(keepingCapacity: true) }

    mutating func rollBack() {
        for change in changes.reversed() {
            switch change {
            case .added(let attempt): entries[attempt] = nil
            case .removed(let attempt, let entry): entries[attempt] = entry
            }
        }
        changes.removeAll(keepingCapacity: true)
    }
}
