/// Which part is one gateway's of what is there for several together.
public struct GatewayShare: Hashable, Sendable {
    /// From 0 on.
    public let index: Int
    public let count: Int

    public static let whole = GatewayShare(index: 0, count: 1)

    public init(index: Int, count: Int) {
        precondition((0..<count).contains(index), "no part of a whole: \(index) of \(count)")
        self.index = index
        self.count = count
    }

    /// The parts of all gateways add up to `limit`; but none is nothing, so that where there are more gateways than that, they are
    /// as many as gateways.
    func part(of limit: Int) -> Int { max(1, limit / count + (index < limit % count ? 1 : 0)) }
}
