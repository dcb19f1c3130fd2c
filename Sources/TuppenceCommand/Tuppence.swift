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
            Import.self, VersionCommand.self,
        ],
        defaultSubcommand: nil)

    static func main() async {
        var command: any ParsableCommand = Tuppence()
        do {
            command = try parsed()
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
            try StandardOutput.check()
        } catch let mistake as MistakenCommand {
            CommandEnd.exit(with: ValidationError(mistake.message), of: mistake.group)
        } catch {
            CommandEnd.exit(with: error, of: type(of: command))
        }
    }

    /// - Throws: what the parser says; ``MistakenCommand`` where it stumbled over a command that there is not, or an amount below zero.
    private static func parsed() throws -> any ParsableCommand {
        do { return try parseAsRoot() } catch {
            let arguments = Array(CommandLine.arguments.dropFirst())
            throw MistakenCommand(in: arguments, of: Self.self) ?? MistakenCommand(amountIn: arguments) ?? error
        }
    }
}
