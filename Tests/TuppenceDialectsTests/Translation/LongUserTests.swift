import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Users whose names are too long for OpenAI")
struct LongUserTests {
    private func asked(_ user: String, to provider: any OutboundDialect.Type) throws -> Translated {
        try Translated(
            #"{"model":"m","max_tokens":9,"metadata":{"user_id":"\#(user)"},"messages":[{"role":"user","content":"Hi"}]}"#,
            from: AnthropicMessages.self, to: provider)
    }

    @Test(
        "are sent as a hash that is the same each time, and another for another user",
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

    @Test("begin at 65 characters, however many bytes those have", arguments: [Dialect.openAI, .responses])
    func bounds(dialect: Dialect) throws {
        for letter in ["x", "é", "\\n"] {
            let fits = try asked(String(repeating: letter, count: 64), to: dialect.outbound)
            #expect((fits["user"] as? String)?.unicodeScalars.count == 64 && fits.losses.isEmpty, "\(letter)")
            let long = try asked(String(repeating: letter, count: 65), to: dialect.outbound)
            #expect(long.losses == ["user"], "\(letter)")
        }
    }

    @Test("are left alone where OpenAI's own callers say them")
    func own() throws {
        let long = String(repeating: "x", count: 100)
        let request = try Translated(
            #"{"model":"m","user":"\#(long)","messages":[{"role":"user","content":"Hi"}]}"#, to: OpenAIChat.self)
        #expect(request["user"] as? String == long && request.losses.isEmpty)
    }
}
