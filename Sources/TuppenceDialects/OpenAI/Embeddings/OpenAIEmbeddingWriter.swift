import TuppenceCore

/// Writes embeddings as OpenAI's callers get them.
package enum OpenAIEmbeddingWriter {
    /// - Parameters:
    ///   - model: the target's name for its model, for providers that do not repeat it.
    ///   - estimate: how many tokens the input has, for providers that count none: what the request is billed by then.
    ///   - more: members of the usage object that are written already.
    package static func write(
        _ answer: EmbeddingAnswer, _ format: EmbeddingRequest.Format, model: String, estimate: Int, more: [UInt8]
    ) -> [UInt8] {
        let tokens = answer.usage?.usage.totalInput ?? estimate
        var json = JSONWriter(reserving: 4_096)
        json.object { json in
            json.member("object", literal: "list")
            json.member(
                "data",
                array: { json in
                    for (index, vector) in answer.vectors.enumerated() {
                        json.object { json in
                            json.member("object", literal: "embedding")
                            json.member("index", index)
                            json.name("embedding")
                            write(vector, format, &json)
                        }
                    }
                })
            json.member("model", answer.model ?? JSONString(model))
            json.name("usage")
            write(tokens: tokens, more: more, into: &json)
        }
        return json.bytes
    }

    static func write(tokens: Int, more: [UInt8], into json: inout JSONWriter) {
        json.object { json in
            json.member("prompt_tokens", tokens)
            json.member("total_tokens", tokens)
            json.splice(more)
        }
    }

    private static func write(
        _ vector: EmbeddingAnswer.Vector, _ format: EmbeddingRequest.Format, _ json: inout JSONWriter
    ) {
        switch vector {
        case .encoded(let text): json.value(text)
        case .numbers(let list):
            if format == .base64, let bytes = vector.littleEndian {
                json.value(JSONString(utf8: Base64.encoded(bytes)[...]))
            } else {
                json.value(list)
            }
        }
    }
}
