import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceSandbox

@Suite("What dialects have in the sandbox beside chats")
struct ForeignEndpointTests {
    private static let contents = #"{"contents":[{"parts":[{"text":"Tell me of the sea."}]}]}"#

    @Test("Gemini streams an array to those who do not ask for events")
    func array() throws {
        let asking = Asking(.gemini)
        let whole = try asking.whole(asking.send("models/chat-small:generateContent", Array(Self.contents.utf8)))
        let played = asking.send("models/chat-small:streamGenerateContent", Array(Self.contents.utf8))
        #expect(played.head.contentType == "application/json" && played.head.length == nil)
        #expect(try asking.whole(played) == whole)
        #expect(whole.text.hasPrefix("You said: \"Tell me of the sea.\"."))
    }

    @Test("Gemini counts tokens, for nothing")
    func count() throws {
        let asking = Asking(.gemini)
        let used = try asking.whole(asking.send("models/chat-small:generateContent", Array(Self.contents.utf8)))
        for body in [Self.contents, #"{"generateContentRequest":\#(Self.contents)}"#] {
            let played = asking.send("models/chat-small:countTokens", Array(body.utf8))
            #expect(try GeminiTokenCount.readAnswer(played.body) == used.usage?.totalInput)
            #expect(played.charge == nil)
        }
    }

    @Test("Gemini's words are taken in snake case, its types in capitals, several candidates asked for")
    func spellings() throws {
        let asking = Asking(.gemini)
        let called = asking.send(
            "models/chat-small:generateContent",
            Array(
                """
                {"contents":{"role":"user","parts":{"text":"Go."}},"tools":[{"function_declarations":[{"name":"a"},\
                {"name":"b","parameters":{"type":"OBJECT","properties":{"count":{"type":"INTEGER"}}}}]}],\
                "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["b"]}}}
                """.utf8))
        #expect(try asking.whole(called).calls == [Told.Call(name: "b", arguments: #"{"count":1}"#)])
        let twice = asking.send(
            "models/chat-small:generateContent",
            Array(
                """
                {"contents":[{"parts":[{"text":"Go."}]}],\
                "generation_config":{"candidate_count":2,"max_output_tokens":5}}
                """.utf8))
        let answer = try Dialect.gemini.outbound.readAnswer(twice.body)
        #expect(answer.choices.map(\.index) == [0, 1] && answer.usage?.usage.output == 10)
    }

    @Test("Responses are numbered, and go on from none that came before")
    func responses() throws {
        let asking = Asking(.responses)
        let played = asking.send("responses", Array(#"{"model":"chat-small","input":"Go.","stream":true}"#.utf8))
        let numbers = String(decoding: played.body, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.split(separator: #""sequence_number":"#).dropFirst().first.flatMap {
                Int($0.prefix { digit in digit.isNumber })
            }
        }
        #expect(numbers == Array(0..<numbers.count) && numbers.count > 10)
        let next = asking.send(
            "responses", Array(#"{"model":"chat-small","input":"Go.","previous_response_id":"resp_1"}"#.utf8))
        #expect(next.head.status == 400 && asking.error(next).code == "previous_response_not_found")
    }

    @Test("Gemini and Cohere embed as OpenAI does")
    func embeddings() throws {
        let one = Asking(.openAI).send(
            "embeddings", Array(#"{"model":"embed-small","input":["two pence","the sea"],"dimensions":8}"#.utf8))
        for (dialect, path, body) in [
            (
                Dialect.gemini, "models/embed-small:batchEmbedContents",
                #"{"requests":[{"content":{"parts":[{"text":"two pence"}]},"outputDimensionality":8},{"content":{"parts":[{"text":"the sea"}]},"outputDimensionality":8}]}"#
            ),
            (
                .cohere, "embed",
                #"{"model":"embed-small","texts":["two pence","the sea"],"input_type":"search_query","output_dimension":8}"#
            ),
        ] as [(Dialect, String, String)] {
            let played = Asking(dialect).send(path, Array(body.utf8))
            #expect(played.head.status == 200 && played.charge == one.charge)
            let embeddings = try #require(dialect.embeddings)
            let answer = try embeddings.readAnswer(played.body, count: nil)
            #expect(answer.vectors.count == 2 && answer.usage?.usage.totalInput == one.charge?.promptTokens)
            for vector in answer.vectors {
                guard case .numbers(let list) = vector else {
                    Issue.record("a vector is no list")
                    continue
                }
                #expect(String(decoding: one.body, as: UTF8.self).contains(list.text))
            }
        }
        let single = Asking(.gemini).send(
            "models/embed-small:embedContent", Array(#"{"content":{"parts":[{"text":"two pence"}]}}"#.utf8))
        let embeddings = try #require(Dialect.gemini.embeddings)
        #expect(try embeddings.readAnswer(single.body, count: nil).vectors.count == 1)
    }

    @Test("Gemini's models are listed, those that its methods can be asked of")
    func geminiModels() {
        let asking = Asking(.gemini)
        let list = asking.send("models", [], method: "GET")
        let text = String(decoding: list.body, as: UTF8.self)
        #expect(list.head.status == 200 && text.hasPrefix(#"{"models":[{"name":"models/chat-small""#), "\(text)")
        #expect(text.contains(#""models/embed-small""#) && !text.contains("image-small"))
        let one = asking.send("models/embed-small", [], method: "GET")
        #expect(
            String(decoding: one.body, as: UTF8.self)
                == #"{"name":"models/embed-small","displayName":"embed-small","supportedGenerationMethods":["embedContent","batchEmbedContents"]}"#
        )
        for name in ["image-small", "nobody"] {
            let none = asking.send("models/\(name)", [], method: "GET")
            #expect(none.head.status == 404)
            #expect(String(decoding: none.body, as: UTF8.self).contains("NOT_FOUND"))
        }
    }

    @Test("no answer of Responses is kept")
    func storedResponses() {
        let none = Asking(.responses).send("responses/resp_sandbox_1", [], method: "GET")
        #expect(none.head.status == 404)
        #expect(String(decoding: none.body, as: UTF8.self).contains("Response with id 'resp_sandbox_1' not found."))
    }
}
