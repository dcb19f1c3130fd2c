/// `logprobsResult`, which the hub has as OpenAI writes it.
enum GeminiLogprobs {
    static func read(_ result: JSONValue) -> RawJSON? {
        guard let chosen = result["chosenCandidates"]?.listed, !chosen.isEmpty else { return nil }
        let alternatives = result["topCandidates"]?.listed ?? []
        return RawJSON { json in
            json.object { json in
                json.member(
                    "content",
                    array: { json in
                        for (index, token) in chosen.enumerated() where saysAnything(token) {
                            json.object { json in
                                members(token, &json)
                                json.member(
                                    "top_logprobs",
                                    array: { json in
                                        guard alternatives.indices.contains(index) else { return }
                                        for other in alternatives[index]["candidates"]?.elements
                                            ?? JSONValue.noElements(of: result) where saysAnything(other)
                                        {
                                            json.object { members(other, &$0) }
                                        }
                                    })
                            }
                        }
                    })
                json.name("refusal")
                json.null()
            }
        }
    }

    /// What says nothing would come to many times its bytes.
    private static func saysAnything(_ token: JSONValue) -> Bool {
        token["token"] != nil || token["logProbability"] != nil
    }

    private static func members(_ token: JSONValue, _ json: inout JSONWriter) {
        let text = token["token"]?.string ?? ""
        json.member("token", text)
        json.member("logprob", token["logProbability"]?.number ?? RawJSON(0))
        json.member("bytes", array: { json in for byte in text.utf8 { json.value(Int(byte)) } })
    }

    /// The value of `logprobsResult`; nil for what cannot be read, which is more than any answer has.
    static func written(_ logprobs: RawJSON) -> RawJSON? {
        do throws(JSONError) {
            return try JSONTree.read(Array(logprobs.bytes), most: JSONTree.maximumAnswerValues) { root in
                let tokens = root["content"]?.listed ?? []
                return RawJSON { json in
                    json.object { json in
                        json.member(
                            "chosenCandidates", array: { json in for token in tokens { candidate(token, &json) } })
                        guard tokens.contains(where: { $0["top_logprobs"]?.isEmpty == false }) else { return }
                        json.member(
                            "topCandidates", array: { json in for token in tokens { alternatives(token, &json) } })
                    }
                }
            }
        } catch { return nil }
    }

    private static func alternatives(_ token: JSONValue, _ json: inout JSONWriter) {
        json.object { json in
            json.member(
                "candidates",
                array: { json in
                    for other in token["top_logprobs"]?.listed ?? [] { candidate(other, &json) }
                })
        }
    }

    private static func candidate(_ token: JSONValue, _ json: inout JSONWriter) {
        json.object { json in
            json.member("token", token["token"]?.string)
            json.member("logProbability", token["logprob"]?.number)
        }
    }
}
