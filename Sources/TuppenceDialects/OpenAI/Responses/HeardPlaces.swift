/// Places of what a stream has told of, by all that the whole may know it by. Each is known once, and found without a look at
/// the others: an answer may have very many.
struct HeardPlaces<Key: Hashable> {
    /// The last first.
    private var places: [Key: [Int]] = [:]
    private var isTaken: [Bool]

    init(count: Int, keys: (Int) -> [Key]) {
        isTaken = Array(repeating: false, count: count)
        for place in (0..<count).reversed() {
            for key in keys(place) { places[key, default: []].append(place) }
        }
    }

    /// The first with `key` that has not been taken.
    mutating func first(_ key: Key) -> Int? {
        while let place = places[key]?.last {
            if !isTaken[place] { return place }
            places[key]?.removeLast()
        }
        return nil
    }

    mutating func take(_ place: Int) { isTaken[place] = true }
}
