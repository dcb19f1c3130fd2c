import Testing
import TuppenceCore

@testable import TuppenceTelemetry

@Suite("Spans by the conventions for generative AI")
struct SpanMakingTests {
    private static let id = RequestID(high: 1, low: 2)

    private func entry(tags: String? = nil) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: Self.id, number: 1), at: Timestamp(milliseconds: 1),
            attribution: Attribution(key: "app", route: "r", tags: tags, endpoint: "messages"),
            target: Target(provider: "ant", model: "m"), outcome: .completed, status: 200,
            usage: Usage(input: 1, output: 1), cost: .zero, estimated: false, reportedCost: nil, rateCardVersion: "",
            duration: Milliseconds(1), firstContent: nil)
    }

    private func exchange(_ settings: [RequestSetting] = [], provider: String? = nil) -> TracedExchange {
        TracedExchange(
            id: Self.id, trace: TraceContext(of: Self.id), end: Timestamp(milliseconds: 1), nanoseconds: 1,
            attribution: entry(tags: "claude-code-session-id=s-1,team=x").attribution, asked: "r", isStream: true,
            settings: settings, provider: provider, status: 200, refusal: nil, attempts: 1, charged: .zero)
    }

    private func said(_ span: Span) -> [String: Attribute.Value] {
        #expect(Set(span.attributes.map(\.name)).count == span.attributes.count)
        return Dictionary(span.attributes.map { ($0.name, $0.value) }) { first, _ in first }
    }

    @Test(
        "providers go by the names of the vocabulary",
        arguments: [
            ("anthropic", "anthropic"), ("bedrock", "aws.bedrock"), ("azure", "azure.ai.openai"),
            ("gemini", "gcp.gemini"), ("vertex", "gcp.vertex_ai"), ("mistral", "mistral_ai"), ("xai", "x_ai"),
            ("moonshot", "moonshot_ai"), ("local", "local"),
        ])
    func providers(kind: String, name: String) {
        let address = ProviderAddress(host: "h", port: 1, kind: kind)
        let client = said(Span(entry(), in: TraceContext(of: Self.id), at: address))
        #expect(client["gen_ai.provider.name"] == .text(name))
        #expect(said(Span(exchange(provider: "ant"), at: address))["gen_ai.provider.name"] == .text(name))
        #expect(said(Span(exchange(provider: "ant"), at: nil))["gen_ai.provider.name"] == .text("ant"))
        #expect(said(Span(exchange(), at: nil))["gen_ai.provider.name"] == .text("tuppence"))
    }

    @Test("what a request wants, and what its answer says of itself")
    func facts() {
        let settings: [RequestSetting] = [
            .maxTokens(9), .temperature(0.5), .topP(1), .topK(4), .seed(7), .choices(1), .stopSequences(["a", "b"]),
        ]
        let facts = AttemptFacts(
            isStream: false, settings: settings,
            answer: [.id("c-1"), .model("m-1"), .finishReasons(["stop"])])
        let client = said(Span(entry(), in: TraceContext(of: Self.id), at: nil, facts))
        for said in [client, said(Span(exchange(settings), at: nil))] {
            #expect(said["gen_ai.request.max_tokens"] == .whole(9))
            #expect(said["gen_ai.request.temperature"] == .ratio(0.5) && said["gen_ai.request.top_p"] == .ratio(1))
            #expect(said["gen_ai.request.top_k"] == .whole(4) && said["gen_ai.request.seed"] == .whole(7))
            #expect(said["gen_ai.request.stop_sequences"] == .texts(["a", "b"]))
            // Said of several alone.
            #expect(said["gen_ai.request.choice.count"] == nil)
        }
        #expect(client["gen_ai.request.stream"] == .truth(false) && client["gen_ai.response.id"] == .text("c-1"))
        #expect(client["gen_ai.response.model"] == .text("m-1"))
        #expect(client["gen_ai.response.finish_reasons"] == .texts(["stop"]))
        let two = said(Span(exchange([.choices(2)]), at: nil))
        #expect(two["gen_ai.request.choice.count"] == .whole(2))
    }

    @Test("Claude Code's session is the conversation")
    func conversation() {
        #expect(said(Span(exchange(), at: nil))["gen_ai.conversation.id"] == .text("s-1"))
        let own = Span(entry(tags: "x-claude-code-session-id=s,team=x"), in: TraceContext(of: Self.id), at: nil)
        #expect(said(own)["gen_ai.conversation.id"] == nil)
    }
}
