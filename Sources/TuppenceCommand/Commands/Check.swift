import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceEmergency
import TuppenceGateway
import TuppenceServer

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and say what it amounts to, without running anything.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON, mistakes too.") var json = false

    func run() throws {
        if json { return try printJSON() }
        let loaded = try options.load()
        let configuration = loaded.configuration
        let certificate = try certificate(of: loaded)
        print("\(loaded.path ?? "No configuration file"): good.")
        let providers = loaded.isSandbox ? ["sandbox"] : configuration.providers.map(\.id)
        print("providers: \(providers.joined(separator: ", "))")
        let found = configuration.providersOfEnvironment
        if !found.isEmpty { print("by the environment: \(found.joined(separator: ", "))") }
        print(
            "keys: \(configuration.keys.isEmpty ? "those made with 'tuppence keys create'" : configuration.keys.map(\.name).joined(separator: ", "))"
        )
        if let certificate { print("certificate: until \(certificate.expires.iso8601)") }
        var routes = Table(["route", "target", "weight", "priority"], numeric: [2, 3])
        for route in configuration.policy.routes.values.sorted(by: { $0.name < $1.name }) {
            let arms = ((route.experiment?.arms ?? []) + (route.experiment?.shadows.map(\.arm) ?? [])).map { arm in
                (name: "\(route.name), \(arm.share) as \(arm.label)", choices: arm.route?.choices ?? [])
            }
            for (name, choices) in [(route.name, route.choices)] + arms {
                for choice in choices {
                    routes.add([name, choice.candidate.target.description, "\(choice.weight)", "\(choice.priority)"])
                }
            }
        }
        if !routes.isEmpty { print("\n\(routes.text)") }
        printPriceChanges(configuration.priceChanges)
        printWarnings(loaded)
        printBudgets(configuration)
    }

    private func printJSON() throws {
        let loaded: LoadedConfiguration
        do {
            loaded = try options.loadToTell()
            _ = try certificate(of: loaded)
        } catch {
            let error =
                error as? ConfigurationError
                ?? ConfigurationError(problems: [Problem(file: options.found ?? "", message: "\(error)")])
            try JSONOutput.print(CheckReport(error, file: options.found))
            throw ExitCode(1)
        }
        try JSONOutput.print(CheckReport(loaded, warnings: warnings(loaded)))
    }

    private func certificate(of loaded: LoadedConfiguration) throws -> TLSIdentity? {
        let configuration = loaded.configuration
        return try configuration.server.tls.map { tls in
            do { return try checked(tls) } catch {
                throw Failure(
                    "\(loaded.path ?? "tuppence.yaml")\(configuration.tlsPlace.map { ":\($0.line)" } ?? ""): \(error)")
            }
        }
    }

    /// What callers over TLS would be shown now.
    private func checked(_ tls: TLSSettings) throws -> TLSIdentity {
        let files = CertificateFiles(tls)
        let identity = try files.load()
        if let warning = files.warning(of: identity, at: WallClock.now) { throw Failure(warning) }
        return identity
    }

    private func warnings(_ loaded: LoadedConfiguration) -> [String] {
        let configuration = loaded.configuration
        let retiring = configuration.policy.retiringTargets(at: WallClock.now)
        return retiring.map(\.text) + configuration.formerTargetsOfRoutes.map(\.text) + configuration.doubts
            + loaded.telemetryWarnings(ProcessInfo.processInfo.environment)
    }

    private func printWarnings(_ loaded: LoadedConfiguration) {
        let texts = warnings(loaded)
        if !texts.isEmpty { print("\n" + texts.map { "warning: \($0)" }.joined(separator: "\n")) }
    }

    private func printPriceChanges(_ changes: [PriceChange]) {
        var table = Table(["from", "price to come", "input", "output"], numeric: [2, 3])
        for change in changes {
            let rates = change.listing.rates.standard
            table.add([
                change.time, change.target.description, rates.input.perMillion.usd,
                change.listing.rates.pricesOutput ? rates.output.perMillion.usd : "-",
            ])
        }
        if !table.isEmpty { print("\n\(table.text)") }
    }

    private func printBudgets(_ configuration: Configuration) {
        let rules = configuration.policy.budgets
        let allows = configuration.emergencyJournal != nil
        var budgets = Table(
            ["budget", "scope", "limit", "per"] + (allows ? ["on store failure"] : []), numeric: [2])
        for rule in rules {
            let period = rule.period.rawValue + (rule.zone.map { ", \($0.name)" } ?? "")
            let onFailure = rule.allowance.map { "allow up to \($0)" } ?? "refuse"
            budgets.add([rule.name, rule.scopeText, rule.limit.description, period] + (allows ? [onFailure] : []))
        }
        if !budgets.isEmpty { print("\n\(budgets.text)") }
        if let journal = configuration.openedJournal { printJournal(journal, configuration.store, rules) }
    }

    private func printJournal(_ journal: String, _ store: StoreSettings, _ rules: [BudgetRule]) {
        print("\nemergency journal: \(journal)")
        if rules.allSatisfy({ $0.allowance == nil }) {
            print("  No budget has 'on_store_failure: { allow_up_to: … }': no request is admitted by it.")
        }
        if case .sqlite(let path) = store, EmergencyFile.sharesDisk(journal, with: path) {
            print(
                "  It lies on the store's file system: a full or broken disk stops both. Name one elsewhere: store: { emergency_journal: PATH }."
            )
        }
        let waiting = EmergencyFile.waitingBytes(at: journal)
        if waiting > 0 { print("  \(waiting) bytes wait in it for the store to take them in.") }
    }
}
