import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Files of text and models that take no files")
    struct TextFileRoutingTests {
        private static let data = "data:text/csv;base64,YSxi"
        private static let chat =
            #""messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.csv","file_data":"\#(data)"}}]}]"#
        private static let input =
            #""input":[{"role":"user","content":[{"type":"input_file","filename":"a.csv","file_data":"\#(data)"}]}]"#

        /// `l/llama` takes no files, `f/m` does.
        private func gateway(_ upstream: ScriptedUpstream) async throws -> TestGateway {
            let rates = RateCard.Rates(input: Rate(picodollars: 1_000), output: Rate(picodollars: 1_000))
            var llama = PriceBook.Listing(rates: RateCard(version: "test", standard: rates))
            llama.capabilities = .tools
            return try await TestGateway.start(
                providers: ["l": upstream.baseURL, "f": upstream.baseURL],
                routes: ["r": [("l/llama", 1, 0), ("f/m", 1, 1)]], listings: ["l/llama": llama])
        }

        private func ask(_ gateway: TestGateway, _ path: String, _ body: String) async throws -> TestClient.Answer {
            try await gateway.client.post(path, key: TestGateway.key, body: body)
        }

        @Test("in the caller's own dialect they pass by, and translated ones are text for any model")
        func routed() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await gateway(upstream)
            let own = try await ask(gateway, "/v1/chat/completions", #"{"model":"r",\#(Self.chat)}"#)
            #expect(own.status == 200 && own["x-tuppence-provider"] == "f")
            #expect(upstream.requests.last?.body.contains(Self.data) == true)
            let translated = try await ask(gateway, "/v1/responses", #"{"model":"r",\#(Self.input)}"#)
            #expect(translated.status == 200 && translated["x-tuppence-provider"] == "l")
            #expect(upstream.requests.last?.body.contains(#""a.csv\n\na,b""#) == true)
            let alone = try await ask(gateway, "/v1/chat/completions", #"{"model":"l/llama",\#(Self.chat)}"#)
            #expect(alone.status == 400 && alone.body.contains("files (pdf)"))
            #expect(upstream.requests.count == 2)
        }
    }
}
