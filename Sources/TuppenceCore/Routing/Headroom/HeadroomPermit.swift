/// Room that has been taken for one attempt, to be given back when that is over.
public final class HeadroomPermit: Sendable {
    let target: Target
    let need: RoomNeed
    /// Since when it counts.
    let takenAt: Timestamp
    /// What it counts against.
    let countsForProvider: Bool
    let countsForModel: Bool
    let sent: LearnedLimits.Sent?

    init(
        target: Target, need: RoomNeed, takenAt: Timestamp, countsForProvider: Bool, countsForModel: Bool,
        sent: LearnedLimits.Sent?
    ) {
        self.target = target
        self.need = need
        self.takenAt = takenAt
        self.countsForProvider = countsForProvider
        self.countsForModel = countsForModel
        self.sent = sent
    }

    convenience init(_ permit: HeadroomPermit, takenAt: Timestamp) {
        self.init(
            target: permit.target, need: permit.need, takenAt: takenAt, countsForProvider: permit.countsForProvider,
            countsForModel: permit.countsForModel, sent: permit.sent)
    }
}
