/// How much has happened in the span of time up to now.
///
/// It is counted in slots, the oldest of which counts in whole: it is never less than the truth, and what has happened is
/// forgotten a slot too late at the most. So it holds a limit whether whoever set it counts by the clock's minutes, by
/// the last sixty seconds or by a bucket that fills up.
struct SlidingCount: Hashable, Sendable {
    private let width: Int64
    private var counts: [Int]
    private var newest: Int64 = 0
    private(set) var total = 0

    /// - Parameter slots: into how many the span is cut; it divides them evenly.
    init(over span: Milliseconds, slots: Int) {
        width = span.count / Int64(slots)
        counts = Array(repeating: 0, count: slots + 1)
    }

    private func slot(at time: Timestamp) -> Int64 { max(0, time.milliseconds) / width }
    private func place(of slot: Int64) -> Int { Int(slot % Int64(counts.count)) }
    private var oldest: Int64 { newest - Int64(counts.count) + 1 }

    /// Forgets what is older than the span.
    mutating func advance(to now: Timestamp) {
        let slot = slot(at: now)
        // A clock that is set back a little goes on in the slot that is there; set back by more than the span, what was
        // counted says nothing any more.
        if slot <= newest && slot >= oldest { return }
        if slot < oldest || slot - newest >= counts.count {
            for index in counts.indices { counts[index] = 0 }
            total = 0
        } else {
            for passed in (newest + 1)...slot {
                total -= counts[place(of: passed)]
                counts[place(of: passed)] = 0
            }
        }
        newest = slot
    }

    mutating func add(_ count: Int, at now: Timestamp) {
        advance(to: now)
        counts[place(of: newest)] += count
        total += count
    }

    /// Corrects what was added at `time`, if that counts still.
    mutating func correct(by difference: Int, at time: Timestamp) {
        let slot = slot(at: time)
        guard slot >= oldest && slot <= newest else { return }
        let index = place(of: slot)
        let difference = max(difference, -counts[index])
        counts[index] += difference
        total += difference
    }

    /// When there will be no more than `allowed`, if nothing is added: a time that has passed where it is so already.
    func time(ofAtMost allowed: Int) -> Timestamp {
        var left = total
        var slot = oldest
        while left > allowed, slot <= newest {
            left -= counts[place(of: slot)]
            slot += 1
        }
        return Timestamp(milliseconds: (slot - 1 + Int64(counts.count)) * width)
    }
}
