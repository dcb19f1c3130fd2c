import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceStore

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "The ledger: its lines, and whether all of it is as it was written.",
        subcommands: [LedgerLines.self, LedgerVerify.self, LedgerArchive.self], defaultSubcommand: LedgerLines.self)
}

struct LedgerLines: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lines", abstract: "The latest lines: one for each attempt, with what it used and cost.")

    @OptionGroup var options: LedgerOptions
    @Option(help: "How many lines at the most: 50 without, or all as JSON or CSV.") var limit: Int?
    @Option(help: "Only lines before this one, by its place.") var before: String?
    @Option(help: "Only lines of this request, by the x-tuppence-request-id of its answer.") var request: String?
    @Option(help: "Only lines of this key.") var key: String?
    @Option(help: "Only lines of this customer.") var customer: String?
    @Option(help: "Only lines of this target: provider/model.") var model: String?
    @Flag(help: "Print JSON, without a limit unless one is given.") var json = false
    @Flag(help: "Print CSV, without a limit unless one is given.") var csv = false

    private static let usualLimit = 50

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more.") }
        if json && csv { throw ValidationError("--json can't be given with --csv.") }
        if request != nil && before != nil { throw ValidationError("--request can't be given with --before.") }
    }

    func run() throws {
        let store = try options.loadForStore().openExistingStore()
        if csv || json, request == nil { return try writeAll(of: store) }
        let found = try find(in: store)
        // Who asks for one request asks for all of it; all others have come to the beginning when nothing is left.
        if let id = request.flatMap({ RequestID($0) }) {
            try store.noteBeginning(from: id.time)
        } else if found.next == nil {
            try store.noteBeginning(from: Timestamp(milliseconds: .min))
        }
        if json { return try JSONOutput.print(found.lines.map(LedgerLine.init)) }
        if csv {
            return StandardOutput.write(LedgerLine.csvHeader + LedgerLine.csv(found.lines.map(LedgerLine.init)))
        }
        var table = Table(
            ["time", "key", "route", "target", "outcome", "input", "output", "cost", "ms", "request"],
            numeric: [5, 6, 7, 8])
        for entry in found.lines.map(\.entry) {
            table.add([
                entry.at.iso8601, entry.key, entry.route ?? "-", entry.target.description,
                entry.outcome.rawValue + (entry.estimated ? " (estimated)" : ""), "\(entry.usage.totalInput)",
                "\(entry.usage.totalOutput)", entry.cost.description, "\(entry.duration.count)",
                "\(entry.attempt.request)#\(entry.attempt.number)",
            ])
        }
        print(table.isEmpty ? "There are no such lines." : table.text)
        if let next = found.next { print("Older ones: --before \(next)") }
    }

    /// For programs, page by page: there may be any number of lines.
    private func writeAll(of store: any Store) throws {
        let start = try place
        var array = JSONArrayText(JSONOutput.encoder)
        if csv { StandardOutput.write(LedgerLine.csvHeader) }
        let isWhole = try store.export(before: start, most: limit, where: isWanted) { found in
            let lines = found.map(LedgerLine.init)
            StandardOutput.write(try json ? array.next(lines) : LedgerLine.csv(lines))
            return StandardOutput.takesMore
        }
        if json { StandardOutput.write(try array.end() + "\n") }
        if isWhole { try store.noteBeginning(from: Timestamp(milliseconds: .min)) }
    }

    private func isWanted(_ entry: LedgerEntry) -> Bool {
        (key == nil || entry.key == key) && (customer == nil || entry.customer == customer)
            && (model == nil || entry.target.description == model)
    }

    private var place: LedgerPlace? {
        get throws {
            try before.map { text in
                guard let place = LedgerPlace(text) else {
                    throw ValidationError("--before takes a place such as 1234.0.")
                }
                return place
            }
        }
    }

    private func find(in store: any Store) throws -> LedgerStretch {
        if let request {
            guard let id = RequestID(request) else {
                throw ValidationError("--request takes an id such as req_ and 32 digits.")
            }
            return LedgerStretch(
                lines: try store.lines(of: id).filter { isWanted($0.entry) }.reversed(), next: nil,
                reached: Timestamp(milliseconds: 0))
        }
        return try store.stretch(before: place, limit: limit ?? Self.usualLimit, where: isWanted)
    }
}
