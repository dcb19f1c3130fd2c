import ArgumentParser
import TuppenceCore
import TuppenceGateway
import TuppenceSQLite

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "The ledger: its lines, and whether all of it is as it was written.",
        subcommands: [LedgerLines.self, LedgerVerify.self], defaultSubcommand: LedgerLines.self)
}

struct LedgerLines: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lines", abstract: "The latest lines: one for each attempt, with what it used and cost.")

    @OptionGroup var options: ConfigurationOptions
    @Option(help: "How many lines at the most.") var limit = 50
    @Option(help: "Only lines of this key.") var key: String?
    @Flag(help: "Print JSON, without a limit unless one is given.") var json = false

    func run() throws {
        guard limit > 0 else { throw Failure("--limit must be 1 or more.") }
        let entries = try options.load().openExistingStore().entries(
            limit: json && limit == 50 ? Int.max : limit, key: key)
        if json { return try JSONOutput.print(entries.map(LedgerLine.init)) }
        var table = Table(
            ["time", "key", "route", "target", "outcome", "input", "output", "cost", "ms", "request"],
            numeric: [5, 6, 7, 8])
        for entry in entries {
            table.add([
                entry.at.iso8601, entry.key, entry.route ?? "-", entry.target.description,
                entry.outcome.rawValue + (entry.estimated ? " (estimated)" : ""), "\(entry.usage.totalInput)",
                "\(entry.usage.totalOutput)", entry.cost.description, "\(entry.duration.count)",
                "\(entry.attempt.request)#\(entry.attempt.number)",
            ])
        }
        print(table.isEmpty ? "The ledger is empty." : table.text)
    }
}
