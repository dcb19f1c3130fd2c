import TuppenceCore

/// What is going to happen, in order of time; at the same time, in the order in which it was put down.
struct Agenda {
    enum Event {
        case arrive
        /// To an exchange; where a connection is named, only while that is the present one.
        case tell(Int, Int?, Exchange.Event)
        case reply(Int, LedgerOperation, awaited: Bool)
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
            for child in [2 * index + 1, 2 * index + 2]
            where child < items.count && items[child].comes(before: items[smallest]) {
                smallest = child
            }
            if smallest == index { return }
            items.swapAt(index, smallest)
            index = smallest
        }
    }
}
