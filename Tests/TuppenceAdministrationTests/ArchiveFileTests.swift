import Foundation
import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@testable import TuppenceAdministration

@Suite("The file of an archive")
struct ArchiveFileTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// What is said of a file with that in it.
    private func refusal(of name: String, _ make: (String) throws -> Void) throws -> String {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent(name).path
        try make(path)
        let error = try #require(throws: AdministrationError.self) { _ = try ArchiveFile(path).verified() }
        #expect(error.code == .conflict)
        return error.description
    }

    @Test("what can't be read is told with the reason, and not to be removed")
    func unreadable() throws {
        let said = try refusal(of: "note.txt") { try Data("mine".utf8).write(to: URL(fileURLWithPath: $0)) }
        #expect(said.contains("note.txt: SQLite error 26: file is not a database"))
        #expect(said.hasSuffix("See that it can be, or name another file."))
        #expect(!said.contains("remove"))
    }

    @Test("a store that is no archive is told as that")
    func other() throws {
        let said = try refusal(of: "ledger.db") { path in
            let key = StoredKey(name: "app", hash: [1], hint: "tp…", createdAt: Samples.start)
            let record = AuditRecord(
                at: Samples.start, actor: "me", origin: "test", action: "key.create", subject: "app")
            let isNew = try SQLiteStore(path: path).insert(key, record)
            #expect(isNew)
        }
        #expect(said.contains("ledger.db is there already, and is no archive of this ledger."))
    }

    @Test("where there is no file, or an empty one, there is no archive")
    func none() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("new.db").path
        #expect(try ArchiveFile(path).verified() == nil)
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(try ArchiveFile(path).verified() == nil)
    }
}
