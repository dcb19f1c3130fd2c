import ArgumentParser
import Foundation
import TuppenceAdministration
import TuppenceCore
import TuppenceJournal
import TuppenceServer

struct LedgerArchive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract:
            "Move the oldest pages of the ledger into a file of their own, and check it before they are taken away.",
        discussion: """
            The gateway may run meanwhile. Balances, wallets and what 'tuppence spend' tells go on as they are. The file is a \
            store: 'tuppence ledger --store FILE' reads it. Interrupted, it goes on where it was when it is run again.
            """)

    @Argument(help: "The archive, which must not be there yet.") var file: String
    @Option(help: "Pages written before then, 31 days ago at least: 2026-06-01, or 90d.") var before: SinceArgument
    @OptionGroup var options: LedgerOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let now = WallClock.now
        let administration = try Administration(existing: try options.loadForStore())
        let (outcome, remains) = try administration.archive(
            before: before.time(before: now), into: file, by: .command, at: now)
        if json { return try JSONOutput.print(Report(outcome, remains, file)) }
        if remains > 0 { print("\(remains) pages were removed that an archive before had left.") }
        switch outcome {
        case .nothing:
            print(
                "Nothing is moved: no page is of before \(before.time(before: now).iso8601) and not worked with any more."
            )
        case .finished(let found):
            print("\(file) had been made before; the ledger goes on behind it.")
            describe(found)
        case .moved(let found): describe(found)
        }
    }

    private func describe(_ found: JournalVerification) {
        print(
            """
            In \(file): \(found.pages) pages, \(found.entries) entries, from \(found.since?.iso8601 ?? "-") to \(found.until.iso8601), \(Self.size(of: file)) bytes.
            Seal of its last page: \(found.seal.hexadecimal)
            Note it somewhere else: the ledger goes on from it, and shows it with 'tuppence ledger verify'.
            A database uses the room again; a SQLite file gets smaller only by VACUUM, while the gateway is stopped.
            """)
    }

    private static func size(of file: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int ?? 0
    }

    private struct Report: Encodable {
        var outcome: String
        /// Pages that an archive before had left, and that were removed now.
        var remains: Int
        var file: String?
        var pages: Int64?
        var entries: Int?
        var since: String?
        var until: String?
        var lastPage: Int64?
        var seal: String?
        var bytes: Int?

        init(_ outcome: ArchiveOutcome, _ remains: Int, _ file: String) {
            self.remains = remains
            switch outcome {
            case .nothing: self.outcome = "nothing"
            case .moved(let found):
                self.outcome = "moved"
                tell(found, file)
            case .finished(let found):
                self.outcome = "finished"
                tell(found, file)
            }
        }

        private mutating func tell(_ found: JournalVerification, _ file: String) {
            self.file = file
            pages = found.pages
            entries = found.entries
            since = found.since?.iso8601
            until = found.until.iso8601
            lastPage = found.lastPage
            seal = found.seal.hexadecimal
            bytes = LedgerArchive.size(of: file)
        }
    }
}
