import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

@testable import TuppenceAdministration

@Suite("The end of a key")
struct KeyEndTests {
    private static let actor = Actor(name: "tests", origin: .command)
    private static let now = Timestamp(seconds: 1_795_000_000)
    private static let soon = now + .seconds(60)

    private func withAdministration(
        _ configuration: Configuration = .fromEnvironment([:]), _ body: (Administration) throws -> Void
    ) throws {
        let scratch = try ScratchStore()
        let loaded = LoadedConfiguration(configuration, path: nil)
        try withExtendedLifetime(scratch) { try body(Administration(store: scratch.store, loaded: loaded)) }
    }

    @Test("is told where keys are listed, is changed and taken away, and every change is written down")
    func changes() throws {
        try withAdministration { administration in
            let made = try administration.createKey(
                "brief", until: .after(.seconds(60)), by: Self.actor, at: Self.now)
            #expect(made.expiresAt == Self.soon.iso8601)
            let line = try administration.key("brief", at: Self.now)
            #expect(line.expiresAt == Self.soon.iso8601 && !line.expired)
            #expect(try administration.key("brief", at: Self.soon).expired)
            try administration.setKey(
                "brief", until: .at(Self.soon + .seconds(60)), of: .one(of: [1]), by: Self.actor, at: Self.now)
            #expect(try !administration.key("brief", at: Self.soon).expired)
            #expect(throws: AdministrationError.self) {
                try administration.setKey("brief", until: .never, of: .one(of: [1]), by: Self.actor, at: Self.now)
            }
            try administration.setKey("brief", until: .never, by: Self.actor, at: Self.now)
            #expect(try administration.key("brief", at: Self.soon).expiresAt == nil)
            #expect(
                try administration.audit(limit: 9, cursor: nil).data.map { "\($0.action): \($0.detail)" } == [
                    "key.expire: never", "key.expire: at \((Self.soon + .seconds(60)).iso8601)",
                    "key.create: expires at \(Self.soon.iso8601)",
                ])
        }
    }

    @Test("is not in the past, and that of a key of the configuration is changed there")
    func refused() throws {
        var configuration = Configuration.fromEnvironment([:])
        configuration.keys = [KeySettings(name: "web", secret: "0123456789abcdef", expiresAt: Self.now)]
        try withAdministration(configuration) { administration in
            let past = #expect(throws: AdministrationError.self) {
                try administration.createKey("brief", until: .at(Self.now), by: Self.actor, at: Self.now)
            }
            #expect(past?.description.hasPrefix("A key can't end at \(Self.now.iso8601), as that is over") == true)
            let keys = try administration.keys(at: Self.now)
            #expect(keys.map(\.expired) == [true])
            let fixed = #expect(throws: AdministrationError.self) {
                try administration.setKey("web", until: .never, by: Self.actor, at: Self.now)
            }
            #expect(fixed?.code == .conflict)
            let unknown = #expect(throws: AdministrationError.self) {
                try administration.setKey("nobody", until: .never, by: Self.actor, at: Self.now)
            }
            #expect(unknown?.code == .notFound)
        }
    }
}
