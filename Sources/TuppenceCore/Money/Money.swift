/// An amount in nanodollars: $1 is `1_000_000_000`. Int64 holds nine billion dollars either way.
public struct Money: Hashable, Sendable, Comparable {
    public let nanodollars: Int64

    public init(nanodollars: Int64) { self.nanodollars = nanodollars }

    public static let zero = Money(nanodollars: 0)
    /// More than anybody has; sums stop here instead of wrapping around.
    public static let unlimited = Money(nanodollars: .max)

    public static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.nanodollars.addingReportingOverflow(right.nanodollars)
        return Money(nanodollars: overflow ? (right.nanodollars > 0 ? .max : .min) : sum)
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
        guard let value = Decimal9.parse(text.hasPrefix("$") ? text.dropFirst() : text[...]) else { return nil }
        self.init(nanodollars: value)
    }
}

/// Fixed point numbers with nine decimals, without Foundation.
enum Decimal9 {
    static func text(_ value: Int64) -> String {
        var text = ""
        withText(of: value) { text = String(decoding: $0, as: UTF8.self) }
        return text
    }

    /// Calls `body` with the digits, point and sign of `value`, made on the stack.
    static func withText(of value: Int64, _ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            var start = 24
            var end = 24
            func prepend(_ byte: UInt8) {
                start -= 1
                digits[start] = byte
            }
            var fraction = value.magnitude % 1_000_000_000
            if fraction > 0 {
                for _ in 0..<9 {
                    prepend(UInt8(48 + fraction % 10))
                    fraction /= 10
                }
                while digits[end - 1] == 48 { end -= 1 }
                prepend(UInt8(ascii: "."))
            }
            var whole = value.magnitude / 1_000_000_000
            repeat {
                prepend(UInt8(48 + whole % 10))
                whole /= 10
            } while whole > 0
            if value < 0 { prepend(UInt8(ascii: "-")) }
            body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start..<end]))
        }
    }

    static func parse(_ text: Substring) -> Int64? { parse(text, decimals: 9) }

    /// `text` times ten to the power of `decimals`, or nil if that is no whole number or does not fit.
    static func parse(_ text: Substring, decimals: Int) -> Int64? {
        var value: Int64 = 0
        var digits = 0
        var fraction: Int?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "_") where digits > 0: continue
            case UInt8(ascii: ".") where fraction == nil: fraction = 0
            case 48...57:
                digits += 1
                if let places = fraction {
                    if places == decimals {
                        if byte == 48 { continue }
                        return nil
                    }
                    fraction = places + 1
                }
                let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, overflow2) = shifted.addingReportingOverflow(Int64(byte - 48))
                if overflow || overflow2 { return nil }
                value = sum
            default: return nil
            }
        }
        guard digits > 0 else { return nil }
        for _ in (fraction ?? 0)..<decimals {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = shifted
        }
        return value
    }
}
