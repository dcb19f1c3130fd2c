import ArgumentParser
import TuppenceCore

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and say what it amounts to, without running anything.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let loaded = try options.load()
        let configuration = loaded.configuration
        print("\(loaded.path ?? "No configuration file"): good.")
        let providers = loaded.isSandbox ? ["sandbox"] : configuration.providers.map(\.id)
        print("providers: \(providers.joined(separator: ", "))")
        print(
            "keys: \(configuration.keys.isEmpty ? "those made with 'tuppence keys create'" : configuration.keys.map(\.name).joined(separator: ", "))"
        )
        var routes = Table(["route", "target", "weight", "priority"], numeric: [2, 3])
        for route in configuration.policy.routes.values.sorted(by: { $0.name < $1.name }) {
            for choice in route.choices {
                routes.add([route.name, choice.candidate.target.description, "\(choice.weight)", "\(choice.priority)"])
            }
        }
        if !routes.isEmpty { print("\n\(routes.text)") }
        var budgets = Table(["budget", "scope", "limit", "per"], numeric: [2])
        for rule in configuration.policy.budgets {
            let period = rule.period.rawValue + (rule.zone.map { ", \($0.name)" } ?? "")
            budgets.add([rule.name, rule.scopeText, rule.limit.description, period])
        }
        if !budgets.isEmpty { print("\n\(budgets.text)") }
    }
}
