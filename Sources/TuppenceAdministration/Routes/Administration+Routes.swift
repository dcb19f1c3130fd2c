import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceServer

/// Where a request would go, and what it would cost.
package struct RouteAnswer: Sendable {
    package let explanation: RouteExplanation
    /// The path below `/v1/`.
    package let endpoint: String

    /// As `POST /v1/quote` has it.
    package var json: String {
        String(decoding: explanation.json(model: explanation.route.name, endpoint: endpoint), as: UTF8.self)
    }
}

extension Administration {
    /// Where the request in `body` would go, and what it would cost. Nothing is sent.
    ///
    /// - Parameters:
    ///   - key: nil where budgets are to be left out.
    ///   - boards: what a running gateway knows of targets.
    /// - Throws: ``AdministrationError`` with the words that the request would be refused with before its targets are looked at, or
    ///   for a key that is not there.
    package func explanation(
        of body: [UInt8], endpoint: String? = nil, key: String?, customer: String? = nil, boards: TargetBoards
    ) throws -> RouteAnswer {
        if let key { try check(isThere: key) }
        let configuration = try current(at: WallClock.now).configuration
        do {
            let question = try body.withUnsafeBytes {
                try RouteQuestion(
                    $0, endpoint: endpoint, key: key, customer: customer, in: configuration, boards: boards)
            }
            return RouteAnswer(
                explanation: try question.explanation(in: store), endpoint: question.request.attribution.endpoint)
        } catch let refusal as Refusal {
            throw AdministrationError(.invalid, refusal.message)
        }
    }

    /// The same for a request of which only the size and the needs are known.
    package func explanation(of sketch: RequestSketch, key: String?, boards: TargetBoards) throws -> RouteAnswer {
        let policy = try current(at: WallClock.now).configuration.policy
        let kind = (try? policy.route(for: sketch.model))?.choices.first.flatMap { policy.kind(of: $0.candidate) }
        return try explanation(of: sketch.body(isEmbedding: kind == .embedding), key: key, boards: boards)
    }

    /// Answers for a key of which nobody has heard would be those for none.
    ///
    /// - Throws: ``AdministrationError`` where there is no key of that name.
    package func check(isThere key: String) throws {
        let names = try keys(at: WallClock.now).map(\.name)
        guard !names.contains(key) else { return }
        guard !key.hasPrefix("tp_") else {
            throw AdministrationError(
                .invalid, "There is no key of that name: it is asked for by its name, not by its secret.")
        }
        let suggestion = Suggestion.sentence(for: key, among: names)
        throw AdministrationError(
            .invalid,
            "There is no key '\(key)'. \(suggestion.isEmpty ? "Leave it out to look at no budgets." : suggestion)")
    }
}
