import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Each value of a request takes more memory than its bytes where it is read for another dialect.
@Suite("Requests of very many values")
struct ManyValuesTests {
    struct Caller: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A request; `@` stands for the elements of a list.
        let body: String
        let read: @Sendable ([UInt8]) throws(Refusal) -> Void

        /// With `count` numbers in the list.
        func request(_ count: Int) -> [UInt8] {
            let list = count == 0 ? "" : String(repeating: "1,", count: count - 1) + "1"
            return Array(body.replacing("@", with: list).utf8)
        }

        func refusal(_ count: Int) -> Refusal? {
            do throws(Refusal) {
                try read(request(count))
                return nil
            } catch { return error }
        }
    }

    private static func chat(_ name: String, _ dialect: any InboundDialect.Type, _ body: String) -> Caller {
        Caller(testDescription: name, body: body) { (body) throws(Refusal) in
            _ = try dialect.readRequest(body, address: RequestAddress(model: "m"))
        }
    }

    static let callers = [
        chat("chat", OpenAIChat.self, #"{"model":"m","messages":[{"role":"user","content":"hi"}],"x":[@]}"#),
        chat("completions", OpenAICompletions.self, #"{"model":"m","prompt":"hi","x":[@]}"#),
        chat("responses", OpenAIResponses.self, #"{"model":"m","input":"hi","x":[@]}"#),
        chat(
            "messages", AnthropicMessages.self,
            #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}],"x":[@]}"#),
        chat("Gemini's contents", GeminiChat.self, #"{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"x":[@]}"#),
        Caller(testDescription: "embeddings", body: #"{"model":"m","input":[@]}"#) { (body) throws(Refusal) in
            _ = try OpenAIEmbeddingReader.read(body)
        },
        Caller(testDescription: "Gemini's embedding", body: #"{"content":{"parts":[{"text":"hi"}]},"x":[@]}"#) {
            (body) throws(Refusal) in
            _ = try GeminiEmbeddingReader.read(body, isBatch: false)
        },
        Caller(
            testDescription: "Gemini's embeddings",
            body: #"{"requests":[{"content":{"parts":[{"text":"hi"}]}}],"x":[@]}"#
        ) { (body) throws(Refusal) in
            _ = try GeminiEmbeddingReader.read(body, isBatch: true)
        },
    ]

    @Test("are read up to the bound, and are too large beyond it, whatever dialect they come in", arguments: callers)
    func bound(caller: Caller) throws {
        let others = try JSONTree.read(caller.request(0)) { root in Int(root.tree.pointee.nodes[0].span) }
        let room = JSONTree.maximumValues - others
        #expect(caller.refusal(room) == nil)
        let refusal = try #require(caller.refusal(room + 1))
        #expect(refusal.code == .requestTooLarge)
        #expect(refusal.message.contains("more than \(JSONTree.maximumValues) values"), "\(refusal.message)")
    }

    @Test("what is no JSON is invalid as ever", arguments: callers)
    func broken(caller: Caller) {
        let broken = Caller(testDescription: "", body: caller.body + "}", read: caller.read)
        #expect(broken.refusal(10)?.code == .invalidRequest)
    }
}
