/// How long the targets of a route may be silent before another is started beside them, and for how much of its traffic.
///
/// A reference: all requests to the route draw on one allowance.
public final class Hedging: Sendable {
    /// What an attempt has for its first content.
    public let firstTokenWithin: Milliseconds
    /// How many of 10,000 attempts may have another beside them.
    public let share: Int
    /// In ten-thousandths of a hedge.
    private let allowance = InheritedCount(Hedging.reserve)

    public static let whole = 10_000
    public static let standardShare = 1_000
    /// A hundred may be started at once before the share counts: a target that stalls is found out within that.
    static let reserve = 100 * whole

    public init(firstTokenWithin: Milliseconds, share: Int = Hedging.standardShare) {
        precondition((0...Self.whole).contains(share), "\(share) of \(Self.whole)")
        self.firstTokenWithin = firstTokenWithin
        self.share = share
    }

    /// An attempt has been sent that may get another beside it.
    func earn() {
        let allowance = allowance.count
        guard allowance.value.load(ordering: .relaxed) < Self.reserve else { return }
        allowance.value.wrappingAdd(share, ordering: .relaxed)
    }

    /// - Returns: false if the share is used up.
    func spend() -> Bool {
        guard share > 0 else { return false }
        let allowance = allowance.count
        var current = allowance.value.load(ordering: .relaxed)
        while current >= Self.whole {
            let (exchanged, original) = allowance.value.weakCompareExchange(
                expected: current, desired: current - Self.whole, ordering: .relaxed)
            if exchanged { return true }
            current = original
        }
        return false
    }

    /// Goes on with the allowance of `other`, which was there before for the same route.
    func takeOver(_ other: Hedging) { allowance.inherit(other.allowance) }
}

extension Hedging: Hashable {
    public static func == (left: Hedging, right: Hedging) -> Bool {
        left.firstTokenWithin == right.firstTokenWithin && left.share == right.share
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(firstTokenWithin)
        hasher.combine(share)
    }
}
