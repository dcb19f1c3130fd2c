/// How often something took how long, in steps of an eighth, so that percentiles of many sums together can be told: they are
/// a sixteenth off at the most.
public struct LatencyCounts: Hashable, Sendable {
    /// By step, up to the last one of which there is any.
    private var counts: [Int64] = []

    public init() {}

    public var isEmpty: Bool { counts.isEmpty }
    public var total: Int64 { counts.reduce(0) { $0.saturatingSum($1) } }

    public mutating func add(_ span: Milliseconds) { add(1, at: Self.step(of: span)) }

    public mutating func add(_ other: LatencyCounts) {
        for (step, count) in other.counts.enumerated() where count > 0 { add(count, at: step) }
    }

    private mutating func add(_ count: Int64, at step: Int) {
        if step >= counts.count { counts.append(contentsOf: repeatElement(0, count: step + 1 - counts.count)) }
        counts[step] = counts[step].saturatingSum(count)
    }

    /// What `share` of them took no longer than; nil where there are none.
    public func percentile(_ percent: Int) -> Milliseconds? {
        precondition((0...100).contains(percent), "no percentile \(percent)")
        let total = total
        guard total > 0 else { return nil }
        // Whole numbers throughout: the rank of a percentile is rounded up, and is one at least.
        let rank = max(1, total / 100 * Int64(percent) + (total % 100 * Int64(percent) + 99) / 100)
        var seen: Int64 = 0
        for (step, count) in counts.enumerated() {
            seen = seen.saturatingSum(count)
            if seen >= rank { return Self.middle(of: step) }
        }
        return Self.middle(of: counts.count - 1)
    }

    // MARK: Steps

    /// Milliseconds by themselves up to 8, then eight steps for each doubling.
    private static func step(of span: Milliseconds) -> Int {
        let value = min(max(0, span.count), longest)
        guard value >= 8 else { return Int(value) }
        let doublings = 60 - value.leadingZeroBitCount
        return doublings * 8 + Int(value >> Int64(doublings))
    }

    private static func middle(of step: Int) -> Milliseconds {
        guard step >= 16 else { return Milliseconds(Int64(step)) }
        let doublings = Int64(step / 8 - 1)
        let low = Int64(step % 8 + 8) << doublings
        return Milliseconds(low + (1 << doublings) / 2)
    }

    /// Two hours and more are one.
    private static let longest: Int64 = (1 << 23) - 1
    private static let steps = 168

    // MARK: Bytes

    /// The distance from step to step that has any and its count, as LEB128.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func put(_ number: UInt64) {
            var rest = number
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: rest))
        }
        var last = 0
        for (step, count) in counts.enumerated() where count > 0 {
            put(UInt64(step - last))
            put(UInt64(count))
            last = step
        }
        return bytes
    }

    /// - Returns: nil if they are not what ``bytes`` makes.
    public init?(bytes: [UInt8]) {
        var position = 0
        func number() -> UInt64? {
            var number: UInt64 = 0
            var shift: UInt64 = 0
            while position < bytes.count, shift < 64 {
                let byte = bytes[position]
                position += 1
                number |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return number }
                shift += 7
            }
            return nil
        }
        var step = 0
        while position < bytes.count {
            guard let distance = number(), distance < Self.steps, let count = number(), count > 0, count <= Int64.max
            else { return nil }
            step += Int(distance)
            guard step < Self.steps, counts.count <= step else { return nil }
            add(Int64(count), at: step)
        }
    }
}
