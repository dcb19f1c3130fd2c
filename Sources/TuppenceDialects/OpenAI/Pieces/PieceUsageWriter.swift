import TuppenceCore

/// Writes the usage of an answer that is no chat, as OpenAI's clients know it: some take an object without the counts that it
/// always has for no answer. Verdicts and rankings have none that all would know, and then there is nothing but what is added.
enum PieceUsageWriter {
    /// - Parameter more: members that are written already.
    static func write(_ usage: Usage, of endpoint: GovernedEndpoint, more: [UInt8], into json: inout JSONWriter) {
        json.object { json in
            switch endpoint {
            case .images:
                tokens(usage, &json)
                json.member(
                    "input_tokens_details",
                    object: { json in
                        json.member("text_tokens", usage.totalInput - usage.imageInput)
                        json.member("image_tokens", usage.imageInput)
                    })
            case .transcriptions where usage.audioSecond > 0:
                json.member("type", literal: "duration")
                json.member("seconds", usage.audioSecond)
            case .transcriptions:
                json.member("type", literal: "tokens")
                tokens(usage, &json)
            default: break
            }
            json.splice(more)
        }
    }

    private static func tokens(_ usage: Usage, _ json: inout JSONWriter) {
        json.member("input_tokens", usage.totalInput)
        json.member("output_tokens", usage.totalOutput)
        json.member("total_tokens", usage.totalInput + usage.totalOutput)
    }
}
