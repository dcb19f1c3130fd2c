import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceConfiguration

@Suite("The catalogue of providers")
struct CatalogTests {
    @Test("names each provider once, with a base URL as the file would have it")
    func providers() {
        let known = ProviderCatalog.files.map(\.provider)
        #expect(Set(known.map(\.id)).count == known.count)
        for (file, provider) in zip(ProviderCatalog.files, known) {
            #expect(file.name == provider.id + ".prices")
            #expect(provider.baseURL.isEmpty || Scalar.baseURL(provider.baseURL) == provider.baseURL)
            #expect(Scalar.name(provider.id) == provider.id)
            let variables = [provider.keyVariable, provider.baseURLVariable].compactMap(\.self) + provider.keyAliases
            #expect(variables.joined().allSatisfy { $0.isASCII && $0.isUppercase || $0.isNumber || $0 == "_" })
            #expect(provider.keyAliases.isEmpty || provider.keyVariable != nil)
            #expect(file.sources.allSatisfy { $0.hasPrefix("https://") })
            #expect(ProviderCatalog.provider(provider.id) == provider)
        }
        #expect(ProviderCatalog.provider("nobody") == nil)
    }

    @Test("has at least a thousand models of at least forty providers, with what they can do")
    func size() throws {
        let models = try ProviderCatalog.files.map { try $0.models() }
        #expect(models.filter { !$0.isEmpty }.count >= 40)
        let all = models.flatMap(\.self).map(\.listing)
        #expect(all.count >= 1_000)
        #expect(all.filter { $0.capabilities.contains(.tools) }.count >= 500)
        #expect(all.filter { $0.kind == .embedding }.count >= 50)
        #expect(all.filter { $0.contextLength != nil }.count >= 1_000)
        #expect(all.filter { $0.retirement != nil }.count >= 50)
    }

    @Test(
        "every price is of an edition that tells the day, and is one that somebody may charge",
        arguments: ProviderCatalog.files.map(\.provider.id))
    func prices(id: String) throws {
        let file = try #require(ProviderCatalog.file(of: id))
        let provider = file.provider
        for entry in try file.models() + file.formerModels() {
            let (model, listing) = (entry.model, entry.listing)
            let name = "\(provider.id)/\(model)"
            let card = listing.rates
            #expect(card.version.hasPrefix("catalogue-2026-11-2"))
            let services = card.services.values.flatMap { [$0.rates] + $0.tiers.map(\.rates) }
            for rates in [card.standard] + card.tiers.map(\.rates) + services {
                for kind in UsageKind.allCases where kind.priceUnit == .million {
                    #expect(rates[kind] <= Rate(picodollars: 1_000_000_000), "\(name)")
                }
                // Only what runs on one's own machine is free, and what is judged by OpenAI.
                let isFree = UsageKind.allCases.allSatisfy { rates[$0] == .free }
                #expect(isFree == (provider.keyVariable == nil || model.hasPrefix("omni-moderation")), "\(name)")
            }
            #expect(!model.hasPrefix("ft:") && !model.hasPrefix(provider.id + "/accounts"), "\(name)")
        }
    }

    @Test(
        "Claude's models cost 1.1 times as much within one region, at every size: from Opus 4.6 on, at Vertex from 4.5 on",
        arguments: ["anthropic", "vertex"])
    func regions(provider: String) throws {
        for entry in ProviderCatalog.models(of: provider) {
            let card = entry.listing.rates
            guard let regional = card.services[.regional] else { continue }
            let pairs = [(card.standard, regional.rates)] + zip(card.tiers.map(\.rates), regional.tiers.map(\.rates))
            #expect(regional.tiers.map(\.inputTokens) == card.tiers.map(\.inputTokens), "\(entry.model)")
            for (standard, dearer) in pairs {
                for kind in UsageKind.allCases where !kind.isPiece {
                    #expect(dearer[kind].picodollars * 10 == standard[kind].picodollars * 11, "\(entry.model) \(kind)")
                }
                #expect(dearer[.search] == standard[.search])
            }
        }
        let models = ProviderCatalog.models(of: provider).filter { $0.listing.rates.services[.regional] != nil }
        let names = Set(models.map(\.model))
        #expect(names.isSuperset(of: ["claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-5-5", "claude-fable-5-1"]))
        let older: Set = ["claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"]
        #expect(provider == "vertex" ? names.isSuperset(of: older) : names.isDisjoint(with: older))
        #expect(names.isDisjoint(with: ["claude-3-5-haiku", "gemini-2.5-pro"]))
    }

    @Test("Claude's models cost twice as much where they answer faster, and 1.1 times that in a region")
    func faster() {
        let models = ProviderCatalog.models(of: "anthropic").filter { $0.listing.rates.services[.faster] != nil }
        #expect(Set(models.map(\.model)) == ["claude-opus-4-8", "claude-opus-5", "claude-opus-5-5"])
        for entry in models {
            let card = entry.listing.rates
            #expect(card.tiers.isEmpty && card.services[.faster]?.tiers.isEmpty == true, "\(entry.model)")
            for kind in UsageKind.allCases where !kind.isPiece {
                let usual = card.standard[kind].picodollars
                #expect(card.services[.faster]?.rates[kind].picodollars == usual * 2, "\(entry.model) \(kind)")
                #expect(
                    (card.services[.regionalFaster]?.rates[kind].picodollars).map { $0 * 10 } == usual * 22,
                    "\(entry.model) \(kind)")
            }
        }
    }

    @Test("Claude's models from 4.5 on cost 1.1 times as much at Bedrock as through 'global.', by every other name")
    func bedrock() throws {
        let models = ProviderCatalog.models(of: "bedrock")
        let cards = Dictionary(uniqueKeysWithValues: models.map { ($0.model, $0.listing.rates) })
        var compared = 0
        for (name, card) in cards where name.hasPrefix("global.anthropic.") && !name.contains("sonnet-4-2025") {
            let model = name.dropFirst("global.".count)
            #expect(cards[String(model)] != nil, "\(model)")
            for place in ["", "us.", "eu.", "jp.", "au.", "apac."] {
                guard let dearer = cards["\(place)\(model)"] else { continue }
                compared += 1
                #expect(dearer.tiers.map(\.inputTokens) == card.tiers.map(\.inputTokens), "\(place)\(model)")
                let pairs = [(card.standard, dearer.standard)] + zip(card.tiers.map(\.rates), dearer.tiers.map(\.rates))
                for (anywhere, here) in pairs {
                    for kind in UsageKind.allCases where !kind.isPiece {
                        #expect(
                            here[kind].picodollars * 10 == anywhere[kind].picodollars * 11, "\(place)\(model) \(kind)")
                    }
                }
            }
        }
        #expect(compared >= 60)
        for place in ["", "us.", "eu.", "jp.", "au.", "apac."] {
            #expect(cards["\(place)anthropic.claude-opus-4-8"]?.standard.input == perMillion("5.50"))
        }
        #expect(cards["global.anthropic.claude-opus-4-8"]?.standard.input == perMillion("5"))
    }

    @Test(
        "a schema is kept to by the models that their provider says it of",
        arguments: ["command-a-03-2025", "command-r-08-2024", "command-r-plus-08-2024"])
    func schemas(model: String) throws {
        let entry = try #require(ProviderCatalog.models(of: "cohere").first { $0.model == model })
        #expect(entry.listing.lacks.isDisjoint(with: [.jsonSchema, .tools]))
    }

    @Test(
        "prices known by heart",
        arguments: [
            ("openai", "gpt-4o-mini", "0.15", "0.075", "0.60"), ("openai", "gpt-4o", "2.50", "1.25", "10"),
            ("openai", "gpt-4.1", "2", "0.50", "8"), ("openai", "gpt-5", "1.25", "0.125", "10"),
            ("groq", "openai/gpt-oss-120b", "0.15", "0.075", "0.60"),
        ])
    func known(provider: String, model: String, input: String, cached: String, output: String) throws {
        let listing = PricesSection(catalogueOf: [provider]).book.listing(of: Target(provider: provider, model: model))
        let rates = try #require(listing?.rates.standard)
        #expect(rates.input == perMillion(input))
        #expect(rates.cachedInput == perMillion(cached))
        #expect(rates.output == perMillion(output))
    }

    @Test("an embedding has a price for its input alone")
    func embedding() throws {
        let book = PricesSection(catalogueOf: ["openai"]).book
        let card = try #require(book.listing(of: Target(provider: "openai", model: "text-embedding-3-small"))?.rates)
        #expect(card.standard.input == perMillion("0.02"))
        #expect(card.standard.output == .free)
    }

    @Test("a price that doubles for long contexts does so")
    func tiers() throws {
        let book = PricesSection(catalogueOf: ["xai"]).book
        let card = try #require(book.listing(of: Target(provider: "xai", model: "grok-4.3"))?.rates)
        #expect(card.cost(of: Usage(input: 200_000)).total == usd("0.25"))
        #expect(card.cost(of: Usage(input: 200_001)).total == usd("0.5000025"))
    }

    @Test("models on one's own machine cost nothing, whatever they are called")
    func free() throws {
        let policy = try read("providers: { ollama: , vllm: }").policy
        for model in ["ollama/llama3.2:1b", "vllm/meta-llama/Llama-3.1-8B-Instruct"] {
            let candidate = try #require(try policy.route(for: model).choices.first?.candidate)
            #expect(candidate.rates.cost(of: Usage(input: 1_000_000, output: 1_000_000)).total == .zero)
        }
    }
}

@Suite("A price list")
struct PriceListTests {
    @Test("reads columns, extras and tiers, also over several lines")
    func reading() throws {
        let entries = try PriceList.parse(
            """
            # model  input  cached  output  context  max_output

            a        0.15   0.075   0.60    128000   16384
            b-*      1      -       -       -        -           cache_write=1.25 cache_write_1h=2 audio_input=3 request=0.01
                above_128000:input=2 above_200000:input=4,cached=0.40,output=5
                # a comment
                reasoning=6 audio_output=7 cached_audio_input=0.50 image_input=8 image_output=9 search=0.01 image=0.04
                character=15 audio_minute=0.006
                flex:input=0.50,output=3 flex_above_128000:input=1 priority:input=5
            """, version: "v")
        #expect(entries.map(\.model) == ["a", "b-*"])
        #expect(entries.map(\.listing.contextLength) == [128_000, nil])
        #expect(entries.map(\.listing.maxOutputTokens) == [16_384, nil])
        let card = entries[1].listing.rates
        #expect(card.version == "v")
        #expect(card.perRequest == usd("0.01"))
        #expect(
            UsageKind.allCases.map { card.standard[$0].picodollars } == [
                1_000_000, 1_000_000, 1_250_000, 2_000_000, 3_000_000, 0, 6_000_000, 7_000_000, 500_000, 8_000_000,
                9_000_000, 10_000_000_000, 40_000_000_000, 15_000_000, 100_000_000,
            ])
        #expect(card.tiers.map(\.inputTokens) == [128_000, 200_000])
        #expect(card.tiers[1].rates.cachedInput == perMillion("0.40"))
        #expect(card.tiers[1].rates.cacheWrite == perMillion("1.25"))
        #expect(card.tiers[0].rates.reasoning == perMillion("6"))
        #expect(Set(card.services.keys) == [.flex, .priority])
        let flex = try #require(card.services[.flex])
        #expect(flex.rates.input == perMillion("0.50") && flex.rates.reasoning == perMillion("6"))
        #expect(flex.tiers.map(\.inputTokens) == [128_000])
        #expect(flex.tiers[0].rates.input == perMillion("1") && flex.tiers[0].rates.output == perMillion("3"))
        #expect(card.services[.priority]?.tiers.isEmpty == true)
    }

    @Test(
        "what cannot be read is told with its line",
        arguments: [
            ("a 1 1 1 1", "line 1: expected model, input, cached, output, context and max_output; use - for none"),
            ("\na - 1 1 1 1", "line 2: 'a' has no input rate"),
            ("a x 1 1 1 1", "line 1: 'x' is no rate in USD per million with at most six decimals"),
            ("a 0.0000001 1 1 1 1", "line 1: '0.0000001' is no rate in USD per million with at most six decimals"),
            ("a 1 1 1 0 1", "line 1: '0' is no number of tokens"),
            ("a 1 1 1 1 -1", "line 1: '-1' is no number of tokens"),
            ("a*b 1 1 1 1 1", "line 1: 'a*b' has a * before its end"),
            ("a 1 1 1 1 1 words=1", "line 1: 'words' is no kind of usage"),
            ("a 1 1 1 1 1 request", "line 1: 'request' is not name=figure"),
            ("a 1 1 1 1 1 request=x", "line 1: 'request=x' is no amount in USD"),
            ("a 1 1 1 1 1 reasoning=-", "line 1: 'reasoning' has no rate"),
            ("a 1 1 1 1 1 above_x:input=1", "line 1: 'x' is no number of tokens"),
            ("a 1 1 1 1 1 search=x", "line 1: 'x' is no amount in USD"),
            ("a 1 1 1 1 1 soon:input=1", "line 1: 'soon:input=1' is no tier"),
            ("a 1 1 1 1 1 standard:input=1", "line 1: 'standard:input=1' is no tier"),
            ("a 1 1 1 1 1 flex_above_5:input=2", "line 1: 'flex_above_5:input=2' is no tier"),
            ("a 1 1 1 1 1 flex:input", "line 1: 'input' is not name=figure"),
            ("a 1 1 1 1 1 above_5", "line 1: 'above_5' is no tier"),
            ("a 1 1 1 1 1 above_5:input=2 above_5:input=3", "line 1: the tiers do not rise at 5"),
            ("  a 1 1 1 1 1", "line 1: there is no line to continue"),
            ("a 1 1 1 1 1\na 1 1 1 1 1", "line 2: 'a' is listed twice"),
        ])
    func invalid(text: String, message: String) {
        do throws(PriceList.ParseError) {
            _ = try PriceList.parse(text, version: "v")
            Issue.record("'\(text)' was read")
        } catch {
            #expect(error.description == message)
        }
    }
}
