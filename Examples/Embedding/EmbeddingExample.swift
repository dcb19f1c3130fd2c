import Tuppence

/// Asks, streams, runs into a budget and says what it cost, all within this process.
///
///     swift run embedding-example
///
/// It runs on the sandbox, which needs no key and costs nothing, with its ledger in `./tuppence.db`: what it has spent is
/// there for `tuppence spend` and `tuppence ledger`, too.
@main
struct EmbeddingExample {
    /// What a `tuppence.yaml` may have, this may. It has no provider, and so gets the sandbox and its routes.
    static let configuration = """
        store: sqlite:tuppence.db
        budgets:
          - { name: each-user, scope: { user: each }, limit: $0.10, per: day }
        """

    static func main() async throws {
        try await withTuppence(configuration: .yaml(configuration), environment: [:]) { tuppence in
            try await ask(tuppence)
            try await stream(tuppence)
            try await fallBack(tuppence)
            try await refuse(tuppence)
            try await report(tuppence)
        }
    }

    static func ask(_ tuppence: Tuppence) async throws {
        let question = ChatRequest("fast-llm", [.user("What is a tuppence?")], maxTokens: 40)
        let answer = try await tuppence.chat(question, CallOptions(customer: "acme", tags: ["feature": "help"]))
        print("asked: \(answer.text)")
        print("  \(answer.cost) from \(answer.receipt.provider ?? "?")/\(answer.receipt.model ?? "?")")
    }

    static func stream(_ tuppence: Tuppence) async throws {
        let stream = try await tuppence.stream(ChatRequest("smart-llm", [.user("Count to five.")], maxTokens: 40))
        print("streamed: ", terminator: "")
        for try await event in stream {
            switch event {
            case .text(let piece): print(piece, terminator: "")
            case .finished(let answer): print("\n  \(answer.cost), booked before this line")
            default: break
            }
        }
    }

    static func fallBack(_ tuppence: Tuppence) async throws {
        let answer = try await tuppence.chat(ChatRequest("falls-over", [.user("Are you there?")], maxTokens: 20))
        print("fell over: \(answer.receipt.attempts) attempts, answered by \(answer.receipt.model ?? "?")")
    }

    /// The most that it could cost is more than it may: nothing is sent.
    static func refuse(_ tuppence: Tuppence) async throws {
        var novel = ChatRequest("smart-llm", [.user("Write a novel.")], maxTokens: 16_000)
        novel.user = "alice"
        do {
            print(try await tuppence.chat(novel).text)
        } catch let error as TuppenceError where error.code == .budgetExceeded {
            guard let budget = error.budget else { throw error }
            print("refused: it may cost \(budget.needed), and \(budget.name) has \(budget.remaining) left")
        }
    }

    static func report(_ tuppence: Tuppence) async throws {
        let spend = try await tuppence.spend()
        for budget in spend.budgets { print("budget \(budget.account): \(budget.spent) of \(budget.limit)") }
        print("total: \(spend.total.cost) in \(spend.total.requests) requests")
    }
}
