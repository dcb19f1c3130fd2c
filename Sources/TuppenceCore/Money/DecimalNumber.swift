/// A number by its digits, as JSON and CSV write numbers: `digits` × 10 to the power of `exponent`.
package struct DecimalNumber {
    package private(set) var isNegative = false
    /// At most 30 of them; further ones are dropped, where no amount of money has any.
    package private(set) var digits: Int128 = 0
    package private(set) var exponent = 0

    package init?(_ text: some Sequence<UInt8>) {
        var bytes = text.makeIterator()
        var next = bytes.next()
        if next == UInt8(ascii: "-") {
            isNegative = true
            next = bytes.next()
        }
        var seen = 0
        var kept = 0
        var isFraction = false
        while let byte = next {
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else if (48...57).contains(byte) {
                seen += 1
                if kept < 30 {
                    digits = digits * 10 + Int128(byte - 48)
                    if digits != 0 { kept += 1 }
                    if isFraction { exponent -= 1 }
                } else if !isFraction {
                    exponent += 1
                }
            } else {
                break
            }
            next = bytes.next()
        }
        guard seen > 0 else { return nil }
        guard let byte = next else { return }
        guard byte | 0x20 == UInt8(ascii: "e") else { return nil }
        var power = 0
        var places = 0
        var isDown = false
        next = bytes.next()
        if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
            isDown = next == UInt8(ascii: "-")
            next = bytes.next()
        }
        while let byte = next {
            guard (48...57).contains(byte), power < 100_000 else { return nil }
            power = power * 10 + Int(byte - 48)
            places += 1
            next = bytes.next()
        }
        guard places > 0 else { return nil }
        exponent += isDown ? -power : power
    }
}

extension Rate {
    /// Reads dollars for one token or piece, `1.5e-07`, or for as many as ten to the power of `unit`: exactly, and nil where
    /// that is no number, below zero, or has decimals below a picodollar.
    package init?(usdEach text: some Sequence<UInt8>, unit: Int = 0) {
        guard let number = DecimalNumber(text), !number.isNegative || number.digits == 0 else { return nil }
        var value = number.digits
        var power = value == 0 ? 0 : 12 - unit + number.exponent
        while power < 0 {
            guard value % 10 == 0 else { return nil }
            value /= 10
            power += 1
        }
        while power > 0 {
            guard value < Int128(Int64.max) else { return nil }
            value *= 10
            power -= 1
        }
        guard let picodollars = Int64(exactly: value) else { return nil }
        self.init(picodollars: picodollars)
    }
}
