import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore

struct Wallet: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What customers have paid in advance.", subcommands: [WalletList.self, WalletTopUp.self],
        defaultSubcommand: WalletList.self)
}

struct WalletList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "What is left in each wallet.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let wallets = try options.loadForStore().openExistingStore().wallets()
        if json { return try JSONOutput.print(wallets.map(WalletLine.init)) }
        var table = Table(["customer", "left", "held"], numeric: [1, 2])
        for wallet in wallets {
            table.add([wallet.name, wallet.left.description, wallet.held.description])
        }
        print(table.isEmpty ? "There are no wallets. Fill one with: tuppence wallet top-up <customer> 20" : table.text)
    }
}

struct WalletTopUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top-up", abstract: "Add money to a customer's wallet, or take some back.",
        aliases: ["topup"])

    @Argument(help: "The customer.") var customer: String
    @Argument(help: "Dollars, such as 20 or 0.50.") var amount: String
    @Flag(help: "Take this much out of the wallet instead.") var takeBack = false
    @Flag(help: "Take back even more than there is: the customer owes the rest.") var overdraw = false
    @Option(help: "What it is known by: an invoice, a payment.") var note: String?
    @Option(help: "The id that an earlier try printed: the same top-up is booked once.") var id: String?
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false

    /// What is said of an amount below zero.
    static func belowZero(_ amount: String) -> String {
        "'\(amount)' is below zero. To take money back, write: tuppence wallet top-up CUSTOMER \(amount.dropFirst()) --take-back"
    }

    func validate() throws {
        if overdraw, !takeBack { throw ValidationError("--overdraw is for what is taken back: add --take-back.") }
    }

    func run() throws {
        if amount.hasPrefix("-") { throw ValidationError(Self.belowZero(amount)) }
        guard let paid = Money(usd: amount), paid > .zero else {
            throw ValidationError("'\(amount)' is not an amount such as 20 or 0.50.")
        }
        let id = try self.id.map { text in
            guard let id = RequestID(text) else { throw ValidationError("--id takes what an earlier try printed.") }
            return id
        }
        let administration = try Administration(try options.loadForStore())
        let line = try administration.topUp(
            customer, takeBack ? .zero - paid : paid, note: note, id: id, mayOverdraw: overdraw, by: .command,
            at: WallClock.now)
        if !takeBack, let doubt = administration.doubt(aboutWalletOf: customer) {
            StandardError.write("Warning: \(doubt)\n")
        }
        if json { return try JSONOutput.print(line) }
        let left = Money(nanodollars: line.remainingNanodollars)
        print(
            line.repeated
                ? "This top-up was booked before. The wallet of '\(customer)' has \(left) left."
                : "The wallet of '\(customer)' has \(left) left. This top-up is \(line.id).")
    }
}
