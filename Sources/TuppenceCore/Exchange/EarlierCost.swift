/// What the caller is charged for attempts beside the one that answers: those before it, and one that it has overtaken.
public struct EarlierCost: Hashable, Sendable {
    public var amount: Money
    /// Whether one of them is still read on for its count, and may come to more.
    public var isPending: Bool

    public static let none = EarlierCost(.zero)

    public init(_ amount: Money, isPending: Bool = false) {
        self.amount = amount
        self.isPending = isPending
    }
}
