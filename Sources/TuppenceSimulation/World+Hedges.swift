import TuppenceCore

/// Attempts that run beside another.
extension World {
    mutating func perform(_ action: Exchange.HedgeAction, _ id: Int, _ live: LiveExchange) {
        switch action {
        // Its deadline is looked at in time anyway.
        case .wake: break
        case .ask(let attempt):
            let lane = Lane(hedge: attempt)
            live.hedge = lane
            ask(.hold(attempt.hold), id, live, lane, isAwaited: true)
        case .send(let attempt): if let lane = live.hedge { send(attempt, id, live, lane) }
        case .takeOver:
            if let lane = live.hedge { live.lane = lane }
            live.hedge = nil
        case .cancel:
            if let lane = live.hedge { cancel(lane) }
            live.hedge = nil
        case .readOn(let reading):
            if let lane = live.hedge { readOn(reading, id, live, lane) }
            live.hedge = nil
        }
    }

    mutating func cancel(_ lane: Lane) {
        if lane.connection != 0, let hold = lane.hold {
            auditor.cancelled(hold.attempt, at: time)
            if lane.hasLeft { auditor.room.ended(hold.attempt) } else { auditor.room.neverLeft(hold.attempt) }
        }
        lane.connection = 0
        lane.hasLeft = true
    }
}
