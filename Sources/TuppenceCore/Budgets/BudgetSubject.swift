/// On whose behalf and where money would be spent: what budgets are matched against.
public struct BudgetSubject: Hashable, Sendable {
    public let attribution: Attribution
    public let target: Target

    public init(_ attribution: Attribution, target: Target) {
        self.attribution = attribution
        self.target = target
    }

    /// - Parameter tags: as ``RequestTags`` writes them.
    public init(
        key: String, customer: String? = nil, user: String? = nil, route: String? = nil, target: Target,
        tags: String? = nil
    ) {
        self.init(
            Attribution(key: key, customer: customer, user: user, route: route, tags: tags, endpoint: ""),
            target: target)
    }

    public var key: String { attribution.key }
    public var customer: String? { attribution.customer }
    public var user: String? { attribution.user }
    public var route: String? { attribution.route }
    /// As ``RequestTags`` writes them: `project=x,team=search`.
    public var tags: String? { attribution.tags }

    public subscript(dimension: BudgetDimension) -> String? {
        switch dimension {
        case .key: key
        case .customer: customer
        case .user: user
        case .route: route
        case .provider: target.provider
        case .model: target.model
        case .family: ModelFamily.name(of: target.model)
        case .tag(let name): tags.flatMap { RequestTags.value(of: name, in: $0) }
        }
    }
}
