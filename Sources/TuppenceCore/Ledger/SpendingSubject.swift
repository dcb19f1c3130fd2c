/// What sums of the ledger are kept apart by. Names are told apart by their bytes, as a database does it.
public struct SpendingSubject: Sendable {
    public let key: String
    /// Nil where there is none, or one without a name.
    public let customer: String?
    public let route: String?
    public let target: Target

    public init(key: String, customer: String?, route: String?, target: Target) {
        self.key = key
        self.customer = customer == "" ? nil : customer
        self.route = route == "" ? nil : route
        self.target = target
    }

    public init(_ entry: LedgerEntry) {
        self.init(key: entry.key, customer: entry.customer, route: entry.route, target: entry.target)
    }

    /// The same without those who asked: what the sums of an hour are kept apart by.
    public var withoutCallers: SpendingSubject {
        SpendingSubject(key: "", customer: nil, route: route, target: target)
    }

}

extension SpendingSubject: Hashable {
    public static func == (left: SpendingSubject, right: SpendingSubject) -> Bool {
        left.key.hasSameBytes(as: right.key) && left.target.model.hasSameBytes(as: right.target.model)
            && left.target.provider.hasSameBytes(as: right.target.provider)
            && (left.route ?? "").hasSameBytes(as: right.route ?? "")
            && (left.customer ?? "").hasSameBytes(as: right.customer ?? "")
    }

    /// Names that are alike but for their spelling may share a place, which costs nothing but time.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(customer)
        hasher.combine(route)
        hasher.combine(target)
    }
}
