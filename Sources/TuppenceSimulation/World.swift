import TuppenceCore
import TuppenceTesting

/// A seeded world: callers, providers and a ledger with faults, driving the real ``Exchange`` through one generator and
/// one clock. The same seed gives the same history, to the last digit of ``trace``.
public struct World {
    public let seed: UInt64
    public internal(set) var auditor: Auditor
    /// A hash of everything that has happened.
    public private(set) var trace: UInt64 = 14_695_981_039_346_656_037

    let scenario: Scenario
    let workload: Workload
    /// What is broken on purpose, if anything is.
    var mutation: (any Mutation)?
    var queue = EventQueue()
    var ledger = InMemoryLedgerStore.Contents()
    /// Nil while the store can be written.
    var outage: SimulatedOutage?
    /// Nil where something is broken on purpose, which it would not follow.
    private(set) var journal: JournalBeside?
    /// What counts against the targets' limits: of the process, and gone with it.
    private var headroom = HeadroomBoard()
    /// How its targets have done, which the process remembers as well.
    var health = HealthBoard()
    /// What is wrong with providers, and when.
    private(set) var disruptions: DisruptionSchedule?
    var exchanges: [Int: LiveExchange] = [:]
    /// What is read on of attempts whose exchanges are done with them.
    var late: [AttemptID: LateAttempt] = [:]
    /// How many times the process has been started.
    var life = 1
    var asked = 0
    var connections = 0
    private var random: SeededGenerator
    /// How time really passes, and what the gateway's clock is off by.
    private(set) var time: Timestamp
    private var skew = Milliseconds(0)
    private var started = 0

    /// What the gateway takes the time to be.
    var now: Timestamp { time + skew }

    /// A world whose journal lies in memory.
    ///
    /// - Parameter scenario: What the world is like; without one the seed decides.
    public init(seed: UInt64, scenario: Scenario? = nil, mutation: (any Mutation)? = nil) throws {
        try self.init(seed: seed, scenario: scenario, mutation: mutation, place: MemoryPlace())
    }

    public init(
        seed: UInt64, scenario: Scenario? = nil, mutation: (any Mutation)? = nil, place: any JournalPlace
    ) throws {
        self.seed = seed
        self.mutation = mutation
        if mutation == nil { journal = try JournalBeside(seed: seed, in: place) }
        random = SeededGenerator(seed: seed)
        self.scenario = scenario ?? Scenario(using: &random)
        workload = Workload(self.scenario)
        time = self.scenario.start
        // A clock that jumps ends holds and deadlines at any time.
        auditor = Auditor(
            budgets: workload.budgets, room: RoomBook(self.scenario),
            lateUsage: self.scenario.clockJumps == 0 ? workload.defaults.lateUsage : nil)
    }

    /// Lets `steps` requests come, and everything that follows from them.
    public mutating func run(steps: Int) throws {
        let end = arrivals(steps)
        for _ in 0..<scenario.clockJumps {
            let span = Int64(roll(roll(2) == 0 ? 4_000 : 120_000))
            let when = Milliseconds(Int64(roll(Int((end - scenario.start).count))))
            queue.add(.setClock(by: Milliseconds(roll(2) == 0 ? span : -span)), at: scenario.start + when)
        }
        for _ in 0..<scenario.outages {
            let when = Milliseconds(Int64(roll(Int((end - scenario.start).count))))
            let span = Milliseconds(1 + Int64(roll(Int(scenario.outageSpan))))
            queue.add(.outage(for: span), at: scenario.start + when)
        }
        disruptions =
            scenario.isAllDown
            ? DisruptionSchedule(blackoutFrom: scenario.start)
            : DisruptionSchedule(scenario, until: end, using: &random)
        addChecks(until: end)
        for sweep in 1...10 { queue.add(.sweep, at: end + .seconds(Int64(sweep * 7))) }
        while let (time, event) = queue.next() {
            self.time = max(self.time, time)
            auditor.room.time = self.time
            if headroom.waiting > 0 { auditor.room.isWaitedFor() }
            note(UInt64(bitPattern: now.milliseconds))
            if roll(100_000) < scenario.crash { try crash() }
            try happen(event)
        }
        // Whatever a crash has left behind is gone once its time has passed.
        time = time + .seconds(3_600)
        try expire()
        auditor.checkEnd(ledger)
        if exchanges.isEmpty { auditor.checkRoomIsGivenBack(underWay: headroom.underWay, waiting: headroom.waiting) }
        if let wrong = journal?.discrepancy(with: ledger) { auditor.object(wrong) }
    }

    private mutating func arrivals(_ steps: Int) -> Timestamp {
        var time = scenario.start
        for _ in 0..<steps {
            time = time + Milliseconds(Int64(roll(Int(2 * scenario.spacing))))
            // Now and then just as a window begins, or a millisecond before that.
            if roll(25) == 0 {
                let edge = time.milliseconds - time.milliseconds % 60_000 + 60_000
                if edge - time.milliseconds < 20 * scenario.spacing {
                    time = Timestamp(milliseconds: edge - Int64(roll(2)))
                }
            }
            queue.add(.arrive, at: time)
        }
        return time
    }

    private mutating func happen(_ event: EventQueue.Event) throws {
        switch event {
        case .arrive: try arrive()
        case .leave(let id): try interrupt(id, .clientGone)
        case .lookAtDeadline(let id): try lookAtDeadline(id)
        case .lookAtLate(let attempt): try lookAtLate(attempt)
        case .provider(let step, let wire): try provider(step, on: wire)
        case .perform(let call): try perform(call)
        case .reply(let call, let reply): try deliver(reply, to: call)
        case .ledgerOverdue(let call): try ledgerOverdue(call)
        case .sweep: try expire()
        case .setClock(let span): try setClock(by: span)
        case .outage(let span): beginOutage(for: span)
        case .outageEnds: try endOutage()
        case .check(let provider): check(provider)
        }
    }

    private mutating func arrive() throws {
        try expire()
        started += 1
        let number = started
        let board = mutation.map { $0.remembering(health) } ?? health
        var (request, itinerary) = try workload.request(
            number: number, by: RouteConditions(now: now, health: board, headroom: headroom), using: &random)
        if let mutation {
            let candidates = mutation.ordering(mutation.pricing(Array(request.candidates)))
            request = Exchange.Request(request, candidates: Candidates(candidates))
        }
        note(UInt64(truncatingIfNeeded: Workload.targets.firstIndex(of: request.candidates[0].target) ?? -1))
        auditor.routed(request, itinerary, isAllDown: isAllDown, at: now)
        let exchange = Exchange(
            request, defaults: workload.defaults, budgets: workload.book, health: board, headroom: headroom)
        exchanges[number] = LiveExchange(exchange)
        if roll(1_000) < scenario.clientLeaves {
            queue.add(.leave(number), at: time + Milliseconds(Int64(roll(400))))
        }
        try tell(number, .begin)
    }

    /// The process dies: exchanges are forgotten, the ledger stays.
    mutating func crash() throws {
        note(0xDEAD)
        life += 1
        exchanges.removeAll()
        late.removeAll()
        try journal?.crash()
        headroom = HeadroomBoard()
        health = HealthBoard()
        auditor.crashed()
        try outage?.crash(over: ledger)
    }

    /// A clock that is set does not wait for the next tick to be looked at.
    private mutating func setClock(by span: Milliseconds) throws {
        auditor.clockShows(now)
        skew = Milliseconds(skew.count + span.count)
        auditor.clockShows(now)
        if roll(2) == 0 { try expire() }
        for id in exchanges.keys.sorted() { try lookAtDeadline(id) }
        for attempt in late.keys.sorted(by: { ($0.request.high, $0.request.low) < ($1.request.high, $1.request.low) }) {
            try lookAtLate(attempt)
        }
    }

    private mutating func lookAtDeadline(_ id: Int) throws {
        guard let live = exchanges[id], !live.exchange.isDone else { return }
        live.nextLook = nil
        if now >= live.exchange.deadline { try interrupt(id, .deadlinePassed) } else { arm(id, live) }
    }

    /// Tells what may end an attempt, after what only the connections know of it.
    private mutating func interrupt(_ id: Int, _ event: Exchange.Event) throws {
        if let live = exchanges[id], let known = known(of: live.lane) { try tell(id, known) }
        try tell(id, event)
    }

    /// Now and then the process has stood still before.
    private func known(of lane: Lane) -> Exchange.Event? {
        if !lane.hasLeft { return .notLeft }
        // By the time, so that a seed's world draws what it drew without it.
        guard UInt64(bitPattern: time.milliseconds) &* 0x9E37_79B9_7F4A_7C15 >> 60 == 0 else { return nil }
        lane.isUnread = true
        return .unread
    }

    private mutating func arm(_ id: Int, _ live: LiveExchange) {
        guard live.exchange.deadline != .distantFuture else { return }
        let due = max(time, Timestamp(milliseconds: live.exchange.deadline.milliseconds - skew.count))
        if let next = live.nextLook, next <= due { return }
        live.nextLook = due
        queue.add(.lookAtDeadline(id), at: due)
    }

    /// Tells an exchange what has happened, and performs what it wants.
    ///
    /// - Parameters:
    ///   - lane: where it has happened; nil for where the attempt in flight is.
    ///   - truth: what has happened, where the exchange is told something else.
    mutating func tell(
        _ id: Int, _ event: Exchange.Event, in lane: Lane? = nil, truth: Exchange.Event? = nil
    ) throws {
        guard let live = exchanges[id] else { return }
        let lane = lane ?? live.lane
        let wanted = actions(after: event, in: lane, of: live)
        observe(truth ?? event, wanted, in: lane, of: live)
        if headroom.waiting > 0 { auditor.room.isWaitedFor() }
        for action in wanted {
            // Between any two things that it does the process may die.
            if roll(100_000) < scenario.crash { return try crash() }
            try perform(action, id, live)
        }
        if event.endsWhatIsKnown {
            live.lane.isUnread = false
            live.hedge?.isUnread = false
        }
        arm(id, live)
        if live.exchange.isDone && live.ledgerOwes == 0 {
            exchanges[id] = nil
            auditor.isDone(live.exchange.request.id)
        }
    }

    /// Where there are two attempts, what ends one may come of the other.
    private func actions(after event: Exchange.Event, in lane: Lane, of live: LiveExchange) -> Exchange.Actions {
        let exchange = live.exchange
        if let hedge = live.hedge, let attempt = hedge.hedge {
            if let known = known(of: live.lane) { _ = exchange.handle(known, at: now) }
            if let known = known(of: hedge) { _ = exchange.handle(known, of: attempt, at: now) }
        }
        guard lane !== live.lane, let attempt = lane.hedge else { return exchange.handle(event, at: now) }
        return exchange.handle(event, of: attempt, at: now)
    }

    private mutating func perform(_ action: Exchange.Action, _ id: Int, _ live: LiveExchange) throws {
        switch action {
        case .ask(let operation): ask(operation, id, live, live.lane, isAwaited: true)
        case .tell(let operation): ask(operation, id, live, live.lane, isAwaited: false)
        case .send(let attempt): send(attempt, id, live, live.lane)
        case .cancel: cancel(live.lane)
        case .close:
            cancel(live.lane)
            try tell(id, .ended)
        case .readOn(let reading): readOn(reading, id, live, live.lane)
        case .hedge(let action): perform(action, id, live)
        case .finish: auditor.finished(live.exchange)
        case .beginAnswer: live.hasBegunAnswer = true
        case .forwardError: refused(live, nil)
        case .refuse(let refusal): refused(live, refusal)
        case .serveCached, .abandon: break
        }
    }

    private mutating func refused(_ live: LiveExchange, _ refusal: Refusal?) {
        guard !live.hasBegunAnswer else { return }
        let request = live.exchange.request
        auditor.clockShows(now)
        auditor.refused(request, refusal, end: request.id.time + workload.defaults.requestTimeout)
    }

    mutating func roll(_ sides: Int) -> Int { Int(random.next(upperBound: UInt64(max(1, sides)))) }

    /// FNV-1a over what happens.
    mutating func note(_ word: UInt64) { trace = (trace ^ word) &* 1_099_511_628_211 }
}

/// An exchange in progress within a world.
final class LiveExchange {
    let exchange: Exchange
    /// The attempt in flight, and the one beside it.
    var lane = Lane()
    var hedge: Lane?
    /// How many answers of the ledger are still to come.
    var ledgerOwes = 0
    var nextLook: Timestamp?
    var hasBegunAnswer = false
    /// Holds that a ``Mutation`` has changed on their way, by the attempts that the exchange knows.
    var changedHolds: [AttemptID: Hold] = [:]

    init(_ exchange: Exchange) { self.exchange = exchange }
}

extension Exchange.Event {
    /// Whether what was told of connections before is over with it.
    fileprivate var endsWhatIsKnown: Bool {
        switch self {
        case .notLeft, .unread: false
        default: true
        }
    }
}
