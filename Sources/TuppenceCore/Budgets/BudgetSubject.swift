/// On whose behalf and where money would be spent: what budgets are matched against.
public struct BudgetSubject: Hashable, Sendable {
    public var key: String
    public var customer: String?
    public var user: String?
    public var route: String?
    public var target: Target
    /// As ``RequestTags`` writes them: `project=x,team=search`.
    public var tags: String?

    public init(
        key: String, customer: String? = nil, user: String? = nil, route: String? = nil, target: Target,
        tags: String? = nil
    ) {
        self.key = key
        self.customer = customer
        self.user = user
        self.route = route
        self.target = target
        self.tags = tags
    }

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
