import Foundation

/// What a model says in a scene, before anybody has put it into a dialect.
struct Said {
    struct Call {
        var id: String
        var name: String
        /// In the pieces in which a stream tells them.
        var arguments: [String]
    }

    enum End { case stop, stopSequence, length, calls, refusal }

    var thoughts: [String] = []
    var text: [String] = []
    var calls: [Call] = []
    var end = End.stop
    /// Disjoint, as the ledger has them.
    var usage = (input: 10, cached: 4, output: 7, reasoning: 0)

    init(_ scene: Scene) {
        switch scene {
        case .text, .system, .image: text = ["Paris."]
        case .error: text = ["Par", "is."]
        case .stream: text = ["Par", "is \"é\n", "漢 😀", "."]
        case .tools:
            text = ["Let me ", "look."]
            calls = [Call(id: "call00003", name: "weather", arguments: ["{\"city\":", "\"Paris\"}"])]
            end = .calls
        case .parallelTools:
            calls = [
                Call(id: "call00003", name: "weather", arguments: ["{\"city\":", "\"Par", "is\"}"]),
                Call(id: "call00004", name: "clock", arguments: ["{\"city\":", "\"Lyon\"}"]),
            ]
            end = .calls
        case .schema: text = ["{\"city\":", "\"Paris\"}"]
        case .stop:
            text = ["One, ", "two, "]
            end = .stopSequence
        case .length:
            text = ["Paris ", "is"]
            end = .length
        case .refusal:
            text = ["I cannot ", "help."]
            end = .refusal
        case .reasoning:
            thoughts = ["Hm, ", "Paris."]
            text = ["Paris."]
            usage.reasoning = 3
        }
    }
}

func json(_ object: Any) -> String {
    let data = try? JSONSerialization.data(
        withJSONObject: object, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
}
