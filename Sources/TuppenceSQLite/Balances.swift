import TuppenceCore

/// The balances that a transaction has read and changed.
///
/// Requests on the same budgets bring the same objects for them, so most are found without a look at their names.
struct Balances {
    private var entries: [(account: BudgetAccount, balance: Balance, isChanged: Bool)] = []
    private var places: [BudgetAccount: Int] = [:]
    private var placesByObject: [ObjectIdentifier: Int] = [:]
    /// Objects that equal one of `entries`: kept, so that no other comes to lie where they lay.
    private var twins: [BudgetAccount] = []

    subscript(account: BudgetAccount) -> Balance? {
        mutating get { place(of: account).map { entries[$0].balance } }
    }

    mutating func add(_ balance: Balance, of account: BudgetAccount, isChanged: Bool = false) {
        places[account] = entries.count
        placesByObject[ObjectIdentifier(account)] = entries.count
        entries.append((account, balance, isChanged))
    }

    mutating func change(_ balance: Balance, of account: BudgetAccount) {
        guard let place = place(of: account) else { return add(balance, of: account, isChanged: true) }
        entries[place].balance = balance
        entries[place].isChanged = true
    }

    var changed: some Sequence<(account: BudgetAccount, balance: Balance)> {
        entries.lazy.filter(\.isChanged).map { ($0.account, $0.balance) }
    }

    private mutating func place(of account: BudgetAccount) -> Int? {
        if let place = placesByObject[ObjectIdentifier(account)] { return place }
        guard let place = places[account] else { return nil }
        placesByObject[ObjectIdentifier(account)] = place
        twins.append(account)
        return place
    }
}
