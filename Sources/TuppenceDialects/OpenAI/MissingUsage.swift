import TuppenceCore

/// Puts a usage object into a whole answer that has none, or none which can be read, as its dialect has it.
package enum MissingUsage {
    /// - Parameters:
    ///   - usage: what the answer is booked at.
    ///   - cost: nil where it is to be told later, and another one.
    /// - Returns: nil for what is no JSON object.
    package static func edit(
        _ usage: Usage, in bytes: UnsafeRawBufferPointer, of endpoint: GovernedEndpoint, cost: Cost?,
        earlier: EarlierCost
    ) -> ByteEdit? {
        let member: StaticString = endpoint.dialect == .gemini ? "usageMetadata" : "usage"
        var unreadable: Range<Int>?
        var isObject = false
        var isEmpty = true
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            guard try cursor.kind() == .object else { return nil }
            try cursor.object { (cursor, key) throws(JSONError) in
                isEmpty = false
                let kind = try cursor.kind()
                let value = try cursor.skipValue()
                if key.equals(member) { (unreadable, isObject) = (value, kind == .object) }
            }
        } catch { return nil }
        // Hosts count images and the like in ways of their own, which are for their callers to read.
        if endpoint.isByPiece, isObject, let unreadable, let cost {
            let place = UsagePlace(range: unreadable, isToBeRewritten: true)
            return CostFields.edit(place, in: bytes, cost: cost, earlier: earlier)
        }
        let object = Self.object(usage, of: endpoint, cost: cost, earlier: earlier)
        if let unreadable { return ByteEdit(unreadable, object) }
        let name = Array("\(isEmpty ? "" : ",")\"\(member)\":".utf8)
        return ByteEdit(at: cursor.position - 1, insert: name + object)
    }

    private static func object(_ usage: Usage, of endpoint: GovernedEndpoint, cost: Cost?, earlier: EarlierCost)
        -> [UInt8]
    {
        let figures = cost.map { CostFields.members(cost: $0, earlier: earlier, reported: nil) } ?? []
        var json = JSONWriter()
        switch endpoint.dialect {
        case .anthropic: AnthropicUsageWriter.write(usage, more: figures, into: &json)
        case .responses: ResponsesUsageWriter.write(usage, more: figures, into: &json)
        case .gemini where endpoint.isEmbeddings:
            GeminiEmbeddingWriter.write(tokens: usage.totalInput, more: figures, into: &json)
        case .gemini: GeminiUsageWriter.write(usage, more: figures, into: &json)
        default:
            if endpoint.isByPiece {
                PieceUsageWriter.write(usage, of: endpoint, more: figures, into: &json)
            } else if endpoint == .embeddings {
                OpenAIEmbeddingWriter.write(tokens: usage.totalInput, more: figures, into: &json)
            } else {
                OpenAIChatUsage.write(usage, more: figures, into: &json)
            }
        }
        return json.bytes
    }
}
