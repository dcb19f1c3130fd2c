import TuppenceCore

/// Looks up an answer that was kept, for a caller who waits for what is made of it, on one event loop. It is told what there is
/// within ``DataPlaneSettings/booksTimeout``, or that this is not known.
protocol LookupTask: LoopTask, CacheWaiter {
    var lookup: PendingLookup { get set }
    /// - Parameter answer: what is kept; nil for nothing.
    func found(_ answer: CachedAnswer?)
    /// Whether there is an answer could not be told, or not in time.
    func unknown()
    /// Ends it with that.
    func refuse(_ refusal: Refusal)
}

/// Who waits for what is looked up, and since when.
struct PendingLookup {
    let loop: LoopContext
    /// Until it has its answer or has gone.
    fileprivate var client: ClientConnection?
    fileprivate var token = 0
    /// Until it has been told.
    fileprivate var number: Int?
    fileprivate var since: Timestamp

    init(for client: ClientConnection) {
        self.client = client
        loop = client.loop
        since = client.loop.now
    }
}

extension LookupTask {
    var loop: LoopContext { lookup.loop }

    /// Comes before anything is looked up.
    func register() {
        lookup.token = loop.register(self)
        // Which may have been the first look at the clock for long.
        lookup.since = loop.now
    }

    /// Waits for what the loop has been asked to look up, or to forget.
    ///
    /// - Returns: false where everything is over and there will be no answer.
    func wait(for number: Int?) -> Bool {
        lookup.number = number
        return number != nil
    }

    /// Ends it, with whatever the caller gets if it is still there.
    func over(_ answer: (ClientConnection) -> Void) {
        let client = lookup.client
        leave()
        if let client { answer(client) }
    }

    private func leave() {
        loop.unregister(self, lookup.token)
        lookup.client = nil
    }

    // MARK: CacheWaiter

    func cacheReplied(_ found: CachedAnswer?) {
        lookup.number = nil
        self.found(found)
    }

    func cacheFailed() {
        lookup.number = nil
        unknown()
    }

    // MARK: LoopTask

    var hasBegunAnswer: Bool { false }
    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {}
    func clientWritabilityChanged(_ isWritable: Bool) {}

    func clockWasSet(by step: Milliseconds) { lookup.since.move(by: step) }

    func timePassed(_ now: Timestamp) {
        guard lookup.number != nil, now - lookup.since > loop.settings.booksTimeout else { return }
        forgetLookup()
        unknown()
    }

    func clientGone() {
        forgetLookup()
        leave()
    }

    func sendAway() -> Bool {
        forgetLookup()
        refuse(.shuttingDown)
        return true
    }

    private func forgetLookup() {
        if let number = lookup.number { loop.forgetLookup(number) }
        lookup.number = nil
    }
}
