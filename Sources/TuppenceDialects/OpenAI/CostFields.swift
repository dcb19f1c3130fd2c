import TuppenceCore

/// Writes `cost` and `cost_details` into a provider's `usage` object.
package enum CostFields {
    private static let ours: [StaticString] = [
        "input", "output", "request", "reported", "earlier_attempts", "pending",
    ]
    /// Where providers say what they charge; the last are xAI's and DeepInfra's.
    private static let theirs: [StaticString] = ["cost", "cost_details", "cost_in_usd_ticks", "estimated_cost"]
    private static let pending = Array(",\"pending\":true".utf8)

    /// The edit that puts our figures into a usage object of `bytes`.
    package static func edit(
        _ usage: UsagePlace, in bytes: UnsafeRawBufferPointer, cost: Cost, earlier: EarlierCost = .none
    )
        -> ByteEdit
    {
        if usage.isToBeRewritten || earlier.hidesReported {
            return ByteEdit(
                usage.range,
                object(UnsafeRawBufferPointer(rebasing: bytes[usage.range]), cost: cost, earlier: earlier))
        }
        var text: [UInt8] = []
        text.reserveCapacity(112)
        text.append(UInt8(ascii: ","))
        write(cost: cost, earlier: earlier, reported: nil, to: &text)
        return ByteEdit(at: usage.range.upperBound - 1, insert: text)
    }

    /// The edit that takes out of a usage object what its provider says of its charge, where ours is not known yet: for who
    /// is not told that.
    package static func hidingEdit(_ usage: UsagePlace, in bytes: UnsafeRawBufferPointer) -> ByteEdit {
        ByteEdit(
            usage.range,
            object(
                UnsafeRawBufferPointer(rebasing: bytes[usage.range]), cost: nil,
                earlier: EarlierCost(.zero, hidesReported: true)))
    }

    /// The edits that take what its provider says of its charge out of a text that says what has failed, or counts what cannot be
    /// read: from its `usage`, and from that of an object in it, as an answer of Responses is in its events. What says nothing of
    /// it stays as it is.
    package static func hidingEdits(inAnswer bytes: UnsafeRawBufferPointer) -> ByteEdits {
        var edits = ByteEdits()
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            guard try cursor.kind() == .object else { return edits }
            try addHidingEdits(&cursor, in: bytes, isOutermost: true, to: &edits)
        } catch {
            // Errors are cut off where they are very long, and some are no JSON to their end: what came before holds.
        }
        return edits
    }

    private static func addHidingEdits(
        _ cursor: inout JSONCursor, in bytes: UnsafeRawBufferPointer, isOutermost: Bool, to edits: inout ByteEdits
    ) throws(JSONError) {
        try cursor.object { (cursor, key) throws(JSONError) in
            guard try cursor.kind() == .object else { return _ = try cursor.skipValue() }
            if key.equals("usage") {
                var members = cursor
                let place = UsagePlace(range: try cursor.skipValue(), isToBeRewritten: true)
                if try tellsCharge(&members) { edits.add(hidingEdit(place, in: bytes)) }
            } else if isOutermost {
                try addHidingEdits(&cursor, in: bytes, isOutermost: false, to: &edits)
            } else {
                try cursor.skipValue()
            }
        }
    }

    private static func tellsCharge(_ usage: inout JSONCursor) throws(JSONError) -> Bool {
        var isTold = false
        try usage.object { (cursor, key) throws(JSONError) in
            isTold = isTold || theirs.contains { key.equals($0) }
            try cursor.skipValue()
        }
        return isTold
    }

    /// Our figures by themselves, as members without braces: for an object that is yet to be written.
    ///
    /// - Parameter reported: what the provider says it charged.
    package static func members(cost: Cost, earlier: EarlierCost, reported: Money?) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(112)
        write(cost: cost, earlier: earlier, reported: reported, to: &text)
        return text
    }

    private static func write(cost: Cost, earlier: EarlierCost, reported: Money?, to text: inout [UInt8]) {
        func write(_ name: StaticString, _ money: Money) {
            text.append(contentsOf: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            money.withUSD { text.append(contentsOf: $0) }
        }
        write("\"cost\":", cost.total + earlier.amount)
        write(",\"cost_details\":{\"input\":", cost.input)
        write(",\"output\":", cost.output)
        if cost.request != .zero { write(",\"request\":", cost.request) }
        if let reported, !earlier.hidesReported { write(",\"reported\":", reported) }
        if earlier.amount != .zero { write(",\"earlier_attempts\":", earlier.amount) }
        if earlier.isPending { text.append(contentsOf: pending) }
        text.append(UInt8(ascii: "}"))
    }

    /// The usage object with our figures in place of any the provider put there; its own `cost` stays as
    /// `cost_details.reported`, and the other members of its `cost_details` stay beside ours.
    ///
    /// - Parameters:
    ///   - cost: nil for none of ours.
    ///   - earlier: what attempts before this one cost the caller; it is in `cost` too. Who is not told what a provider
    ///     charges has none of its members.
    static func object(_ usage: UnsafeRawBufferPointer, cost: Cost?, earlier: EarlierCost = .none) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "{")]
        result.reserveCapacity(usage.count + 128)
        var details: [UInt8] = []
        if let cost {
            details += Array("\"input\":\(cost.input.usd),\"output\":\(cost.output.usd)".utf8)
            if cost.request != .zero { details += Array(",\"request\":\(cost.request.usd)".utf8) }
        }
        if earlier.amount != .zero { details += Array(",\"earlier_attempts\":\(earlier.amount.usd)".utf8) }
        if earlier.isPending { details += pending }
        do throws(JSONError) {
            var cursor = JSONCursor(usage)
            try cursor.object { (cursor, key) throws(JSONError) in
                if earlier.hidesReported, theirs.contains(where: { key.equals($0) }) {
                    try cursor.skipValue()
                } else if key.equals("cost") {
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
        guard let cost else {
            if result.last == UInt8(ascii: ",") { result.removeLast() }
            result.append(UInt8(ascii: "}"))
            return result
        }
        result +=
            Array("\"cost\":\((cost.total + earlier.amount).usd),\"cost_details\":{".utf8) + details + Array("}}".utf8)
        return result
    }
}

/// Where a usage object stands in the bytes that it was read from.
package struct UsagePlace: Hashable, Sendable {
    package var range: Range<Int>
    /// Whether the object has `cost` or `cost_details` of the provider's own, or nothing at all in it: then it is written
    /// anew, while ours can otherwise simply be put in before its closing brace.
    package var isToBeRewritten: Bool
}

extension OpenAIUsage {
    package var place: UsagePlace { UsagePlace(range: range, isToBeRewritten: isToBeRewritten) }
}
