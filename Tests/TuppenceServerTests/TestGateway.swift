import Logging
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceEngine
import TuppenceTesting
import TuppenceUpstream

@testable import TuppenceServer

/// Everything that runs a gateway, one after the other: each has the machine to itself.
@Suite("The gateway", .serialized, .stoppedAtEnd)
struct GatewayTests {}

/// A gateway within the test's own process, over a ledger in memory.
struct TestGateway {
    static let key = "tp_test_0123456789abcdef"
    /// Of one whose requests can wait.
    static let batchKey = "tp_test_batch_0123456789"

    let store = InMemoryLedgerStore()
    let plane: DataPlane
    let ledger: LedgerWriter
    let client: TestClient

    /// - Parameters:
    ///   - routes: names and what they lead to, as `provider/model`, weight and priority.
    ///   - moreKeys: by their secrets.
    ///   - dialects: of providers that do not speak OpenAI's.
    ///   - kinds: names that the catalogue has for providers, whose habits are theirs.
    ///   - listings: of models that are known by their full name, `provider/model`.
    static func start(
        providers: [String: String], routes: [String: [(target: String, weight: Int, priority: Int)]] = [:],
        budgets: [BudgetRule] = [], cache: GatewayCache? = nil, idempotent: MemoryCache? = nil,
        responses: MemoryCache? = nil,
        loops: LoopRules = LoopRules(standard: nil),
        notices: (any NoticeSink)? = nil, books: (any LedgerBooks)? = nil,
        onDisconnect: [String: DisconnectHabit] = [:], moreKeys: [String: Key] = [:],
        dialects: [String: Dialect] = [:], hosts: [String: ProviderHost] = [:], limits: [String: ProviderLimits] = [:],
        kinds: [String: String] = [:], listings: [String: PriceBook.Listing] = [:],
        settings change: (inout DataPlaneSettings, inout Policy.Defaults) -> Void = { _, _ in }
    ) async throws -> TestGateway {
        var settings = DataPlaneSettings()
        settings.port = 0
        // Deadlines are not what most tests are about, and the machine may be busy.
        settings.ledgerTimeout = .seconds(30)
        var defaults = Policy.Defaults()
        change(&settings, &defaults)
        var prices = PriceBook()
        var rates = RateCard.Rates(input: Rate(picodollars: 1_000_000), output: Rate(picodollars: 2_000_000))
        rates.cachedInput = Rate(picodollars: 100_000)
        var card = RateCard(version: "test", standard: rates)
        card.services[.priority] = .init(
            rates: .init(input: Rate(picodollars: 3_000_000), output: Rate(picodollars: 6_000_000)))
        for provider in providers.keys {
            prices.set(.init(rates: card), provider: provider, model: "*")
        }
        for (name, listing) in listings {
            guard let target = Target(name) else { throw StoreError("no target: \(name)") }
            prices.set(listing, provider: target.provider, model: target.model)
        }
        var policy = Policy(
            routes: [:], providers: Set(providers.keys), prices: prices, budgets: budgets, defaults: defaults,
            onDisconnect: onDisconnect, limits: limits)
        var known: [String: Provider] = [:]
        for (name, url) in providers {
            var provider = Provider(
                id: url, baseURL: url, dialect: dialects[name] ?? .openAI, host: hosts[name] ?? .standard)
            if let kind = kinds[name].flatMap({ ProviderCatalog.provider($0) }) {
                (provider.accepts, provider.outputLimitField) = (kind.accepts, kind.outputLimitField)
            }
            known[name] = provider
        }
        for (name, targets) in routes {
            let choices = try targets.map { target in
                guard let parsed = Target(target.target) else { throw StoreError("no target: \(target.target)") }
                let refused = known[parsed.provider]?.refused(by: parsed.model) ?? []
                return Route.Choice(
                    candidate: try policy.candidate(parsed, refused: refused), weight: target.weight,
                    priority: target.priority)
            }
            policy.routes[name] = Route(name: name, choices: choices)
        }
        var connected: [String: ConnectedProvider] = [:]
        for (name, provider) in known {
            connected[name] = UpstreamEndpoint(baseURL: provider.baseURL, apiKey: "upstream-secret").map {
                ConnectedProvider(provider: provider, endpoint: $0)
            }
        }
        let snapshot = GatewaySnapshot(
            policy: policy, providers: connected,
            keys: Dictionary(
                uniqueKeysWithValues: ([
                    key: Key(name: "app"), batchKey: Key(name: "batch", priority: .batch),
                ].merging(moreKeys) { $1 }).map { (KeyDigest(of: $0), $1) }),
            cache: cache,
            responses: responses.map { kept in StoredResponses(keptFor: .seconds(86_400)) { kept } },
            idempotentAnswers: idempotent.map { kept in IdempotentAnswers(keptFor: .seconds(86_400)) { kept } },
            loops: loops, since: WallClock.now)
        let gateway = try await TestGateway(settings, snapshot, notices, books)
        TestResources.current?.add { await gateway.stop() }
        return gateway
    }

    private init(
        _ settings: DataPlaneSettings, _ snapshot: GatewaySnapshot, _ notices: (any NoticeSink)?,
        _ books: (any LedgerBooks)?
    ) async throws {
        ledger = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { WallClock.now })
        ledger.start()
        plane = try await DataPlane.start(
            settings: settings, state: GatewayState(snapshot), ledger: ledger, notices: notices, books: books,
            group: .singleton)
        client = TestClient(port: plane.port)
    }

    func chat(
        _ model: String, stream: Bool = false, more: String = "", key: String = Self.key,
        fields: [(String, String)] = []
    ) async throws -> TestClient.Answer {
        try await client.post(
            "/v1/chat/completions", key: key,
            body:
                #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}],"max_tokens":20\#(stream ? #","stream":true"# : "")\#(more)}"#,
            fields: fields)
    }

    /// A request in Anthropic's dialect, with the key where its SDKs put it.
    func message(
        _ model: String, stream: Bool = false, more: String = "", path: String = "/v1/messages",
        fields: [(String, String)] = []
    ) async throws -> TestClient.Answer {
        let body =
            #"{"model":"\#(model)","max_tokens":20,"messages":[{"role":"user","content":"hi"}]\#(stream ? #","stream":true"# : "")\#(more)}"#
        let own = [("x-api-key", Self.key), ("content-length", "\(body.utf8.count)")]
        let head = (own + fields).map { "\($0.0): \($0.1)\r\n" }.joined()
        return try await client.raw("POST \(path) HTTP/1.1\r\nhost: test\r\n\(head)\r\n\(body)")
    }

    func stop() async {
        await plane.stop(patience: .seconds(5))
        ledger.stop()
    }

    var entries: [LedgerEntry] { store.contents.entries }
}

/// Answers of providers, as small as they can be.
enum Fixture {
    static let answer =
        #"{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"#

    static func event(_ content: String) -> String {
        #"data: {"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"\#(content)"},"finish_reason":null}]}"#
            + "\n\n"
    }

    static let finish =
        #"data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
        + #"data: {"id":"x","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"#
        + "\n\n"
        + "data: [DONE]\n\n"
}

extension Fixture {
    static let message =
        #"{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}"#

    static let messageStart =
        #"event: message_start"# + "\n"
        + #"data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}"#
        + "\n\n"
        + #"event: content_block_start"# + "\n"
        + #"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"# + "\n\n"

    static func messageDelta(_ text: String) -> String {
        "event: content_block_delta\n"
            + #"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#
            + "\n\n"
    }

    static let messageEnd =
        "event: content_block_stop\n" + #"data: {"type":"content_block_stop","index":0}"# + "\n\n"
        + "event: message_delta\n"
        + #"data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"#
        + "\n\n" + "event: message_stop\n" + #"data: {"type":"message_stop"}"# + "\n\n"
}
