import ArgumentParser
import SimulateCommand
import TuppenceGateway

@main
struct Tuppence: AsyncParsableCommand {
    static let version = Version.current

    static let configuration = CommandConfiguration(
        commandName: "tuppence",
        abstract: "A pay-as-you-go layer in front of AI model providers.",
        discussion:
            "Without a tuppence.yaml and without provider keys in the environment it runs on a sandbox provider.",
        version: version,
        subcommands: [
            Serve.self, Demo.self, Init.self, Check.self, Connect.self, Doctor.self, Keys.self, Budgets.self,
            Spend.self,
            Holds.self, LedgerCommand.self, Wallet.self, Statement.self, Reconcile.self, Prices.self, Quote.self,
            Routes.self, Batch.self, ConsoleCommand.self, StoreCommand.self, SandboxCommand.self, SimulateCommand.self,
            Import.self,
        ],
        defaultSubcommand: nil)

    static func main() async {
        var command: any ParsableCommand = Tuppence()
        if let names = CommandNames(mistakenIn: Array(CommandLine.arguments.dropFirst()), of: Self.self) {
            CommandEnd.exit(with: ValidationError(names.mistake), of: names.group)
        }
        do {
            command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
            try StandardOutput.check()
        } catch {
            CommandEnd.exit(with: error, of: type(of: command))
        }
    }
}
