import TuppenceCore

/// The chunk that tells what a stream of chats or completions has used, where its provider has sent none.
package enum UsageChunk {
    /// - Parameters:
    ///   - usage: what the stream is booked at.
    ///   - event: one of the stream's own, whose names the chunk has as well; nil where there is none.
    ///   - style: whose names stand in for those that are missing there.
    ///   - cost: nil where it is to be told later, and another one.
    package static func event(
        _ usage: Usage, of endpoint: GovernedEndpoint, like event: UnsafeRawBufferPointer?, in style: AnswerStyle,
        cost: Cost?, earlier: EarlierCost
    ) -> [UInt8] {
        let names = event.map { Self.names(of: $0) } ?? StreamStart(origin: .openAI)
        var style = style
        if names.model != nil { style.model = nil }
        style.usageMembers = cost.map { CostFields.members(cost: $0, earlier: earlier, reported: nil) } ?? []
        var frame = OpenAIChunkFrame(isChat: endpoint == .chat)
        frame.begin(names, in: style)
        frame.usage = UsageReport(booked: usage)
        var json = JSONWriter()
        frame.writeUsage(in: style, into: &json)
        return json.bytes
    }

    /// How a chunk is named; nil for a name that says nothing.
    private static func names(of event: UnsafeRawBufferPointer) -> StreamStart {
        let none = StreamStart(origin: .openAI)
        do throws(JSONError) {
            return try JSONTree.read(SSE.text(of: event)) { root in
                var names = none
                if let id = root["id"]?.string, !id.isEmpty { names.id = id }
                names.created = root["created"]?.integer
                if let model = root["model"]?.string, !model.isEmpty { names.model = model }
                return names
            }
        } catch {
            // It was read before, so it is well-formed; the names are ours, should that ever not hold.
            return none
        }
    }
}
