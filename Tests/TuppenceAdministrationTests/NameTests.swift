import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

@testable import TuppenceAdministration

@Suite("Names that operators give")
struct NameTests {
    private static let now = Timestamp(seconds: 1_795_000_000)
    private static let actor = Actor(name: "tests", origin: .console)

    private func refusal(_ change: (Administration) throws -> Void) throws -> String? {
        let scratch = try ScratchStore()
        let loaded = LoadedConfiguration(Configuration.fromEnvironment([:]), path: nil)
        let administration = Administration(store: scratch.store, loaded: loaded)
        do { try withExtendedLifetime(scratch) { try change(administration) } } catch { return "\(error)" }
        return nil
    }

    @Test(
        "control characters are refused in every one of them",
        arguments: ["a\u{7}b", "a\nb", "\tab", "ab\u{7F}", "\0"])
    func controls(name: String) throws {
        func said(_ thing: String) -> String {
            "A \(thing)'s name has no control characters, such as a line break or a tab: leave them out."
        }
        #expect(try refusal { _ = try $0.createKey(name, by: Self.actor, at: Self.now) } == said("key"))
        #expect(
            try refusal { _ = try $0.createOperator(name, role: .viewer, by: Self.actor, at: Self.now) }
                == said("token"))
        #expect(
            try refusal { _ = try $0.topUp(name, Money(nanodollars: 1), by: Self.actor, at: Self.now) }
                == said("customer"))
        for scope in [BudgetDefinition.Member("customer", .text(name)), .init("user", .text(name))] {
            let definition = BudgetDefinition([
                .init("name", .text("b")), .init("scope", .members([scope])), .init("limit", .text("5")),
                .init("per", .text("day")),
            ])
            #expect(
                try refusal { _ = try $0.createBudget(definition, by: Self.actor, at: Self.now) }
                    == "'scope': it has control characters in it, such as a line break or a tab: leave them out.")
        }
    }

    @Test("others are taken, in any script")
    func plain() throws {
        #expect(try refusal { _ = try $0.createKey("team-1", by: Self.actor, at: Self.now) } == nil)
        let paid = try refusal {
            _ = try $0.topUp("Zoë & 株式会社", Money(nanodollars: 1), by: Self.actor, at: Self.now)
        }
        #expect(paid == nil)
    }
}
