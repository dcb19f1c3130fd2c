import Foundation
import Testing
import TuppenceCore
import TuppenceDialects

/// Recorded chats, routed to the cheapest of the catalogue's models, and compared with a calculation of the test's own.
@Suite("The cheapest target of recorded requests")
struct CheapestCorpusTests {
    /// What the test knows of one target by itself.
    private struct Entry {
        let target: Target
        let listing: PriceBook.Listing
        var can: Set<String> { Set(listing.capabilities.names) }
    }

    private static let providers = ["openai", "anthropic", "gemini", "groq", "mistral", "deepseek", "xai", "cerebras"]

    private static func entries() -> [Entry] {
        providers.flatMap { provider in
            ProviderCatalog.models(of: provider).filter {
                // Models that search by themselves have a habit of their own, which is tested elsewhere.
                !$0.model.hasSuffix("*") && $0.listing.kind == .chat && $0.listing.rates.pricesOutput
                    && !$0.model.contains("search") && !$0.model.contains("deep-research")
            }.map { Entry(target: Target(provider: provider, model: $0.model), listing: $0.listing) }
        }
    }

    private static func route(_ entries: [Entry]) throws -> Route {
        var prices = PriceBook()
        for entry in entries { prices.set(entry.listing, provider: entry.target.provider, model: entry.target.model) }
        let policy = Policy(routes: [:], providers: Set(providers), prices: prices)
        return Route(
            name: "all", choices: try entries.map { .init(candidate: try policy.candidate($0.target)) },
            strategy: .cheapest)
    }

    @Test(
        "is the one that the test finds among those that can take the request, a thousand times",
        .enabled(if: Recording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func cheapest() throws {
        let entries = Self.entries()
        let route = try Self.route(entries)
        var random = RandomSource(seed: 1)
        var (compared, restricted) = (0, 0)
        for recording in try Recording.all() where recording.endpoint == "chat/completions" {
            guard compared < 1_000 else { break }
            var body = recording.request
            body["model"] = "all"
            let bytes = try JSONSerialization.data(withJSONObject: body)
            guard let demand = try? bytes.withUnsafeBytes({ try ScannedRequest($0, endpoint: .chat).demand }) else {
                continue
            }
            let needs = RecordedNeeds(body).names
            let order = route.decide(for: demand, by: RouteConditions(now: Timestamp(seconds: 1)), using: &random)
                .candidates
            let capable = entries.filter { Self.isCapable($0, needs) && !Self.isFarTooLong(demand, $0) }
            #expect(Set(order.map(\.target)) == Set(capable.map(\.target)), "\(recording.name) needs \(needs)")
            let fitting = capable.filter { Self.fits(demand, $0) }
            let costs = (fitting.isEmpty ? capable : fitting).map { Self.nanodollars(demand, $0) }
            guard let first = order.first, let chosen = entries.first(where: { $0.target == first.target }) else {
                #expect(capable.isEmpty, "\(recording.name): nothing was chosen")
                continue
            }
            #expect(Self.nanodollars(demand, chosen) == costs.min(), "\(recording.name): \(first.target)")
            compared += 1
            if !needs.isEmpty { restricted += 1 }
        }
        #expect(compared == 1_000)
        #expect(restricted > 300, "\(restricted) of them need something")
    }

    // MARK: The test's own arithmetic

    private static func isCapable(_ entry: Entry, _ needs: Set<String>) -> Bool {
        if entry.can.isEmpty { return true }
        return needs.allSatisfy { need in
            switch need {
            case "tools": !entry.can.isDisjoint(with: ["tools", "tool_choice", "parallel_tools"])
            case "pdf": !entry.can.isDisjoint(with: ["pdf", "vision"])
            default: entry.can.contains(need)
            }
        }
    }

    private static func isFarTooLong(_ demand: Demand, _ entry: Entry) -> Bool {
        guard let context = entry.listing.contextLength else { return false }
        return demand.textEstimate / 3 * 2 > context
    }

    private static func fits(_ demand: Demand, _ entry: Entry) -> Bool {
        guard let context = entry.listing.contextLength else { return true }
        let bound = demand.inputBound.bound(by: InputRules(entry.target))
        return bound + min(demand.outputLimit ?? 0, entry.listing.maxOutputTokens ?? .max) <= context
    }

    /// Rates are picodollars; each kind is rounded up by itself.
    private static func nanodollars(_ demand: Demand, _ entry: Entry) -> Int64 {
        var bound = demand.inputBound.bound(by: InputRules(entry.target))
        if let context = entry.listing.contextLength { bound = min(bound, context * demand.inputs) }
        let input = min(demand.inputEstimate, bound)
        let limit = demand.outputLimit ?? entry.listing.maxOutputTokens ?? .max
        let output = min(500, limit) * demand.answers
        let card = entry.listing.rates
        var rates = card.standard
        var tiers = card.tiers
        if case .tier(let tier) = demand.service, let service = card.services[tier] {
            (rates, tiers) = (service.rates, service.tiers)
        }
        for tier in tiers where input > tier.inputTokens { rates = tier.rates }
        let searches = min(demand.searches, 1)
        func line(_ rate: Rate, _ count: Int) -> Int64 { (rate.picodollars * Int64(count) + 999) / 1_000 }
        return line(rates.input, input) + line(rates.output, output) + line(rates.search ?? .free, searches)
            + card.perRequest.nanodollars
    }
}

/// What a recorded chat needs, found without the gateway's reader.
struct RecordedNeeds {
    private(set) var names: Set<String> = []

    init(_ body: [String: Any]) {
        let tools = (body["tools"] as? [[String: Any]] ?? []).filter {
            ["function", "custom", "namespace", "local_shell", "apply_patch"].contains(
                $0["type"] as? String ?? "function")
        }
        if !tools.isEmpty || !(body["functions"] as? [Any] ?? []).isEmpty { names.insert("tools") }
        if (body["response_format"] as? [String: Any])?["type"] as? String == "json_schema" {
            names.insert("json_schema")
        }
        if let effort = body["reasoning_effort"] as? String, effort != "none" { names.insert("reasoning") }
        for field in ["reasoning", "thinking"] {
            guard let reasoning = body[field] as? [String: Any] else { continue }
            if let effort = reasoning["effort"] as? String, effort != "none" { names.insert("reasoning") }
            if ["enabled", "adaptive"].contains(reasoning["type"] as? String ?? "") { names.insert("reasoning") }
            if reasoning["enabled"] as? Bool == true { names.insert("reasoning") }
            if (reasoning["max_tokens"] as? Int ?? 0) > 0 { names.insert("reasoning") }
        }
        if (body["modalities"] as? [String] ?? []).contains("audio") { names.insert("audio_output") }
        look(at: body["messages"] ?? [])
    }

    /// Within messages each of these stands for what it is, wherever it stands; arguments of calls are strings.
    private mutating func look(at value: Any) {
        if let list = value as? [Any] { for element in list { look(at: element) } }
        guard let object = value as? [String: Any] else { return }
        let kinds = [
            "image_url": "vision", "input_audio": "audio_input", "file": "pdf", "video_url": "video_input",
            "audio_url": "audio_input", "document_url": "pdf",
        ]
        for (field, kind) in kinds where object[field] != nil { names.insert(kind) }
        for (field, inner) in object where !["file", "image_url", "input_audio"].contains(field) { look(at: inner) }
    }
}
