import ArgumentParser
import TuppenceCore
import TuppenceSQLite
import TuppenceServer

struct Statement: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a customer was charged, by day and model, and what it paid in.",
        discussion: "Days are those of UTC. Without --since and --until it is the present month.")

    @Argument(help: "The customer.") var customer: String
    @Option(help: "The first day: 2026-11-01.") var since: String?
    @Option(help: "The day after the last: 2026-12-01.") var until: String?
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print CSV: one line for each day and model, and for each payment.") var csv = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let month = BudgetWindow(.month, containing: WallClock.now)
        let start = try since.map(Self.day) ?? month.start
        let end = try until.map(Self.day) ?? month.end ?? .distantFuture
        guard start < end else { throw ValidationError("--since must be before --until.") }
        let statement = try CustomerStatement(
            of: customer, from: start, until: end, store: try options.load().openExistingStore())
        if json { return try JSONOutput.print(statement) }
        print(csv ? statement.csv : statement.text)
    }

    private static func day(_ text: String) throws -> Timestamp {
        guard let day = Timestamp(iso8601: text), SpendingSpan.day.start(containing: day) == day else {
            throw ValidationError("'\(text)' is not a day such as 2026-11-01.")
        }
        return day
    }
}
