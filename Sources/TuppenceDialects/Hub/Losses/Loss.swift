import TuppenceCore

/// Something in a request that the target's dialect cannot say.
package struct Loss: Hashable, Sendable {
    /// The graver ones are greater.
    package enum Effect: Hashable, Comparable, Sendable {
        /// Said in another way or brought into the target's range, and named.
        case adjusted
        /// A hint that changes no meaning: it is left out, and named.
        case dropped
        /// The answer would not be what was asked for: the request is refused, unless the caller allows to drop the field.
        case refused
    }

    /// As the caller's own dialect calls it, with its place: `temperature`, `messages[2].name`.
    package var field: String
    /// Why, in a sentence for the caller.
    package var reason: String
    package var effect: Effect

    package init(_ field: String, _ effect: Effect, _ reason: String) {
        self.field = field
        self.effect = effect
        self.reason = reason
    }
}

/// The losses of one request, in the order in which they were met, each field once with the gravest of its losses.
package struct Losses: Hashable, Sendable {
    /// Of more than ``mostKept`` the first ones, and the first that has the request refused.
    package private(set) var all: [Loss] = []
    private var isRefused = false
    /// Why the request is refused whatever may be dropped; nil where something is left to be sent.
    package internal(set) var emptiness: Loss?

    /// More than anybody reads; a body may have a hundred thousand fields that nobody knows.
    package static let mostKept = 100

    package init() {}

    package mutating func add(_ field: @autoclosure () -> String, _ effect: Loss.Effect, _ reason: String) {
        let isFirstRefused = effect == .refused && !isRefused
        guard all.count < Self.mostKept || isFirstRefused else { return }
        let field = field()
        if isFirstRefused { isRefused = true }
        if let index = all.firstIndex(where: { $0.field == field }) {
            if effect > all[index].effect { all[index] = Loss(field, effect, reason) }
        } else {
            all.append(Loss(field, effect, reason))
        }
    }

    /// Notes that a mark is left out that says what the provider is to keep.
    ///
    /// - Parameter place: where it stands; nil for the mark of the request itself.
    mutating func addMark(at place: String? = nil) {
        add(
            place.map { $0 + ".cache_control" } ?? "cache_control", .dropped,
            "The target caches by itself; what is to be kept cannot be marked.")
    }

    /// Notes that the target's dialect takes nothing of the conversation, and answers to none that is empty.
    mutating func noteEmptiness() {
        emptiness = Loss(
            "messages", .refused,
            "No message says anything that the target takes, and it answers to no empty conversation. Put some text into a message of the user's, or name a target of a dialect that takes empty ones."
        )
    }

    /// Counts as lost what `extras` hold for another dialect.
    ///
    /// - Parameter place: where they stood, with the dot: `messages[2].`.
    package mutating func add(_ extras: Extras, in place: @autoclosure () -> String = "", target: Dialect) {
        for member in extras.members where !member.isUnderstood {
            add(
                place() + member.name.decoded, member.isEssential ? .refused : .dropped,
                "The target's dialect (\(target.rawValue)) has no such field.")
        }
    }

    /// Why the request is refused, if it is.
    ///
    /// - Parameter dropping: whether the caller allows what the target cannot do to be dropped.
    package func refusal(dropping: Bool) -> Refusal? {
        guard !dropping, let loss = all.first(where: { $0.effect == .refused }) else { return nil }
        return Refusal(.invalidRequest, loss.reason, parameter: loss.field)
    }
}
