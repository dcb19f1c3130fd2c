import TuppenceCore

/// What a customer has left of what it paid in advance.
public struct WalletBalance: Hashable, Sendable {
    public let name: String
    /// Less what is held.
    public let left: Money
    public let held: Money

    public init(name: String, balance: Balance) {
        self.name = name
        left = .zero - balance.spent - balance.held
        held = balance.held
    }
}
