import Foundation
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    @Suite("Lists of models")
    struct ModelListTests {
        private static let sandboxKey = "tp_test_sandbox_0123456789"

        private func listing(_ kind: ModelKind = .chat, pricesOutput: Bool = true) -> PriceBook.Listing {
            let rate = Rate(picodollars: 1_000_000)
            var card = RateCard(version: "test", standard: .init(input: rate, output: rate))
            card.pricesOutput = pricesOutput
            var listing = PriceBook.Listing(rates: card)
            listing.kind = kind
            return listing
        }

        /// One that is charged by its input, which is free, and by `piece`.
        private func listing(by piece: UsageKind) -> PriceBook.Listing {
            var rates = RateCard.Rates(input: .free)
            rates.set(Rate(picodollars: 1_000_000), for: piece)
            var card = RateCard(version: "test", standard: rates)
            card.pricesOutput = false
            return PriceBook.Listing(rates: card)
        }

        private func gateway() async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["p": "http://127.0.0.1:9/v1"],
                routes: [
                    "talk": [("p/chat", 1, 0)], "vectors": [("p/embed", 1, 0)],
                    "mixed": [("p/embed", 1, 0), ("p/chat", 1, 1)],
                ],
                moreKeys: [Self.sandboxKey: Key(name: "sandbox", isTest: true)],
                listings: [
                    "p/chat": listing(), "p/embed": listing(.embedding), "p/drawing": listing(.image),
                    "p/silent": listing(pricesOutput: false), "p/painting": listing(by: .image),
                    "p/speaking": listing(by: .character), "p/hearing": listing(by: .audioSecond),
                    "p/ranking": listing(by: .search),
                ])
        }

        private func get(
            _ gateway: TestGateway, _ path: String, key: String = TestGateway.key, more: String = ""
        ) async throws -> TestClient.Answer {
            try await gateway.client.raw(
                "GET \(path) HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(key)\r\n\(more)\r\n")
        }

        @Test("a key for the sandbox finds nothing where providers cost money, as it may use nothing")
        func sandbox() async throws {
            let gateway = try await gateway()
            for (path, more) in [
                ("/v1/models", ""), ("/v1/models", "anthropic-version: 2023-06-01\r\n"), ("/v1beta/models", ""),
            ] {
                let own = try await get(gateway, path, more: more)
                #expect(own.status == 200 && own.body.contains("talk") && own.body.contains("p/chat"))
                let answer = try await get(gateway, path, key: Self.sandboxKey, more: more)
                #expect(answer.status == 200)
                #expect(!answer.body.contains("talk") && !answer.body.contains("p/"), "\(answer.body)")
            }
            for path in ["/v1/models/talk", "/v1beta/models/talk"] {
                #expect(try await get(gateway, path, key: Self.sandboxKey).status == 403)
            }
        }

        @Test("OpenAI's entries have prices and kinds, and Anthropic's pages their ends, or null")
        func whole() async throws {
            let gateway = try await gateway()
            let one = try await get(gateway, "/v1/models/talk").body
            #expect(one.hasPrefix(#"{"id":"talk","object":"model","display_name":"talk","created":"#), "\(one)")
            #expect(
                one.hasSuffix(
                    #","owned_by":"tuppence","pricing":{"prompt":"0.000001","completion":"0.000001"},"kind":"chat"}"#),
                "\(one)")
            let list = try await get(gateway, "/v1/models").body
            #expect(list.hasPrefix(#"{"object":"list","data":[{"id":"mixed","#) && list.hasSuffix("}]}"), "\(list)")
            let anthropic = "anthropic-version: 2023-06-01\r\n"
            let page = try await get(gateway, "/v1/models?limit=1", more: anthropic).body
            #expect(
                page.hasPrefix(#"{"data":[{"type":"model","id":"mixed","display_name":"mixed","created_at":""#)
                    && page.hasSuffix(#""}],"has_more":true,"first_id":"mixed","last_id":"mixed"}"#), "\(page)")
            #expect(page.contains(#"Z","object":"model","created":"#), "\(page)")
            let none = try await get(gateway, "/v1/models", key: Self.sandboxKey, more: anthropic).body
            #expect(none == #"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#)
        }

        @Test("whichever SDK asks, it is told the price and how much context there is, with what its own API has")
        func everyClient() async throws {
            var known = listing()
            (known.contextLength, known.maxOutputTokens, known.capabilities) = (1_000, 100, [.tools])
            let gateway = try await TestGateway.start(
                providers: ["p": "http://127.0.0.1:9/v1"], routes: ["r": [("p/known", 1, 0)]],
                listings: ["p/known": known, "p/drawing": listing(.image)])
            let facts = #""context_length":1000,"max_output_tokens":100,"pricing":{"prompt":"0.000001","#
            let openAI = try await get(gateway, "/v1/models/r").body
            #expect(openAI.contains(facts) && openAI.contains(#""capabilities":["tools"]"#), "\(openAI)")
            // Anthropic's clients know `capabilities` as an object.
            let version = "anthropic-version: 2023-06-01\r\n"
            for path in ["/v1/models", "/v1/models/r"] {
                let anthropic = try await get(gateway, path, more: version).body
                #expect(anthropic.contains(#""max_input_tokens":1000,"max_tokens":100,"object":"model","#))
                #expect(anthropic.contains(facts) && !anthropic.contains("capabilities"), "\(anthropic)")
            }
            func asGoogle(_ path: String) async throws -> String {
                let head = "GET \(path) HTTP/1.1\r\nhost: t\r\nx-goog-api-key: \(TestGateway.key)\r\n\r\n"
                return try await gateway.client.raw(head).body
            }
            let list = try await asGoogle("/v1/models")
            #expect(list.hasPrefix(#"{"models":[{"name":"models/r","displayName":"r","inputTokenLimit":1000,"#))
            #expect(list.contains(#"}],"object":"list","data":[{"id":"r","object":"model","#), "\(list)")
            #expect(list.contains(facts) && list.contains(#""id":"p/drawing""#), "\(list)")
            let one = try await asGoogle("/v1/models/r")
            #expect(one.hasPrefix(#"{"name":"models/r","#) && one.contains(#","id":"r","object":"model","#))
            #expect(one.contains(facts), "\(one)")
            for path in ["/v1beta/models", "/v1beta/models/r"] {
                let own = try await asGoogle(path)
                #expect(own.contains(#""name":"models/r""#) && !own.contains("object"), "\(own)")
            }
        }

        @Test("what a route leads to is listed, although its price is that of all models of its provider")
        func wildcard() async throws {
            let gateway = try await TestGateway.start(
                providers: ["p": "http://127.0.0.1:9/v1"],
                routes: ["r": [("p/wild", 1, 0), ("p/known", 1, 1)], "s": [("p/wild", 1, 0)]],
                listings: ["p/known": listing()])
            let list = try await get(gateway, "/v1/models").body
            #expect(list.components(separatedBy: #"{"id":"p/wild","object":"model""#).count == 2, "\(list)")
            #expect(list.components(separatedBy: #"{"id":"p/known","object":"model""#).count == 2, "\(list)")
        }

        @Test("where output has no price a model is no chat: it is for what it is charged by")
        func kinds() async throws {
            let gateway = try await gateway()
            for (name, kind) in [
                ("p/chat", "chat"), ("p/silent", "embedding"), ("p/painting", "image"), ("p/speaking", "speech"),
                ("p/hearing", "transcription"), ("p/ranking", "rerank"), ("p/drawing", "image"),
            ] {
                let one = try await get(gateway, "/v1/models/\(name)").body
                #expect(one.contains(#""kind":"\#(kind)""#), "\(one)")
            }
        }

        private static let chats = #""generateContent","streamGenerateContent","countTokens""#
        private static let embeddings = #""embedContent","batchEmbedContents""#

        @Test("Gemini's list has what its methods can be asked of, and says so of the others")
        func geminiMethods() async throws {
            let gateway = try await gateway()
            let list = try await get(gateway, "/v1beta/models").body
            for name in ["talk", "mixed", "p/chat", "vectors", "p/embed", "p/silent"] {
                #expect(list.contains(#""models/\#(name)""#), "\(list)")
            }
            for name in ["p/drawing", "p/painting", "p/speaking", "p/hearing", "p/ranking"] {
                #expect(!list.contains(#""models/\#(name)""#), "\(list)")
            }
            let page = try await get(gateway, "/v1beta/models?pageSize=1")
            #expect(page.body.contains(#""models/mixed""#) && page.body.contains(#""nextPageToken":"mixed""#))
            #expect(try await get(gateway, "/v1beta/models?pageToken=talk").body.contains(#""models/p/chat""#))
            for (name, methods) in [
                ("talk", Self.chats), ("vectors", Self.embeddings), ("p/silent", Self.embeddings), ("p/drawing", ""),
                ("mixed", Self.chats + "," + Self.embeddings),
            ] {
                let one = try await get(gateway, "/v1beta/models/\(name)").body
                #expect(one.contains(#""supportedGenerationMethods":[\#(methods)]"#), "\(one)")
            }
            #expect(try await get(gateway, "/v1/models").body.contains(#""id":"p/embed""#))
        }
    }
}
