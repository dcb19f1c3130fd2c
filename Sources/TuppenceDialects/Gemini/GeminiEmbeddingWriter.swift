/// Writes embeddings as Gemini's callers get them.
package enum GeminiEmbeddingWriter {
    /// - Parameters:
    ///   - isBatch: whether several could be asked for.
    ///   - estimate: how many tokens the input has, for providers that count none: what the request is billed by then.
    ///   - more: members of the usage object that are written already.
    package static func write(_ answer: EmbeddingAnswer, isBatch: Bool, estimate: Int, more: [UInt8]) -> [UInt8] {
        let tokens = answer.usage?.usage.totalInput ?? estimate
        var json = JSONWriter(reserving: 4_096)
        json.object { json in
            if isBatch {
                json.member(
                    "embeddings",
                    array: { json in
                        for vector in answer.vectors { json.object { write(vector, &$0) } }
                    })
            } else {
                for vector in answer.vectors.prefix(1) { json.member("embedding", object: { write(vector, &$0) }) }
            }
            json.name("usageMetadata")
            write(tokens: tokens, more: more, into: &json)
        }
        return json.bytes
    }

    static func write(tokens: Int, more: [UInt8], into json: inout JSONWriter) {
        json.object { json in
            json.member("promptTokenCount", tokens)
            json.member("totalTokenCount", tokens)
            json.splice(more)
        }
    }

    private static func write(_ vector: EmbeddingAnswer.Vector, _ json: inout JSONWriter) {
        json.name("values")
        switch vector {
        case .numbers(let list): json.value(list)
        case .encoded(let text): json.value(text)
        }
    }
}
