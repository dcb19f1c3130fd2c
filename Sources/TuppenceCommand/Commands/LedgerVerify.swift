import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceJournal
import TuppenceStore

struct LedgerVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Reads the whole journal: every seal, every posting, every balance. Ends with 1 if anything was changed, with 3 if it can't be read."
    )

    @OptionGroup var options: LedgerOptions
    @Option(help: "A seal noted earlier: there must be a page that has it.") var seal: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let noted = try seal.map { text in
            guard let bytes = Self.bytes(text) else { throw ValidationError("--seal takes 64 hexadecimal digits.") }
            return bytes
        }
        let found = try judge(for: noted)
        if noted != nil && !found.hasSeal {
            throw Failure("No page has the seal \(seal ?? ""): pages that were there when it was noted are gone.")
        }
        if json { return try JSONOutput.print(Report(found)) }
        print(
            """
            The \(found.isArchive ? "archive" : "ledger") is as it was written: \(found.pages) pages, \(found.entries) entries, \(found.openHolds) open holds.
            cost \(found.cost), charged \(found.price), paid in \(found.toppedUp)
            Seal of the last page: \(found.seal.hexadecimal)
            Note it somewhere else; with --seal it shows later that nothing before it was taken away.
            """)
        guard let before = found.checkpoint else { return }
        print(
            """
            It goes on behind page \(before.page) of \(before.at.iso8601), with the seal \(before.seal.hexadecimal):
            \(before.entries) entries before, cost \(before.cost), charged \(before.price), paid in \(before.toppedUp)
            """)
        if found.sumsOfBefore > 0 {
            print("\(found.sumsOfBefore) sums are of that time, too, and were compared by their total only.")
        }
    }

    /// Whether it is as it was written can only be said of what can be read: the two end differently.
    private func judge(for seal: [UInt8]?) throws -> JournalVerification {
        let judged: Result<JournalVerification, StoreError>
        do {
            judged = try options.loadForStore().openExistingStore(readsOn: false).judge(seal: seal)
        } catch let error as StoreError {
            StandardError.write(
                "Error: The ledger can't be read, so that nothing can be said of it: \(error). What was written may be as it was: see that it can be read, and ask again.\n"
            )
            throw ExitCode(Self.unreadable)
        }
        do { return try judged.get() } catch { throw Failure("The ledger is not as it was written: \(error).") }
    }

    /// The status for what can't be read, beside 1 for what was changed.
    private static let unreadable: Int32 = 3

    struct Report: Encodable {
        var pages: Int64
        var entries: Int
        var openHolds: Int
        var costNanodollars: Int64
        var priceNanodollars: Int64
        var toppedUpNanodollars: Int64
        var seal: String
        var lastPage: Int64
        /// Only where it is one.
        var archive: Bool?
        /// Only where pages were taken away.
        var before: Before?

        init(_ found: JournalVerification) {
            pages = found.pages
            entries = found.entries
            openHolds = found.openHolds
            costNanodollars = found.cost.nanodollars
            priceNanodollars = found.price.nanodollars
            toppedUpNanodollars = found.toppedUp.nanodollars
            seal = found.seal.hexadecimal
            lastPage = found.lastPage
            archive = found.isArchive ? true : nil
            before = found.checkpoint.map { Before($0, sumsOfBefore: found.sumsOfBefore) }
        }

        /// What is not in it any more.
        struct Before: Encodable {
            var page: Int64
            var at: String
            var seal: String
            var entries: Int
            var costNanodollars: Int64
            var priceNanodollars: Int64
            var toppedUpNanodollars: Int64
            /// Which were compared by their total only.
            var sums: Int

            init(_ checkpoint: JournalCheckpoint, sumsOfBefore: Int) {
                page = checkpoint.page
                at = checkpoint.at.iso8601
                seal = checkpoint.seal.hexadecimal
                entries = checkpoint.entries
                costNanodollars = checkpoint.cost.nanodollars
                priceNanodollars = checkpoint.price.nanodollars
                toppedUpNanodollars = checkpoint.toppedUp.nanodollars
                sums = sumsOfBefore
            }
        }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { UInt8(exactly: Character(UnicodeScalar($0)).hexDigitValue ?? -1) }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        return (0..<32).map { digits[$0 * 2] << 4 | digits[$0 * 2 + 1] }
    }
}
