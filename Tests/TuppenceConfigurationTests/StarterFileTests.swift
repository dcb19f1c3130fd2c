import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("The starter file")
struct StarterFileTests {
    @Test("loads as it stands, with nothing set")
    func loads() throws {
        let configuration = try read(StarterFile.starter)
        #expect(configuration.providers.isEmpty)
        #expect(configuration.keys.map(\.name) == ["my-app"])
        #expect(configuration.keys.map(\.secret) == [StarterFile.placeholderSecret])
        #expect(configuration.policy.budgets.map(\.name) == ["my-app-daily", "runaway-loops"])
        #expect(configuration.server == ServerSettings())
    }

    @Test("takes providers and the key from the environment")
    func environment() throws {
        let environment = ["OPENAI_API_KEY": "sk", "TUPPENCE_KEY": "tp_live_0123456789abcdef"]
        let configuration = try read(StarterFile.starter, environment)
        #expect(configuration.providers.map(\.id) == ["openai"])
        #expect(configuration.keys.map(\.secret) == ["tp_live_0123456789abcdef"])
    }

    @Test("loads with every example in it uncommented")
    func uncommented() throws {
        let lines = StarterFile.starter.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.firstMatch(of: #/^  # /#) != nil ? "  " + line.dropFirst(4) : String(line)
        }
        let environment = ["OPENAI_API_KEY": "sk", "MISTRAL_API_KEY": "m"]
        let configuration = try read(lines.joined(separator: "\n"), environment)
        #expect(configuration.providers.map(\.id) == ["openai", "ollama", "local", "mistral"])
        #expect(configuration.policy.routes["fast-llm"]?.choices.count == 2)
    }

    @Test("its own secret is refused where other machines can connect")
    func placeholder() throws {
        let open = StarterFile.starter.replacing("listen: 127.0.0.1:8080", with: "listen: 0.0.0.0:8080")
        #expect(problems(open).count == 1)
        #expect(problems(open).first?.contains("the one that everybody can read") == true)
        #expect(problems(open, ["TUPPENCE_KEY": "tp_live_0123456789abcdef"]).isEmpty)
        let own = StarterFile.text(secret: "tp_live_0123456789abcdef")
        #expect(try read(own).keys.map(\.secret) == ["tp_live_0123456789abcdef"])
    }
}
