/// How much a request asks of a model, from 0 to 100, and why: sums of points that anybody can add up. No model is asked, and
/// the same request has the same score always.
public struct Complexity: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case length(tokens: Int)
        case messages(Int)
        case tools(Int)
        case schema
        case reasoning
        /// Images, sound, video or files.
        case media
        case code
        case words([String])
    }

    public private(set) var reasons: [(reason: Reason, points: Int)] = []

    /// Beginnings of words that questions have which are hard to answer; the case of letters makes no difference.
    public static let words = [
        "prove", "proof", "theorem", "deriv", "analy", "compar", "evaluat", "optimi", "refactor", "debug", "architect",
        "algorithm", "trade-off", "root cause", "step by step", "explain why", "strateg", "implement", "design",
        "migrat",
    ]

    public var score: Int { min(reasons.reduce(0) { $0 + $1.points }, 100) }

    public init(of demand: Demand) {
        let signals = demand.signals
        add(.length(tokens: demand.inputEstimate), Self.points(of: demand.inputEstimate, Self.lengths))
        if let signals { add(.messages(signals.messages), Self.points(of: signals.messages, Self.conversations)) }
        if demand.needs.contains(.tools) {
            let count = max(signals?.tools ?? 1, 1)
            add(.tools(count), Self.points(of: count, Self.toolboxes))
        }
        if demand.needs.contains(.jsonSchema) { add(.schema, 10) }
        if demand.needs.contains(.reasoning) { add(.reasoning, 25) }
        if !demand.needs.isDisjoint(with: [.vision, .pdf, .audioInput, .videoInput]) { add(.media, 10) }
        guard let signals else { return }
        if signals.hasCode { add(.code, 15) }
        if signals.words != 0 {
            let found = Self.words.indices.filter { signals.words & 1 << $0 != 0 }.map { Self.words[$0] }
            add(.words(found), min(5 * found.count, 20))
        }
    }

    /// From so many on, so many points; the last that is reached counts.
    private static let lengths = [(500, 5), (2_000, 10), (8_000, 20), (32_000, 30)]
    private static let conversations = [(5, 5), (13, 10)]
    private static let toolboxes = [(1, 10), (4, 20)]

    private static func points(of count: Int, _ steps: [(from: Int, points: Int)]) -> Int {
        steps.last { count >= $0.from }?.points ?? 0
    }

    private mutating func add(_ reason: Reason, _ points: Int) { if points > 0 { reasons.append((reason, points)) } }

    public static func == (left: Complexity, right: Complexity) -> Bool {
        left.reasons.elementsEqual(right.reasons) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) { for reason in reasons { hasher.combine(reason.reason) } }
}

extension Complexity.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .length(let tokens): "about \(tokens) input tokens"
        case .messages(let count): "\(count) messages"
        case .tools(let count): count == 1 ? "1 tool" : "\(count) tools"
        case .schema: "an answer by a schema"
        case .reasoning: "reasoning is asked for"
        case .media: "images, sound, video or files"
        case .code: "code"
        case .words(let words): "words of hard questions: \(words.joined(separator: ", "))"
        }
    }
}

extension Route.Choice {
    /// How far the choice is from a request of this score: the least target that will do, then ever greater ones, and those
    /// that are too small last, the greatest of them first.
    func distance(to score: Int) -> Int64 {
        guard let upTo else { return 101 }
        return upTo >= score ? Int64(upTo) : Int64(300 - upTo)
    }
}
