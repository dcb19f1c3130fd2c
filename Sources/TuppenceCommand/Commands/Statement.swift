import ArgumentParser
import TuppenceAdministration
import TuppenceAnalysis
import TuppenceCore
import TuppenceServer
import TuppenceStore

struct Statement: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a customer was charged, by day and model, and what it paid in.",
        discussion: "Days are those of UTC. Without --month, --since and --until it is the present month.")

    @Argument(help: "The customer. Without one: what each of them was charged.") var customer: String?
    @Option(help: "The month: 2026-11.") var month: String?
    @Option(help: "The first day: 2026-11-01.") var since: String?
    @Option(help: "The day after the last: 2026-12-01.") var until: String?
    @Flag(help: "Say what providers were paid, too: for the operator's eyes.") var cost = false
    @OptionGroup var options: ConfigurationOptions
    @Flag(exclusivity: .exclusive) var form = Form.text

    enum Form: EnumerableFlag {
        case text, csv, json, html

        static func help(for form: Form) -> ArgumentHelp? {
            switch form {
            case .text: "Print a table."
            case .csv: "Print CSV: one line for each day and model, and for each payment."
            case .json: "Print JSON."
            case .html: "Print one page of HTML that needs nothing else, to be shown or printed."
            }
        }
    }

    func validate() throws {
        if customer == nil && form == .html { throw ValidationError("--html is the statement of one customer.") }
        if month != nil && (since != nil || until != nil) {
            throw ValidationError("--month can't be given with --since or --until.")
        }
    }

    func run() throws {
        let now = WallClock.now
        let (start, end) = try span(at: now)
        try SinceArgument.check(start, before: end, now: now)
        let administration = try Administration(existing: try options.loadForStore())
        guard let customer else { return try printAll(in: administration.store, from: start, until: end) }
        let account = try administration.account(of: customer, from: start, until: end)
        switch form {
        case .csv: StandardOutput.write(account.statement.csv(showsCost: cost) + "\n")
        case .html:
            StandardOutput.write(account.statement.html(wallet: account.inWallet, made: now, showsCost: cost))
        case .json, .text:
            let output = StatementLines(account, showsCost: cost)
            if form == .json { try JSONOutput.print(output) } else { print(output.text) }
        }
    }

    private func printAll(in store: any Store, from start: Timestamp, until end: Timestamp) throws {
        let customers = try store.spending(by: [.customer], from: start, until: end)[.customer] ?? []
        let output = CustomersOutput(customers, from: start, until: end, showsCost: cost)
        switch form {
        case .csv: StandardOutput.write(output.csv + "\n")
        case .json: try JSONOutput.print(output)
        case .text, .html: print(output.text)
        }
    }

    private func span(at now: Timestamp) throws -> (start: Timestamp, end: Timestamp) {
        var window = BudgetWindow(.month, containing: now)
        if let month {
            do { window = try Administration.month(month) } catch { throw ValidationError(error.description) }
        }
        let end = window.end ?? window.start
        return (try since.map(Self.day) ?? window.start, try until.map(Self.day) ?? end)
    }

    private static func day(_ text: String) throws -> Timestamp {
        guard let day = Timestamp(iso8601: text), SpendingSpan.day.start(containing: day) == day else {
            throw ValidationError("'\(text)' is not a day such as 2026-11-01.")
        }
        return day
    }
}
