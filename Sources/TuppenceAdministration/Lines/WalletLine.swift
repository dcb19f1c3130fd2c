import TuppenceCore
import TuppenceStore

/// A wallet for programs, in nanodollars.
package struct WalletLine: Encodable, Sendable {
    package var customer: String
    package var remainingNanodollars: Int64
    package var heldNanodollars: Int64

    package init(_ wallet: WalletBalance) {
        customer = wallet.name
        remainingNanodollars = wallet.left.nanodollars
        heldNanodollars = wallet.held.nanodollars
    }
}

/// What a top-up has come to, for programs.
package struct TopUpLine: Encodable, Sendable {
    package var customer: String
    package var remainingNanodollars: Int64
    /// By which the same top-up is booked once, however often it is asked for.
    package var id: String
    /// Whether it had been booked before, and nothing has changed.
    package var repeated: Bool
}
