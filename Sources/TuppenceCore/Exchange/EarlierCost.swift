/// What the caller is charged for attempts beside the one that answers: those before it, and one that it has overtaken; and
/// whether it is told what providers charge.
public struct EarlierCost: Hashable, Sendable {
    public var amount: Money
    /// Whether one of them is still read on for its count, and may come to more.
    public var isPending: Bool

    /// Whether the caller is not told what a provider says that it has charged.
    public var hidesReported: Bool

    public static let none = EarlierCost(.zero)

    public init(_ amount: Money, isPending: Bool = false, hidesReported: Bool = false) {
        self.amount = amount
        self.isPending = isPending
        self.hidesReported = hidesReported
    }
}
