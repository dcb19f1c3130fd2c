import Testing
import Tuppence
import TuppenceCore

@Suite("Chats within a program")
struct ChatTests {
    @Test("an answer has its text, what it used, what that cost, and where it is from")
    func chat() async throws {
        try await onSandbox { tuppence, store in
            let answer = try await tuppence.chat(.hello("fast-llm"))
            #expect(!answer.text.isEmpty)
            let usage = try #require(answer.usage)
            #expect(usage.totalInput > 0 && usage.totalOutput > 0)
            // $0.10 and $0.40 for a million tokens: 100 and 400 nanodollars each.
            #expect(answer.cost.nanodollars == Int64(usage.totalInput * 100 + usage.totalOutput * 400))
            #expect(answer.receipt.provider == "sandbox")
            #expect(answer.receipt.model == "chat-small")
            #expect(answer.receipt.attempts == 1)
            let entry = try #require(try store.entries(limit: 1).first)
            #expect(entry.attempt.request.description == answer.receipt.requestID)
            #expect(entry.key == "app" && entry.price == answer.cost && entry.outcome == .completed)
        }
    }

    @Test(
        "whatever time is given for it, a call is made",
        arguments: [.seconds(Int64.max), .seconds(100_000)] as [Duration])
    func longTimeout(timeout: Duration) async throws {
        try await onSandbox { tuppence, _ in
            let answer = try await tuppence.chat(.hello("fast-llm"), CallOptions(timeout: timeout))
            #expect(!answer.text.isEmpty)
        }
    }

    @Test("the next target answers where the first fails")
    func fallback() async throws {
        try await onSandbox { tuppence, store in
            let answer = try await tuppence.chat(.hello("falls-over"))
            #expect(answer.receipt.attempts == 2)
            #expect(answer.receipt.model == "chat-large")
            #expect(try store.entries(limit: 9).map(\.outcome) == [.completed, .failed])
        }
    }

    @Test("where every target fails the provider's own words are told, with our code")
    func allFail() async throws {
        try await onSandbox { tuppence, _ in
            let error = try await refusal { _ = try await tuppence.chat(.hello("sandbox/chat-small?status=429")) }
            #expect(error.code == .rateLimited)
            #expect(!error.message.isEmpty && !error.message.hasPrefix("{"))
            #expect(error.requestID?.hasPrefix("req_") == true)
        }
    }

    @Test("a tool is called, and its result goes on in the conversation")
    func tools() async throws {
        struct Place: Decodable { var city: String }
        try await onSandbox { tuppence, _ in
            var request = ChatRequest("fast-llm", [.user("How is the weather in Paris?")], maxTokens: 60)
            request.tools = [
                Tool(
                    "weather", description: "The weather of a city.",
                    parameters: #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#)
            ]
            request.toolChoice = .named("weather")
            let answer = try await tuppence.chat(request)
            let call = try #require(answer.toolCalls.first)
            #expect(call.name == "weather")
            #expect(try !call.arguments(as: Place.self).city.isEmpty)
            request.messages += [answer.message, .toolResults([ToolResult(callID: call.id, text: "Rain.")])]
            request.toolChoice = ToolChoice.none
            #expect(try await !tuppence.chat(request).text.isEmpty)
        }
    }

    @Test("a vector for each text, in order and as long as asked for")
    func embeddings() async throws {
        try await onSandbox { tuppence, store in
            let answer = try await tuppence.embed(EmbeddingRequest("cheap-embedding", ["two", "pence"], dimensions: 4))
            #expect(answer.vectors.map(\.count) == [4, 4])
            #expect(answer.vectors[0] != answer.vectors[1])
            let entry = try #require(try store.entries(limit: 1).first)
            #expect(answer.cost == entry.price && answer.cost > .zero)
            #expect(answer.usage == entry.usage)
        }
    }

    @Test("who it is for and what it is marked with is in the ledger")
    func attribution() async throws {
        try await onSandbox { tuppence, store in
            var request = ChatRequest.hello("fast-llm")
            request.user = "alice"
            _ = try await tuppence.chat(request, CallOptions(customer: "acme", tags: ["team": "search", "a": "b"]))
            let entry = try #require(try store.entries(limit: 1).first)
            #expect(entry.user == "alice" && entry.customer == "acme" && entry.tags == "a=b,team=search")
        }
    }

    @Test(
        "an option that could be taken for another one is refused",
        arguments: [
            CallOptions(customer: "acme\r\nx-tuppence-cache: off"), CallOptions(tags: ["team": "a,b=c"]),
            CallOptions(tags: ["a=b": "c"]), CallOptions(tags: ["team": "two words"]),
        ])
    func injection(options: CallOptions) async throws {
        try await onSandbox { tuppence, store in
            let error = try await refusal { _ = try await tuppence.chat(.hello("fast-llm"), options) }
            #expect(error.code == .invalidRequest)
            #expect(try store.entries(limit: 1).isEmpty)
        }
    }

    @Test("a number that JSON does not have is refused, not sent")
    func noNumber() async throws {
        try await onSandbox { tuppence, _ in
            var request = ChatRequest.hello("fast-llm")
            request.temperature = .nan
            let error = try await refusal { _ = try await tuppence.chat(request) }
            #expect(error.code == .invalidRequest && error.parameter == "temperature")
        }
    }
}
