import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway
import TuppenceServer

struct RoutesExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Where a request would go, why not elsewhere, and what it would cost.",
        discussion: """
            Reads the body of a request, decides about it as the gateway does, and sends nothing. With --key the budgets are \
            looked at that concern that key. How targets have done of late a running gateway alone knows: ask it by \
            POST /v1/quote.
            """)

    @Argument(help: "The file to read; - for standard input.") var file: String
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "The endpoint, where the body does not tell: embeddings, responses …") var endpoint: String?
    @Option(help: "The key that sends it.") var key: String?
    @Option(help: "The customer that it is sent for.") var customer: String?
    @Flag(help: "Print JSON, as POST /v1/quote answers.") var json = false

    func run() throws {
        var loaded = try options.load()
        let store = key == nil ? nil : try loaded.openExistingStore()
        if let store { loaded = try loaded.withBudgets(of: store, at: WallClock.now) }
        let body = try InputFile.read(file)
        do {
            let question = try body.withUnsafeBytes {
                try RouteQuestion($0, endpoint: endpoint, key: key, customer: customer, in: loaded.configuration)
            }
            let explanation = try question.explanation(in: store)
            if json {
                print(
                    String(
                        decoding: explanation.json(
                            model: question.route.name, endpoint: question.request.attribution.endpoint),
                        as: UTF8.self))
            } else {
                print(explanation.text)
            }
        } catch let refusal as Refusal {
            throw Failure(refusal.message)
        }
    }
}
