/// What is to become of a request, as far as repetition is concerned.
public enum LoopVerdict: Hashable, Sendable {
    case pass
    /// It waits first. `isFirst`: nobody has been told of this episode yet.
    case slow(count: Int, isFirst: Bool)
    /// It is refused, as all like it are until `until`.
    case stop(count: Int, until: Timestamp, isFirst: Bool)
}

/// Counts how often the requests of each subject are alike, within a bounded memory.
///
/// A loop is the same request more often than its limit within a window, and at least a quarter of all that the subject
/// sends: on the key of a large application many people say "hello" a minute, and it is no loop. That rule is also what
/// lets a handful of counters for each subject do: who has a quarter of the traffic keeps its place among them.
public struct LoopTable: Sendable {
    /// One kind of request of a subject.
    private struct Slot {
        var fingerprint: UInt64 = 0
        var current: Int32 = 0
        var previous: Int32 = 0
        /// Requests since the subject was first made to wait for this, those before included; 0 outside of an episode.
        var episode: Int32 = 0
        var stoppedUntil: Timestamp?
    }

    private struct Subject {
        var id: UInt64
        var windowBegan: Timestamp
        /// All of its requests in this window, and in the one before.
        var current: Int32 = 0
        var previous: Int32 = 0
        /// Again, since the hand came by last.
        var wasSeen = false
    }

    private static let slotsEach = 6

    private let capacity: Int
    private var places: [UInt64: Int32] = [:]
    private var subjects: ContiguousArray<Subject> = []
    /// ``slotsEach`` for each subject.
    private var slots: ContiguousArray<Slot> = []
    /// Where a place is looked for next when all are taken.
    private var hand = 0

    /// - Parameter capacity: subjects that are kept in mind; beyond it, one that has not been seen for long is forgotten.
    public init(capacity: Int) {
        precondition(capacity > 0, "a table of no subjects")
        self.capacity = capacity
    }

    /// Takes note of a request.
    ///
    /// - Parameter subject: whose repetitions are counted together: a hash of the key and of whom it speaks for.
    public mutating func see(
        _ fingerprint: UInt64, of subject: UInt64, limits: LoopLimits, at now: Timestamp
    ) -> LoopVerdict {
        let place = place(of: subject, at: now)
        roll(place, within: limits.within, at: now)
        let index = slot(for: fingerprint, at: place, now)
        if let until = slots[index].stoppedUntil {
            if until > now { return .stop(count: Int(slots[index].episode), until: until, isFirst: false) }
            slots[index] = Slot(fingerprint: fingerprint)
        }
        slots[index].current &+= 1
        subjects[place].current &+= 1
        let rest = max(0, limits.within.count - (now - subjects[place].windowBegan).count)
        func recent(_ current: Int32, _ previous: Int32) -> Int {
            Int(current) + Int(Int64(previous) * rest / limits.within.count)
        }
        let count = recent(slots[index].current, slots[index].previous)
        let total = recent(subjects[place].current, subjects[place].previous)
        return judge(index, count: count, total: total, limits: limits, at: now)
    }

    private mutating func judge(
        _ index: Int, count: Int, total: Int, limits: LoopLimits, at now: Timestamp
    ) -> LoopVerdict {
        // Calm is well below the limit, or waiting itself would end every episode.
        if count * 4 <= limits.slowAfter { slots[index].episode = 0 }
        guard count * 4 >= total else { return .pass }
        if slots[index].episode == 0 {
            guard count > limits.slowAfter else { return .pass }
            slots[index].episode = Int32(clamping: count)
            return .slow(count: count, isFirst: true)
        }
        slots[index].episode &+= 1
        let episode = Int(slots[index].episode)
        guard episode > limits.stopAfter else { return .slow(count: episode, isFirst: false) }
        let until = now + limits.stopFor
        slots[index].stoppedUntil = until
        return .stop(count: episode, until: until, isFirst: true)
    }

    /// Goes on to the window that `now` is in.
    private mutating func roll(_ place: Int, within span: Milliseconds, at now: Timestamp) {
        let elapsed = (now - subjects[place].windowBegan).count
        guard elapsed >= span.count || elapsed < 0 else { return }
        // The next window, or one that has nothing to do with the last: after a pause, or where the clock was set back.
        let isNext = elapsed >= 0 && elapsed < 2 * span.count
        subjects[place].previous = isNext ? subjects[place].current : 0
        subjects[place].current = 0
        subjects[place].windowBegan = isNext ? subjects[place].windowBegan + span : now
        for index in slotIndices(place) {
            slots[index].previous = isNext ? slots[index].current : 0
            slots[index].current = 0
        }
    }

    private func slotIndices(_ place: Int) -> Range<Int> {
        place * Self.slotsEach..<(place + 1) * Self.slotsEach
    }

    /// The slot of a fingerprint: its own, or else the one that is missed least.
    private mutating func slot(for fingerprint: UInt64, at place: Int, _ now: Timestamp) -> Int {
        var least = place * Self.slotsEach
        var weight = Int64.max
        for index in slotIndices(place) {
            if slots[index].fingerprint == fingerprint { return index }
            let isStopped = slots[index].stoppedUntil.map { $0 > now } ?? false
            // What is stopped or waits is given up last.
            let value =
                Int64(slots[index].current) + Int64(slots[index].previous)
                + (isStopped ? 1 << 40 : slots[index].episode > 0 ? 1 << 36 : 0)
            if value < weight { (least, weight) = (index, value) }
        }
        slots[least] = Slot(fingerprint: fingerprint)
        return least
    }

    private mutating func place(of subject: UInt64, at now: Timestamp) -> Int {
        if let place = places[subject] {
            subjects[Int(place)].wasSeen = true
            return Int(place)
        }
        if subjects.count < capacity {
            places[subject] = Int32(subjects.count)
            subjects.append(Subject(id: subject, windowBegan: now))
            slots.append(contentsOf: repeatElement(Slot(), count: Self.slotsEach))
            return subjects.count - 1
        }
        // Whoever comes again and again is passed over, whoever came once goes.
        while subjects[hand].wasSeen {
            subjects[hand].wasSeen = false
            hand = (hand + 1) % capacity
        }
        let place = hand
        hand = (hand + 1) % capacity
        places[subjects[place].id] = nil
        places[subject] = Int32(place)
        subjects[place] = Subject(id: subject, windowBegan: now)
        for index in slotIndices(place) { slots[index] = Slot() }
        return place
    }
}
