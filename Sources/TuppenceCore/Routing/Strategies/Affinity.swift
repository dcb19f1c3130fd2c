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
        guard weight > 0 else { return 0 }
        // Within (0, 1), of as many bits as fit.
        let share = (Double(Self.mixed(hash ^ target) >> 12) + 0.5) / 4_503_599_627_370_496
        return Double(weight) / -Self.logarithm(share)
    }

    /// The natural logarithm of a number above 0; Core has no library for it.
    static func logarithm(_ number: Double) -> Double {
        var (exponent, fraction) = (Double(number.exponent), number.significand)
        if fraction > 1.414_213_562_373_095_1 {
            fraction /= 2
            exponent += 1
        }
        // ln x = 2 artanh((x - 1) / (x + 1)), whose terms shrink by 34 times each here.
        let ratio = (fraction - 1) / (fraction + 1)
        let square = ratio * ratio
        var (term, sum) = (ratio, 0.0)
        for divisor in stride(from: 1.0, through: 23, by: 2) {
            sum += term / divisor
            term *= square
        }
        return exponent * 0.693_147_180_559_945_3 + 2 * sum
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
