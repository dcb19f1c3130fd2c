import TuppenceCore

/// Writes disjoint counts as Gemini has them: thoughts beside the answer, the cache within the prompt.
enum GeminiUsageWriter {
    /// - Parameter more: members that are written already.
    static func write(_ usage: Usage, more: [UInt8], into json: inout JSONWriter) {
        let cached = usage.cachedInput + usage.cachedAudioInput
        json.object { json in
            json.member("promptTokenCount", usage.totalInput)
            if cached > 0 { json.member("cachedContentTokenCount", cached) }
            json.member("candidatesTokenCount", usage.totalOutput - usage.reasoning)
            if usage.reasoning > 0 { json.member("thoughtsTokenCount", usage.reasoning) }
            json.member("totalTokenCount", usage.totalInput + usage.totalOutput)
            details(
                "promptTokensDetails", usage.totalInput, usage.audioInput + usage.cachedAudioInput, usage.imageInput,
                &json)
            details("cacheTokensDetails", cached, usage.cachedAudioInput, 0, &json)
            details(
                "candidatesTokensDetails", usage.totalOutput - usage.reasoning, usage.audioOutput, usage.imageOutput,
                &json)
            json.splice(more)
        }
    }

    /// Left out where all is text.
    private static func details(
        _ name: StaticString, _ total: Int, _ audio: Int, _ image: Int, _ json: inout JSONWriter
    ) {
        guard audio + image > 0 else { return }
        json.member(
            name,
            array: { json in
                for (modality, count) in [("TEXT", total - audio - image), ("AUDIO", audio), ("IMAGE", image)]
                    as [(JSONString, Int)]
                where count > 0 {
                    json.object { json in
                        json.member("modality", modality)
                        json.member("tokenCount", count)
                    }
                }
            })
    }
}
