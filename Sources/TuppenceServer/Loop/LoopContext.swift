import NIOCore
import TuppenceCore
import TuppenceEngine
import TuppenceHTTP
import TuppenceUpstream

/// What the connections of one event loop share. Touched on that loop only, so nothing in it is locked.
final class LoopContext {
    let eventLoop: any EventLoop
    let state: GatewayState
    private(set) var settings: DataPlaneSettings
    let pool: UpstreamPool
    let load: Load
    /// Of keys that have been seen here: found without a lock.
    private var keyLoads: [String: KeyLoad] = [:]
    let loops: LoopWatch
    let health: HealthBoard
    let headroom: HeadroomBoard
    private let ledger: LedgerWriter
    /// Nil where nobody wants to hear of budgets.
    let notifier: BudgetNotifier?
    /// Nil where the store cannot be looked up in.
    let books: (any LedgerBooks)?
    private var random = RandomSource(seed: .random(in: .min ... .max))
    private(set) var dateField = DateField()
    /// What was asked of this loop since it began.
    var figures = RequestFigures()
    /// What there is to tell of requests; nil where nobody wants to hear of them.
    var telemetry: TelemetryBuffer?
    /// Whether spans come of it, so that providers can go on with them.
    var sendsSpans = false
    /// What it has refused of late.
    var refusals = RefusalLog()
    /// Whether callers are to look for another gateway. What they ask is answered all the same until this one drains.
    private(set) var isLeaving = false
    private(set) var isDraining = false
    /// Whether nothing is waited for any more.
    private(set) var isAbandoned = false

    private var port: LoopPort?
    /// What this turn of the loop has asked the ledger so far: handed over once whatever had come is looked at.
    private var asked = LedgerBatch()
    private var isHandingOver = false
    private var tasks = LoopTasks()
    /// Those that wait for the cache.
    private var lookups: [Int: any CacheWaiter] = [:]
    private var lastLookup = 0
    /// Memory for the next message, where the one before has gone out.
    private var spare = ByteBuffer()
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    /// Those that are closed, whose answers are still being taken down.
    private var left: [ObjectIdentifier: ClientConnection] = [:]
    private var time = LoopTime()

    init(
        eventLoop: any EventLoop, state: GatewayState, settings: DataPlaneSettings, ledger: LedgerWriter,
        load: Load, loops: LoopWatch, health: HealthBoard, headroom: HeadroomBoard, notifier: BudgetNotifier?,
        books: (any LedgerBooks)?
    ) {
        self.eventLoop = eventLoop
        self.state = state
        self.settings = settings
        self.ledger = ledger
        self.load = load
        self.loops = loops
        self.health = health
        self.headroom = headroom
        self.notifier = notifier
        self.books = books
        pool = UpstreamPool(eventLoop: eventLoop, network: settings.network)
        port = LoopPort(self)
    }

    /// Takes over all but where it listens and whom it believes.
    func apply(_ settings: DataPlaneSettings) {
        var settings = settings
        (settings.host, settings.port) = (self.settings.host, self.settings.port)
        settings.network = self.settings.network
        self.settings = settings
    }

    func listens(on port: Int) { settings.port = port }

    /// For the requests of a connection that begins.
    var framing: FramingLimits {
        var limits = FramingLimits()
        limits.headBytes = settings.maximumHeadBytes
        return limits
    }

    /// Has a request counted, if there is room for it.
    func admit(expectedBytes: Int, ofKey name: @autoclosure () -> String) throws(Refusal) -> LoadPass {
        let key = settings.load.inFlightPerKey < .max ? keyLoad(of: name()) : nil
        return try LoadPass(load, key: key, expectedBytes: expectedBytes, by: settings.load)
    }

    private func keyLoad(of name: String) -> KeyLoad {
        if let known = keyLoads[name] { return known }
        let found = load.load(ofKey: name)
        keyLoads[name] = found
        return found
    }

    var now: Timestamp { time.now }
    /// Requests being answered, answers on their way out, and those that are read for their usage alone.
    var exchangesInProgress: Int { tasks.count + connections.values.count { $0.unsentBytes > 0 } }
    var readiness: Readiness { Readiness(ledger: ledger, isLeaving: isLeaving) }

    func newRequestID() -> RequestID { RequestID(at: now, using: &random) }

    /// The targets of `route` that `demand` is tried on, in order.
    func candidates(
        of route: Route, for demand: Demand, affinity: Affinity? = nil
    ) throws(Refusal) -> Candidates {
        try route.candidates(
            for: demand, by: RouteConditions(now: now, health: health, affinity: affinity), using: &random)
    }

    func decide(_ route: Route, for demand: Demand, affinity: Affinity?) -> RouteDecision {
        route.decide(for: demand, by: RouteConditions(now: now, health: health, affinity: affinity), using: &random)
    }

    func dateText() -> String {
        dateField.refresh(now)
        return dateField.text
    }

    // MARK: The ledger

    func register(_ task: some LoopTask) -> Int {
        let token = tasks.add(task)
        startTicking()
        return token
    }

    func unregister(_ task: some LoopTask, _ token: Int) { tasks.remove(task, token) }

    func ask(_ operation: LedgerOperation, token: Int) {
        guard let port else { return }
        asked.append(operation, to: port, token: token)
        handOverSoon()
    }

    func tell(_ operation: LedgerOperation) {
        asked.append(operation)
        handOverSoon()
    }

    /// Once this turn of the loop has looked at all that had come: a writer woken by the first of it would commit that one alone.
    private func handOverSoon() {
        guard !isHandingOver else { return }
        isHandingOver = true
        eventLoop.assumeIsolated().execute { self.handOver() }
    }

    private func handOver() {
        isHandingOver = false
        ledger.submit(&asked)
    }

    fileprivate func deliver(_ replies: [LedgerReply]) {
        for reply in replies { tasks.places[reply.token]?.ledgerReplied(reply.outcome) }
    }

    func ask(_ question: BooksQuestion, token: Int) {
        guard let port, let books else { return }
        books.ask(question, for: port, token: token)
    }

    fileprivate func deliver(_ answer: Result<BooksAnswer, StoreError>, token: Int) {
        tasks.places[token]?.booksReplied(answer)
    }

    // MARK: The cache

    /// Asks for what is kept under `key`, which `driver` is told unless it is forgotten first.
    ///
    /// - Returns: what to forget it by; nil where everything is over and there will be no answer.
    func lookUp(_ key: CacheKey, in answers: any AnswerCache, for driver: any CacheWaiter) -> Int? {
        ask(for: driver) { port, token in answers.lookUp(key, for: port, token: token) }
    }

    /// Has what is kept under `key` forgotten, and `driver` told as of something that was looked up in vain.
    func forget(_ key: CacheKey, in answers: any AnswerCache, for driver: any CacheWaiter) -> Int? {
        ask(for: driver) { port, token in answers.forget(key, for: port, token: token) }
    }

    private func ask(for driver: any CacheWaiter, _ question: (LoopPort, Int) -> Void) -> Int? {
        guard let port else { return nil }
        lastLookup += 1
        lookups[lastLookup] = driver
        question(port, lastLookup)
        return lastLookup
    }

    func forgetLookup(_ number: Int) { lookups[number] = nil }

    fileprivate func deliver(_ replies: [CacheReply]) {
        for reply in replies {
            let waiter = lookups.removeValue(forKey: reply.token)
            if reply.isKnown { waiter?.cacheReplied(reply.found) } else { waiter?.cacheFailed() }
        }
    }

    // MARK: Memory

    /// An empty buffer to write a message to, and to hand back with ``reuse(_:)`` once it has been sent.
    func buffer(capacity: Int) -> ByteBuffer {
        var buffer = spare
        spare = ByteBuffer()
        // Made anew if its memory is on its way still, or too small.
        buffer.clear(minimumCapacity: capacity)
        return buffer
    }

    func reuse(_ buffer: ByteBuffer) { if buffer.capacity <= Self.largestSpare { spare = buffer } }

    private static let largestSpare = 64 << 10

    // MARK: Connections

    func add(_ connection: ClientConnection) {
        connections[ObjectIdentifier(connection)] = connection
        startTicking()
    }

    /// Keeps connections open to the providers that the next requests are likely to go to.
    func keepWarm() { pool.keepWarm(state.snapshot.endpointsToKeepWarm(targets: settings.warmTargets)) }

    func remove(_ connection: ClientConnection) { connections[ObjectIdentifier(connection)] = nil }

    /// Its caller has left, and its answer is given to its end all the same.
    func keep(_ connection: ClientConnection) { left[ObjectIdentifier(connection)] = connection }

    func letGo(of connection: ClientConnection) { left[ObjectIdentifier(connection)] = nil }

    /// Tells callers to look for another gateway: by `/readyz`, and by closing each connection with its next answer.
    func leave() { isLeaving = true }

    /// Lets exchanges in progress end and everything else go.
    func drain() {
        isDraining = true
        for connection in connections.values { connection.closeIfIdle() }
    }

    /// Gives up what is still in progress, as if every caller had left, but tells those who are there; and what is read for its
    /// usage alone.
    func abandonAll() {
        isAbandoned = true
        for connection in connections.values { connection.breakOff() }
        for connection in left.values { connection.giveUp() }
        pool.close()
    }

    /// Once nothing is left to happen: hands over what this turn has asked, for the ledger may stop before the next, and breaks
    /// the cycle between this and its port.
    func close() {
        handOver()
        port = nil
    }

    // MARK: Time

    /// Sees to it that somebody looks at the time.
    private func startTicking() {
        let wanted: LoopTime.Pace = tasks.count == 0 ? .slow : .fast
        if time.isSlower(than: wanted) { goOn(wanted) }
    }

    /// Whether what has come may not have been read; see ``LoopTime``.
    var isBehind: Bool { time.isBehind }

    /// Takes over the time of day. Where that was set back, whatever is waited for moves with it.
    private func lookAtClock() {
        guard let step = time.lookAtClock() else { return }
        for task in tasks.places { task?.clockWasSet(by: step) }
        for connection in connections.values { connection.clockWasSet(by: step) }
    }

    private func goOn(_ pace: LoopTime.Pace) {
        // Nobody has looked for up to a second of the steady clock, in which a machine may have stood still.
        if time.pace != .fast { lookAtClock() }
        schedule(time.goOn(pace))
    }

    private func schedule(_ tick: LoopTime.Tick) {
        eventLoop.assumeIsolated().scheduleTask(in: tick.pause) {
            if !self.time.isOvertaken(tick) { self.tick() }
        }
    }

    private func tick() {
        lookAtClock()
        if let tick = time.catchUp() { return schedule(tick) }
        let now = now
        // Before that is noted: where there was more than could be read meanwhile, they are still behind.
        for task in tasks.places { task?.timePassed(now) }
        if time.told(now) {
            for connection in connections.values { connection.timePassed(now) }
            pool.sweep()
        }
        // An idle gateway sleeps: nothing ticks while there is nobody to watch.
        if tasks.count == 0 && connections.isEmpty {
            time.rest()
        } else {
            goOn(tasks.count == 0 ? .slow : .fast)
        }
    }
}

/// Carries the ledger's replies onto the loop, once a commit, the cache's and the books'.
private final class LoopPort: LedgerPort, CachePort, BooksPort {
    private let context: NIOLoopBound<LoopContext>
    private let eventLoop: any EventLoop

    init(_ context: LoopContext) {
        self.context = NIOLoopBound(context, eventLoop: context.eventLoop)
        eventLoop = context.eventLoop
    }

    func ledgerReplied(_ replies: [LedgerReply]) {
        eventLoop.execute { self.context.value.deliver(replies) }
    }

    func cacheReplied(_ replies: [CacheReply]) {
        eventLoop.execute { self.context.value.deliver(replies) }
    }

    func booksReplied(_ answer: Result<BooksAnswer, StoreError>, token: Int) {
        eventLoop.execute { self.context.value.deliver(answer, token: token) }
    }
}
