import TuppenceCore

/// What `previous_response_id` stands for: the conversation up to an answer, as items that a next request goes on from.
///
/// Whoever keeps answers keeps ``kept(_:answer:)`` under the answer's id, and puts it before what a next request adds:
/// targets get a conversation whole. `instructions` are of one request only, and not among the items.
package enum ResponsesConversation {
    /// What a request goes on from without saying it.
    package struct Mentions {
        /// The id of the answer that it goes on from; nil if it begins anew, or is no request.
        package var previousID: String?
        /// Whether its input has items that are nothing but ids of earlier ones: ``ReferencedItems``.
        package var hasReferences = false
    }

    package static func mentions(in body: [UInt8]) -> Mentions {
        var mentions = Mentions()
        body.withUnsafeBytes { bytes in
            do throws(JSONError) {
                try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
                    if key.equals("previous_response_id") {
                        // What is no string is refused as one that nobody knows.
                        let isNull = try cursor.kind() == .null
                        let text = try cursor.text()
                        mentions.previousID = isNull ? nil : text ?? ""
                    } else if key.equals("input") {
                        try cursor.elements { (cursor) throws(JSONError) in
                            try cursor.members { (cursor, key) throws(JSONError) in
                                guard key.equals("type"), try cursor.kind() == .string else {
                                    return _ = try cursor.skipValue()
                                }
                                if try cursor.string().equals(ReferencedItems.typeName) {
                                    mentions.hasReferences = true
                                }
                            }
                        }
                    } else {
                        try cursor.skipValue()
                    }
                }
            } catch { mentions = Mentions() }  // What is no request is refused when it is read.
        }
        return mentions
    }

    /// A request and the answer to it, as they are kept.
    ///
    /// - Parameters:
    ///   - request: the body, in which an earlier conversation has been put back already.
    ///   - answer: the object that the answer is.
    ///   - leavesOutThoughts: whether those go that were not sent: known by their ids to another provider alone.
    package static func kept(
        _ request: [UInt8], answer: [UInt8], leavingOutThoughts leavesOutThoughts: Bool = false
    ) -> [UInt8] {
        var input = members(of: request, ["input"])[0].map { items(request[$0]) } ?? []
        if leavesOutThoughts { input = withoutThoughts(input) }
        return Array("{\"input\":[".utf8) + input + Array("],\"response\":".utf8) + answer + Array("}".utf8)
    }

    /// The answer of what was kept.
    package static func answer(_ kept: [UInt8]) -> [UInt8]? {
        members(of: kept, ["response"])[0].map { Array(kept[$0]) }
    }

    /// The items of the conversation before the answer, one by one.
    package static func input(_ kept: [UInt8]) -> [RawJSON] {
        members(of: kept, ["input"])[0].flatMap { RawJSON(Array(kept[$0])) }.map { elements(of: $0) } ?? []
    }

    static func elements(of list: RawJSON) -> [RawJSON] {
        do throws(JSONError) { return try list.read { $0.elements.map(\.raw) } } catch { return [] }
    }

    /// - Parameter items: without the brackets around them.
    private static func withoutThoughts(_ items: [UInt8]) -> [UInt8] {
        guard let list = RawJSON([UInt8(ascii: "[")] + items + [UInt8(ascii: "]")]) else { return items }
        do throws(JSONError) {
            return try list.read { list in
                let rest = list.elements.filter { item in
                    item["type"]?.equals("reasoning") != true || item["encrypted_content"]?.string != nil
                }
                return Array(rest.map(\.raw.bytes).joined(separator: [UInt8(ascii: ",")]))
            }
        } catch { return items }
    }

    /// The body that asks the same without `previous_response_id`: with the conversation of `kept` before its own input.
    ///
    /// - Returns: nil if one of the two is not what it should be.
    package static func expanded(_ body: [UInt8], from kept: [UInt8]) -> [UInt8]? {
        guard let answer = answer(kept), let earlier = members(of: kept, ["input"])[0],
            let output = members(of: answer, ["output"])[0]
        else { return nil }
        let own = members(of: body, ["input", "previous_response_id"])
        guard let id = own[1], let open = body.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        let lists = [items(kept[earlier]), items(answer[output]), own[0].map { items(body[$0]) } ?? []]
        let input = [UInt8(ascii: "[")] + lists.filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: ",")]) + [93]
        var edits = [ByteEdit(id, Array("null".utf8))]
        if let place = own[0] {
            edits.append(ByteEdit(place, input))
        } else {
            edits.append(ByteEdit(at: open + 1, insert: Array("\"input\":".utf8) + input + [UInt8(ascii: ",")]))
        }
        var result = body
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            result.replaceSubrange(edit.range, with: edit.replacement)
        }
        return result
    }

    /// Where the values of members stand, the last one of each name; nil for those that are not there.
    static func members(of body: [UInt8], _ names: [StaticString]) -> [Range<Int>?] {
        var found: [Range<Int>?] = names.map { _ in nil }
        body.withUnsafeBytes { bytes in
            do throws(JSONError) {
                try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
                    let index = names.firstIndex { key.equals($0) }
                    let value = try cursor.skipValue()
                    if let index { found[index] = value }
                }
            } catch { found = names.map { _ in nil } }
        }
        return found
    }

    /// The items of an input, without the brackets around them.
    private static func items(_ value: ArraySlice<UInt8>) -> [UInt8] {
        switch value.first {
        case UInt8(ascii: "["):
            let inside = value.dropFirst().dropLast()
            return inside.allSatisfy { $0 <= 32 } ? [] : Array(inside)
        case UInt8(ascii: "\""):
            return Array("{\"type\":\"message\",\"role\":\"user\",\"content\":".utf8) + value + Array("}".utf8)
        default: return []
        }
    }
}

extension ResponsesConversation {
    /// The object in the last of the events that end a stream.
    package static func answer(inEvents events: [UInt8]) -> [UInt8]? {
        let mark = Array("\ndata: ".utf8)
        var start = events.count - mark.count
        while start >= 0, !events[start...].starts(with: mark) { start -= 1 }
        guard start >= 0 else { return nil }
        let data = Array(events[(start + mark.count)...].prefix { $0 != 10 })
        return members(of: data, ["response"])[0].map { Array(data[$0]) }
    }

    /// The id of an answer.
    package static func id(_ answer: [UInt8]) -> String? {
        members(of: answer, ["id"])[0].flatMap { RawJSON(Array(answer[$0])) }.flatMap { RawJSON.string($0) }
    }
}

extension RawJSON {
    /// The text of a value that is a string.
    static func string(_ value: RawJSON) -> String? {
        do throws(JSONError) { return try value.read { $0.text?.decoded } } catch { return nil }
    }
}
