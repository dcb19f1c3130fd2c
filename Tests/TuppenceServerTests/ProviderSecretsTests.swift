import NIOCore
import NIOPosix
import Testing
import TuppenceTesting

@testable import TuppenceServer

@Suite("What a provider was asked with")
struct ProviderSecretsTests {
    @Test(
        "is covered wherever it stands in what is said, however JSON writes it",
        arguments: [
            ("", ""), ("nothing of it", "nothing of it"), ("sk/secret+1", "***********"),
            ("key sk/secret+1.", "key ***********."), ("sk/secret+1sk/secret+1", "**********************"),
            ("sk/sk/secret+1", "sk/***********"), (#"sk\/secret+1"#, "************"),
            (#"sk\u002fsecret\u002B1!"#, "*********************!"), ("sk/secret+2", "sk/secret+2"),
            ("SK/SECRET+1", "SK/SECRET+1"), (#"\u0073k/secret+1"#, "****************"),
            ("breaks off in sk/secre", "breaks off in ********"), ("breaks off in sk/secr", "breaks off in sk/secr"),
            ("the other one: another-secret", "the other one: **************"), (#"\"#, #"\"#), (#"sk\"#, #"sk\"#),
        ])
    func hidden(said: String, shown: String) {
        let secrets = ProviderSecrets(["sk/secret+1", nil, "another-secret"])
        var bytes = ByteBuffer(string: said)
        secrets.hide(in: &bytes)
        #expect(String(buffer: bytes) == shown)
        var text = said
        secrets.hide(in: &text)
        #expect(text == shown)
    }

    @Test("is none where it is a word as any other")
    func short() {
        var text = "none of the models"
        ProviderSecrets(["none", "models"]).hide(in: &text)
        #expect(text == "none of the models")
    }

    @Test("what others have of the same bytes stays as it is")
    func shared() {
        let said = ByteBuffer(string: "sk/secret+1")
        var shown = said
        ProviderSecrets(["sk/secret+1"]).hide(in: &shown)
        #expect(String(buffer: said) == "sk/secret+1" && String(buffer: shown) == "***********")
    }
}

extension GatewayTests {
    @Suite("Errors that repeat the provider's key")
    struct RepeatedKeyTests {
        /// What TestGateway asks providers with.
        private static let secret = "upstream-secret"

        private static let openAI =
            #"{"error":{"message":"Incorrect API key provided: upstream-secret.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#
        private static let anthropic =
            #"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key: upstream-secret"}}"#

        @Test(
            "reach no caller with it: whole, in a stream that has begun and in one that has not, translated or not",
            arguments: ["status", "event", "late event", "last event", "no JSON"],
            [(false, false), (false, true), (true, false), (true, true)])
        func covered(how: String, speaks: (anthropic: Bool, answersAnthropic: Bool)) async throws {
            let (speaksAnthropic, answersAnthropic) = speaks
            let error = answersAnthropic ? Self.anthropic : Self.openAI
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                let content =
                    answersAnthropic
                    ? Fixture.messageStart + Fixture.messageDelta("hello") : Fixture.event("hello")
                let event = (answersAnthropic ? "event: error\n" : "") + "data: \(error)"
                return switch how {
                case "event": [.streamHead(), .chunk(event + "\n\n"), .lastChunk]
                case "late event": [.streamHead(), .chunk(content), .pause(30), .chunk(event + "\n\n"), .lastChunk]
                case "last event": [.streamHead(), .chunk(content + event), .lastChunk]
                case "no JSON": [.answer("who is upstream-secret?", status: 500, type: "text/plain")]
                default: [.answer(error, status: 401)]
                }
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], dialects: answersAnthropic ? ["p": .anthropic] : [:])
            let streams = how.hasSuffix("event")
            let answer =
                speaksAnthropic
                ? try await gateway.message("p/m", stream: streams) : try await gateway.chat("p/m", stream: streams)
            #expect(upstream.requests.contains { $0.fields.contains { $0.value.contains(Self.secret) } })
            #expect(!answer.body.contains(Self.secret), "\(answer)")
            #expect(answer.body.contains("***************"), "\(answer)")
            if how == "late event" || how == "last event" { #expect(answer.body.contains("hello")) }
        }
    }
}
