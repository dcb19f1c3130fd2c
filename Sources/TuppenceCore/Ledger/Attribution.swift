/// On whose behalf a request is made, as holds and entries keep it.
///
/// A reference: one is made for each request, and goes with all that the request leaves in the books.
public final class Attribution: Sendable {
    public let key: String
    public let customer: String?
    public let user: String?
    public let route: String?
    /// What the caller has marked the request with: `k=v,k=v`, sorted.
    public let tags: String?
    public let endpoint: String
    /// The arm of an experiment that answers it, as ``ArmName`` writes it.
    public let arm: String?

    public init(
        key: String, customer: String? = nil, user: String? = nil, route: String? = nil, tags: String? = nil,
        endpoint: String, arm: String? = nil
    ) {
        self.key = key
        self.customer = customer
        self.user = user
        self.route = route
        self.tags = tags
        self.endpoint = endpoint
        self.arm = arm
    }
}

extension Attribution: Hashable {
    public static func == (left: Attribution, right: Attribution) -> Bool {
        left === right
            || left.key == right.key && left.customer == right.customer && left.user == right.user
                && left.route == right.route && left.tags == right.tags && left.endpoint == right.endpoint
                && left.arm == right.arm
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(customer)
        hasher.combine(user)
    }
}
