import ArgumentParser

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How routes choose.", subcommands: [RoutesExplain.self])
}
