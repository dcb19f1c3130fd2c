import ArgumentParser

struct Prices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What models cost, what a usage costs, and how much input a request is held for.",
        subcommands: [
            PricesList.self, PricesProviders.self, PricesCheck.self, PricesUpdate.self, PricesCost.self,
            PricesCount.self,
        ], defaultSubcommand: PricesList.self)
}
