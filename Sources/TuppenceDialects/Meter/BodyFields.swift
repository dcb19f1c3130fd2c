import TuppenceCore

/// Reads the few fields of a body of ours, each at most once, and remembers the first that is wrong.
struct BodyFields: MemberReader {
    var seen: [String] = []
    var refusal: Refusal?

    /// - Throws: a refusal with code `invalid_request`: for a body that is no JSON object, or for the first field at fault.
    mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        _ member: (inout BodyFields, inout JSONCursor, JSONText) throws(JSONError) -> Void
    ) throws(Refusal) {
        guard isAllASCII(bytes) || isValidUTF8(bytes) else { throw .invalid("The body is not valid UTF-8.") }
        do throws(JSONError) {
            try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in try member(&self, &cursor, key) }
        } catch {
            throw .invalid("The body is not valid JSON: at byte \(error.offset), \(error.reason).")
        }
        if let refusal { throw refusal }
    }

    /// Null is as good as nothing, here and below.
    mutating func text(
        _ name: String, _ cursor: inout JSONCursor, longest: Int = Self.longestText
    ) throws(JSONError) -> String? {
        once(name)
        let kind = try cursor.kind()
        guard kind == .string else {
            try cursor.skipValue()
            if kind != .null { refuse("'\(name)' must be a string.", name) }
            return nil
        }
        let text = try cursor.string().decoded
        if text.utf8.count > longest {
            refuse("'\(name)' may have \(longest) bytes, and has \(text.utf8.count).", name)
        }
        return text
    }

    /// What is said stays in the books for good.
    static let longestText = 256

    mutating func count(
        _ name: String, in range: ClosedRange<Int>, _ cursor: inout JSONCursor
    ) throws(JSONError) -> Int? {
        once(name)
        let kind = try cursor.kind()
        if kind == .number, let value = try cursor.number().integer {
            if range.contains(value) { return value }
        } else if kind != .number {
            try cursor.skipValue()
            if kind == .null { return nil }
        }
        refuse("'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound).", name)
        return nil
    }

    /// Dollars as a number or as text, which may have its `$` as elsewhere.
    mutating func money(_ name: String, _ cursor: inout JSONCursor) throws(JSONError) -> Money? {
        once(name)
        let kind = try cursor.kind()
        var text: String?
        switch kind {
        case .number: text = try cursor.number().text
        case .string:
            let written = try cursor.string().decoded
            text = written.hasPrefix("$") ? String(written.dropFirst()) : written
        default: try cursor.skipValue()
        }
        if kind == .null { return nil }
        if let money = text.flatMap({ Money(roundingUp: $0) }), money <= Self.mostMoney { return money }
        refuse("'\(name)' must be an amount in USD from 0 to \(Self.mostMoney.usd), such as 0.05.", name)
        return nil
    }

    /// More than any call costs, and little enough that sums do not overflow.
    private static let mostMoney = Money(nanodollars: 1_000_000_000_000_000)
}

extension Money {
    /// Dollars as JSON writes numbers, exponent included, exact to the nanodollar; what lies below is rounded up.
    init?(roundingUp text: String) {
        guard let number = DecimalNumber(text.utf8, .exponent), (-30...30).contains(number.writtenExponent),
            let (nanodollars, isExact) = number.units(9), isExact || nanodollars < .max
        else { return nil }
        self.init(nanodollars: isExact ? nanodollars : nanodollars + 1)
    }
}
