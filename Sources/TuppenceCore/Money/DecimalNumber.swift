/// A number by its digits, as people, JSON and CSV write numbers: `digits` × 10 to the power of `exponent`.
///
/// The one reader of numbers with decimals. Who asks says which forms it may have, and sets limits to what comes out.
package struct DecimalNumber {
    /// What it may have beside digits and a point between two of them.
    package struct Form: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `-1`.
        package static let minus = Form(rawValue: 1)
        /// `1.5e-07`.
        package static let exponent = Form(rawValue: 2)
        /// `.5`, and `5.`.
        package static let barePoint = Form(rawValue: 4)
        /// `1_000`: anywhere behind the first digit, but not in an exponent.
        package static let underscores = Form(rawValue: 8)
    }

    package private(set) var isNegative = false
    /// At most 30 of them; further ones are dropped, where no amount of money has any.
    package private(set) var digits: Int128 = 0
    package private(set) var exponent = 0
    /// Whether one of those that were dropped is not zero.
    package private(set) var isCut = false
    /// What stands behind the `e`.
    package private(set) var writtenExponent = 0

    package init?(_ text: some Sequence<UInt8>, _ form: Form = [.minus, .exponent, .barePoint]) {
        var bytes = text.makeIterator()
        var next = bytes.next()
        if next == UInt8(ascii: "-"), form.contains(.minus) {
            isNegative = true
            next = bytes.next()
        }
        // Of the digits before and behind the point.
        var (wholes, places) = (0, 0)
        var kept = 0
        var isFraction = false
        mantissa: while let byte = next {
            switch byte {
            case UInt8(ascii: ".") where !isFraction: isFraction = true
            case UInt8(ascii: "_") where wholes + places > 0 && form.contains(.underscores): break
            case 48...57:
                if isFraction { places += 1 } else { wholes += 1 }
                if kept < 30 {
                    digits = digits * 10 + Int128(byte - 48)
                    if digits != 0 { kept += 1 }
                    if isFraction { exponent -= 1 }
                } else {
                    if byte != 48 { isCut = true }
                    if !isFraction { exponent += 1 }
                }
            default: break mantissa
            }
            next = bytes.next()
        }
        let hasBarePoint = isFraction && (wholes == 0 || places == 0)
        guard wholes + places > 0, !hasBarePoint || form.contains(.barePoint) else { return nil }
        guard let byte = next else { return }
        guard byte | 0x20 == UInt8(ascii: "e"), form.contains(.exponent),
            let written = Self.exponent(&bytes)
        else { return nil }
        writtenExponent = written
        exponent += written
    }

    /// What is left is a number with a sign or without.
    private static func exponent(_ bytes: inout some IteratorProtocol<UInt8>) -> Int? {
        var size = 0
        var count = 0
        var isDown = false
        var next = bytes.next()
        if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
            isDown = next == UInt8(ascii: "-")
            next = bytes.next()
        }
        while let byte = next {
            guard (48...57).contains(byte), size < 100_000 else { return nil }
            size = size * 10 + Int(byte - 48)
            count += 1
            next = bytes.next()
        }
        return count == 0 ? nil : isDown ? -size : size
    }

    // MARK: In units

    /// The number without its sign, times ten to the power of `places`.
    ///
    /// - Returns: how many whole ones that is, and whether there is nothing behind them; nil for more than 64 bits hold.
    package func units(_ places: Int) -> (whole: Int64, isExact: Bool)? {
        var value = digits
        var power = exponent + places
        var isExact = !isCut
        while power < 0, value > 0 {
            if value % 10 != 0 { isExact = false }
            value /= 10
            power += 1
        }
        while power > 0, value > 0 {
            guard value <= Int128(Int64.max) else { return nil }
            value *= 10
            power -= 1
        }
        guard let whole = Int64(exactly: value) else { return nil }
        return (whole, isExact)
    }

    /// The same where nothing is behind them; nil for what is below zero, too.
    package func exactUnits(_ places: Int) -> Int64? {
        guard !isNegative || digits == 0, let (whole, isExact) = units(places), isExact else { return nil }
        return whole
    }

    /// Reads `20`, `.5` or `1_000.25`, as people write amounts, in units of which so many decimals make one. What is finer is refused.
    package static func units(_ places: Int, of text: Substring) -> Int64? {
        DecimalNumber(text.utf8, [.barePoint, .underscores])?.exactUnits(places)
    }
}

extension Rate {
    /// Reads dollars for one token or piece, `1.5e-07`, or for as many as ten to the power of `unit`: exactly, and nil where
    /// that is no number, below zero, or has decimals below a picodollar.
    package init?(usdEach text: some Sequence<UInt8>, unit: Int = 0) {
        guard let picodollars = DecimalNumber(text)?.exactUnits(12 - unit) else { return nil }
        self.init(picodollars: picodollars)
    }
}
