/// What a key has spent: altogether, and in the day and the month (UTC) of one moment.
public struct KeySpending: Sendable {
    public var total = Spending()
    public var today = Spending()
    public private(set) var month = Spending()
    /// This month's, by target.
    public private(set) var models: [Target: Spending] = [:]

    /// Callers may name any target that they hold an amount for; beyond this many they are told together.
    private static let mostModels = 1_000
    private static let others = Target(provider: "others", model: "*")

    public init() {}

    public mutating func addToMonth(_ spending: Spending, of target: Target) {
        month.add(spending)
        let target = models[target] != nil || models.count < Self.mostModels ? target : Self.others
        models[target, default: Spending()].add(spending)
    }
}
