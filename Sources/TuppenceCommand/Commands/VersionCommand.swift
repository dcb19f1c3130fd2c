import ArgumentParser
import TuppenceGateway

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Say which version this is.")

    @Flag(help: "Print JSON, and what this binary was built as.") var json = false

    func run() throws {
        if json { return try JSONOutput.print(Facts()) }
        print(Version.current)
    }

    private struct Facts: Encodable {
        let version = Version.current
        /// Whether a ledger may be in PostgreSQL, which the static binary does not have.
        let postgres = Version.hasPostgres
        let isDebug = Version.isDebug
    }
}
