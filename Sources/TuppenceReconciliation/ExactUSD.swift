import TuppenceCore

/// Dollars as a provider writes them, to 18 decimals: $1 is 10¹⁸.
///
/// Exports have more than the nine decimals of ``Money``: `0.13080438340307526`, or cents with fractions. Lines are
/// added up as they were written and rounded once, at the end, so that a thousand lines have no thousand roundings.
struct ExactUSD: Hashable, Sendable {
    /// A single amount is at most nine billion dollars (see `init`), so that a sum overflows only after ten billion
    /// lines.
    private(set) var attodollars: Int128 = 0

    init() {}

    static func += (left: inout ExactUSD, right: ExactUSD) { left.attodollars += right.attodollars }

    /// To the nearest nanodollar, and from halfway between two to the even one: over many lines neither side gains.
    var rounded: Money {
        let nanodollars = Self.halfToEven(attodollars, by: 1_000_000_000)
        return Money(nanodollars: Int64(clamping: nanodollars))
    }

    /// Reads `12`, `-0.5`, `1.25e-7`, as JSON and CSV write numbers; nil if it is none, or beyond nine billion dollars.
    ///
    /// - Parameter shift: the decimals by which the point moves to the left: 2 for an amount in cents.
    init?(_ text: some Sequence<UInt8>, shift: Int = 0) {
        guard let number = DecimalNumber(text) else { return nil }
        guard number.digits != 0 else { return }
        let power = 18 + number.exponent - shift
        var value = number.digits
        if power >= 0 {
            guard power <= 28, let product = Self.multiplied(value, Self.power(of: power)) else { return nil }
            value = product
        } else if power >= -38 {
            value = Self.halfToEven(value, by: Self.power(of: -power))
        } else {
            value = 0
        }
        guard value <= Self.largest else { return nil }
        attodollars = number.isNegative ? -value : value
    }

    private static let largest: Int128 = 9_000_000_000 * power(of: 18)

    private static func multiplied(_ left: Int128, _ right: Int128) -> Int128? {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? nil : product
    }

    private static let powers: [Int128] = (0..<38).reduce(into: [1]) { powers, place in
        powers.append(powers[place] * 10)
    }

    private static func power(of exponent: Int) -> Int128 {
        precondition((0...38).contains(exponent), "ten to the power of \(exponent)")
        return powers[exponent]
    }

    private static func halfToEven(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        // Twice the remainder may not fit where the divisor is 10³⁸, so what is left to the divisor is compared.
        let left = remainder.magnitude
        let right = divisor.magnitude - left
        if left < right || left == right && quotient % 2 == 0 { return quotient }
        return value < 0 ? quotient - 1 : quotient + 1
    }
}
