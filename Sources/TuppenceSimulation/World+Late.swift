import TuppenceCore

/// Answers that nobody waits for any more.
extension World {
    mutating func readOn(_ reading: LateReading, _ id: Int, _ live: LiveExchange, _ lane: Lane) {
        let attempt = lane.hold?.attempt ?? reading.attempt.id
        auditor.isReadOn(attempt, isUnread: lane.isUnread)
        late[attempt] = LateAttempt(reading, of: id, live, lane)
        // What comes on it is not the exchange's any more.
        lane.connection = 0
        lookAgain(attempt, reading)
    }

    mutating func lookAtLate(_ attempt: AttemptID) throws {
        guard let reading = late[attempt] else { return }
        if now >= reading.reading.deadline {
            try tellLate(attempt, reading, .deadlinePassed)
        } else {
            lookAgain(attempt, reading.reading)
        }
    }

    private mutating func lookAgain(_ attempt: AttemptID, _ reading: LateReading) {
        let due = max(time, Timestamp(milliseconds: reading.deadline.milliseconds - (now - time).count))
        queue.add(.lookAtLate(attempt), at: due)
    }

    mutating func tellLate(_ attempt: AttemptID, _ late: LateAttempt, _ event: Exchange.Event) throws {
        for action in late.reading.handle(event, at: now) {
            if roll(100_000) < scenario.crash { return try crash() }
            auditor.room.ended(attempt)
            if case .tell(let operation) = action {
                ask(operation, late.id, late.live, late.lane, isAwaited: false)
            }
        }
        if late.reading.isOver { self.late[attempt] = nil }
    }
}

/// An attempt that is read on, and the connection that it is read from.
final class LateAttempt {
    var reading: LateReading
    let id: Int
    let live: LiveExchange
    let lane: Lane
    let connection: Int

    init(_ reading: LateReading, of id: Int, _ live: LiveExchange, _ lane: Lane) {
        self.reading = reading
        self.id = id
        self.live = live
        self.lane = lane
        connection = lane.connection
    }
}
