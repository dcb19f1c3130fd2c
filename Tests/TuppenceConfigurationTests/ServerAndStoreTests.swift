import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("server and store")
struct ServerAndStoreTests {
    @Test("without a file, the server listens on this machine alone, with the documented limits")
    func defaults() {
        let settings = ServerSettings()
        #expect(settings.listenHost == "127.0.0.1")
        #expect(settings.listenPort == 8080)
        #expect(settings.maxBodyBytes == 33_554_432)
        #expect(settings.requestTimeout == .seconds(600))
        #expect(settings.idleTimeout == .seconds(120))
        #expect(settings.lateUsage == .seconds(60))
        #expect(settings.holdGrace == .seconds(30))
        #expect(settings.shutdownDelay == Milliseconds(0))
    }

    @Test("what the file says counts for the server and for the policy")
    func everything() throws {
        let configuration = try read(
            """
            server: { listen: "0.0.0.0:80", max_body: 1MB, request_timeout: 60s, idle_timeout: 5s, late_usage: 2m, hold_grace: 1s }
            defaults: { max_output_tokens: 100 }
            """)
        #expect(configuration.server.listenHost == "0.0.0.0")
        #expect(configuration.server.listenPort == 80)
        #expect(configuration.server.maxBodyBytes == 1_048_576)
        #expect(configuration.server.requestTimeout == .seconds(60))
        #expect(configuration.policy.defaults.requestTimeout == .seconds(60))
        #expect(configuration.policy.defaults.idleTimeout == .seconds(5))
        #expect(configuration.policy.defaults.lateUsage == .seconds(120))
        #expect(configuration.policy.defaults.holdGrace == .seconds(1))
        #expect(configuration.policy.defaults.maxOutputTokens == 100)
    }

    @Test("late usage can be switched off")
    func lateUsage() throws {
        #expect(try read("server: { late_usage: off }").policy.defaults.lateUsage == Milliseconds(0))
        #expect(
            problems("server: { late_usage: never }")
                == ["1:23: 'never' is not a duration such as 500ms, 30s or 10m, or off."])
    }

    @Test("how long requests are taken still when it is told to stop, or not at all")
    func shutdownDelay() throws {
        #expect(try read("server: { shutdown_delay: 5s }").server.shutdownDelay == .seconds(5))
        #expect(try read("server: { shutdown_delay: 0.5s }").server.shutdownDelay == Milliseconds(500))
        #expect(
            problems("server: { request_timeout: 0.0005s }")
                == ["1:28: '0.0005s' is not a duration such as 500ms, 30s, 10m or 2h."])
        #expect(try read("server: { shutdown_delay: off }").server.shutdownDelay == Milliseconds(0))
        #expect(
            problems("server: { shutdown_delay: 5 }")
                == ["1:27: '5' is not a duration such as 500ms, 30s or 10m, or off. Add a unit: ms, s, m, h or d."])
    }

    @Test("how long answers may go on when it is told to stop: 8 s unless it says otherwise")
    func drainTimeout() throws {
        #expect(try read("server: {}").server.drainTimeout == .seconds(8))
        #expect(try read("server: { drain_timeout: 10m }").server.drainTimeout == .seconds(600))
        #expect(try read("server: { drain_timeout: off }").server.drainTimeout == Milliseconds(0))
    }

    @Test("the console listens where it is told to, on 8081 where nothing is said, or not at all")
    func console() throws {
        #expect(try read("server: {}").server.console == .standard)
        #expect(
            try read("server: { console: '[::1]:9000' }").server.console == .at(host: "::1", port: 9_000))
        #expect(try read("server: { console: off }").server.console == .off)
        #expect(
            problems("server: { console: 8081 }")
                == ["1:20: '8081' is not an address such as 127.0.0.1:8081, or 'off'."])
        #expect(
            problems("server: { console: 127.0.0.1:8080 }")
                == [
                    "1:20: The console can't listen where callers are served. Give it a port of its own, or write 'off'."
                ])
    }

    @Test(
        "addresses",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:0", "localhost", 0), ("[::1]:65535", "::1", 65_535),
            ("gateway.internal:80", "gateway.internal", 80),
        ])
    func addresses(text: String, host: String, port: Int) throws {
        let address = try #require(ServerSettings.address(text))
        #expect(address == (host, port))
    }

    @Test(
        "no addresses",
        arguments: [
            "8080", ":8080", "127.0.0.1", "127.0.0.1:", "h:65536", "::1:80", "[::1]", "[h]:80", "h:-1", "a b:80",
            "http://h:80", "*:80",
        ])
    func noAddresses(text: String) { #expect(ServerSettings.address(text) == nil) }

    @Test(
        "only addresses of this machine count as such",
        arguments: [
            ("127.0.0.1", true), ("127.8.8.8", true), ("localhost", true), ("::1", true), ("0.0.0.0", false),
            ("::", false), ("10.0.0.1", false),
        ])
    func loopback(host: String, isLoopback: Bool) {
        var settings = ServerSettings()
        settings.listenHost = host
        #expect(settings.isLoopback == isLoopback)
    }

    @Test("a store is a file or a PostgreSQL database")
    func store() throws {
        #expect(try read("store: sqlite:/var/lib/t.db").store == .sqlite(path: "/var/lib/t.db"))
        let url = try #require(PostgresURL("postgres://tuppence@db/ledger?sslmode=verify-full"))
        #expect(try read("store: \(url.text)").store == .postgres(url))
        let remedy =
            " Write 'sqlite:' and the path of a file: sqlite:tuppence.db or sqlite:/var/lib/tuppence/tuppence.db. Or the address of a PostgreSQL database: postgres://user@host/database."
        for yaml in [
            "store: tuppence.db", "store: sqlite://t.db", "store: 'sqlite:'", "store: mysql://root:hunter2@h/t",
        ] {
            #expect(problems(yaml) == ["1:8: this is no store." + remedy])
        }
        #expect(
            problems("store: 'sqlite::memory:'") == ["1:8: a ledger in memory would forget what was spent." + remedy])
        let found = problems("store: postgres://tuppence:hunter2/7@db/ledger")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("1:8: this is no address of a PostgreSQL database. Write postgres://"))
        #expect(!found[0].contains("hunter2"))
    }

    @Test("what a gateway keeps for itself lies beside a file, or in a folder that is named")
    func localDatabase() throws {
        let postgres = "store: postgres://tuppence@db/ledger\n"
        let data = "server: { data: /var/lib/gateway }\n"
        #expect(try read("store: sqlite:/srv/t.db").localDatabase == "/srv/t.db")
        #expect(try read("store: sqlite:t.db").localDatabase == "t.db")
        #expect(try read(data + "store: sqlite:/srv/t.db").localDatabase == "/var/lib/gateway/t.db")
        #expect(try read(postgres).localDatabase == "tuppence.db")
        #expect(try read(data + postgres).localDatabase == "/var/lib/gateway/tuppence.db")
    }

    @Test("max_output_tokens begins at 1")
    func outputTokens() {
        #expect(problems("defaults: { max_output_tokens: 1 }").isEmpty)
        #expect(
            problems("defaults: { max_output_tokens: 0 }") == ["1:32: '0' is not a whole number of at least 1."])
    }
}
