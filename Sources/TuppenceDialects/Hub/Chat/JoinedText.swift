extension Collection where Element == JSONString {
    /// One text of all, which costs as much as it is long: what `+` makes of many is copied for each of them.
    func joined(by separator: JSONString = "") -> JSONString {
        guard let first else { return "" }
        if count == 1 { return first }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(reduce(separator.escaped.count * count) { $0 + $1.escaped.count })
        for (index, text) in enumerated() {
            if index > 0 { bytes += separator.escaped }
            bytes += text.escaped
        }
        return JSONString(escaped: bytes[...], isEscaped: separator.isEscaped || contains { $0.isEscaped })
    }
}
