import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway
import TuppenceServer

/// A request that a command is asked about, and who would send it. It is decided about as the gateway does, and not sent.
struct AskedRequest: ParsableArguments {
    @Argument(help: "The file to read; - for standard input.") var file: String
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "The endpoint, where the body does not tell: chat, messages, embeddings, responses …")
    var endpoint: String?
    @Option(help: "The key that sends it.") var key: String?
    @Option(help: "The customer that it is sent for.") var customer: String?

    struct Answer {
        let explanation: RouteExplanation
        /// What the request calls its model.
        let model: String
        /// The path below `/v1/`.
        let endpoint: String

        /// As `POST /v1/quote` answers.
        var json: String { String(decoding: explanation.json(model: model, endpoint: endpoint), as: UTF8.self) }
    }

    func answer() throws -> Answer {
        var loaded = try options.load()
        let store = key == nil ? nil : try loaded.openExistingStore()
        if let store, let key { try Administration(store: store, loaded: loaded).check(isThere: key) }
        if let store { loaded = try loaded.withBudgets(of: store, at: WallClock.now) }
        let body = try InputFile.read(file)
        do {
            let question = try body.withUnsafeBytes {
                try RouteQuestion($0, endpoint: path, key: key, customer: customer, in: loaded.configuration)
            }
            return Answer(
                explanation: try question.explanation(in: store), model: question.route.name,
                endpoint: question.request.attribution.endpoint)
        } catch let refusal as Refusal {
            throw Failure(refusal.message)
        }
    }

    /// What people call the endpoints whose paths are long.
    private static let shortNames = [
        "chat": "chat/completions", "images": "images/generations", "speech": "audio/speech",
    ]

    private var path: String? { endpoint.map { Self.shortNames[$0] ?? $0 } }
}
