import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceServer

struct Holds: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is set aside at the moment: one line for each attempt that has not been settled.")

    @OptionGroup var options: ConfigurationOptions
    @Option(help: "Only holds of this key.") var key: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let holds = try Administration(existing: try options.loadForStore()).holds(key: key, at: WallClock.now)
        if json { return try JSONOutput.print(holds) }
        var table = Table(
            ["since", "key", "target", "amount", "budgets", "expires", "request"], numeric: [3, 5])
        for hold in holds {
            table.add([
                hold.since, hold.key, "\(hold.provider)/\(hold.model)",
                Money(nanodollars: hold.amountNanodollars).description,
                hold.accounts.isEmpty ? "-" : hold.accounts.joined(separator: ", "),
                hold.expiresInMs > 0 ? "in \((hold.expiresInMs + 999) / 1_000) s" : "now",
                "\(hold.requestId)#\(hold.attempt)",
            ])
        }
        print(table.isEmpty ? "Nothing is held." : table.text)
    }
}
