import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Models that a provider does not have, and inputs that are too long for one")
    struct ModelGoneServerTests {
        private static let gone =
            #"{"error":{"message":"The model `gone` does not exist.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#
        private static let missingFile = #"{"error":{"message":"No such File object: file-x","code":null}}"#
        private static let elsewhere =
            #"{"error":{"message":"This model is only supported in v1/responses and not in v1/chat/completions.","type":"invalid_request_error","param":"model","code":null}}"#
        private static let noLiveSearch = #"{"code":"gone","error":"Live search is deprecated."}"#
        private static let foreignFile =
            #"{"error":{"code":403,"message":"You do not have permission to access the File abc or it may not exist.","status":"PERMISSION_DENIED"}}"#
        private static let tooLong =
            #"{"error":{"message":"Too long.","type":"invalid_request_error","code":"context_length_exceeded"}}"#

        private func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                func model(_ name: String) -> Bool { request.body.contains(#""model":"\#(name)"#) }
                if model("gone") { return [.answer(Self.gone, status: 404)] }
                if model("file") { return [.answer(Self.missingFile, status: 404)] }
                if model("elsewhere") { return [.answer(Self.elsewhere, status: 404)] }
                if model("live") { return [.answer(Self.noLiveSearch, status: 410)] }
                if model("foreign") { return [.answer(Self.foreignFile, status: 403)] }
                if model("short") { return [.answer(Self.tooLong, status: 400)] }
                return [.answer(Fixture.answer)]
            }
        }

        @Test("a model that is gone is asked once, and the next target answers")
        func gone() async throws {
            let upstream = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/gone", 1, 0), ("p/good", 1, 1)]])
            for attempts in ["2", "1", "1"] {
                let answer = try await gateway.chat("r")
                #expect(answer.status == 200 && answer["x-tuppence-model"] == "good")
                #expect(answer["x-tuppence-attempts"] == attempts)
            }
            let alone = try await gateway.chat("p/gone")
            #expect(alone.status == 404 && alone.body == Self.gone)
            #expect(alone["x-tuppence-error-code"] == "invalid_request")
        }

        @Test("where no target has it the last one's answer is the caller's, byte for byte")
        func everywhere() async throws {
            let upstream = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL, "q": upstream.baseURL],
                routes: ["r": [("p/gone", 1, 0), ("q/gone", 1, 1)]])
            let answer = try await gateway.chat("r")
            #expect(answer.status == 404 && answer.body == Self.gone)
            #expect(answer["x-tuppence-attempts"] == "2")
        }

        @Test("something else that is missing is the request's own")
        func file() async throws {
            let upstream = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/file", 1, 0), ("p/good", 1, 1)]])
            let answer = try await gateway.chat("r")
            #expect(answer.status == 404 && answer.body == Self.missingFile)
            #expect(answer["x-tuppence-attempts"] == "1")
        }

        @Test(
            "what a request asks for leads to another target, and none is put behind the others for it",
            arguments: ["elsewhere", "foreign"])
        func elsewhere(model: String) async throws {
            let upstream = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/\(model)", 1, 0), ("p/good", 1, 1)]])
            for _ in 0..<2 {
                let answer = try await gateway.chat("r")
                #expect(answer.status == 200 && answer["x-tuppence-attempts"] == "2")
            }
            #expect(!gateway.plane.health.hasTrouble)
        }

        @Test("a feature that is gone is no model that is")
        func feature() async throws {
            let upstream = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/live", 1, 0), ("p/good", 1, 1)]])
            let answer = try await gateway.chat("r")
            #expect(answer.status == 410 && answer.body == Self.noLiveSearch)
            #expect(answer["x-tuppence-error-code"] == "invalid_request")
            #expect(answer["x-tuppence-attempts"] == "1" && !gateway.plane.health.hasTrouble)
        }

        @Test("what is too long goes on to a longer context, where one is known", arguments: [true, false])
        func tooLong(isLonger: Bool) async throws {
            let upstream = try await upstream()
            func listing(_ context: Int) -> PriceBook.Listing {
                let rates = RateCard.Rates(input: Rate(picodollars: 1_000), output: Rate(picodollars: 1_000))
                return PriceBook.Listing(rates: RateCard(version: "t", standard: rates), contextLength: context)
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/short", 1, 0), ("p/good", 1, 1)]],
                listings: ["p/short": listing(8_000), "p/good": listing(isLonger ? 9_000 : 8_000)])
            let answer = try await gateway.chat("r")
            if isLonger {
                #expect(answer.status == 200 && answer["x-tuppence-attempts"] == "2")
            } else {
                #expect(answer.status == 400 && answer.body == Self.tooLong)
                #expect(answer["x-tuppence-attempts"] == "1")
            }
        }
    }
}
