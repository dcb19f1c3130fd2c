import Testing
import TuppenceCore
import TuppenceDialects

@Suite("A provider's file")
struct ProviderFileTests {
    @Test("says where the provider is, what habits it has, and what its models cost and can do")
    func reading() throws {
        let file = try ProviderFile(
            name: "acme.prices",
            text: """
                # Acme serves small models from a hill.
                provider: acme
                base_url: https://api.acme.example/v1
                key_variable: ACME_API_KEY
                output_limit_field: max_completion_tokens
                stream_options: false
                accepts: developer,reasoning_content
                on_disconnect: finish
                source: https://docs.acme.example/pricing
                source: https://docs.acme.example/models
                read: 2026-11-23

                # model     input  cached  output  context  max_output
                acme-small  0.15   0.075   0.60    128000   16384
                    can=tools,vision,json_schema retires=2027-01-31 replaced_by=acme-large
                acme-large  2      -       8       200000   32768
                acme-embed  0.02   -       -       8192     -       kind=embedding

                no_longer_offered:
                acme-tiny   0.10   -       0.20    32000    -
                """)
        var provider = Provider(
            id: "acme", baseURL: "https://api.acme.example/v1", keyVariable: "ACME_API_KEY",
            outputLimitField: .maxCompletionTokens, acceptsStreamOptions: false, onDisconnect: .finishes)
        provider.accepts = [.developer, .reasoningContent]
        #expect(file.provider == provider && provider.accepts.names == ["developer", "reasoning_content"])
        #expect(file.sources == ["https://docs.acme.example/pricing", "https://docs.acme.example/models"])
        #expect(file.edition == "catalogue-2026-11-23")
        let models = try file.models()
        #expect(models.map(\.model) == ["acme-small", "acme-large", "acme-embed"])
        #expect(models.map(\.line) == [14, 16, 17])
        let small = try #require(models.first).listing
        #expect(small.rates.version == "catalogue-2026-11-23")
        #expect(small.capabilities == [.tools, .vision, .jsonSchema])
        #expect(small.capabilities.names == ["tools", "vision", "json_schema"])
        #expect(small.retirement?.date == "2027-01-31")
        #expect(small.retirement?.replacement == "acme-large")
        #expect(models.map(\.listing.kind) == [.chat, .chat, .embedding])
        #expect(models.map(\.listing.rates.pricesOutput) == [true, true, false])
        let former = try file.formerModels()
        #expect(former.map(\.model) == ["acme-tiny"])
        #expect(former.map(\.line) == [20])
        #expect(former.map(\.listing.rates.version) == ["catalogue-2026-11-23-unrouted"])
    }

    @Test("that says nothing of what the provider accepts leaves thoughts to the model's family, unless it says so")
    func accepts() throws {
        func accepted(_ line: String) throws -> [String] {
            try ProviderFile(name: "a", text: "provider: a\nbase_url: -\n\(line)source: s\nread: 2026-11-23").provider
                .accepts.names
        }
        #expect(try accepted("") == ["family_reasoning"])
        #expect(try accepted("accepts: -\n") == [] && accepted("accepts: store\n") == ["store"])
    }

    @Test("may name other variables, of which the first that is set has the key")
    func variables() throws {
        let header = "provider: a\nbase_url: http://127.0.0.1:1/v1\nsource: https://a.example\nread: 2026-11-23\n"
        let named = "key_variable: A_KEY\nkey_alias: B_KEY\nkey_alias: C_KEY\nbase_url_variable: A_HOST\n"
        let provider = try ProviderFile(name: "a.prices", text: header + named).provider
        #expect(provider.keyAliases == ["B_KEY", "C_KEY"] && provider.baseURLVariable == "A_HOST")
        #expect(provider.key(in: ["C_KEY": "c", "B_KEY": "b", "A_KEY": "a"]) == "a")
        #expect(provider.key(in: ["C_KEY": "c", "B_KEY": "b", "A_KEY": ""]) == "b")
        #expect(provider.key(in: ["C_KEY": "c"]) == "c")
        #expect(provider.key(in: ["A_HOST": "h"]) == nil)
        let plain = try ProviderFile(name: "a.prices", text: header).provider
        #expect(plain.keyAliases.isEmpty && plain.baseURLVariable == nil && plain.key(in: ["A_KEY": "a"]) == nil)
    }

    @Test("needs no more than its name, its address, and where and when that was read")
    func defaults() throws {
        let file = try ProviderFile(
            name: "a.prices", text: "provider: a\nbase_url: -\nsource: https://a.example\nread: 2026-11-23")
        #expect(file.provider == Provider(id: "a", baseURL: ""))
        #expect(try file.models().isEmpty && file.formerModels().isEmpty)
    }

    @Test(
        "what cannot be read is told with its line",
        arguments: [
            ("base_url: -\nsource: s\nread: 2026-11-23", "line 4: 'provider:' has to stand above the models"),
            ("provider: a\nsource: s\nread: 2026-11-23", "line 4: 'base_url:' has to stand above the models"),
            (
                "provider: a\nbase_url: -\nread: 2026-11-23\n\nm 1 - 1 - -",
                "line 5: 'source:' has to stand above the models"
            ),
            ("provider: a\nbase_url: -\nsource: s", "line 4: 'read:' has to stand above the models"),
            (
                "provider: a\nbase_url: a.example\nsource: s\nread: 2026-11-23",
                "line 2: 'a.example' is no base URL; write - where each customer has his own"
            ),
            (
                "provider: a\nbase_url: -\nsource: s\nread: 2026-13-01",
                "line 4: '2026-13-01' is no day such as 2026-11-23"
            ),
            (
                "provider: a\nbase_url: -\nsource: s\nread: 2026-11-23T10:00:00Z",
                "line 4: '2026-11-23T10:00:00Z' is no day such as 2026-11-23"
            ),
            ("provider: a\nprovider: b", "line 2: 'provider' is there twice"),
            ("provider: a b", "line 1: 'provider' has to have one value"),
            ("provider:", "line 1: 'provider' has to have one value"),
            ("# a\nbase: -", "line 2: there is no field 'base'"),
            (
                "provider: a\nbase_url: -\nstream_options: no\nsource: s\nread: 2026-11-23",
                "line 3: 'no' is no stream_options; there are true, false"
            ),
            (
                "provider: a\nbase_url: -\naccepts: store,all\nsource: s\nread: 2026-11-23",
                "line 3: 'all' is nothing that a provider accepts; there are developer, late_instructions, store, metadata, prompt_cache_key, safety_identifier, verbosity, reasoning, reasoning_content, reasoning_details, thinking_switch, family_reasoning, cache_control, service_tier, default_effort, custom_tools"
            ),
        ])
    func invalid(text: String, message: String) {
        #expect { try ProviderFile(name: "a", text: text) } throws: { "\($0)" == message }
    }

    @Test(
        "what cannot be read of a model is told with its line in the file",
        arguments: [
            ("m 1 - 1 - - can=fly", "line 6: 'fly' is no capability"),
            ("m 1 - 1 - - kind=toy", "line 6: 'toy' is no kind of model"),
            ("m 1 - 1 - - retires=soon", "line 6: 'soon' is no day such as 2027-01-31"),
            ("m 1 - 1 - - replaced_by=n", "line 6: 'm' has replaced_by= and no retires="),
            ("m 1 - 1 - - sure=enough", "line 6: 'enough' is no oddity"),
            ("m 1 - 1 - -\nm 1 - 1 - -", "line 7: 'm' is listed twice"),
        ])
    func invalidModel(row: String, message: String) throws {
        let header = "provider: a\nbase_url: -\nsource: s\nread: 2026-11-23\n\n"
        let file = try ProviderFile(name: "a", text: header + row)
        #expect { try file.models() } throws: { "\($0)" == message }
        let gone = try ProviderFile(name: "a", text: header.dropLast() + "no_longer_offered:\n" + row)
        #expect { try gone.formerModels() } throws: { "\($0)" == message }
    }
}
