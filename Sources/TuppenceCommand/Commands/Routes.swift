import ArgumentParser

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The routes: how they do, and what other ones would cost.",
        subcommands: [RoutesReport.self, RoutesSimulate.self])
}
