import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceGateway
import TuppenceJournal
import TuppenceStore

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Move the ledger and all that is kept beside it.",
        subcommands: [StoreMigrate.self])
}

struct StoreMigrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Copy a store into an empty one, of another database or the same, and check the copy.",
        discussion:
            "Ledger with its seals, keys, budgets, operators, audit log and feedback. Stop every gateway on either store before. What was not copied whole and found in order is not there afterwards. A password best comes from PGPASSWORD or ~/.pgpass."
    )

    @Argument(help: "Where everything is: sqlite:tuppence.db.") var from: String
    @Argument(help: "Where it is to be: postgres://user@host/database.") var to: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let (source, target) = (try Self.settings(from, "the first"), try Self.settings(to, "the second"))
        guard source != target else { throw ValidationError("Both are the same store.") }
        if case .sqlite(let path) = source, !FileManager.default.fileExists(atPath: path) {
            throw Failure("There is no store at \(path).")
        }
        let found: JournalVerification
        do {
            found = try StoreMigration.copy(from: try source.open(patience: 5), to: try target.open(patience: 5))
        } catch {
            throw Failure("Nothing was copied from \(source) to \(target): \(error).")
        }
        if json { return try JSONOutput.print(LedgerVerify.Report(found)) }
        print(
            """
            Copied and found in order: \(found.pages) pages, \(found.entries) entries, \(found.openHolds) open holds.
            Name it in every gateway's configuration: store: \(target)
            """)
    }

    /// The text is never quoted, as it may contain a password.
    private static func settings(_ text: String, _ which: String) throws -> StoreSettings {
        do { return try StoreSettings(url: text) } catch {
            throw ValidationError("Of \(which): \(error.message) \(error.remedy)")
        }
    }
}
