import ArgumentParser
import TuppenceGateway

struct RoutesExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Where a request would go, why not elsewhere, and what it would cost.",
        discussion: """
            Reads the body of a request, decides about it as the gateway does, and sends nothing. With --key the budgets are \
            looked at that concern that key. How targets have done of late a running gateway alone knows: ask it by \
            POST /v1/quote.
            """)

    @OptionGroup var request: AskedRequest
    @Flag(help: "Print JSON, as POST /v1/quote answers.") var json = false

    func run() throws {
        let answer = try request.answer()
        print(json ? answer.json : answer.explanation.text)
    }
}
