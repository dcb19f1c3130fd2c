import ArgumentParser
import TuppenceCore
import TuppenceGateway
import TuppenceSQLite
import TuppenceServer

struct Spend: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What has been spent, by budget, key and model.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let loaded = try options.load()
        let report = try SpendReport(
            store: loaded.openExistingStore(), rules: loaded.configuration.policy.budgets, now: WallClock.now)
        if json { return try JSONOutput.print(report) }
        print(report.text)
    }
}
