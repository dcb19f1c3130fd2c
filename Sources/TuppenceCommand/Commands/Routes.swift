import ArgumentParser
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
