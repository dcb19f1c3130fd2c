/// What a settlement has come to that was booked, in a commit whose answer was lost: what its answer was made of.
public struct BookedEntry: Hashable, Sendable {
    /// Of the accounts that it concerns, as it has left them.
    public var balances: [BudgetAccount: Balance] = [:]
    /// Whether its hold was in force until then.
    public let releasedHold: Bool

    public init(releasedHold: Bool) { self.releasedHold = releasedHold }
}
