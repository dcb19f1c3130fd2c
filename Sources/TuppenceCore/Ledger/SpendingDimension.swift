/// What spending can be told by: what sums are kept of, and what each entry alone says.
public enum SpendingDimension: Hashable, Sendable {
    case sums(SpendingGrouping)
    case user
    /// By the value of the tag of this name, or by every tag there is where it is nil.
    case tag(String?)

    /// What people can write, but for tags of a name.
    public static let names = SpendingGrouping.allCases.filter { $0 != .total }.map(\.rawValue) + ["user", "tag"]

    public var grouping: SpendingGrouping? {
        if case .sums(let grouping) = self { grouping } else { nil }
    }
}

extension SpendingDimension: CustomStringConvertible {
    /// As people write it: `key`, `user`, `tag:team`.
    public var description: String {
        switch self {
        case .sums(let grouping): grouping.rawValue
        case .user: "user"
        case .tag(nil): "tag"
        case .tag(let name?): "tag:\(name)"
        }
    }

    /// The total is told without being asked for.
    public init?(_ text: String) {
        switch text {
        case "user": self = .user
        case "tag": self = .tag(nil)
        case let text where text.hasPrefix("tag:"):
            let name = text.dropFirst(4)
            guard RequestTags.isPlain(name) else { return nil }
            self = .tag(String(name))
        default:
            guard let grouping = SpendingGrouping(rawValue: text), grouping != .total else { return nil }
            self = .sums(grouping)
        }
    }
}
