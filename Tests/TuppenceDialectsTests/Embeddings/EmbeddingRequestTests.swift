import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Requests for embeddings in other dialects")
struct EmbeddingRequestTests {
    /// One request of OpenAI's caller, and what it is in a target's words.
    struct Case: Sendable, CustomTestStringConvertible {
        let body: String
        let dialect: Dialect
        let model: String
        var host = ProviderHost.standard
        let path: String
        let sent: String
        var losses: [String] = []

        var testDescription: String { "\(path) of \(body)" }
    }

    private static let cases = [
        Case(
            body: #"{"model":"x","input":"a\n"}"#, dialect: .cohere, model: "embed-v4.0", path: "embed",
            sent:
                #"{"model":"embed-v4.0","texts":["a\n"],"input_type":"search_document","embedding_types":["float"],"truncate":"NONE"}"#
        ),
        Case(
            body: #"{"model":"x","input":["a","b"],"dimensions":256,"encoding_format":"base64","input_type":"query"}"#,
            dialect: .cohere, model: "embed-v4.0", path: "embed",
            sent:
                #"{"model":"embed-v4.0","texts":["a","b"],"input_type":"search_query","embedding_types":["float"],"output_dimension":256,"truncate":"NONE"}"#
        ),
        Case(
            body: #"{"model":"x","input":["a"],"user":"u","input_type":"image","new":1}"#, dialect: .cohere, model: "e",
            path: "embed",
            sent:
                #"{"model":"e","texts":["a"],"input_type":"search_document","embedding_types":["float"],"truncate":"NONE"}"#,
            losses: ["input_type: refused", "user: dropped", "new: dropped"]),
        Case(
            body: #"{"model":"x","input":["a","b"],"dimensions":768,"input_type":"search_query"}"#, dialect: .gemini,
            model: "gemini-embedding-001", path: "models/gemini-embedding-001:batchEmbedContents",
            sent:
                #"{"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":768},{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":768}]}"#
        ),
        Case(
            body: #"{"model":"x","input":"a","input_type":"document"}"#, dialect: .gemini, model: "gemini-embedding-2",
            path: "models/gemini-embedding-2:batchEmbedContents",
            sent: #"{"requests":[{"model":"models/gemini-embedding-2","content":{"parts":[{"text":"a"}]}}]}"#,
            losses: ["input_type: dropped"]),
        Case(
            body: #"{"model":"x","input":["a","b"],"dimensions":8,"input_type":"semantic_similarity"}"#,
            dialect: .gemini, model: "text-embedding-005", host: .vertex,
            path: "publishers/google/models/text-embedding-005:predict",
            sent:
                #"{"instances":[{"content":"a","task_type":"SEMANTIC_SIMILARITY"},{"content":"b","task_type":"SEMANTIC_SIMILARITY"}],"parameters":{"outputDimensionality":8,"autoTruncate":false}}"#
        ),
        Case(
            body: #"{"model":"x","input":"a"}"#, dialect: .gemini, model: "gemini-embedding-001", host: .vertex,
            path: "publishers/google/models/gemini-embedding-001:predict",
            sent: #"{"instances":[{"content":"a"}],"parameters":{"autoTruncate":false}}"#),
        Case(
            body: #"{"model":"x","input":"a","dimensions":8}"#, dialect: .gemini, model: "gemini-embedding-2-preview",
            host: .vertex, path: "publishers/google/models/gemini-embedding-2-preview:embedContent",
            sent: #"{"content":{"parts":[{"text":"a"}]},"outputDimensionality":8,"autoTruncate":false}"#),
        Case(
            body: #"{"model":"x","input":"a","dimensions":256,"input_type":"query"}"#, dialect: .bedrock,
            model: "amazon.titan-embed-text-v2:0", path: "model/amazon.titan-embed-text-v2%3A0/invoke",
            sent: #"{"inputText":"a","dimensions":256}"#, losses: ["input_type: dropped"]),
        Case(
            body: #"{"model":"x","input":"a","dimensions":256}"#, dialect: .bedrock,
            model: "amazon.titan-embed-text-v1", path: "model/amazon.titan-embed-text-v1/invoke",
            sent: #"{"inputText":"a"}"#, losses: ["dimensions: refused"]),
        Case(
            body: #"{"model":"x","input":["a","b"],"dimensions":512}"#, dialect: .bedrock,
            model: "us.cohere.embed-v4:0", path: "model/us.cohere.embed-v4%3A0/invoke",
            sent:
                #"{"texts":["a","b"],"input_type":"search_document","embedding_types":["float"],"output_dimension":512,"truncate":"NONE"}"#
        ),
        Case(
            body:
                #"{"model":"x","input":"a","dimensions":512,"encoding_format":"base64","user":"u","output_dtype":"int8","seed":1}"#,
            dialect: .mistral, model: "codestral-embed", path: "embeddings",
            sent:
                #"{"model":"codestral-embed","input":["a"],"encoding_format":"base64","output_dimension":512,"output_dtype":"int8"}"#,
            losses: ["user: dropped", "seed: dropped"]),
    ]

    @Test("say what was asked for, and name what they cannot say", arguments: cases)
    func words(_ example: Case) throws {
        let outbound = try write(example.body, example.dialect, example.model, example.host)
        #expect(outbound.path == example.path)
        #expect(string(outbound.body) == example.sent)
        #expect(outbound.losses.all.map { "\($0.field): \($0.effect)" } == example.losses)
    }

    @Test(
        "are refused where no part of them can be asked",
        arguments: [
            (#"{"input":[1,2]}"#, Dialect.cohere, "embed-v4.0", ProviderHost.standard, "input"),
            (#"{"input":[[1,2],[3]]}"#, .gemini, "gemini-embedding-001", .standard, "input"),
            (#"{"input":[1]}"#, .mistral, "mistral-embed", .standard, "input"),
            (#"{"input":["a","b"]}"#, .bedrock, "amazon.titan-embed-text-v2:0", .standard, "input"),
            (#"{"input":["a","b"]}"#, .gemini, "gemini-embedding-001", .vertex, "input"),
            (#"{"input":["a","b"]}"#, .gemini, "gemini-embedding-2", .vertex, "input"),
            (#"{"input":"a"}"#, .bedrock, "amazon.nova-2-multimodal-embeddings-v1:0", .standard, "model"),
            (#"{"input":["a",1]}"#, .cohere, "embed-v4.0", .standard, "input"),
            (#"{"input":["a",{}]}"#, .cohere, "embed-v4.0", .standard, "input"),
            (#"{"input":"a","dimensions":0}"#, .cohere, "embed-v4.0", .standard, "dimensions"),
            (#"{"input":"a","dimensions":"8"}"#, .cohere, "embed-v4.0", .standard, "dimensions"),
            (#"{"input":"a","encoding_format":"hex"}"#, .cohere, "embed-v4.0", .standard, "encoding_format"),
        ] as [(String, Dialect, String, ProviderHost, String)])
    func impossible(body: String, dialect: Dialect, model: String, host: ProviderHost, parameter: String) {
        let refusal = #expect(throws: Refusal.self) { try write(body, dialect, model, host) }
        #expect(refusal?.code == .invalidRequest)
        #expect(refusal?.parameter == parameter)
    }

    private func write(
        _ body: String, _ dialect: Dialect, _ model: String, _ host: ProviderHost
    ) throws(Refusal) -> OutboundRequest {
        let request = try OpenAIEmbeddingReader.read(Array(body.utf8))
        var target = OutboundTarget(model: model)
        target.host = host
        guard let embeddings = dialect.embeddings else { throw .invalid("\(dialect) has no embeddings") }
        return try embeddings.write(request, to: target)
    }
}
