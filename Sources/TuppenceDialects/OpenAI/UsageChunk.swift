import TuppenceCore

/// The chunk that tells what a stream of chats or completions has used, where its provider has sent none.
package enum UsageChunk {
    /// - Parameters:
    ///   - usage: what the stream is booked at.
    ///   - event: one of the stream's own, whose names the chunk has as well; nil where there is none.
    ///   - style: whose names stand in for those that are missing there.
    package static func event(
        _ usage: Usage, of endpoint: GovernedEndpoint, like event: UnsafeRawBufferPointer?, in style: AnswerStyle,
        cost: Cost, earlier: EarlierCost
    ) -> [UInt8] {
        let names = event.map { Names($0, or: style) } ?? Names(style)
        var json = JSONWriter()
        json.plain("data: ")
        json.object { json in
            json.member("id", names.id)
            json.member("object", literal: endpoint == .chat ? "chat.completion.chunk" : "text_completion")
            json.member("created", names.created)
            json.member("model", names.model)
            json.member("choices", array: { _ in })
            json.name("usage")
            OpenAIChatUsage.write(
                usage, more: CostFields.members(cost: cost, earlier: earlier, reported: nil), into: &json)
        }
        json.plain("\n\n")
        return json.bytes
    }

    private struct Names {
        var id: JSONString
        var created: Int
        var model: JSONString

        init(_ style: AnswerStyle) {
            id = style.id
            created = style.created
            model = style.model ?? ""
        }

        init(_ event: UnsafeRawBufferPointer, or style: AnswerStyle) {
            self.init(style)
            let ours = self
            do throws(JSONError) {
                self = try JSONTree.read(SSE.text(of: event)) { root in
                    var names = ours
                    if let id = root["id"]?.string, !id.isEmpty { names.id = id }
                    if let created = root["created"]?.integer { names.created = created }
                    if let model = root["model"]?.string, !model.isEmpty { names.model = model }
                    return names
                }
            } catch {
                // It was read before, so it is well-formed; the names are ours, should that ever not hold.
                self = ours
            }
        }
    }
}
