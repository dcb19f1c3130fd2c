import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Embeddings of other dialects")
struct EmbeddingAnswerTests {
    @Test(
        "come to OpenAI's callers with their count",
        arguments: [
            (
                Dialect.cohere,
                #"{"id":"i","texts":["a"],"embeddings":{"float":[[0.5,-1],[2e-1,0]]},"meta":{"billed_units":{"input_tokens":4}},"response_type":"embeddings_by_type"}"#,
                nil, "[0.5,-1] [2e-1,0]", 4
            ),
            (.gemini, #"{"embeddings":[{"values":[1]},{"values":[2]}]}"#, nil, "[1] [2]", nil),
            (
                .gemini, #"{"embeddings":[{"values":[1]}],"usageMetadata":{"promptTokenCount":4}}"#, nil, "[1]", 4
            ),
            (.gemini, #"{"embedding":{"values":[1,2]}}"#, nil, "[1,2]", nil),
            (
                .gemini,
                #"{"predictions":[{"embeddings":{"statistics":{"token_count":5},"values":[1]}},{"embeddings":{"values":[2],"statistics":{"token_count":6}}}]}"#,
                nil, "[1] [2]", 11
            ),
            (.gemini, #"{"predictions":[{"embeddings":{"values":[1]}}]}"#, nil, "[1]", nil),
            (.bedrock, #"{"embedding":[1,2],"inputTextTokenCount":8}"#, 9, "[1,2]", 8),
            (.bedrock, #"{"embeddings":{"float":[[1],[2]]},"response_type":"embeddings_by_type"}"#, 3, "[1] [2]", 3),
            (.bedrock, #"{"embeddings":[[1]]}"#, nil, "[1]", nil),
            (
                .mistral,
                #"{"id":"i","object":"list","data":[{"object":"embedding","embedding":[0.1],"index":0},{"embedding":"AACAPw==","index":1}],"model":"m","usage":{"prompt_tokens":9,"total_tokens":9,"completion_tokens":0,"service_tier":null}}"#,
                nil, "[0.1] AACAPw==", 9
            ),
            (
                .openAI,
                #"{"object":"list","data":[{"object":"embedding","embedding":[0.1],"index":0}],"model":"m","usage":{"prompt_tokens":9,"total_tokens":9}}"#,
                nil, "[0.1]", 9
            ), (.responses, #"{"data":[{"embedding":[0.1]}]}"#, nil, "[0.1]", nil),
        ] as [(Dialect, String, Int?, String, Int?)])
    func read(dialect: Dialect, body: String, count: Int?, vectors: String, tokens: Int?) throws {
        let embeddings = try #require(dialect.embeddings)
        let answer = try embeddings.readAnswer(Array(body.utf8), count: count)
        let told = answer.vectors.map { vector in
            switch vector {
            case .numbers(let list): list.text
            case .encoded(let text): text.decoded
            }
        }
        #expect(told.joined(separator: " ") == vectors)
        #expect(answer.usage?.usage.totalInput == tokens)
    }

    @Test(
        "may be of more numbers than a chat has values: those of 86 texts are, in 3,072 dimensions",
        arguments: [
            (Dialect.cohere, #"{"embeddings":{"float":[@,@]}}"#), (.bedrock, #"{"embeddings":[@,@]}"#),
            (.gemini, #"{"embeddings":[{"values":@},{"values":@}]}"#),
            (.gemini, #"{"predictions":[{"embeddings":{"values":@}},{"embeddings":{"values":@}}]}"#),
            (.mistral, #"{"data":[{"embedding":@,"index":0},{"embedding":@,"index":1}]}"#),
            (.openAI, #"{"data":[{"embedding":@,"index":0},{"embedding":@,"index":1}]}"#),
        ] as [(Dialect, String)])
    func large(dialect: Dialect, body: String) throws {
        let vector = "[" + String(repeating: "0,", count: JSONTree.maximumValues / 2) + "0]"
        let embeddings = try #require(dialect.embeddings)
        let answer = try embeddings.readAnswer(Array(body.replacing("@", with: vector).utf8), count: nil)
        #expect(answer.vectors.count == 2)
    }

    @Test(
        "are none where vectors are missing",
        arguments: [
            (Dialect.cohere, #"{"meta":{}}"#), (.cohere, #"{"embeddings":{"int8":[[1]]}}"#),
            (.gemini, "{}"), (.gemini, #"{"embeddings":[{}]}"#), (.bedrock, #"{"embedding":1}"#),
            (.mistral, #"{"data":[{"index":1,"embedding":[1]}]}"#), (.mistral, "[]"), (.cohere, "<html>"),
        ] as [(Dialect, String)])
    func none(dialect: Dialect, body: String) throws {
        let embeddings = try #require(dialect.embeddings)
        #expect(throws: JSONError.self) { try embeddings.readAnswer(Array(body.utf8), count: nil) }
    }

    @Test(
        "are in the order of their numbers, or as they come where all have one",
        arguments: [([2, 0, 1], "[0] [1] [2]"), ([0, 0, 0], "[2] [0] [1]"), ([5, 5, 5], "[2] [0] [1]")])
    func order(numbers: [Int], vectors: String) throws {
        let data = zip(numbers, [2, 0, 1]).map { #"{"index":\#($0),"embedding":[\#($1)]}"# }.joined(separator: ",")
        let answer = try OpenAIEmbeddings.readAnswer(Array(#"{"data":[\#(data)]}"#.utf8), count: nil)
        let told = answer.vectors.map { vector in if case .numbers(let list) = vector { list.text } else { "" } }
        #expect(told.joined(separator: " ") == vectors)
    }

    @Test("are none where numbers are missing, or said twice", arguments: [[0, 2], [0, 1, 1], [-1, 0], [1]])
    func disorder(numbers: [Int]) {
        let data = numbers.map { #"{"index":\#($0),"embedding":[1]}"# }.joined(separator: ",")
        #expect(throws: JSONError.self) {
            try OpenAIEmbeddings.readAnswer(Array(#"{"data":[\#(data)]}"#.utf8), count: nil)
        }
    }

    @Test("are written as numbers as they came, or as floats of four bytes in base64, the lowest first")
    func formats() throws {
        var answer = EmbeddingAnswer()
        answer.vectors = [.numbers(RawJSON(checked: Array("[1, -0.5,3.0e-1]".utf8)[...])), .encoded("AACAPw==")]
        let more = Array(#""cost":1"#.utf8)
        #expect(
            string(OpenAIEmbeddingWriter.write(answer, .numbers, model: "m\"", estimate: 7, more: more))
                == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1, -0.5,3.0e-1]},{"object":"embedding","index":1,"embedding":"AACAPw=="}],"model":"m\"","usage":{"prompt_tokens":7,"total_tokens":7,"cost":1}}"#
        )
        answer.model = "own"
        answer.usage = UsageReport(usage: Usage(input: 3), isReadable: true)
        // 1 is 3f800000, -0.5 is bf000000, 0.3 is 3e99999a.
        #expect(
            string(OpenAIEmbeddingWriter.write(answer, .base64, model: "m", estimate: 7, more: []))
                == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAL+amZk+"},{"object":"embedding","index":1,"embedding":"AACAPw=="}],"model":"own","usage":{"prompt_tokens":3,"total_tokens":3}}"#
        )
    }

    @Test("come to Gemini's callers by themselves or in a list, as they asked")
    func gemini() {
        var answer = EmbeddingAnswer()
        answer.vectors = [.numbers(RawJSON(checked: Array("[1, -0.5]".utf8)[...]))]
        let more = Array(#""cost":1"#.utf8)
        #expect(
            string(GeminiEmbeddingWriter.write(answer, isBatch: false, estimate: 7, more: more))
                == #"{"embedding":{"values":[1, -0.5]},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7,"cost":1}}"#
        )
        answer.usage = UsageReport(usage: Usage(input: 3), isReadable: true)
        #expect(
            string(GeminiEmbeddingWriter.write(answer, isBatch: true, estimate: 7, more: []))
                == #"{"embeddings":[{"values":[1, -0.5]}],"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}"#
        )
    }

    @Test("of numbers that no float can be stay as they came", arguments: [#"[1,"a"]"#, "[1e999]", "[[1]]"])
    func odd(list: String) {
        var answer = EmbeddingAnswer()
        answer.vectors = [.numbers(RawJSON(checked: Array(list.utf8)[...]))]
        let written = string(OpenAIEmbeddingWriter.write(answer, .base64, model: "m", estimate: 1, more: []))
        #expect(written.contains(#""embedding":\#(list)}"#))
    }
}
