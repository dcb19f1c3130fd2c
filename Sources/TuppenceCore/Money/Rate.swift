/// A price in picodollars per unit (a token, an image, a request): $0.15 per million tokens is `150_000`.
public struct Rate: Hashable, Sendable, Comparable {
    public let picodollars: Int64

    public init(picodollars: Int64) {
        precondition(picodollars >= 0, "negative rate: \(picodollars)")
        self.picodollars = picodollars
    }

    /// Dollars per million units, as price lists state it: `0.15`. More than six decimals are refused.
    public init?(usdPerMillion text: String) {
        // A dollar per million units is a million picodollars per unit.
        guard let picodollars = DecimalNumber.units(6, of: text.hasPrefix("$") ? text.dropFirst() : text[...]) else {
            return nil
        }
        self.init(picodollars: picodollars)
    }

    /// The price of one piece, such as a search; nil for more than a piece can cost.
    public init?(forEach price: Money) {
        let (picodollars, overflow) = price.nanodollars.multipliedReportingOverflow(by: 1_000)
        guard !overflow, picodollars >= 0 else { return nil }
        self.init(picodollars: picodollars)
    }

    /// The price of a second, of which a minute costs `price`, rounded up; nil for more than a second can cost.
    public init?(forMinute price: Money) {
        guard let minute = Rate(forEach: price) else { return nil }
        self.init(picodollars: minute.picodollars / 60 + (minute.picodollars % 60 == 0 ? 0 : 1))
    }

    /// As far from this rate as `one` is from `other`, rounded up; the higher of this and `one` where `other` is free.
    package func following(_ one: Rate, over other: Rate) -> Rate {
        guard other > .free else { return max(self, one) }
        let (product, whole) = (Int128(picodollars) * Int128(one.picodollars), Int128(other.picodollars))
        return Rate(picodollars: Int64(clamping: (product + whole - 1) / whole))
    }

    /// What a million units cost; ``Money/unlimited`` where that is more than there is.
    public var perMillion: Money { Money(clamping: Int128(picodollars) * 1_000) }

    /// What one unit costs, rounded down.
    public var perPiece: Money { Money(nanodollars: picodollars / 1_000) }

    /// What sixty units cost, rounded down: those of a minute, where a unit is a second.
    public var perMinute: Money { Money(clamping: Int128(picodollars) * 60 / 1_000) }

    /// Whether it is a whole number of nanodollars, so that no price by it is ever rounded.
    var isWhole: Bool { picodollars % 1_000 == 0 }

    public static let free = Rate(picodollars: 0)

    public static func < (left: Rate, right: Rate) -> Bool { left.picodollars < right.picodollars }

    /// The price of `units`, rounded up to a whole nanodollar so that no fraction is given away.
    public func price(of units: Int) -> Money {
        precondition(units >= 0, "negative count: \(units)")
        let (product, overflow) = picodollars.multipliedReportingOverflow(by: Int64(units))
        if !overflow { return Money(nanodollars: product / 1_000 + (product % 1_000 == 0 ? 0 : 1)) }
        // Rate × units passes Int64 before the price itself does: 128 bits from here.
        let wide = Int128(picodollars) * Int128(units)
        return Money(clamping: (wide + 999) / 1_000)
    }
}
