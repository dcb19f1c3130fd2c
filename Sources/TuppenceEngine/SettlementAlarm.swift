import Logging
import TuppenceCore

/// Tells of settlements that came late, or came to more than was held for them: the log of each, people of the first ones.
struct SettlementAlarm: Sendable {
    let logger: Logger
    let notifier: BudgetNotifier?

    func tell(of settlement: Settlement, isLate: Bool, isExceeded: Bool) {
        let entry = settlement.entry
        let (held, booked) = settlement.heldAndBooked
        let metadata: Logger.Metadata = [
            "request": "\(entry.attempt.request)", "key": "\(entry.key)", "provider": "\(entry.target.provider)",
            "model": "\(entry.target.model)", "held": "\(held)", "booked": "\(booked)",
        ]
        if isLate {
            logger.warning(
                "a settlement came after its hold had expired; it was booked all the same", metadata: metadata)
        }
        if isExceeded { logger.warning("a settlement has booked more than was held for it", metadata: metadata) }
        notifier?.settled(settlement, isLate: isLate, isExceeded: isExceeded)
    }
}
