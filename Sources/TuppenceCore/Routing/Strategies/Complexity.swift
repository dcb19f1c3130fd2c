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
        /// A bit for each of ``Complexity/words``.
        case words(UInt32)
    }

    public private(set) var reasons: [(reason: Reason, points: Int)] = []

    /// Beginnings of words that questions have which are hard to answer; the case of letters makes no difference.
    public static let words = [
        "prove", "proof", "theorem", "deriv", "analy", "compar", "evaluat", "optimi", "refactor", "debug", "architect",
        "algorithm", "trade-off", "root cause", "step by step", "explain why", "strateg", "implement", "design",
        "migrat",
    ]

    public var score: Int { min(reasons.reduce(0) { $0 + $1.points }, 100) }

    public init(of demand: Demand) { Self.visit(demand) { reasons.append(($0, $1)) } }

    /// The score alone, which is asked for by every request to a route that goes by it.
    static func score(of demand: Demand) -> Int {
        var sum = 0
        visit(demand) { sum += $1 }
        return min(sum, 100)
    }

    /// Shows `note` each reason there is, with its points.
    private static func visit(_ demand: Demand, _ note: (Reason, Int) -> Void) {
        let signals = demand.signals
        func add(_ reason: Reason, _ points: Int) { if points > 0 { note(reason, points) } }
        add(.length(tokens: demand.inputEstimate), points(of: demand.inputEstimate, lengths))
        if let signals { add(.messages(signals.messages), points(of: signals.messages, conversations)) }
        if demand.needs.contains(.tools) {
            let count = max(signals?.tools ?? 1, 1)
            add(.tools(count), points(of: count, toolboxes))
        }
        if demand.needs.contains(.jsonSchema) { add(.schema, 10) }
        if demand.needs.contains(.reasoning) { add(.reasoning, 25) }
        if !demand.needs.isDisjoint(with: [.vision, .pdf, .audioInput, .videoInput]) { add(.media, 10) }
        guard let signals else { return }
        if signals.hasCode { add(.code, 15) }
        if signals.words != 0 {
            let known = signals.words & (1 << words.count - 1)
            add(.words(known), min(5 * known.nonzeroBitCount, 20))
        }
    }

    private typealias Step = (from: Int, points: Int)

    /// From so many on, so many points; the last that is reached counts.
    private static let lengths: [Step] = [(500, 5), (2_000, 10), (8_000, 20), (32_000, 30)]
    private static let conversations: [Step] = [(5, 5), (13, 10)]
    private static let toolboxes: [Step] = [(1, 10), (4, 20)]

    private static func points(of count: Int, _ steps: [Step]) -> Int {
        steps.last { count >= $0.from }?.points ?? 0
    }

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
        case .words(let known):
            "words of hard questions: \(Complexity.words.indices.filter { known & 1 << $0 != 0 }.map { Complexity.words[$0] }.joined(separator: ", "))"
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
