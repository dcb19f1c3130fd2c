import ArgumentParser

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The routes: how they choose, how they do, and what other ones would cost.",
        subcommands: [RoutesExplain.self, RoutesReport.self, RoutesSimulate.self])
}
