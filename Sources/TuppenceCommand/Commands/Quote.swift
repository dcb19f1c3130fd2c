import ArgumentParser
import TuppenceCore
import TuppenceDialects

struct Quote: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a request would cost on each target of its model, the cheapest first.",
        discussion: """
            Reads the body of a request as a client would send it, and sends nothing. With --key it is what that key would be \
            charged, and whether its budgets have room. Why a target is chosen: tuppence routes explain. What targets have \
            room for at the moment a running gateway alone knows: ask it by POST /v1/quote.
            """)

    @OptionGroup var request: AskedRequest
    @Flag(help: "Print JSON, as POST /v1/quote answers.") var json = false

    func run() throws {
        let answer = try request.answer()
        print(json ? answer.json : answer.quoteText)
    }
}

extension AskedRequest.Answer {
    /// The prices for people.
    fileprivate var quoteText: String {
        var table = Table(
            ["target", "expected", "at most", "input tokens", "output tokens", ""], numeric: [1, 2, 3, 4])
        for line in explanation.lines.sorted(by: { $0.expectedPrice < $1.expectedPrice }) {
            let isChosen = line.candidate.target == explanation.chosen
            table.add([
                line.candidate.target.description, line.expectedPrice.description, line.mostPrice.description,
                "\(line.expectedUsage.totalInput)", "\(line.expectedUsage.totalOutput)",
                line.blocker?.text ?? (isChosen ? "would be sent there" : ""),
            ])
        }
        let outcome =
            switch explanation.outcome {
            case .refused(let refusal):
                "It would be refused with \(refusal.code.status) \(refusal.code): \(refusal.message)"
            case .sent(let attempt, _): "\(attempt.hold.price) would be held for it, and what it costs charged."
            }
        return "\(endpoint), model \(model):\n\n\(table.text)\n\n\(outcome)"
    }
}
