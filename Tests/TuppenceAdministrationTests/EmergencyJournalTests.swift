import Foundation
import Logging
import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceEmergency

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

    @Test("what another gateway has in its own keeps none from starting that needs none")
    func anothers() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tuppence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = folder.path + "/t.journal"
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try Data([1]).write(to: URL(fileURLWithPath: journal))
        let needing = try configuration(in: folder, "$1")
        let needless = try configuration(in: folder, nil)
        do {
            let its = try EmergencyFile(path: journal)
            let found = try GatewayResources.openEmergencyJournal(of: needless, logger)
            #expect(found == nil)
            #expect(throws: StoreError.self) { try GatewayResources.openEmergencyJournal(of: needing, logger) }
            withExtendedLifetime(its) {}
        }
        let left = try GatewayResources.openEmergencyJournal(of: needless, logger)
        #expect(left?.isLeftover == true)
        left?.release()
        let needed = try GatewayResources.openEmergencyJournal(of: needing, logger)
        #expect(needed?.isLeftover == false)
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
