/// Draws by weight in one pass, for an order of all: each draws a number, and they go by these, the highest first.
///
/// The same as drawing one after the other, each time of those that are left: P. S. Efraimidis and P. G. Spirakis, "Weighted
/// random sampling with a reservoir", 2006. With a hash in place of chance it is weighted rendezvous hashing.
enum WeightedDraw {
    /// - Parameter word: 64 random bits.
    static func score(_ word: UInt64, weight: Int) -> Double {
        // What has no weight is drawn after all others.
        guard weight > 0 else { return 0 }
        // Within (0, 1), of as many bits as fit.
        let share = (Double(word >> 12) + 0.5) / 4_503_599_627_370_496
        return Double(weight) / -logarithm(share)
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
        var sum = 1 / 23.0
        sum = sum * square + 1 / 21.0
        sum = sum * square + 1 / 19.0
        sum = sum * square + 1 / 17.0
        sum = sum * square + 1 / 15.0
        sum = sum * square + 1 / 13.0
        sum = sum * square + 1 / 11.0
        sum = sum * square + 1 / 9.0
        sum = sum * square + 1 / 7.0
        sum = sum * square + 1 / 5.0
        sum = sum * square + 1 / 3.0
        sum = sum * square + 1
        return exponent * 0.693_147_180_559_945_3 + 2 * ratio * sum
    }
}
