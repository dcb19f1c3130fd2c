import TuppenceCore
import TuppenceDialects

extension FuzzDecoder {
    static let embeddings: [FuzzDecoder] =
        [embeddingRequest, geminiEmbeddingRequest]
        + Dialect.allCases.compactMap { dialect in dialect.embeddings.map { answers(dialect, $0) } }

    /// What can be read can be written, in every dialect that takes it.
    private static let embeddingRequest = FuzzDecoder(
        "request: embeddings",
        seeds: [
            #"{"model":"m","input":["é\n","b"],"dimensions":256,"encoding_format":"base64","input_type":"search_query","user":"u","odd":{"a":[1]}}"#
                .bytes,
            #"{"model":"m","input":[[1,2],[3]]}"#.bytes, #"{"model":"m","input":"a","output_dtype":"int8"}"#.bytes,
        ], words: DialectSeeds.words
    ) { input, random in
        let request: EmbeddingRequest
        do throws(Refusal) { request = try OpenAIEmbeddingReader.read(input) } catch { return .rejected }
        try FuzzDecoder.write(request, &random)
        return .read
    }

    private static let geminiEmbeddingRequest = FuzzDecoder(
        "request: embeddings in Gemini's dialect",
        seeds: [
            #"{"requests":[{"model":"models/m","content":{"parts":[{"text":"é\n"},{"text":"b"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"t","outputDimensionality":8},{"content":{"parts":{"text":"c"}},"task_type":"RETRIEVAL_DOCUMENT","output_dimensionality":8}]}"#
                .bytes,
            #"{"content":{"parts":[{"text":"a"}]},"embedContentConfig":{"taskType":"CLUSTERING","autoTruncate":true}}"#
                .bytes,
        ], words: DialectSeeds.words
    ) { input, random in
        let request: EmbeddingRequest
        let isBatch = input.starts(with: #"{"requests""#.bytes)
        do throws(Refusal) { request = try GeminiEmbeddingReader.read(input, isBatch: isBatch) } catch {
            return .rejected
        }
        try FuzzDecoder.write(request, &random)
        return .read
    }

    private static func write(_ request: EmbeddingRequest, _ random: inout RandomSource) throws {
        let models = [
            "m", "embed-v4.0", "gemini-embedding-001", "gemini-embedding-2", "amazon.titan-embed-text-v2:0",
            "us.cohere.embed-v4:0",
        ]
        var target = OutboundTarget(model: models.randomElement(using: &random) ?? "m")
        target.host = Bool.random(using: &random) ? .vertex : .standard
        for dialect in Dialect.allCases {
            let written: OutboundRequest?
            do throws(Refusal) { written = try dialect.embeddings?.write(request, to: target) } catch { continue }
            if let written { try Checks.json(written.body, "\(dialect)'s request for embeddings") }
        }
    }

    private static func answers(_ dialect: Dialect, _ embeddings: any EmbeddingDialect.Type) -> FuzzDecoder {
        FuzzDecoder(
            "embeddings: \(dialect.rawValue)",
            seeds: [
                #"{"embeddings":{"float":[[0.5,-1e-3],[1,2]]},"meta":{"billed_units":{"input_tokens":4}}}"#.bytes,
                #"{"embeddings":[{"values":[1,2]}],"usageMetadata":{"promptTokenCount":4}}"#.bytes,
                #"{"predictions":[{"embeddings":{"values":[0.1],"statistics":{"token_count":3}}}]}"#.bytes,
                #"{"embedding":[1,2.5],"inputTextTokenCount":8}"#.bytes,
                #"{"data":[{"index":0,"embedding":[0.1]},{"index":1,"embedding":"AACAPw=="}],"model":"m","usage":{"prompt_tokens":9,"total_tokens":9}}"#
                    .bytes,
            ], words: DialectSeeds.words
        ) { input, random in
            let answer: EmbeddingAnswer
            do throws(JSONError) { answer = try embeddings.readAnswer(input, count: 7) } catch { return .rejected }
            if let usage = answer.usage, usage.usage.totalInput < 0 { throw FuzzFault("fewer tokens than none") }
            let format: EmbeddingRequest.Format = Bool.random(using: &random) ? .base64 : .numbers
            let written = OpenAIEmbeddingWriter.write(answer, format, model: "m", estimate: 1, more: [])
            try Checks.json(written, "an answer with embeddings")
            let isBatch = Bool.random(using: &random)
            try Checks.json(
                GeminiEmbeddingWriter.write(answer, isBatch: isBatch, estimate: 1, more: []),
                "an answer with embeddings in Gemini's dialect")
            return .read
        }
    }
}
