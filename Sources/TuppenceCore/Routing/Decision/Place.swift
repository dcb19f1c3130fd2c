/// One choice of a route that can take the request. Plain bits, for these are moved about while their order is made.
struct Place: BitwiseCopyable, Sendable {
    /// Its place in the route.
    var index: Int
    var priority: Int
    var weight: Int
    /// What the strategy goes by, lower first.
    var value: Int64 = 0
    /// What it has drawn, higher first.
    var score = 0.0
    /// Tier, priority and whether it yields, as one number.
    fileprivate(set) var rank: Int64 = 0
    var tier: Tier
    /// Whether it has failed of late, and yields its place this time.
    var yields = false
    /// Whether its target may have some trouble, and whether the try is due that shows if it still has.
    var mayBeTroubled = false

    /// What counts before priorities and strategies do.
    enum Tier: UInt8, Sendable {
        /// One request sees whether it is back.
        case tryIsDue
        case open
        /// The input may be too long for it.
        case mayBeTooShort
        /// It is back, and gets a little at first.
        case returning
        /// It has failed often, or wants to be left alone.
        case last
    }
}

extension Place {
    /// Sets what the order goes by before values: places are compared far more often than there are places.
    mutating func makeRank() {
        let priority = Int64(min(max(priority, -Self.farthest), Self.farthest))
        rank = Int64(tier.rawValue) << 50 + priority << 1 + (yields ? 1 : 0)
    }

    private static let farthest = 1 << 47
}

/// Those of one request, in memory that is gone when it is decided.
typealias Places = UnsafeMutableBufferPointer<Place>
