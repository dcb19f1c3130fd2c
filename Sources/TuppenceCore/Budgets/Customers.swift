/// On what terms somebody is served: a customer, or whoever uses a key.
public final class Terms: Sendable {
    /// What is charged; nil for the cost.
    public let pricing: PriceRule?
    /// The wallet that pays; nil where a bill is written.
    public let wallet: BudgetClaim?
    /// Whether something else than the cost is charged: what it is, is not for who is charged to know.
    let hidesCost: Bool

    public init(pricing: PriceRule?, wallet: BudgetClaim?) {
        self.pricing = pricing
        self.wallet = wallet
        hidesCost = pricing.map { $0 != PriceRule() } ?? false
    }
}

extension Terms: Hashable {
    public static func == (left: Terms, right: Terms) -> Bool {
        left.pricing == right.pricing && left.wallet == right.wallet
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(wallet) }
}

extension BudgetClaim {
    /// What `name` has paid in advance: nothing may be spent beyond it.
    public static func wallet(_ name: String) -> BudgetClaim {
        let account = BudgetAccount.wallet(name)
        return BudgetClaim(
            account: account,
            rule: BudgetRule(name: account.name, scope: [:], limit: .zero, period: .total, actions: [.reject, .clamp]),
            resetsAt: nil)
    }
}

/// The customers of an operator, and the terms of each.
public struct Customers: Sendable {
    public struct Customer: Hashable, Sendable {
        public var pricing: PriceRule?
        /// Whether a wallet pays.
        public var isPrepaid: Bool

        public init(pricing: PriceRule? = nil, isPrepaid: Bool = false) {
            self.pricing = pricing
            self.isPrepaid = isPrepaid
        }
    }

    private let named: [String: Terms]
    /// The terms of everybody else.
    private let others: Customer?

    public init(_ named: [String: Customer] = [:], others: Customer? = nil) {
        self.named = Dictionary(uniqueKeysWithValues: named.map { ($0, Terms($1, of: $0)) })
        self.others = others
    }

    /// By bytes, as budgets, wallets and statements tell names apart: another spelling of a name is another customer.
    public func terms(of name: String) -> Terms? {
        if let place = named.index(forKey: name), named[place].key.hasSameBytes(as: name) { return named[place].value }
        return others.map { Terms($0, of: name) }
    }

    public var names: [String] { named.keys.sorted() }
}

extension Terms {
    fileprivate convenience init(_ customer: Customers.Customer, of name: String) {
        self.init(pricing: customer.pricing, wallet: customer.isPrepaid ? .wallet(name) : nil)
    }
}
