/// `logprobs`: pieces of text with the probabilities of their tokens. The hub has them as OpenAI writes them, token by token;
/// Cohere does not say which letters each token is, so a piece stands at the first of its own.
enum CohereLogprobs {
    static func read(_ value: JSONValue) -> RawJSON? {
        let pieces = value.listed.filter { $0["logprobs"]?.kind == .array }
        guard !pieces.isEmpty else { return nil }
        return RawJSON { json in
            json.object { json in
                json.member(
                    "content",
                    array: { json in
                        for piece in pieces {
                            for (index, probability) in (piece["logprobs"]?.listed ?? []).enumerated() {
                                token(index == 0 ? piece["text"]?.string ?? "" : "", probability, &json)
                            }
                        }
                    })
                json.name("refusal")
                json.null()
            }
        }
    }

    private static func token(_ text: JSONString, _ probability: JSONValue, _ json: inout JSONWriter) {
        json.object { json in
            json.member("token", text)
            json.member("logprob", probability.number ?? RawJSON(0))
            json.member("bytes", array: { json in for byte in text.utf8 { json.value(Int(byte)) } })
            json.member("top_logprobs", array: { _ in })
        }
    }
}
