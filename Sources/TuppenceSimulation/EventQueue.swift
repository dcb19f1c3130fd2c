import TuppenceCore

/// What is going to happen, in order of time; at the same time, in the order in which it was put down.
struct EventQueue {
    enum Event {
        case arrive
        case leave(Int)
        case lookAtDeadline(Int)
        case lookAtLate(AttemptID)
        case provider(ProviderStep, Wire)
        case perform(LedgerCall)
        case reply(LedgerCall, LedgerReply)
        case ledgerOverdue(LedgerCall)
        case sweep
        case setClock(by: Milliseconds)
        case outage(for: Milliseconds)
        case outageEnds
        case check(provider: String)
    }

    /// The connection that an attempt was sent on: what comes on it counts while it is one of the exchange's present ones, or
    /// is read on.
    struct Wire {
        let exchange: Int
        let attempt: AttemptID
        let connection: Int
    }

    /// Something that the ledger was asked, by whom, and in which life of the process.
    struct LedgerCall {
        let exchange: Int
        let lane: Lane
        let operation: LedgerOperation
        let isAwaited: Bool
        let life: Int
        let number: Int
    }

    enum LedgerReply {
        case outcome(LedgerOutcome)
        case failure
    }

    enum ProviderStep {
        /// There is a connection, and the request has left on it.
        case reached
        /// `reasoning` tokens are spent before anything is said.
        case answering(reasoning: Int)
        case text(tokens: Int, bytes: Int, pieces: Int)
        /// One answer of a stream is over.
        case finished
        case count(Usage, isLast: Bool)
        case ended
        case failed(UpstreamFailure, charges: Bool)
    }

    private struct Item {
        let time: Timestamp
        let number: Int
        let event: Event

        func comes(before other: Item) -> Bool { time != other.time ? time < other.time : number < other.number }
    }

    /// A binary heap.
    private var items: [Item] = []
    private var added = 0

    mutating func add(_ event: Event, at time: Timestamp) {
        added += 1
        items.append(Item(time: time, number: added, event: event))
        var index = items.count - 1
        while index > 0, items[index].comes(before: items[(index - 1) / 2]) {
            items.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func next() -> (Timestamp, Event)? {
        guard let first = items.first else { return nil }
        let last = items.removeLast()
        if !items.isEmpty {
            items[0] = last
            sink()
        }
        return (first.time, first.event)
    }

    private mutating func sink() {
        var index = 0
        while true {
            var smallest = index
            for child in (2 * index + 1)..<(2 * index + 3)
            where child < items.count && items[child].comes(before: items[smallest]) {
                smallest = child
            }
            if smallest == index { return }
            items.swapAt(index, smallest)
            index = smallest
        }
    }
}
