/// What sums are told by.
public enum SpendingGrouping: String, Hashable, Sendable, CaseIterable {
    case key, customer, provider, model, family, route, total

    /// Whether it asks who has spent, and not on what.
    public var isOfCallers: Bool { self == .key || self == .customer }

    /// The group of `subject`; empty where it has no name.
    public func name(of subject: SpendingSubject) -> String {
        switch self {
        case .key: subject.key
        case .customer: subject.customer ?? ""
        case .provider: subject.target.provider
        case .model: subject.target.description
        case .family: ModelFamily.name(of: subject.target.model)
        case .route: subject.route ?? ""
        case .total: "total"
        }
    }
}

extension SpendingSpan {
    /// The shortest span that has sums by all of `groupings`.
    public static func finest(for groupings: [SpendingGrouping]) -> SpendingSpan {
        groupings.contains(where: \.isOfCallers) ? .day : .hour
    }
}

/// What one key, model or the like has spent.
public struct SpendingGroup: Hashable, Sendable {
    public let name: String
    public let spending: Spending

    public init(name: String, spending: Spending) {
        self.name = name
        self.spending = spending
    }

    public static func dearestFirst(_ groups: [String: Spending]) -> [SpendingGroup] {
        groups.map { SpendingGroup(name: $0, spending: $1) }
            .sorted { ($1.spending.cost, $0.name) < ($0.spending.cost, $1.name) }
    }
}
