import TuppenceCore
import TuppenceDialects

/// Reading the value of a member. `null` is nil, or nothing; what is wrong is told with the member's path.
extension JSONExport {
    mutating func text(_ name: StaticString, _ cursor: inout JSONCursor) throws(JSONError) -> String? {
        var text: String?
        try member(name) { (_) throws(JSONError) in
            switch try cursor.kind() {
            case .null: try cursor.skipValue()
            case .string: text = try cursor.string().decoded
            default: throw JSONError(cursor.position, "a text is expected here")
            }
        }
        return text
    }

    /// A count of tokens or requests.
    mutating func count(_ name: StaticString, _ cursor: inout JSONCursor) throws(JSONError) -> Int {
        var count = 0
        try member(name) { (_) throws(JSONError) in
            let start = cursor.position
            switch try cursor.kind() {
            case .null: try cursor.skipValue()
            case .number:
                guard let whole = wholeCount(try cursor.number().bytes) else {
                    throw JSONError(start, "this is no whole number from 0 to a million million")
                }
                count = whole
            default: throw JSONError(start, "a whole number is expected here")
            }
        }
        return count
    }

    /// An amount of dollars, as a number or as text with one in it.
    ///
    /// - Parameter shift: 2 for cents.
    mutating func usd(
        _ name: StaticString, _ cursor: inout JSONCursor, shift: Int = 0
    ) throws(JSONError) -> ExactUSD? {
        var amount: ExactUSD?
        try member(name) { (_) throws(JSONError) in
            let start = cursor.position
            switch try cursor.kind() {
            case .null: return try cursor.null()
            case .number: amount = ExactUSD(try cursor.number().bytes, shift: shift)
            case .string: amount = ExactUSD(try cursor.string().bytes, shift: shift)
            default: throw JSONError(start, "an amount of money is expected here")
            }
            if amount == nil { throw JSONError(start, "this is no amount of money") }
        }
        return amount
    }

    /// A point in time in seconds since 1970.
    mutating func epoch(_ name: StaticString, _ cursor: inout JSONCursor) throws(JSONError) -> Timestamp? {
        var time: Timestamp?
        try member(name) { (_) throws(JSONError) in
            let start = cursor.position
            switch try cursor.kind() {
            case .null: return try cursor.null()
            case .number: time = Timestamp(epoch: try cursor.number().bytes)
            default: throw JSONError(start, "a time in seconds is expected here")
            }
            if time == nil { throw JSONError(start, "this is no time in seconds") }
        }
        return time
    }

    /// A point in time as text.
    mutating func time(_ name: StaticString, _ cursor: inout JSONCursor) throws(JSONError) -> Timestamp? {
        let start = cursor.position
        guard let text = try text(name, &cursor) else { return nil }
        guard let time = Timestamp(iso8601: text) else {
            try member(name) { (_) throws(JSONError) in throw JSONError(start, "this is no date and time") }
            return nil
        }
        return time
    }
}
