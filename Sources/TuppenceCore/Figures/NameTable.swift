import Synchronization

/// Gives names small numbers, so that what happens thousands of times a second is counted by number. A name keeps its number
/// for as long as the process lives, whatever configuration is in force; beyond a limit names share one.
public final class NameTable<Name: Hashable & Sendable>: Sendable {
    private struct State {
        var numbers: [Name: Int] = [:]
        var names: [Name] = []
    }

    private let state = Mutex(State())
    private let most: Int

    /// - Parameter most: how many names have numbers of their own.
    public init(most: Int) { self.most = most }

    public func number(of name: Name) -> Int {
        state.withLock { state in
            if let known = state.numbers[name] { return known }
            guard state.names.count < most else { return NameNumber.others }
            let number = NameNumber.first + state.names.count
            state.numbers[name] = number
            state.names.append(name)
            return number
        }
    }

    /// Nil for the numbers that no name has.
    public func name(of number: Int) -> Name? {
        let index = number - NameNumber.first
        return state.withLock { $0.names.indices.contains(index) ? $0.names[index] : nil }
    }
}

/// The numbers that mean no name of their own.
public enum NameNumber {
    /// There is nothing to name.
    public static let none = 0
    /// One of those beyond the limit.
    public static let others = 1
    /// A model was asked for, and no route. Those are not named one by one: callers may name models without end.
    public static let direct = 2
    static let first = 3
}

/// The names that figures are kept by, in this process.
public enum FigureNames {
    /// A target has some thirty time series, and a route some twenty: there are ten thousand at the most, altogether.
    public static let mostTargets = 200
    public static let targets = NameTable<Target>(most: mostTargets)
    public static let routes = NameTable<String>(most: 100)

    /// Callers may name models, which are kept for good: not at any length.
    static func number(of target: Target) -> Int {
        target.model.utf8.count > 256 ? NameNumber.others : targets.number(of: target)
    }
}
