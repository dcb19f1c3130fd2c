import TuppenceCore

/// Writes `cost` and `cost_details` into a provider's `usage` object.
package enum CostFields {
    private static let ours: [StaticString] = ["input", "output", "request", "reported", "earlier_attempts"]

    /// The usage object with our figures in place of any the provider put there; its own `cost` stays as
    /// `cost_details.reported`, and the other members of its `cost_details` stay beside ours.
    ///
    /// - Parameter earlier: what attempts before this one cost the caller; it is in `cost` too.
    package static func object(_ usage: UnsafeRawBufferPointer, cost: Cost, earlier: Money = .zero) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "{")]
        result.reserveCapacity(usage.count + 128)
        var details: [UInt8] = Array("\"input\":\(cost.input.usd),\"output\":\(cost.output.usd)".utf8)
        if cost.request != .zero { details += Array(",\"request\":\(cost.request.usd)".utf8) }
        if earlier != .zero { details += Array(",\"earlier_attempts\":\(earlier.usd)".utf8) }
        do throws(JSONError) {
            var cursor = JSONCursor(usage)
            try cursor.object { (cursor, key) throws(JSONError) in
                if key.equals("cost") {
                    details += Array(",\"reported\":".utf8) + usage[try cursor.skipValue()]
                } else if key.equals("cost_details"), try cursor.kind() == .object {
                    try cursor.object { (cursor, key) throws(JSONError) in
                        let value = try cursor.skipValue()
                        if !ours.contains(where: { key.equals($0) }) {
                            details += Array(",\"".utf8) + key.bytes + Array("\":".utf8) + usage[value]
                        }
                    }
                } else {
                    let value = try cursor.skipValue()
                    // `cost_details` that is no object (null, say) gives way to ours.
                    if key.equals("cost_details") { return }
                    result.append(UInt8(ascii: "\""))
                    result.append(contentsOf: key.bytes)
                    result.append(contentsOf: "\":".utf8)
                    result.append(contentsOf: usage[value])
                    result.append(UInt8(ascii: ","))
                }
            }
        } catch {
            // The object was read before, so it is well-formed; left as it is, should that ever not hold.
            return Array(usage)
        }
        result += Array("\"cost\":\((cost.total + earlier).usd),\"cost_details\":{".utf8) + details + Array("}}".utf8)
        return result
    }
}
