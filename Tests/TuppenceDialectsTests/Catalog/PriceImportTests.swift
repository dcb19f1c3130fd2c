import Testing
import TuppenceCore
import TuppenceDialects

private let today = Timestamp(iso8601: "2026-11-27")!

@Suite("Lists of prices that others keep")
struct PriceImportTests {
    @Test(
        "a decimal is read exactly, or not at all",
        arguments: [
            ("1.5e-07", 0, 150_000), ("0.00000015", 0, 150_000), ("0.15", 6, 150_000), ("1.5E-7", 0, 150_000),
            ("0", 0, 0), ("0.0", 6, 0), ("1e-12", 0, 1), ("15e-13", 0, nil), ("1.2000000000000002e-07", 0, nil),
            ("-1", 0, nil), ("-0", 0, 0), ("x", 0, nil), ("1e", 0, nil), ("9223372", 0, 9_223_372_000_000_000_000),
            ("9223373", 0, nil), ("1e30", 0, nil), ("10e-13", 0, 1),
        ])
    func decimals(text: String, unit: Int, picodollars: Int64?) {
        #expect(Rate(usdEach: text.utf8, unit: unit)?.picodollars == picodollars)
    }

    @Test("LiteLLM's: rates by the token with tiers of context and of service, limits, capabilities, an end")
    func liteLLM() throws {
        let imported = try read(
            #"""
            {"sample_spec":{"litellm_provider":"one of","mode":"chat"},
             "together_ai/m":{"litellm_provider":"together_ai","mode":"chat","input_cost_per_token":1.5e-07,
              "output_cost_per_token":6e-07,"cache_read_input_token_cost":7.5e-08,
              "cache_creation_input_token_cost":2e-07,"cache_creation_input_token_cost_above_1hr":3e-07,
              "input_cost_per_token_above_200k_tokens":3e-07,"output_cost_per_token_above_200k_tokens":9e-07,
              "input_cost_per_token_batches":1e-07,"output_cost_per_token_batches":3e-07,
              "input_cost_per_token_above_200k_tokens_batches":2e-07,
              "max_input_tokens":1000000,"max_output_tokens":8192,"supports_function_calling":true,
              "supports_vision":false,"deprecation_date":"2027-01-31"},
             "gpt-embed":{"litellm_provider":"openai","mode":"embedding","input_cost_per_token":2e-08,"output_cost_per_token":0},
             "openai/odd":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1.2000000000000002e-07},
             "dall-e":{"litellm_provider":"openai","mode":"ocr"}}
            """#)
        #expect(imported.format == .liteLLM)
        #expect(imported.models.map(\.target.description) == ["together/m", "openai/gpt-embed"])
        #expect(imported.skipped.map(\.name) == ["openai/odd", "dall-e"])
        let listing = try #require(imported.models[0].facts.listing(over: nil))
        #expect(
            listing.rates.standard.input == perMillion("0.15") && listing.rates.standard.output == perMillion("0.60"))
        #expect(listing.rates.standard.cachedInput == perMillion("0.075"))
        #expect(listing.rates.standard.cacheWrite == perMillion("0.20"))
        #expect(listing.rates.standard.cacheWriteLong == perMillion("0.30"))
        #expect(listing.rates.tiers.map(\.inputTokens) == [200_000])
        #expect(listing.rates.tiers[0].rates.output == perMillion("0.90"))
        #expect(listing.rates.services[.batch]?.rates.input == perMillion("0.10"))
        #expect(listing.contextLength == 1_000_000 && listing.maxOutputTokens == 8_192)
        #expect(listing.capabilities == [.tools] && listing.kind == .chat && listing.retirement?.date == "2027-01-31")
        #expect(imported.models[1].facts.kind == .embedding)
    }

    @Test("OpenRouter's: rates by the token as text, of which -1 is none")
    func openRouter() throws {
        let imported = try read(
            #"""
            {"data":[{"id":"acme/m","context_length":128000,"architecture":{"input_modalities":["text","image","file"]},
             "pricing":{"prompt":"0.00000015","completion":"0.0000006","input_cache_read":"0.000000075","request":"0.01","image":"0","web_search":"0.005"},
             "top_provider":{"max_completion_tokens":16384},"supported_parameters":["tools","structured_outputs"]},
             {"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}}]}
            """#)
        #expect(imported.format == .openRouter)
        #expect(imported.models.map(\.target.description) == ["openrouter/acme/m"])
        #expect(imported.skipped.map(\.name) == ["openrouter/openrouter/auto"])
        let listing = try #require(imported.models[0].facts.listing(over: nil))
        #expect(
            listing.rates.standard.input == perMillion("0.15") && listing.rates.standard.output == perMillion("0.60"))
        #expect(listing.rates.standard.cachedInput == perMillion("0.075"))
        #expect(listing.rates.standard.search == Rate(forEach: Money(usd: "0.005")!))
        #expect(listing.rates.perRequest == Money(usd: "0.01"))
        #expect(listing.contextLength == 128_000 && listing.maxOutputTokens == 16_384)
        #expect(listing.capabilities == [.tools, .vision, .pdf, .jsonSchema])
    }

    @Test("models.dev's: rates by the million tokens")
    func modelsDev() throws {
        let imported = try read(
            #"""
            {"google":{"id":"google","models":{"m":{"id":"m","reasoning":true,"tool_call":true,
             "modalities":{"input":["text","audio"],"output":["text"]},"limit":{"context":1048576,"output":65536},
             "cost":{"input":1.25,"output":10,"cache_read":0.31,"context_over_200k":{"input":2.5,"output":15}}},
             "free":{"id":"free"}}}}
            """#)
        #expect(imported.format == .modelsDev)
        #expect(imported.models.map(\.target.description) == ["gemini/m"])
        #expect(imported.skipped.map(\.name) == ["google/free"])
        let listing = try #require(imported.models[0].facts.listing(over: nil))
        #expect(listing.rates.standard.input == perMillion("1.25") && listing.rates.standard.output == perMillion("10"))
        #expect(listing.rates.standard.cachedInput == perMillion("0.31"))
        #expect(listing.rates.tiers.map(\.rates.input) == [perMillion("2.50")])
        #expect(listing.rates.tiers.map(\.rates.cachedInput) == [perMillion("0.31")])
        #expect(listing.capabilities == [.tools, .reasoning, .audioInput])
    }

    @Test("models.dev's: tiers by their own bounds, whatever the older name for one of them says")
    func modelsDevTiers() throws {
        let imported = try read(
            #"""
            {"openai":{"models":{
             "m":{"limit":{"context":1050000,"output":128000},"modalities":{"input":["text","pdf"],"output":["text","audio"]},
              "cost":{"input":5,"output":30,"cache_read":0.5,
               "tiers":[{"input":20,"output":90,"tier":{"type":"context","size":512000}},
                {"input":10,"output":45,"cache_read":1,"tier":{"size":272000}}],
               "context_over_200k":{"input":10,"output":45,"cache_read":1}}},
             "e":{"family":"text-embedding","limit":{"context":8191,"output":1536},"cost":{"input":0.02,"output":0}},
             "odd":{"cost":{"input":1,"output":2,"tiers":[{"input":2,"output":4,"tier":{"type":"hour","size":8}}]}},
             "twice":{"cost":{"input":1,"output":2,"tiers":[{"input":2,"tier":{"size":8}},{"input":3,"tier":{"size":8}}]}}}}}
            """#)
        #expect(imported.models.map(\.target.description) == ["openai/m", "openai/e"])
        #expect(imported.skipped.map(\.name) == ["openai/odd", "openai/twice"])
        let chat = try #require(imported.models[0].facts.listing(over: nil))
        #expect(chat.rates.tiers.map(\.inputTokens) == [272_000, 512_000])
        #expect(chat.rates.tiers.map(\.rates.input) == [perMillion("10"), perMillion("20")])
        #expect(chat.rates.tiers.map(\.rates.cachedInput) == [perMillion("1"), perMillion("0.50")])
        #expect(chat.capabilities == [.pdf, .audioOutput])
        let embedding = try #require(imported.models[1].facts.listing(over: nil))
        #expect(embedding.kind == .embedding && !embedding.rates.pricesOutput && embedding.maxOutputTokens == nil)
    }

    @Test("the catalogue's own: a provider's file, or models as provider/model")
    func own() throws {
        let file = try read("provider: a\nbase_url: -\nsource: s\nread: 2026-11-23\n\nm 1 - 2 - -")
        #expect(file.models.map(\.target.description) == ["a/m"])
        let list = try read("a/m 1 - 2 - -\nm 1 - 2 - -")
        #expect(list.models.map(\.target.description) == ["a/m"])
        #expect(list.skipped.map(\.name) == ["m"])
    }

    @Test("anything else is refused", arguments: ["{", "{}", #"{"a":1}"#, "m 1"])
    func others(text: String) {
        #expect(throws: PriceImportError.self) { try read(text) }
    }

    @Test(
        "a change is told from a lower rate, from what is new and from what is odd",
        arguments: [
            ("a/m 2 - 4 1000 -", "changed", ["input 1 → 2", "output 2 → 4"]),
            ("a/m 0.50 - 4 1000 -", "lower", ["input 1 → 0.5", "output 2 → 4"]),
            ("a/m 1 0.10 2 1000 -", "lower", ["cached_input 1 → 0.1"]),
            ("a/m 1 - 2 2000 -", "changed", ["context 1000 → 2000"]),
            ("a/m 1 - 2 1000 - retires=2027-01-31", "changed", ["retires 2027-01-31"]),
            ("a/m 1 - 2 1000 - can=tools,pdf", "changed", ["can tools,pdf"]),
            ("a/m 1 - 2 1000 - batch:input=0.50,output=1", "lower", ["batch: input 1 → 0.5", "batch: output 2 → 1"]),
            ("a/n 1 - 2 1000 -", "new", ["input 1", "output 2", "context 1000"]),
            ("a/m 1 - 0.002 1000 -", "odd", ["output costs less than input"]),
        ])
    func verdicts(row: String, verdict: String, differences: [String]) throws {
        let update = PriceUpdate(try read(row), on: today) { $0.model == "m" ? known : nil }
        #expect(update.changes.map(\.verdict.rawValue) == [verdict])
        #expect(update.changes.first?.differences == differences)
    }

    @Test("what is as it is known is counted, and no change")
    func unchanged() throws {
        let update = PriceUpdate(try read("a/m 1 - 2 1000 -"), on: today) { _ in known }
        #expect(update.changes.isEmpty && update.unchanged == 1)
    }

    @Test("every row of the catalogue that is written out is read as the same again")
    func written() throws {
        for file in ProviderCatalog.files {
            let entries = try file.models() + file.formerModels()
            for entry in entries {
                let again = try PriceList.parse(entry.text, version: entry.listing.rates.version)
                #expect(again.map(\.listing) == [entry.listing], "\(file.provider.id)/\(entry.model)")
                #expect(again.map(\.model) == [entry.model])
            }
        }
    }

    private var known: PriceBook.Listing? {
        try? PriceList.parse("m 1 - 2 1000 -", version: "v").first?.listing
    }

    private func read(_ text: String) throws -> ImportedPrices { try ImportedPrices.read(Array(text.utf8), name: "f") }
    private func perMillion(_ text: String) -> Rate? { Rate(usdPerMillion: text) }
}
