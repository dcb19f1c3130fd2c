import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Dialects that providers alone speak are written here and read by the tests.
@Suite("Hub to a provider's dialect to hub")
struct TargetRoundTripTests {
    private static let seeds = UInt64(1)...500

    @Test("a request to Bedrock is the same after it was written and read")
    func bedrock() throws {
        for seed in Self.seeds {
            var chat = RandomTargetChat(seed: seed, dialect: .bedrock)
            var request = chat.request()
            let outbound = BedrockConverse.write(
                request, to: OutboundTarget(model: "anthropic.claude-haiku-4-5", outputLimit: request.outputLimit))
            try #require(outbound.losses.all.isEmpty, "seed \(seed): \(outbound.losses.all)")
            #expect(outbound.path.hasSuffix(request.streams ? "/converse-stream" : "/converse"), "seed \(seed)")
            // It stands in the path.
            request.streams = false
            let again = try BedrockRequestReading.read(outbound.body)
            try #require(again.plain == request.plain, "seed \(seed): \(string(outbound.body))")
        }
    }

    @Test("a request to Cohere is the same after it was written and read")
    func cohere() throws {
        for seed in Self.seeds {
            var chat = RandomTargetChat(seed: seed, dialect: .cohere)
            var request = chat.request()
            let model = "command-a-reasoning-08-2025"
            let outbound = CohereChat.write(request, to: OutboundTarget(model: model))
            try #require(outbound.losses.all.isEmpty, "seed \(seed): \(outbound.losses.all)")
            request.model = JSONString(model)
            let again = try CohereRequestReading.read(outbound.body)
            try #require(again.plain == request.plain, "seed \(seed): \(string(outbound.body))")
        }
    }

    @Test("a request to Mistral is the same after it was written and read")
    func mistral() throws {
        for seed in Self.seeds {
            var chat = RandomTargetChat(seed: seed, dialect: .mistral)
            var request = chat.request()
            let model = "mistral-medium-3-5"
            let outbound = MistralChat.write(request, to: OutboundTarget(model: model))
            try #require(outbound.losses.all.isEmpty, "seed \(seed): \(outbound.losses.all)")
            request.model = JSONString(model)
            let again = try OpenAIChat.readRequest(outbound.body, address: RequestAddress())
            // Its own word for the seed.
            if let seed = request.sampling.seed {
                request.extras.members = [Extras.Member(name: "random_seed", value: seed)]
                request.sampling.seed = nil
            }
            try #require(again.plain == request.plain, "seed \(seed): \(string(outbound.body))")
        }
    }

    @Test(
        "what it has no words for is named, whatever the rest of the request is",
        arguments: [Dialect.bedrock, .cohere, .mistral])
    func losses(dialect: Dialect) throws {
        for seed in Self.seeds {
            var chat = RandomTargetChat(seed: seed, dialect: dialect)
            var request = chat.request()
            request.origin = .openAI
            request.sampling.logitBias = RawJSON(Array("{\"5\":1}".utf8))
            request.extras.members.append(Extras.Member(name: "brand_new", value: RawJSON(true)))
            let outbound = dialect.outbound.write(request, to: OutboundTarget(model: "model"))
            let named = Dictionary(outbound.losses.all.map { ($0.field, $0.effect) }) { first, _ in first }
            try #require(named["logit_bias"] == .refused && named["brand_new"] == .dropped, "seed \(seed): \(named)")
            try #require(accepts(outbound.body) && !string(outbound.body).contains("brand_new"), "seed \(seed)")
        }
    }
}

extension ChatRequest {
    /// Without what is kept for the spelling alone.
    fileprivate var plain: ChatRequest {
        var copy = withoutSpelling
        for index in copy.messages.indices {
            copy.messages[index].content = copy.messages[index].content.map { block in
                guard case .media(var media) = block else { return block }
                media.extras.members.removeAll(where: \.isUnderstood)
                return .media(media)
            }
        }
        return copy
    }
}
