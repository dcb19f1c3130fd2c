import ArgumentParser

struct Prices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What models cost, and what a usage costs.",
        subcommands: [PricesList.self, PricesCost.self])
}
