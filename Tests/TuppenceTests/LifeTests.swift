import Foundation
import Testing
import TuppenceCore
import TuppenceGateway
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@testable import Tuppence

@Suite("From the beginning to the end")
struct LifeTests {
    @Test("a mistake in a configuration is told with its line")
    func mistake() async throws {
        let error = try await refusal {
            _ = try await Tuppence(configuration: .yaml("store: sqlite:x.db\nbudgts: []\n"), environment: [:])
        }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message.contains("configuration:2:") && error.message.contains("budgets"))
    }

    @Test("shutting down lets calls end, books those that do not, and refuses new ones")
    func shutdown() async throws {
        try await onSandbox { tuppence, store in
            let slow = try await tuppence.stream(.hello("sandbox/chat-large?drip=50ms&tokens=400", maxTokens: 400))
            let quick = Task { try await tuppence.chat(.hello("sandbox/chat-small?delay=200ms")) }
            #expect(try await eventually { try store.openHolds().count == 2 })
            await tuppence.shutdown(patience: .milliseconds(600))
            #expect(try await !quick.value.text.isEmpty)
            #expect(try store.openHolds().isEmpty)
            #expect(try Set(store.entries(limit: 9).map(\.outcome)) == [.completed, .aborted])
            try await expectRefusal(.shuttingDown) { _ = try await slow.answer() }
            try await expectRefusal(.shuttingDown) { _ = try await tuppence.chat(.hello("fast-llm")) }
            try await expectRefusal(.shuttingDown) { _ = try await tuppence.stream(.hello("fast-llm")) }
            try await expectRefusal(.shuttingDown) { _ = try await tuppence.spend() }
            await tuppence.shutdown()
        }
    }

    @Test("shutting down closes the ledger's file, whoever has the gateway still")
    func closing() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).db").path
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let tuppence = try await Tuppence(configuration: .sandbox(database: path))
        _ = try await tuppence.chat(.hello("fast-llm"))
        #expect(FileManager.default.fileExists(atPath: path + "-wal"))
        await tuppence.shutdown()
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        withExtendedLifetime(tuppence) {}
    }

    @Test("another configuration takes its place; one with a mistake in it does not")
    func reload() async throws {
        try await onSandbox { tuppence, store in
            _ = try await tuppence.chat(.hello("smart-llm", maxTokens: 100))
            let budget = "budgets: [ { name: none, scope: { key: app }, limit: $0.000001, per: day } ]"
            try tuppence.reload(
                .yaml("loops: off\nkeys: [ { name: app, secret: tp_test_0123456789abcdef } ]\n\(budget)"),
                environment: [:])
            let asked = { _ = try await tuppence.chat(.hello("smart-llm", maxTokens: 100)) }
            try await expectRefusal(.budgetExceeded, asked)
            #expect(throws: TuppenceError.self) { try tuppence.reload(.yaml("loops: maybe"), environment: [:]) }
            try await expectRefusal(.budgetExceeded, asked)
            #expect(try await tuppence.spend().budgets.map(\.name) == ["none"])
        }
    }

    @Test("a price counts for what comes from its time on, without a restart, and entries tell the two apart")
    func priceChange() async throws {
        let yaml = """
            prices:
              sandbox/chat-small: [ { input: 1, output: 2 }, { from: 2099-01-01, input: 10, output: 20 } ]
            """
        try await onSandbox(yaml) { tuppence, store in
            let time = try #require(Timestamp(iso8601: "2099-01-01"))
            _ = try await tuppence.chat(.hello("fast-llm"))
            try tuppence.storeWatcher.takePrices(at: time + Milliseconds(-1))
            _ = try await tuppence.chat(.hello("sandbox/chat-small"))
            try tuppence.storeWatcher.takePrices(at: time)
            for model in ["fast-llm", "sandbox/chat-small"] { _ = try await tuppence.chat(.hello(model)) }
            let entries = try store.entries(limit: 9)
            #expect(entries.count == 4)
            func costs(_ factor: Int64) -> Set<String> {
                Set(
                    entries.filter {
                        let plain = $0.usage.totalInput * 1_000 + $0.usage.totalOutput * 2_000
                        return $0.cost == Money(nanodollars: Int64(plain) * factor)
                    }.map(\.rateCardVersion))
            }
            #expect(costs(1).count == 1 && costs(10).count == 1 && costs(1).isDisjoint(with: costs(10)))
            #expect(Dictionary(grouping: entries, by: \.rateCardVersion).map(\.value.count) == [2, 2])
        }
    }

    @Test("what names no providers does not take the place of what does: the sandbox only runs from the start")
    func withoutProviders() async throws {
        let provider = "providers: { local: { dialect: openai, base_url: \"http://127.0.0.1:9/v1\", api_key: none } }"
        try await onSandbox("\(provider)\nunpriced: allow") { tuppence, _ in
            let error = #expect(throws: TuppenceError.self) {
                try tuppence.reload(.yaml("loops: off"), environment: [:])
            }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains("providers") == true)
            try tuppence.reload(.yaml("loops: off\nunpriced: allow\n\(provider)"), environment: [:])
        }
    }

    @Test("a scope settles and closes everything, however it ends")
    func scope() async throws {
        struct Stop: Error {}
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).db").path
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        await #expect(throws: Stop.self) {
            try await withTuppence(configuration: .sandbox(database: path)) { tuppence in
                _ = try await tuppence.chat(.hello("fast-llm"))
                throw Stop()
            }
        }
        let store = try SQLiteStore(path: path)
        #expect(try store.entries(limit: 9).map(\.outcome) == [.completed])
        #expect(try store.openHolds().isEmpty)
    }
}
