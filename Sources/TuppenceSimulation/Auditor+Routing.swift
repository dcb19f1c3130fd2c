import TuppenceCore

/// Where requests go and where they do not: what docs/internals/simulation.md promises of routing.
extension Auditor {
    // MARK: Orders

    /// Told of the order in which `request` is going to try its targets, before anything else is known of it.
    ///
    /// - Parameter isAllDown: whether no target would answer.
    mutating func routed(_ request: Exchange.Request, _ itinerary: Itinerary, isAllDown: Bool, at now: Timestamp) {
        var itinerary = itinerary
        itinerary.order = request.candidates.map(\.target)
        itinerary.arrival = room.time
        if !itinerary.isLone { checkOrder(itinerary, request.id, at: now) }
        route.began(at: now)
        joinBlackout(&itinerary, isAllDown: isAllDown, at: now)
        itineraries[request.id] = itinerary
    }

    private mutating func checkOrder(_ itinerary: Itinerary, _ request: RequestID, at now: Timestamp) {
        let order = itinerary.order
        let tried = order.first.flatMap { route.mayBeTried($0, at: now) ? $0 : nil }
        for (place, target) in order.enumerated() {
            guard itinerary.fitting.contains(target), route.isWell(target, at: now) else { continue }
            for other in order[..<place] where other != tried {
                if route.isBehind(other, at: now) {
                    object("request \(request) has \(target), which does well, behind \(other), which does not")
                } else if itinerary.priorities[target, default: 0] < itinerary.priorities[other, default: 0] {
                    object("request \(request) has \(target), which does well, behind \(other) of a later priority")
                }
            }
        }
        for target in itinerary.fitting where target != tried && route.isTryDue(target, at: now) {
            guard let tried else {
                object("request \(request) does not try \(target), which is due")
                continue
            }
            if !route.passesOver(target, for: tried) {
                object("\(target) is due for a try, and \(tried) is tried again and again")
            }
        }
        if let tried {
            figures.tries += 1
            route.hadTurn(tried)
        }
    }

    // MARK: Attempts

    /// Told of a hold that is asked for, which is the decision to go to its target.
    mutating func chose(_ hold: Hold, isDegraded: Bool, isHedge: Bool, at now: Timestamp) {
        guard let itinerary = itineraries[hold.attempt.request] else { return }
        // A hold may be asked for again at less, or since nobody else can take it.
        room.chose(hold)
        if !isHedge { noteTry(hold, itinerary, at: now) }
        let isSame = itinerary.lastAsked.map { $0.attempt == hold.attempt && $0.target == hold.target } ?? false
        itineraries[hold.attempt.request]?.asked.insert(hold.target)
        itineraries[hold.attempt.request]?.lastAsked = (hold.attempt, hold.target)
        if isSame {
            itineraries[hold.attempt.request]?.insisted = hold.target
            return
        }
        if itinerary.hasContent { object("attempt \(hold.attempt.text) is asked for after content has come") }
        checkCooling(hold, itinerary, at: now)
        if leadsToOne(hold, itinerary) { return }
        let isDoubtful = route.isDoubtful(hold.target, at: now)
        if isHedge {
            if isDoubtful { object("attempt \(hold.attempt.text) is started beside another on a doubtful target") }
        } else if itinerary.hasFailed && isDoubtful {
            figures.retriesInDoubt += 1
            if !route.takeRetry() { object("attempt \(hold.attempt.text) is a retry that nothing is left for") }
        }
        guard !isDegraded, !isHedge, let place = itinerary.order.firstIndex(of: hold.target) else { return }
        for target in itinerary.order[..<place] where mustBeAsked(target, by: itinerary) {
            object("attempt \(hold.attempt.text) goes to \(hold.target), and \(target) before it was not asked")
        }
    }

    /// Whoever asks for a hold on a target that may be tried takes its try, and gives it back where nothing is sent.
    private mutating func noteTry(_ hold: Hold, _ itinerary: Itinerary, at now: Timestamp) {
        let request = hold.attempt.request
        if itinerary.trying == hold.target { return }
        giveBackTry(request)
        guard route.mayBeTried(hold.target, at: now) else { return }
        route.tried(hold.target, by: request, at: now)
        itineraries[request]?.trying = hold.target
    }

    private mutating func giveBackTry(_ request: RequestID) {
        guard let target = itineraries[request]?.trying else { return }
        route.gaveBackTry(of: target, by: request)
        itineraries[request]?.trying = nil
    }

    /// A threshold has led away from the target that a hold was asked for last: it has not had its turn yet.
    mutating func isSpared(_ attempt: AttemptID) {
        guard let itinerary = itineraries[attempt.request], let last = itinerary.lastAsked, last.attempt == attempt,
            itinerary.insisted != last.target
        else { return }
        itineraries[attempt.request]?.asked.remove(last.target)
    }

    mutating func checkSending(_ hold: Hold, at now: Timestamp) {
        guard let itinerary = itineraries[hold.attempt.request] else { return }
        if itinerary.hasContent { object("attempt \(hold.attempt.text) is sent after content has come") }
        checkCooling(hold, itinerary, at: now)
        if itinerary.trying == hold.target { itineraries[hold.attempt.request]?.trying = nil }
        countInBlackout(hold, itinerary, at: now)
    }

    private mutating func checkCooling(_ hold: Hold, _ itinerary: Itinerary, at now: Timestamp) {
        let until = route.coolsUntil(hold.target)
        guard now < until, !leadsToOne(hold, itinerary) else { return }
        let early = (until - now).count
        object("attempt \(hold.attempt.text) goes to \(hold.target) \(early) ms before its retry-after is over")
    }

    /// Whether there is nothing to choose. Who is led away by a threshold can go back.
    private func leadsToOne(_ hold: Hold, _ itinerary: Itinerary) -> Bool {
        itinerary.isLone
            && !(attempts[hold.attempt]?.isDegraded == true && sentElsewhere[hold.attempt.request] == .spared)
    }

    /// Whether nothing speaks for passing over a target that has not been asked yet: it can take the request, there is room,
    /// money and time for it, and nothing that has come to the gateway since the request began says that it does badly.
    private func mustBeAsked(_ target: Target, by itinerary: Itinerary) -> Bool {
        let since = itinerary.clock.lowerBound
        return !itinerary.asked.contains(target) && !itinerary.isCapped
            && !room.mayHaveLackedRoom(target, since: itinerary.arrival)
            && route.mayCoolUntil(target) <= since && !route.mayBePaced(target, since: since)
            && !(itinerary.hasFailed && route.mayHaveBeenDoubtful(target, since: since))
    }

    // MARK: What comes of them

    /// - Parameter isBeside: whether another attempt is in flight, which goes on.
    mutating func failed(_ hold: Hold, _ failure: UpstreamFailure, isBeside: Bool, at now: Timestamp) {
        route.failed(hold.target, failure, at: now)
        if route.coolsUntil(hold.target) > now, failure.retryAfter != nil { figures.cooled += 1 }
        guard !isBeside else { return }
        let comesBack = attempts[hold.attempt]?.isDegraded == true && sentElsewhere[hold.attempt.request] == .spared
        itineraries[hold.attempt.request]?.hasFailed = true
        itineraries[hold.attempt.request]?.isAtFault = RouteBook.isRequestsFault(failure) && !comesBack
    }

    /// - Parameter isInTime: whether it was so fast that nothing would be started beside it.
    mutating func answered(_ hold: Hold, isInTime: Bool, at now: Timestamp) {
        if route.isBehind(hold.target, at: now) { figures.foundAgain += 1 }
        route.answered(hold.target, isInTime: isInTime, at: now)
    }

    mutating func overtaken(_ hold: Hold, at now: Timestamp) { route.overtaken(hold.target, at: now) }

    mutating func contentCame(_ hold: Hold) {
        guard itineraries[hold.attempt.request]?.streams == true else { return }
        itineraries[hold.attempt.request]?.hasContent = true
    }

    /// A caller gets an error and has got nothing else: only where no target was left that should have been asked.
    mutating func refused(_ request: Exchange.Request, _ refusal: Refusal?, end: Timestamp) {
        guard let itinerary = itineraries[request.id] else { return }
        if itinerary.hasFailed { figures.failedRequests += 1 }
        guard !itinerary.isAtFault, refusal?.code != .ledgerUnavailable, itinerary.clock.upperBound < end,
            sentElsewhere[request.id] != .noRoom
        else { return }
        for target in itinerary.priorities.keys where mustBeAsked(target, by: itinerary) {
            object("request \(request.id) fails, and \(target), which does well, was not asked")
        }
    }

    /// Told of what the gateway's clock shows, before and after it is set and when a request comes to its end.
    mutating func clockShows(_ now: Timestamp) {
        for request in itineraries.keys { itineraries[request]?.clockShows(now) }
    }

    /// Nothing follows of a request.
    mutating func isDone(_ request: RequestID) {
        giveBackTry(request)
        itineraries[request] = nil
        room.isDone(request)
    }

    // MARK: Everything down

    /// A time in which no target answers begins for the auditor when all have failed twice in a row.
    private mutating func joinBlackout(_ itinerary: inout Itinerary, isAllDown: Bool, at now: Timestamp) {
        guard isAllDown, Workload.targets.allSatisfy({ route.isDoubtful($0, at: now) }) else {
            blackout = nil
            return
        }
        var current = blackout ?? Blackout(number: blackouts + 1)
        if blackout == nil { blackouts += 1 }
        current.requests += 1
        blackout = current
        itinerary.blackout = current.number
        figures.requestsInBlackout += 1
    }

    private mutating func countInBlackout(_ hold: Hold, _ itinerary: Itinerary, at now: Timestamp) {
        guard var current = blackout, itinerary.blackout == current.number,
            current.attempts.insert(hold.attempt).inserted,
            Workload.targets.allSatisfy({ route.isDoubtful($0, at: now) })
        else { return }
        blackout = current
        figures.attemptsInBlackout += 1
        let (requests, sent) = (current.requests, current.attempts.count)
        // Ten at once there are always, which a few requests may use up.
        if sent > max(requests * 13 / 10, requests + requests / 5 + 10) {
            object("\(sent) attempts were sent for \(requests) requests with every target down")
        }
    }
}

/// A time in which every target is down and known to be.
struct Blackout: Sendable {
    let number: Int
    var requests = 0
    var attempts: Set<AttemptID> = []

    init(number: Int) { self.number = number }
}
