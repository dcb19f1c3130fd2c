/// Counters by numbers that are not known beforehand. Counting what was counted before allocates nothing.
struct CounterTable: Sendable {
    // Open addressing: each key lies in the first free place from the one that its hash says.
    private var keys: [UInt64]
    private var values: [UInt64]
    private(set) var count = 0

    /// What no key may be.
    private static let free = UInt64.max

    init() {
        keys = Array(repeating: Self.free, count: 64)
        values = Array(repeating: 0, count: 64)
    }

    /// - Precondition: the largest number of all is no key.
    private func place(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while keys[place] != key, keys[place] != Self.free { place = (place + 1) & mask }
        return place
    }

    func contains(_ key: UInt64) -> Bool { keys[place(of: key)] == key }

    mutating func add(_ amount: UInt64 = 1, to key: UInt64) {
        var place = place(of: key)
        if keys[place] == Self.free {
            if 4 * (count + 1) > 3 * keys.count {
                grow()
                place = self.place(of: key)
            }
            keys[place] = key
            count += 1
        }
        values[place] += amount
    }

    private mutating func grow() {
        let old = (keys, values)
        keys = Array(repeating: Self.free, count: old.0.count * 2)
        values = Array(repeating: 0, count: old.0.count * 2)
        for (key, value) in zip(old.0, old.1) where key != Self.free {
            let place = place(of: key)
            keys[place] = key
            values[place] = value
        }
    }

    func forEach(_ body: (_ key: UInt64, _ count: UInt64) -> Void) {
        for (key, value) in zip(keys, values) where key != Self.free { body(key, value) }
    }
}
