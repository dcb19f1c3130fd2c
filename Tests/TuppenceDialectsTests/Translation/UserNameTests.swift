import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Users, as OpenAI's dialects have them")
struct UserNameTests {
    private func asked(_ user: String, to provider: any OutboundDialect.Type) throws -> Translated {
        try Translated(
            #"{"model":"m","max_tokens":99,"metadata":{"user_id":"\#(user)"},"messages":[{"role":"user","content":"Hi"}]}"#,
            from: AnthropicMessages.self, to: provider)
    }

    @Test(
        "whose names are too long are sent as a hash that is the same each time, and another for another user",
        arguments: [Dialect.openAI, .responses])
    func hashed(dialect: Dialect) throws {
        let long = "user_" + String(repeating: "0123456789", count: 10) + "_account__session_1"
        let first = try asked(long, to: dialect.outbound)
        let user = try #require(first["user"] as? String)
        #expect(user.utf8.count == 64 && user.allSatisfy(\.isHexDigit))
        #expect(first.outbound.losses.all.map { "\($0.field) \($0.effect)" } == ["user adjusted"])
        #expect(first.outbound.losses.told(to: .anthropic).all.map(\.field) == ["metadata.user_id"])
        #expect(try asked(long, to: dialect.outbound)["user"] as? String == user)
        #expect(try asked(long + "2", to: dialect.outbound)["user"] as? String != user)
    }

    @Test(
        "have names that are too long from 65 characters on, however many bytes those have",
        arguments: [Dialect.openAI, .responses])
    func bounds(dialect: Dialect) throws {
        for letter in ["x", "é", "\\n"] {
            let fits = try asked(String(repeating: letter, count: 64), to: dialect.outbound)
            #expect((fits["user"] as? String)?.unicodeScalars.count == 64 && fits.losses.isEmpty, "\(letter)")
            let long = try asked(String(repeating: letter, count: 65), to: dialect.outbound)
            #expect(long.losses == ["user"], "\(letter)")
        }
    }

    @Test("stand beside a `safety_identifier`, and neither is lost without a word")
    func both() throws {
        let names = #""safety_identifier":"s","user":"u""#
        let chat = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],\#(names)}"#
        let responses = #"{"model":"m","input":"Hi",\#(names)}"#
        let kept = [
            try Translated(chat, to: OpenAIChat.self), try Translated(chat, to: OpenAIResponses.self),
            try Translated(responses, from: OpenAIResponses.self, to: OpenAIResponses.self),
            try Translated(
                responses, from: OpenAIResponses.self, to: OpenAIChat.self, accepts: [.safetyIdentifier]),
        ]
        for request in kept {
            #expect(request["user"] as? String == "u" && request["safety_identifier"] as? String == "s")
            #expect(request.losses.isEmpty)
        }
        let lost = [
            try Translated(responses, from: OpenAIResponses.self, to: OpenAIChat.self),
            try Translated(chat, to: AnthropicMessages.self),
            try Translated(responses, from: OpenAIResponses.self, to: AnthropicMessages.self),
        ]
        for request in lost {
            #expect((request["user"] ?? request["metadata.user_id"]) as? String == "u")
            #expect(request.losses == ["safety_identifier"])
        }
        // By itself it is the user.
        let alone = try Translated(
            #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"safety_identifier":"s"}"#,
            to: AnthropicMessages.self)
        #expect(alone["metadata.user_id"] as? String == "s" && alone.losses.isEmpty)
    }

    @Test(
        "are none where they are empty, so that a `safety_identifier` is the user",
        arguments: [#""user":"","safety_identifier":"s""#, #""safety_identifier":"s","user":"""#])
    func empty(names: String) throws {
        let translated = [
            try Translated(
                #"{"model":"m","messages":[{"role":"user","content":"Hi"}],\#(names)}"#, to: AnthropicMessages.self),
            try Translated(
                #"{"model":"m","input":"Hi",\#(names)}"#, from: OpenAIResponses.self, to: AnthropicMessages.self),
        ]
        for request in translated {
            #expect(request["metadata.user_id"] as? String == "s" && request.losses.isEmpty)
        }
        #expect(try asked("", to: OpenAIChat.self)["user"] == nil)
    }

    @Test("have whatever names OpenAI's own callers say")
    func own() throws {
        let long = String(repeating: "x", count: 100)
        let request = try Translated(
            #"{"model":"m","user":"\#(long)","messages":[{"role":"user","content":"Hi"}]}"#, to: OpenAIChat.self)
        #expect(request["user"] as? String == long && request.losses.isEmpty)
    }
}
