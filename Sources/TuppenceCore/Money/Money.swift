/// An amount in nanodollars: $1 is `1_000_000_000`. Int64 holds nine billion dollars either way.
public struct Money: Hashable, Sendable, Comparable {
    public let nanodollars: Int64

    public init(nanodollars: Int64) { self.nanodollars = nanodollars }

    init(clamping nanodollars: Int128) { self.nanodollars = Int64(clamping: nanodollars) }

    public static let zero = Money(nanodollars: 0)
    /// More than anybody has; sums stop here instead of wrapping around.
    public static let unlimited = Money(nanodollars: .max)

    public static func + (left: Money, right: Money) -> Money {
        Money(nanodollars: left.nanodollars.saturatingSum(right.nanodollars))
    }

    public static func - (left: Money, right: Money) -> Money {
        let (rest, overflow) = left.nanodollars.subtractingReportingOverflow(right.nanodollars)
        return Money(nanodollars: overflow ? (right.nanodollars > 0 ? .min : .max) : rest)
    }

    public static func += (left: inout Money, right: Money) { left = left + right }
    public static func -= (left: inout Money, right: Money) { left = left - right }
    public static func < (left: Money, right: Money) -> Bool { left.nanodollars < right.nanodollars }
}

extension Money: CustomStringConvertible {
    /// Dollars without a sign for the currency and without trailing zeros: `0.000123`, `20`, `-1.5`.
    public var usd: String { Decimal9.text(nanodollars) }

    /// The same as bytes, without making a String of them.
    public func withUSD(_ body: (UnsafeRawBufferPointer) -> Void) { Decimal9.withText(of: nanodollars, body) }

    /// `$0.000123`, `-$1.50`: at least two decimals, as people write money.
    public var description: String {
        var text = Decimal9.text(Int64(clamping: nanodollars.magnitude))
        let decimals = text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
        if decimals == 0 { text += "." }
        if decimals < 2 { text += String(repeating: "0", count: 2 - decimals) }
        return (nanodollars < 0 ? "-$" : "$") + text
    }

    /// Reads dollars such as `20`, `$0.50` or `1_000.25`. More than nine decimals are refused, not rounded.
    public init?(usd text: String) {
        guard let nanodollars = DecimalNumber.units(9, of: text.hasPrefix("$") ? text.dropFirst() : text[...]) else {
            return nil
        }
        self.init(nanodollars: nanodollars)
    }

    /// Reads the same, and what programs write in YAML, JSON and header fields where an amount is small: `5e-05`.
    package init?(writtenUSD text: String) {
        guard let nanodollars = Money.written(text)?.exactUnits(9) else { return nil }
        self.init(nanodollars: nanodollars)
    }

    /// What ``init(writtenUSD:)`` reads, with all of its decimals.
    package static func written(_ text: String) -> DecimalNumber? {
        let number = text.hasPrefix("$") ? text.dropFirst() : text[...]
        return DecimalNumber(number.utf8, [.exponent, .barePoint, .underscores])
    }
}

/// Writes fixed point numbers with nine decimals, without Foundation.
enum Decimal9 {
    static func text(_ value: Int64) -> String {
        var text = ""
        withText(of: value) { text = String(decoding: $0, as: UTF8.self) }
        return text
    }

    /// Calls `body` with the digits, point and sign of `value`, made on the stack.
    static func withText(of value: Int64, _ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            guard let text = digits.baseAddress else { return }
            body(UnsafeRawBufferPointer(start: text, count: write(value, to: text)))
        }
    }

    /// Writes the digits, point and sign of `value`, 24 bytes at the most.
    ///
    /// - Returns: how many bytes they are.
    private static func write(_ value: Int64, to text: UnsafeMutablePointer<UInt8>) -> Int {
        var whole = value.magnitude / 1_000_000_000
        var end = value < 0 ? 1 : 0
        if value < 0 { text[0] = UInt8(ascii: "-") }
        // No amount has more than ten digits before its point, and few have more than one.
        var places = 1
        var ten: UInt64 = 10
        while whole >= ten {
            places &+= 1
            ten &*= 10
        }
        for place in stride(from: end + places - 1, through: end, by: -1) {
            text[place] = UInt8(truncatingIfNeeded: 48 &+ whole % 10)
            whole /= 10
        }
        end &+= places
        var fraction = UInt32(truncatingIfNeeded: value.magnitude % 1_000_000_000)
        guard fraction > 0 else { return end }
        text[end] = UInt8(ascii: ".")
        for place in stride(from: end &+ 9, to: end, by: -1) {
            text[place] = UInt8(truncatingIfNeeded: 48 &+ fraction % 10)
            fraction /= 10
        }
        end &+= 10
        while text[end &- 1] == 48 { end &-= 1 }
        return end
    }
}
