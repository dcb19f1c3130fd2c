import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Requests for embeddings by Gemini's callers")
struct GeminiEmbeddingRequestTests {
    private static let batch =
        #"{"requests":[{"model":"models/x","content":{"role":"user","parts":[{"text":"a\n"}]},"taskType":"RETRIEVAL_QUERY","title":"t","outputDimensionality":8},{"content":{"parts":[{"text":"b"},{"text":"c"}]},"task_type":"RETRIEVAL_QUERY","output_dimensionality":8}]}"#

    @Test(
        "say what was asked for, and name what they cannot say",
        arguments: [
            (
                Dialect.openAI, "text-embedding-3-small", ProviderHost.standard, "embeddings",
                #"{"model":"text-embedding-3-small","input":["a\n","b\nc"],"dimensions":8}"#,
                ["taskType: dropped", "title: dropped"]
            ),
            (
                .responses, "m", .standard, "embeddings", #"{"model":"m","input":["a\n","b\nc"],"dimensions":8}"#,
                ["taskType: dropped", "title: dropped"]
            ),
            (
                .cohere, "embed-v4.0", .standard, "embed",
                #"{"model":"embed-v4.0","texts":["a\n","b\nc"],"input_type":"search_query","embedding_types":["float"],"output_dimension":8,"truncate":"NONE"}"#,
                ["title: dropped"]
            ),
            (
                .gemini, "gemini-embedding-001", .standard, "models/gemini-embedding-001:batchEmbedContents",
                #"{"requests":[{"model":"models/gemini-embedding-001","content":{"role":"user","parts":[{"text":"a\n"}]},"taskType":"RETRIEVAL_QUERY","title":"t","outputDimensionality":8},{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"},{"text":"c"}]},"task_type":"RETRIEVAL_QUERY","output_dimensionality":8}]}"#,
                []
            ),
            (
                .gemini, "text-embedding-005", .vertex, "publishers/google/models/text-embedding-005:predict",
                #"{"instances":[{"content":"a\n","task_type":"RETRIEVAL_QUERY","title":"t"},{"content":"b\nc","task_type":"RETRIEVAL_QUERY"}],"parameters":{"outputDimensionality":8,"autoTruncate":false}}"#,
                []
            ),
        ] as [(Dialect, String, ProviderHost, String, String, [String])])
    func words(
        dialect: Dialect, model: String, host: ProviderHost, path: String, sent: String, losses: [String]
    ) throws {
        let request = try GeminiEmbeddingReader.read(Array(Self.batch.utf8), isBatch: true)
        var target = OutboundTarget(model: model)
        target.host = host
        let embeddings = try #require(dialect.embeddings)
        let outbound = try embeddings.write(request, to: target)
        #expect(outbound.path == path)
        #expect(string(outbound.body) == sent)
        #expect(outbound.losses.told(to: .gemini).all.map { "\($0.field): \($0.effect)" } == losses)
    }

    @Test("of one content are what they are of one in a list, by either name of what is said of it")
    func one() throws {
        let bodies = [
            #"{"model":"models/x","content":{"parts":{"text":"a"}},"taskType":"TASK_TYPE_UNSPECIFIED","title":"t","outputDimensionality":4}"#,
            #"{"content":{"parts":[{"text":"a"}]},"embedContentConfig":{"title":"t","outputDimensionality":4}}"#,
        ]
        for body in bodies {
            let request = try GeminiEmbeddingReader.read(Array(body.utf8), isBatch: false)
            #expect(request.texts == ["a"] && request.titles == [0: "t"] && request.purpose == nil)
            #expect(request.dimensions == 4 && request.parts.isEmpty && request.extras.isEmpty)
        }
    }

    @Test(
        "are refused by what is wrong with them",
        arguments: [
            (#"{"requests":[]}"#, "requests"), (#"{"requests":["a"]}"#, "requests"),
            (#"{"requests":[{"content":{"parts":[]}}]}"#, "requests[0].content"),
            (#"{"requests":[{"content":"a"}]}"#, "requests[0].content"),
            (
                #"{"requests":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":""}}]}}]}"#,
                "requests[0].content.parts"
            ),
            (
                #"{"requests":[{"content":{"parts":[{"text":"a"}]},"outputDimensionality":0}]}"#,
                "requests[0].outputDimensionality"
            ),
            (#"{"requests":[{"content":{"parts":[{"text":"a"}]},"taskType":2}]}"#, "requests[0].taskType"),
        ])
    func refused(body: String, parameter: String) {
        let refusal = #expect(throws: Refusal.self) {
            try GeminiEmbeddingReader.read(Array(body.utf8), isBatch: true)
        }
        #expect(refusal?.code == .invalidRequest && refusal?.parameter == parameter)
    }

    @Test(
        "that differ in more than their texts go to Google's own host alone",
        arguments: [(#""taskType":"CLUSTERING""#, "taskType"), (#""outputDimensionality":8"#, "outputDimensionality")])
    func different(member: String, name: String) throws {
        let body =
            #"{"requests":[{"content":{"parts":[{"text":"a"}]}},{"content":{"parts":[{"text":"b"}]},\#(member)}]}"#
        let request = try GeminiEmbeddingReader.read(Array(body.utf8), isBatch: true)
        let own = try GeminiEmbeddings.write(request, to: OutboundTarget(model: "m"))
        #expect(string(own.body).hasSuffix(#","content":{"parts":[{"text":"b"}]},\#(member)}]}"#))
        let refusal = #expect(throws: Refusal.self) {
            try OpenAIEmbeddings.write(request, to: OutboundTarget(model: "m"))
        }
        #expect(refusal?.code == .invalidRequest && refusal?.parameter == "requests[1].\(name)")
    }

    @Test("keep what nobody here knows at Vertex where its model is asked in the same words")
    func unknown() throws {
        let body = #"{"content":{"parts":[{"text":"a"}]},"odd":{"a":1},"autoTruncate":true}"#
        let request = try GeminiEmbeddingReader.read(Array(body.utf8), isBatch: false)
        var target = OutboundTarget(model: "gemini-embedding-2")
        target.host = .vertex
        let outbound = try GeminiEmbeddings.write(request, to: target)
        #expect(string(outbound.body) == body && outbound.losses.all.isEmpty)
        target.model = "text-embedding-005"
        let predicted = try GeminiEmbeddings.write(request, to: target)
        #expect(predicted.losses.all.map(\.field) == ["odd", "autoTruncate"])
    }

    @Test("are counted by their texts alone, as OpenAI's are")
    func demand() throws {
        let texts = #"["some text","and more of it"]"#
        let usual = try parse(#"{"model":"m","input":\#(texts)}"#, .embeddings).demand
        let asked = try scan(
            #"{"requests":[{"model":"models/m","content":{"role":"user","parts":[{"text":"some text"}]},"taskType":"CLUSTERING"},{"content":{"parts":{"text":"and more of it"}}}]}"#,
            .batchEmbedContents)
        #expect(asked.demand == usual && asked.demand.inputs == 2 && !asked.streams)
        let one = try scan(#"{"content":{"parts":[{"text":"some text"}]}}"#, .embedContent)
        let alone = try parse(#"{"model":"m","input":"some text"}"#, .embeddings).demand
        #expect(one.demand == alone)
    }

    @Test(
        "that ask for nothing are refused before anything is held",
        arguments: [
            (#"{}"#, GovernedEndpoint.embedContent, "content"), (#"{"requests":[]}"#, .embedContent, "content"),
            (#"{}"#, .batchEmbedContents, "requests"), (#"{"requests":[]}"#, .batchEmbedContents, "requests"),
            (#"{"requests":{}}"#, .batchEmbedContents, "requests"),
            (#"{"requests":[{}],"requests":[{}]}"#, .batchEmbedContents, "requests"),
        ])
    func nothing(body: String, endpoint: GovernedEndpoint, parameter: String) {
        let refusal = #expect(throws: Refusal.self) { try scan(body, endpoint) }
        #expect(refusal?.code == .invalidRequest && refusal?.parameter == parameter)
    }

    private func scan(_ body: String, _ endpoint: GovernedEndpoint) throws -> ScannedRequest {
        try Array(body.utf8).withUnsafeBytes { bytes in
            try ScannedRequest(bytes, endpoint: endpoint, address: RequestAddress(model: "m"))
        }
    }
}
