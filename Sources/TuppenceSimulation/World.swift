import TuppenceCore
import TuppenceTesting

/// A seeded world: callers, providers and a ledger with faults, driving the real ``Exchange`` through one generator and
/// one clock. The same seed gives the same history, to the last digit of ``trace``.
public struct World {
    /// How often things go wrong, in thousandths.
    public struct Faults: Sendable {
        public var providerFails = 150
        public var providerHangs = 50
        public var streamBreaks = 80
        public var clientLeaves = 100
        public var ledgerFails = 20
        public var crash = 5
        /// Providers that count more output than they were allowed.
        public var ignoresLimit = 0

        public init() {}
        public static let none: Faults = {
            var faults = Faults()
            faults.providerFails = 0
            faults.providerHangs = 0
            faults.streamBreaks = 0
            faults.clientLeaves = 0
            faults.ledgerFails = 0
            faults.crash = 0
            return faults
        }()
    }

    public let seed: UInt64
    public private(set) var auditor: Auditor
    /// A hash of everything that has happened.
    public private(set) var trace: UInt64 = 14_695_981_039_346_656_037

    private var random: SeededGenerator
    private var now = Samples.start
    private var ledger = InMemoryLedgerStore.Contents()
    private var exchanges: [Int: LiveExchange] = [:]
    private var agenda = Agenda()
    private var started = 0
    private let workload: Workload
    private let faults: Faults

    public init(seed: UInt64, workload: Workload = .standard, faults: Faults = Faults()) {
        self.seed = seed
        self.workload = workload
        self.faults = faults
        random = SeededGenerator(seed: seed)
        auditor = Auditor(rules: workload.rules)
    }

    /// Lets `steps` requests come, and everything that follows from them.
    public mutating func run(steps: Int) throws {
        for step in 0..<steps { agenda.add(.arrive, at: now + Milliseconds(Int64(step) * 20 + Int64(roll(40)))) }
        while let (time, event) = agenda.next() {
            now = max(now, time)
            note(UInt64(bitPattern: now.milliseconds))
            try happen(event)
            auditor.check(ledger, at: now)
        }
        // Whatever a crash has left behind is gone once its time has passed.
        now = now + .seconds(3_600)
        _ = try ledger.perform(.expire(now: now))
        auditor.checkEnd(ledger)
    }

    private mutating func happen(_ event: Agenda.Event) throws {
        switch event {
        case .arrive: try arrive()
        case .tell(let id, let connection, let event):
            // A connection that was given up, or went down with the process, has nothing more to say.
            guard let live = exchanges[id], connection == nil || live.connection == connection else { return }
            try tell(id, event)
        case .reply(let id, let operation, let awaited): try reply(id, operation, awaited)
        }
    }

    private mutating func arrive() throws {
        if roll(1_000) < faults.crash { crash() }
        _ = try ledger.perform(.expire(now: now))
        started += 1
        let request = workload.request(number: started, at: now, using: &random)
        exchanges[started] = LiveExchange(
            exchange: Exchange(request, defaults: workload.defaults, budgets: BudgetBook(workload.rules)))
        if roll(1_000) < faults.clientLeaves {
            agenda.add(.tell(started, nil, .clientGone), at: now + Milliseconds(Int64(roll(400))))
        }
        try tell(started, .begin)
    }

    /// The process dies: exchanges are forgotten, the ledger and what had been asked of it stay.
    private mutating func crash() {
        note(0xDEAD)
        exchanges.removeAll()
    }

    private mutating func tell(_ id: Int, _ event: Exchange.Event) throws {
        guard let live = exchanges[id] else { return }
        let actions = live.exchange.handle(event, at: now)
        let deadline = live.exchange.deadline
        exchanges[id] = live
        for action in actions { try perform(action, id) }
        if deadline != .distantFuture { agenda.add(.tell(id, nil, .deadlinePassed), at: deadline) }
    }

    private mutating func perform(_ action: Exchange.Action, _ id: Int) throws {
        switch action {
        case .ask(let operation):
            agenda.add(.reply(id, operation, awaited: true), at: now + Milliseconds(Int64(roll(5))))
        case .tell(let operation):
            agenda.add(.reply(id, operation, awaited: false), at: now + Milliseconds(Int64(roll(5))))
        case .send(let attempt):
            auditor.sent(attempt, ledger)
            exchanges[id]?.connection += 1
            play(attempt, id)
        case .cancel: exchanges[id]?.connection += 1
        case .beginAnswer: break
        case .finish: if let live = exchanges[id] { auditor.finished(live.exchange, ledger) }
        case .forwardError, .refuse, .abandon: break
        }
    }

    /// The ledger performs an operation and answers, unless it fails.
    private mutating func reply(_ id: Int, _ operation: LedgerOperation, _ awaited: Bool) throws {
        if roll(1_000) < faults.ledgerFails {
            // A settlement is tried until it gets in; a hold is refused.
            if case .settle = operation {
                agenda.add(.reply(id, operation, awaited: false), at: now + Milliseconds(100))
            }
            if awaited { try tell(id, .ledgerFailed) }
            return
        }
        let outcome = try ledger.perform(operation)
        note(UInt64(truncatingIfNeeded: ledger.entries.count))
        auditor.performed(operation, outcome)
        guard awaited else { return }
        switch outcome {
        case .held(let remaining):
            // A crash may have come between: then nobody is there to hear it, and the hold expires.
            try tell(id, .held(remaining: remaining))
        case .denied(let denial): try tell(id, .denied(denial))
        case .settled(let remaining, _): try tell(id, .settled(remaining: remaining))
        case .alreadySettled, .expired: try tell(id, .settled(remaining: nil))
        }
    }

    /// Decides what a provider will do with an attempt, and puts it on the agenda.
    private mutating func play(_ attempt: Exchange.Attempt, _ id: Int) {
        guard let live = exchanges[id] else { return }
        let connection = live.connection
        var time = now + Milliseconds(Int64(5 + roll(200)))
        func later(_ event: Exchange.Event) { agenda.add(.tell(id, connection, event), at: time) }
        let fate = roll(1_000)
        if fate < faults.providerFails {
            let kinds = UpstreamFailure.Kind.allCases
            let kind = kinds[roll(kinds.count)]
            let status = kind == .status ? [400, 401, 429, 500, 503][roll(5)] : 0
            return later(.failed(UpstreamFailure(kind, status: status, detail: "simulated")))
        }
        if fate < faults.providerFails + faults.providerHangs { return }
        later(.answering(status: 200))
        let allowed = (attempt.outputLimit ?? 0) * live.exchange.request.demand.answers
        let produced = allowed == 0 ? 0 : roll(allowed + 1)
        let pieces = min(produced, 5)
        for _ in 0..<pieces {
            time = time + Milliseconds(Int64(roll(50)))
            later(.content(bytes: 4, pieces: 1))
            if roll(1_000) < faults.streamBreaks {
                return later(.failed(UpstreamFailure(.truncated, detail: "simulated")))
            }
        }
        time = time + Milliseconds(1)
        let input = min(live.exchange.request.demand.inputBound, 1 + roll(live.exchange.request.demand.inputBound))
        if roll(10) > 0 { later(.usage(Usage(input: input, output: produced), reportedCost: nil)) }
        later(.ended)
    }

    private mutating func roll(_ sides: Int) -> Int { Int(random.next(upperBound: UInt64(max(1, sides)))) }

    /// FNV-1a over what happens.
    private mutating func note(_ word: UInt64) { trace = (trace ^ word) &* 1_099_511_628_211 }
}

/// An exchange in progress within a world.
struct LiveExchange {
    var exchange: Exchange
    /// Counts sends and cancels, so that what an old connection still says reaches nobody.
    var connection = 0
}
