import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    @Suite("Answers that are no chats, and their cost")
    struct PieceAnswerTests {
        /// One with a rate for `piece` alone, in picodollars.
        private static func listing(_ piece: UsageKind, _ rate: Int64) -> PriceBook.Listing {
            var rates = RateCard.Rates(input: .free)
            rates.set(Rate(picodollars: rate), for: piece)
            var card = RateCard(version: "test", standard: rates)
            card.pricesOutput = false
            return PriceBook.Listing(rates: card)
        }

        private func asking(
            _ step: ScriptedUpstream.Step, _ ask: (TestGateway) async throws -> TestClient.Answer
        ) async throws -> (answer: TestClient.Answer, entry: LedgerEntry) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in [step] }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                listings: [
                    "p/draw": Self.listing(.image, 40_000_000_000), "p/rank": Self.listing(.search, 2_000_000_000),
                    "p/speak": Self.listing(.character, 15_000_000), "p/hear": Self.listing(.audioSecond, 100_000_000),
                ])
            let answer = try await ask(gateway)
            await gateway.stop()
            return (answer, try #require(gateway.entries.first))
        }

        private func usage(_ answer: TestClient.Answer) throws -> [String: Any] {
            let body = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
            return try #require(body?["usage"] as? [String: Any], "\(answer.body)")
        }

        @Test(
            "objects without a usage get one with the cost, and are else as they came",
            arguments: [
                (
                    "images/generations", #"{"model":"p/draw","prompt":"x"}"#,
                    #"{"created":1,"data":[{"url":"u"}]}"#,
                    #""input_tokens":0,"output_tokens":0,"total_tokens":0,"input_tokens_details":{"text_tokens":0,"image_tokens":0},"#
                ),
                (
                    "moderations", #"{"model":"p/m","input":"hi"}"#,
                    #"{"id":"modr-1","results":[{"flagged":false}]}"#, ""
                ),
                (
                    "rerank", #"{"model":"p/rank","query":"q","documents":["a"]}"#,
                    #"{"results":[{"index":0,"relevance_score":0.5}]}"#, ""
                ),
            ])
        func added(path: String, question: String, body: String, counts: String) async throws {
            let (answer, entry) = try await asking(.answer(body)) {
                try await $0.client.post("/v1/\(path)", key: TestGateway.key, body: question)
            }
            #expect(answer.status == 200 && entry.cost > .zero)
            let expected = String(body.dropLast()) + #","usage":{\#(counts)"cost":\#(entry.cost.usd),"#
            #expect(answer.body.hasPrefix(expected), "\(answer.body)")
            #expect(answer["x-tuppence-cost-usd"] == entry.cost.usd)
            let details = try #require(usage(answer)["cost_details"] as? [String: Any])
            #expect(details["input"] != nil && details["output"] != nil && details["earlier_attempts"] == nil)
        }

        @Test("what a host counts in its own way stays beside the cost, and null gives way")
        func kept() async throws {
            for (own, neurons) in [(#"{"neurons":5}"#, 5), ("null", nil), ("{}", nil)] as [(String, Int?)] {
                let (answer, entry) = try await asking(.answer(#"{"data":[{"url":"u"}],"usage":\#(own),"more":1}"#)) {
                    try await $0.client.post(
                        "/v1/images/generations", key: TestGateway.key, body: #"{"model":"p/draw","prompt":"x"}"#)
                }
                #expect(answer.status == 200 && answer.body.hasSuffix(#","more":1}"#), "\(answer.body)")
                let usage = try usage(answer)
                #expect(usage["neurons"] as? Int == neurons && usage["cost"] as? Double == 0.04, "\(answer.body)")
                #expect(entry.cost == Money(nanodollars: 40_000_000))
            }
        }

        @Test("what was heard says how long it is, but for text, which stays as it is", arguments: [true, false])
        func heard(isJSON: Bool) async throws {
            let body = #"{"text":"hello"}"#
            let form =
                "--b\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\np/hear\r\n"
                + "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n"
                + String(repeating: "x", count: 40_000) + "\r\n--b--\r\n"
            let (answer, entry) = try await asking(.answer(body, type: isJSON ? "application/json" : "text/plain")) {
                try await $0.client.raw(
                    "POST /v1/audio/transcriptions HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(TestGateway.key)\r\n"
                        + "content-type: multipart/form-data; boundary=b\r\ncontent-length: \(form.utf8.count)\r\n\r\n"
                        + form)
            }
            #expect(answer.status == 200 && answer["x-tuppence-cost-usd"] == entry.cost.usd, "\(answer)")
            guard isJSON else { return #expect(answer.body == body) }
            #expect(entry.usage.audioSecond > 0 && entry.cost > .zero)
            let told = try usage(answer)
            #expect(told["type"] as? String == "duration" && told["seconds"] as? Int == entry.usage.audioSecond)
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd),"#), "\(answer.body)")
        }

        @Test(
            "speech says in front what it costs where that is by its characters alone",
            arguments: [("speak", "", true), ("speak", #","stream_format":"sse""#, false), ("m", "", false)])
        func spoken(model: String, more: String, isForeseen: Bool) async throws {
            let isStream = !more.isEmpty
            let sound = isStream ? "data: {\"type\":\"speech.audio.done\"}\n\n" : "sound"
            let type = isStream ? "text/event-stream" : "audio/mpeg"
            let (answer, entry) = try await asking(.answer(sound, type: type)) {
                try await $0.client.post(
                    "/v1/audio/speech", key: TestGateway.key,
                    body: #"{"model":"p/\#(model)","input":"two pence","voice":"alloy"\#(more)}"#)
            }
            #expect(answer.status == 200 && entry.cost > .zero, "\(answer)")
            #expect(answer["x-tuppence-cost-usd"] == (isForeseen ? entry.cost.usd : nil))
            if isForeseen { #expect(entry.cost == Money(nanodollars: 9 * 15_000) && !entry.estimated) }
        }
    }
}
