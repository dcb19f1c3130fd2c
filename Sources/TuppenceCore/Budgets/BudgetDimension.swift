/// What a budget can be scoped by.
public enum BudgetDimension: Hashable, Sendable {
    case key, customer, user, route, provider, model
    /// What ``ModelFamily`` makes of the model's name.
    case family
    /// What the caller says under this name in `x-tuppence-tags`.
    case tag(String)

    /// All but tags, whose names callers make up. Values stand in this order in an account's name, those of tags behind
    /// them: another order would begin every budget anew.
    public static let allCases: [BudgetDimension] = [.key, .customer, .user, .route, .provider, .model, .family]

    /// As people write it: `key`, `tag:team`.
    public var name: String {
        switch self {
        case .key: "key"
        case .customer: "customer"
        case .user: "user"
        case .route: "route"
        case .provider: "provider"
        case .model: "model"
        case .family: "family"
        case .tag(let name): "tag:\(name)"
        }
    }
}
