import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// Anthropic's `speed: fast`.
    @Suite("Faster answers")
    struct FasterTests {
        /// Twice the price that the models of test gateways have.
        private static let listing: PriceBook.Listing = {
            var card = RateCard(
                version: "test",
                standard: .init(input: Rate(picodollars: 1_000_000), output: Rate(picodollars: 2_000_000)))
            card.services[.faster] = .init(
                rates: .init(input: Rate(picodollars: 2_000_000), output: Rate(picodollars: 4_000_000)))
            return PriceBook.Listing(rates: card)
        }()

        /// Answers as fast as its model is called, in every dialect.
        private static func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard request.path.hasSuffix("/messages") else { return [.answer(Fixture.answer)] }
                let speed = request.body.contains(#""model":"fast""#) ? "fast" : "standard"
                func named(_ text: String) -> String {
                    let told = #""usage":{"service_tier":"standard","speed":"\#(speed)","input"#
                    return text.replacing(#""usage":{"input"#, with: told)
                }
                guard request.body.contains(#""stream":true"#) else { return [.answer(named(Fixture.message))] }
                return [
                    .streamHead(), .chunk(named(Fixture.messageStart)), .chunk(Fixture.messageDelta("hello")),
                    .chunk(Fixture.messageEnd), .lastChunk,
                ]
            }
        }

        private func gateway(_ upstream: ScriptedUpstream, budgets: [BudgetRule] = []) async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["a": upstream.baseURL, "o": upstream.baseURL],
                routes: ["r": [("a/other", 1, 0), ("o/m", 1, 1)]], budgets: budgets, dialects: ["a": .anthropic],
                listings: ["a/fast": Self.listing, "a/slow": Self.listing])
        }

        private static let fast = #","speed":"fast""#

        @Test("are charged as the answer says", arguments: ["fast", "slow"], [false, true])
        func charged(model: String, streams: Bool) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.message("a/\(model)", stream: streams, more: Self.fast)
            await gateway.stop()
            #expect(answer.status == 200, "\(answer.body)")
            #expect(upstream.requests.first?.body.contains(#""speed":"fast""#) == true)
            #expect(gateway.entries.map(\.cost) == [Money(nanodollars: model == "fast" ? 40_000 : 20_000)])
            try await upstream.stop()
        }

        @Test("are held for at their own rates")
        func held() async throws {
            let upstream = try await Self.upstream()
            // The input bound of an unknown model is a hundred tokens and some, each of them 1,000 nanodollars as usual.
            let rule = BudgetRule(
                name: "small", scope: [.key: .exactly("app")], limit: Money(nanodollars: 250_000), period: .day)
            let gateway = try await gateway(upstream, budgets: [rule])
            let short = try await gateway.message("a/fast", more: Self.fast)
            #expect(short.status == 402, "\(short.body)")
            #expect(upstream.requests.isEmpty)
            #expect(try await gateway.message("a/slow").status == 200)
            await gateway.stop()
            #expect(gateway.entries.map(\.cost) == [Money(nanodollars: 20_000)])
            try await upstream.stop()
        }

        @Test("go to nobody whose price for them is not known, but to who is not asked for them; counts are free")
        func unpriced() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let refused = try await gateway.message("a/other", more: Self.fast)
            #expect(refused.status == 422 && refused["x-tuppence-error-code"] == "price_unknown", "\(refused.body)")
            #expect(refused.body.contains("The price of a/other has no 'faster'"))
            let passed = try await gateway.message("r", more: Self.fast, fields: [("x-tuppence-drop", "allow")])
            #expect(passed.status == 200 && passed["x-tuppence-provider"] == "o", "\(passed.body)")
            #expect(upstream.requests.count == 1 && upstream.requests.first?.body.contains("speed") == false)
            let counted = try await gateway.message("o/m", more: Self.fast, path: "/v1/messages/count_tokens")
            #expect(counted.status == 200)
            await gateway.stop()
            #expect(gateway.entries.map(\.cost) == [Money(nanodollars: 20_000)])
            try await upstream.stop()
        }
    }
}
