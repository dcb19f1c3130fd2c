import ArgumentParser
import TuppenceCore
import TuppenceGateway

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The routes: how they choose, how they do, and what other ones would cost.",
        subcommands: [RoutesList.self, RoutesExplain.self, RoutesReport.self, RoutesSimulate.self],
        defaultSubcommand: RoutesList.self)
}

struct RoutesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The routes of the configuration, and where they lead.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let routes = RouteLine.all(of: try options.loadForStore().configuration.policy)
        if json { return try JSONOutput.print(routes) }
        var table = Table(["route", "strategy", "target", "weight", "priority"], numeric: [3, 4])
        for route in routes {
            for choice in route.targets {
                table.add([route.name, route.strategy, choice.target, "\(choice.weight)", "\(choice.priority)"])
            }
        }
        print(
            table.isEmpty
                ? "There are no routes: requests name models, as in openai/gpt-4o-mini. Define some under 'routes'."
                : table.text)
    }
}

/// A route as `routes list --json` and `check --json` have it.
struct RouteLine: Encodable {
    struct Choice: Encodable {
        let target: String
        let weight: Int
        let priority: Int
    }

    let name: String
    let strategy: String
    let targets: [Choice]

    /// By name.
    static func all(of policy: Policy) -> [RouteLine] {
        policy.routes.values.sorted { $0.name < $1.name }.map { route in
            RouteLine(
                name: route.name, strategy: route.strategy.rawValue,
                targets: route.choices.map {
                    Choice(target: $0.candidate.target.description, weight: $0.weight, priority: $0.priority)
                })
        }
    }
}
