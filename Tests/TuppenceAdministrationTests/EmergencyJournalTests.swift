import Foundation
import Testing
import TuppenceConfiguration

@testable import TuppenceGateway

@Suite("The emergency journal that a gateway opens")
struct EmergencyJournalTests {
    private func configuration(in folder: URL, _ allowed: String?, store: String = "") throws -> Configuration {
        let onFailure = allowed.map { ", on_store_failure: { allow_up_to: \($0) }" } ?? ""
        return try Configuration.parse(
            """
            store: { url: "sqlite:\(folder.path)/t.db"\(store) }
            budgets: [{ name: b, scope: { user: each }, limit: $10, per: day\(onFailure) }]
            """, file: "tuppence.yaml", environment: [:])
    }

    @Test("what was left in the usual one is taken in although nothing is allowed any more")
    func left() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tuppence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = folder.path + "/t.journal"
        #expect(try configuration(in: folder, "$1").openedJournal == journal)
        #expect(try configuration(in: folder, nil).openedJournal == nil)
        try Data().write(to: URL(fileURLWithPath: journal))
        #expect(try configuration(in: folder, nil).openedJournal == nil)
        try Data([1]).write(to: URL(fileURLWithPath: journal))
        #expect(try configuration(in: folder, nil).openedJournal == journal)
        let named = ", emergency_journal: /mnt/t.journal"
        #expect(try configuration(in: folder, "$1", store: named).openedJournal == "/mnt/t.journal")
    }

    @Test("a reload that wants another one says that it counts after a restart")
    func reload() throws {
        let folder = URL(fileURLWithPath: "/nowhere")
        func loaded(_ allowed: String?) throws -> LoadedConfiguration {
            LoadedConfiguration(try configuration(in: folder, allowed), path: "tuppence.yaml")
        }
        #expect(try loaded("$1").needingRestart(since: loaded(nil)) == ["store.emergency_journal"])
        #expect(try loaded("$2").needingRestart(since: loaded("$1")).isEmpty)
        #expect(try loaded(nil).needingRestart(since: loaded("$1")).isEmpty)
    }
}
