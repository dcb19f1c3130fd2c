/// Targets in the order in which they are tried.
///
/// Those that a route has put in order are named by their places in it: most requests get on with the first, so that the others
/// are neither looked at nor counted as referred to.
public struct Candidates: Sendable {
    /// Before all others, the first of them last.
    private var stack: [Candidate]
    private let choices: [Route.Choice]
    /// Places in `choices`.
    private var order: ArraySlice<Int32>
    /// Where the first goes when it is not tried; nil where it does not stand there for that.
    private var usualPlace: Int?

    public init(_ candidates: some Sequence<Candidate>) {
        stack = candidates.reversed()
        choices = []
        order = []
    }

    /// - Parameters:
    ///   - order: places in `choices`.
    ///   - usualPlace: where in `order` the first stands when its try is not made, if it is first for that.
    init(_ choices: [Route.Choice], order: [Int32], usualPlace: Int? = nil) {
        stack = []
        self.choices = choices
        self.order = order[...]
        self.usualPlace = usualPlace
    }

    /// All targets of a route, as it lists them.
    public init(of route: Route) {
        self.init(route.choices, order: route.choices.count == 1 ? Self.first : route.choices.indices.map { Int32($0) })
    }

    /// Not made anew for each of the many requests that have nothing to choose from.
    private static let first: [Int32] = [0]

    /// The first, where it stands there to be tried: it has failed often, and one request sees whether it is back.
    var tried: Candidate? { usualPlace == nil ? nil : first }

    /// The same, in the order for requests that try none.
    public var withoutTry: Candidates {
        guard let usualPlace else { return self }
        var others = self
        others.usualPlace = nil
        let first = others.order.removeFirst()
        others.order.insert(first, at: others.order.startIndex + usualPlace)
        return others
    }

    /// Takes the first away.
    mutating func popFirst() -> Candidate? {
        usualPlace = nil
        if let top = stack.popLast() { return top }
        guard let place = order.popFirst() else { return nil }
        return choices[Int(place)].candidate
    }

    /// Puts `candidate` before all others.
    mutating func push(_ candidate: Candidate) {
        usualPlace = nil
        stack.append(candidate)
    }

    mutating func removeAll(where isUnwanted: (Candidate) -> Bool) {
        usualPlace = nil
        stack.removeAll(where: isUnwanted)
        let choices = choices
        order.removeAll { isUnwanted(choices[Int($0)].candidate) }
    }

    mutating func remove(at index: Int) {
        usualPlace = nil
        if index < stack.count {
            stack.remove(at: stack.count - 1 - index)
        } else {
            order.remove(at: order.startIndex + index - stack.count)
        }
    }
}

extension Candidates: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { stack.count + order.count }

    public subscript(index: Int) -> Candidate {
        if index < stack.count { return stack[stack.count - 1 - index] }
        return choices[Int(order[order.startIndex + index - stack.count])].candidate
    }
}

extension Candidates: ExpressibleByArrayLiteral {
    public init(arrayLiteral candidates: Candidate...) { self.init(candidates) }
}
