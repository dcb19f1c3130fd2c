import ArgumentParser
import Foundation
import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway
import TuppenceServer

struct PricesUpdate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Take over newer prices from a list that others keep, into a file beside the configuration.",
        discussion: """
            FILE has the catalogue's form, or is LiteLLM's model_prices_and_context_window.json, the answer of OpenRouter's \
            /api/v1/models, or models.dev's api.json. Only models of providers that the configuration uses are looked at, \
            unless --all is given. What differs is shown, and written to tuppence.prices beside tuppence.yaml; 'prices' in \
            the configuration counts more than either. A gateway that runs has them after a reload (SIGHUP).

            A rate that would become lower is shown and left as it is, unless --lower is given: requests would be held for at \
            less. What is improbable is shown and left out.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The file to read; - for standard input.") var file: String
    @Option(help: "Only this provider's models.") var provider: String?
    @Flag(help: "Also providers that nothing is configured for.") var all = false
    @Flag(help: "Take over rates that become lower, too.") var lower = false
    @Flag(help: "Show what would change, and write nothing.") var dryRun = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let loaded = try options.load()
        let updates = try read(besides: loaded.path ?? "tuppence.yaml")
        let imported = try importedPrices(try InputFile.read(file))
        let sheet = PriceSheet(configured: loaded.configuration.policy.prices, updates: updates)
        let wanted = try wantedProviders(loaded.configuration)
        let update = PriceUpdate(imported.only(wanted), on: WallClock.now, known: sheet.listed)
        let taken = update.changes.filter { isTaken($0.verdict) }
        if !dryRun, !taken.isEmpty { try write(taken, over: updates, from: imported.format) }
        let report = PriceUpdateReport(update, imported, wanted, path: updates.path, written: !dryRun && !taken.isEmpty)
        if json { try JSONOutput.print(report) } else { print(report.text(isTaken: isTaken)) }
    }

    private func importedPrices(_ bytes: [UInt8]) throws -> ImportedPrices {
        do throws(PriceImportError) {
            return try ImportedPrices.read(bytes, name: file)
        } catch {
            throw Failure(error.message)
        }
    }

    private func read(besides path: String) throws -> PriceUpdates {
        do throws(ConfigurationError) {
            return try PriceUpdates(besides: path)
        } catch {
            throw Failure(error.description)
        }
    }

    private func isTaken(_ verdict: PriceUpdate.Verdict) -> Bool {
        switch verdict {
        case .new, .changed: true
        case .lower: lower
        case .odd: false
        }
    }

    private func wantedProviders(_ configuration: Configuration) throws -> Set<String> {
        let known = Set(ProviderCatalog.files.map(\.provider.id)).union(configuration.policy.providers)
        if let provider {
            guard known.contains(provider) else {
                throw Failure("There is no provider '\(provider)'. Those that are known: tuppence prices providers")
            }
            return [provider]
        }
        return all ? known : configuration.policy.providers
    }

    private func write(
        _ changes: [PriceUpdate.Change], over updates: PriceUpdates, from format: ImportedPrices.Format
    ) throws {
        var entries = Dictionary(updates.entries.map { ($0.target, $0.entry) }) { _, last in last }
        for change in changes {
            entries[change.target] = PriceList.Entry(
                model: change.target.description, listing: change.fresh)
        }
        let rows = entries.values.sorted { $0.model < $1.model }.map(\.text)
        let header = """
            # Written by 'tuppence prices update' on \(WallClock.now.iso8601.prefix(10)), last from \(format.rawValue).
            # What stands here counts more than the catalogue, and less than 'prices' in the configuration.
            #
            # model  input  cached  output  context  max_output
            """
        let text = ([header] + rows).joined(separator: "\n") + "\n"
        do {
            try Data(text.utf8).write(to: URL(filePath: updates.path), options: .atomic)
        } catch {
            throw Failure("\(updates.path) cannot be written: \(error.localizedDescription)")
        }
    }
}
