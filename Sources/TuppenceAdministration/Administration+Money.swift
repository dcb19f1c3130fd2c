import TuppenceCore
import TuppenceGateway
import TuppenceStore

extension Administration {
    /// What is set aside at the moment, the oldest request first.
    package func holds(key: String? = nil, at now: Timestamp) throws -> [HoldLine] {
        try store.openHolds().filter { key == nil || $0.key == key }.map { HoldLine($0, now: now) }
    }

    /// Adds to a customer's wallet.
    ///
    /// - Parameters:
    ///   - amount: what was paid; below zero takes it back.
    ///   - id: of an earlier try, so that the same top-up is booked once; nil for a new one.
    ///   - mayOverdraw: whether more may be taken back than there is, so that the customer owes the rest.
    package func topUp(
        _ customer: String, _ amount: Money, note: String? = nil, id: RequestID? = nil, mayOverdraw: Bool = false,
        by actor: Actor, at now: Timestamp
    ) throws -> TopUpLine {
        guard (1...256).contains(customer.utf8.count) else {
            throw AdministrationError(.invalid, "A customer's name has 1 to 256 bytes.")
        }
        try Self.checkControls(in: customer, of: "customer")
        guard amount != .zero else { throw AdministrationError(.invalid, "A top-up of nothing changes nothing.") }
        guard amount <= Self.largestTopUp, .zero - amount <= Self.largestTopUp else {
            throw AdministrationError(
                .invalid,
                "\(amount) is more than a top-up may be: \(Self.largestTopUp) at the most. Nothing was booked.")
        }
        guard (note?.utf8.count ?? 0) <= 1_024 else {
            throw AdministrationError(.invalid, "A note has 1,024 bytes at the most.")
        }
        guard try !store.isArchive() else {
            throw AdministrationError(.conflict, "This is an archive of a ledger, in which nothing can be booked.")
        }
        var random = SystemRandomNumberGenerator()
        let topUp = TopUp(
            id: id ?? RequestID(at: now, using: &random), wallet: .wallet(customer), amount: amount, at: now,
            note: note)
        // What others have written since is read before the ledger's writer has to wait for this.
        try store.catchUp()
        let former = try store.balances(of: [topUp.wallet])[topUp.wallet] ?? Balance()
        let spent = former.spent
        guard !spent.nanodollars.subtractingReportingOverflow(amount.nanodollars).overflow else {
            throw AdministrationError(
                .invalid,
                "The wallet of '\(customer)' can't hold that much: it has \(.zero - spent). Nothing was booked.")
        }
        let wasThere = try id != nil && store.topUp(topUp.id, into: topUp.wallet) != nil
        if !wasThere, !mayOverdraw { try Self.check(WalletBalance(name: customer, balance: former), has: amount) }
        let (balance, isRepeated, tries) = try book(topUp)
        // Where it was booked by the first of two tries, the second finds it.
        let repeated = isRepeated && (wasThere || tries == 1)
        if isRepeated {
            guard try store.topUp(topUp.id, into: topUp.wallet)?.amount == amount else {
                throw AdministrationError(
                    .conflict,
                    "\(topUp.id) is the id of another top-up, of another wallet or amount. Nothing was booked. An id stands for one top-up: make a new one."
                )
            }
        }
        if !repeated {
            let detail = "\(amount) as \(topUp.id)" + (note.map { ": \($0)" } ?? "")
            try store.note(AuditRecord(actor, "wallet.top-up", customer, detail: detail, at: now))
        }
        return TopUpLine(
            customer: customer,
            remainingNanodollars: WalletBalance(name: customer, balance: balance).left.nanodollars,
            id: topUp.id.description, repeated: repeated)
    }

    /// - Throws: ``AdministrationError`` where less is there than `amount` takes back.
    private static func check(_ wallet: WalletBalance, has amount: Money) throws {
        guard amount < .zero, wallet.left < .zero - amount else { return }
        let held = wallet.held > .zero ? ", besides \(wallet.held) held for requests under way" : ""
        throw AdministrationError(
            .invalid,
            "The wallet of '\(wallet.name)' has \(wallet.left) left\(held), which is less than \(.zero - amount). Nothing was booked. Take back what is there; or where the customer is to owe the rest, as after a payment that was called back, say so: --overdraw, or \"overdraw\": true in the body."
        )
    }

    /// What one top-up may come to, either way: more is a slip of the pen.
    private static let largestTopUp = Money(nanodollars: 10_000_000_000_000_000)

    /// Why a wallet may have been meant for somebody else; nil where the configuration has its customer pay in advance.
    package func doubt(aboutWalletOf customer: String) -> String? {
        let customers = loaded.configuration.policy.customers
        guard customers.terms(of: customer)?.wallet == nil else { return nil }
        return
            "No customer '\(customer)' pays in advance by the configuration, so that nothing is taken from this wallet. If the name is wrong, take it back: tuppence wallet top-up '\(customer)' AMOUNT --take-back. If it is right, write under 'customers': { name: \(customer), prepaid: true }."
    }

    /// Books it, and once more where the answer may be all that was lost: an id is booked once.
    private func book(_ topUp: TopUp) throws -> (balance: Balance, isRepeated: Bool, tries: Int) {
        for tries in 1...2 {
            do throws(StoreError) {
                guard case .toppedUp(let balance, let isRepeated)? = try store.apply([.topUp(topUp)]).first else {
                    throw StoreError("the ledger did not take a top-up")
                }
                return (balance, isRepeated, tries)
            } catch {
                guard tries == 2 else { continue }
                throw AdministrationError(
                    .unknownOutcome,
                    "The store did not answer, and the top-up may have been booked or not: \(error). Repeat it with its id, so that it is booked once: --id \(topUp.id), or \"id\": \"\(topUp.id)\" in the body."
                )
            }
        }
        preconditionFailure("the second try returns or throws")
    }
}
