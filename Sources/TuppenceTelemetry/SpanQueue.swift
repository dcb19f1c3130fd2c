import TuppenceCore

/// Spans on their way to a collector: bounded, in batches, one at a time, and without a clock or a socket.
struct SpanQueue {
    static let capacity = 16_384
    static let batchSize = 512
    static let mostTries = 5
    private static let longestWish = Milliseconds.seconds(60)

    private var waiting: [Span] = []
    private var batch: [Span] = []
    private var tries = 0
    private var isInFlight = false
    private var due = Timestamp(milliseconds: 0)

    var count: Int { waiting.count + batch.count }

    /// - Returns: how many there was no room for.
    mutating func add(_ spans: [Span]) -> Int {
        let room = max(0, Self.capacity - count)
        waiting += spans.prefix(room)
        return max(0, spans.count - room)
    }

    /// What is to be sent now, if anything is; from then on under way.
    mutating func takeDue(at now: Timestamp) -> [Span]? {
        guard !isInFlight, now >= due else { return nil }
        if batch.isEmpty {
            batch = Array(waiting.prefix(Self.batchSize))
            waiting.removeFirst(batch.count)
            tries = 0
        }
        guard !batch.isEmpty else { return nil }
        isInFlight = true
        tries += 1
        return batch
    }

    /// The batch under way has arrived.
    mutating func arrived() {
        isInFlight = false
        batch = []
    }

    /// It has not, and is tried again after 1, 2, 4 and 8 seconds, or when the collector wants it.
    ///
    /// - Parameter isLast: whether it is not to be tried again at all.
    /// - Returns: how many spans were given up.
    mutating func failed(retryAfter: Milliseconds?, isLast: Bool, at now: Timestamp) -> Int {
        isInFlight = false
        guard !isLast, tries < Self.mostTries else {
            defer { batch = [] }
            return batch.count
        }
        let pause = Milliseconds(1_000 << Int64(tries - 1))
        due = now + max(pause, min(retryAfter ?? Milliseconds(0), Self.longestWish))
        return 0
    }

    /// Makes everything due at once: there will be no later.
    mutating func hasten() { due = Timestamp(milliseconds: 0) }

    /// Gives up all there is.
    mutating func clear() -> Int {
        defer { (waiting, batch) = ([], []) }
        return count
    }
}
