import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("What clients say of themselves unasked")
    struct ClientFieldTests {
        /// - Returns: on whose behalf a request with `fields` is booked.
        private func booked(_ fields: [(String, String)], more: String = "") async throws -> Attribution {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["o": upstream.baseURL])
            let answer = try await gateway.chat("o/m", more: more, fields: fields)
            #expect(answer.status == 200, "\(answer.body)")
            await gateway.stop()
            return try #require(gateway.entries.first).attribution
        }

        @Test("Claude Code's session and agents are tags, beside the caller's own, which win")
        func claudeCode() async throws {
            let fields = [
                ("X-Claude-Code-Session-Id", "0a1b-2c"), ("x-claude-code-agent-id", "agent"),
                ("x-claude-code-parent-agent-id", "not a tag"), ("x-claude-code-other", "x"),
            ]
            #expect(
                try await booked(fields).tags == "claude-code-agent-id=agent,claude-code-session-id=0a1b-2c")
            let own = [("x-tuppence-tags", "team=search,claude-code-agent-id=mine")]
            #expect(
                try await booked(fields + own).tags
                    == "claude-code-agent-id=mine,claude-code-session-id=0a1b-2c,team=search")
            let full = [("x-tuppence-tags", (1...8).map { "t\($0)=1" }.joined(separator: ","))]
            #expect(try await booked(fields + full).tags == full[0].1)
        }

        @Test("Open WebUI's user is known by an id, or else by an address; what the body says goes first")
        func openWebUI() async throws {
            let email = ("X-OpenWebUI-User-Email", "ann@example.com")
            let id = ("X-OpenWebUI-User-Id", "42")
            #expect(try await booked([email]).user == "ann@example.com")
            #expect(try await booked([email, id]).user == "42")
            #expect(try await booked([email], more: #","user":"ann""#).user == "ann")
            #expect(try await booked([("x-openwebui-user-email", "")]).user == nil)
        }
    }
}
