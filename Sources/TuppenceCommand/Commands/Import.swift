import ArgumentParser

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a configuration of another gateway's.", subcommands: [ImportLiteLLM.self])
}
