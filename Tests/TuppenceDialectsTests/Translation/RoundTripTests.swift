import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceDialects

@Suite("Hub to dialect to hub")
struct RoundTripTests {
    @Test("a request is the same after it was written and read", arguments: [Dialect.openAI, .anthropic])
    func requests(dialect: Dialect) throws {
        for seed in UInt64(1)...500 {
            var chat = RandomChat(seed: seed, dialect: dialect)
            let request = chat.request()
            let outbound = spoke(dialect).outbound.write(request, to: OutboundTarget(model: request.model.decoded))
            #expect(outbound.losses.all.isEmpty, "seed \(seed)")
            let again = try spoke(dialect).inbound.readRequest(outbound.body, address: RequestAddress())
            try #require(again.withoutSpelling == request, "seed \(seed): \(string(outbound.body))")
        }
    }

    @Test("an answer is the same after it was written and read", arguments: [Dialect.openAI, .anthropic])
    func answers(dialect: Dialect) throws {
        for seed in UInt64(1)...500 {
            var chat = RandomChat(seed: seed, dialect: dialect)
            let answer = chat.answer()
            let body = spoke(dialect).inbound.write(answer, in: .test)
            var again = try spoke(dialect).outbound.readAnswer(body)
            for index in again.choices.indices { again.choices[index].messageExtras = Extras() }
            try #require(again == answer, "seed \(seed): \(string(body))")
        }
    }

    @Test("a stream says the same after it was written and read", arguments: [Dialect.openAI, .anthropic])
    func streams(dialect: Dialect) throws {
        for seed in UInt64(1)...300 {
            var chat = RandomChat(seed: seed, dialect: dialect)
            let told = chat.events()
            let body = stream(told, to: spoke(dialect).inbound)
            let again = events(of: spoke(dialect).outbound, body)
            let (first, faults) = ToldAnswer.collect(told)
            try #require(faults.isEmpty, "seed \(seed): \(faults)")
            let (second, moreFaults) = ToldAnswer.collect(again)
            try #require(moreFaults.isEmpty, "seed \(seed): \(moreFaults) in \(string(body))")
            var expected = first
            // The writer ends an answer with calls as such, whatever the provider said.
            if expected.choices[0]?.finish == .stop, expected.choices[0]?.calls.isEmpty == false {
                expected.choices[0]?.finish = .toolCalls
            }
            try #require(second == expected, "seed \(seed): \(string(body))")
        }
    }

    @Test("a stream split at random bytes is the stream whole", arguments: [Dialect.openAI, .anthropic])
    func splits(dialect: Dialect) throws {
        for seed in UInt64(1)...100 {
            var chat = RandomChat(seed: seed, dialect: dialect)
            let body = stream(chat.events(), to: spoke(dialect).inbound)
            let whole = events(of: spoke(dialect).outbound, body)
            let sizes = (0..<200).map { _ in Int.random(in: 1...20, using: &chat.random) }
            try #require(events(of: spoke(dialect).outbound, body, pieces: sizes) == whole, "seed \(seed)")
        }
    }
}

/// A dialect that goes both ways.
func spoke(_ dialect: Dialect) -> (inbound: any InboundDialect.Type, outbound: any OutboundDialect.Type) {
    switch dialect {
    case .anthropic: (AnthropicMessages.self, AnthropicMessages.self)
    default: (OpenAIChat.self, OpenAIChat.self)
    }
}
