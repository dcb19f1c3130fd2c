/// Whose requests are to stay with one target, so that what its provider remembers of their prompts is found again.
///
/// Weighted rendezvous hashing (C. Schindelhauer and G. Schomaker, "Weighted distributed hash tables", 2005): each pair of a
/// caller and a target has a number of its own, and the target with the best one is the caller's. The same on every node
/// and after every start.
public struct Affinity: Hashable, Sendable {
    let hash: UInt64

    /// - Parameter name: who it is: a customer, a user, a key, a session.
    public init(_ name: some StringProtocol) {
        var name = String(name)
        hash = name.withUTF8 { Self.hash(UnsafeRawBufferPointer($0)) }
    }

    package init(hashing name: UnsafeRawBufferPointer) { hash = Self.hash(name) }

    /// FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo), and a last round that reaches all bits.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return mixed(hash)
    }

    /// The last round of SplitMix64.
    private static func mixed(_ word: UInt64) -> UInt64 {
        var mixed = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The target with the highest score is the caller's, which each is in proportion to its weight.
    func score(of target: UInt64, weight: Int) -> Double {
        WeightedDraw.score(Self.mixed(hash ^ target), weight: weight)
    }
}

extension Target {
    /// What stands for it in scores.
    var affinity: UInt64 {
        var name = description
        return name.withUTF8 { Affinity.hash(UnsafeRawBufferPointer($0)) }
    }
}

extension Route {
    /// Whose request one is, as far as it matters here; nil where that is not known, or makes no difference.
    public func affinity(key: String, customer: String?, user: String?, session: Affinity?) -> Affinity? {
        switch stickiness {
        case nil: nil
        case .key: Affinity(key)
        case .customer: customer.map { Affinity($0) }
        case .user: user.map { Affinity($0) }
        case .session: session
        }
    }
}
