/// Why a target is not tried for a request.
public enum Obstacle: Hashable, Sendable {
    /// Its provider has no such endpoint: the path below `/v1/`.
    case noEndpoint(String)
    /// What the request needs and its model is known to lack.
    case lacks(ModelCapabilities)
    /// The input, by the best guess, is beyond what its model takes.
    case tooLong(tokens: Int, context: Int)
    /// Its price has none of these rates, one of which the request would be charged by.
    case unpriced([String])

    /// A stable name for programs.
    public var name: String {
        switch self {
        case .noEndpoint: "endpoint"
        case .lacks: "capability"
        case .tooLong: "context"
        case .unpriced: "price"
        }
    }

    /// `lacks vision and tools`, as it follows the name of a target.
    public var text: String {
        switch self {
        case .noEndpoint(let path): "has no /v1/\(path)"
        case .lacks(let missing): "lacks \(missing.names.joined(separator: " and "))"
        case .tooLong(_, let context): "takes \(context) input tokens"
        case .unpriced(let rates): "has no price for '\(rates.joined(separator: "' or '"))'"
        }
    }
}

/// A target that a decision has left out.
public struct DroppedTarget: Hashable, Sendable {
    public let candidate: Candidate
    public let obstacle: Obstacle

    public init(_ candidate: Candidate, _ obstacle: Obstacle) {
        self.candidate = candidate
        self.obstacle = obstacle
    }
}

extension Refusal {
    /// Nothing of `route` can take the request.
    ///
    /// - Precondition: `dropped` has all of the route's targets, one at the least.
    public static func noTarget(of route: String, _ dropped: [DroppedTarget]) -> Refusal {
        switch dropped[0].obstacle {
        case .noEndpoint(let path) where dropped.allSatisfy({ $0.obstacle == .noEndpoint(path) }):
            return Refusal(
                .invalidRequest,
                "No target of this model has /v1/\(path): \(names(dropped)). Name another model, or a route with a target that has it.",
                parameter: "model")
        case .unpriced(let rates) where dropped.allSatisfy({ $0.obstacle.name == "price" }):
            return Refusal(
                .priceUnknown,
                "The price of \(dropped[0].candidate.target) has no '\(rates.joined(separator: "' and no '"))', so an answer by it cannot be budgeted. Add the rate under prices: in the configuration.",
                parameter: "model")
        case .tooLong(let tokens, _) where dropped.allSatisfy({ $0.obstacle.name == "context" }):
            return tooLong(tokens, route, dropped)
        default: return incapable(route, dropped)
        }
    }

    private static func names(_ dropped: [DroppedTarget]) -> String {
        dropped.map(\.candidate.target.description).joined(separator: ", ")
    }

    private static func reasons(_ dropped: [DroppedTarget]) -> String {
        dropped.map { "\($0.candidate.target) \($0.obstacle.text)" }.joined(separator: "; ")
    }

    /// Coding agents shorten their conversation when they read "prompt is too long" with these figures, as Anthropic says
    /// it, or OpenAI's code.
    private static func tooLong(_ tokens: Int, _ route: String, _ dropped: [DroppedTarget]) -> Refusal {
        var most = 0
        for case .tooLong(_, let context) in dropped.map(\.obstacle) { most = max(most, context) }
        return Refusal(
            .contextLengthExceeded,
            "prompt is too long: \(tokens) tokens > \(most) maximum. That is an estimate, and more than any target of '\(route)' takes: \(reasons(dropped)). Send less, or name a model with a longer context.",
            parameter: "messages")
    }

    private static func incapable(_ route: String, _ dropped: [DroppedTarget]) -> Refusal {
        var missing: ModelCapabilities = []
        for case .lacks(let some) in dropped.map(\.obstacle) { missing.formUnion(some) }
        let needs = missing.isEmpty ? "" : " It needs \(missing.needs)."
        return Refusal(
            .invalidRequest,
            "No target of '\(route)' can take this request.\(needs) \(reasons(dropped)). Name another model; or, if one of these can, say so: prices: { \(dropped[0].candidate.target): { can: [\((missing.isEmpty ? ["…"] : missing.names).joined(separator: ", ")), …] } }.",
            parameter: "model")
    }
}

extension ModelCapabilities {
    /// What of it a request may need, in words: `images (vision), tools`.
    var needs: String {
        names.map { name in
            switch name {
            case "vision": "images (vision)"
            case "pdf": "files (pdf)"
            case "audio_input": "sound (audio_input)"
            case "audio_output": "a spoken answer (audio_output)"
            case "video_input": "video (video_input)"
            case "json_schema": "answers by a schema (json_schema)"
            default: name
            }
        }.joined(separator: ", ")
    }
}
