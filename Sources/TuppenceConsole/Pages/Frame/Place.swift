/// A page that all others lead to.
///
/// A page of another kind is a case here, in its place among the others.
enum Place: String, CaseIterable {
    case overview = "Overview"
    case requests = "Requests"
    case keys = "Keys"
    case budgets = "Budgets"
    case customers = "Customers"
    case routes = "Routes"
    case experiments = "Experiments"
    case playground = "Playground"
    case alerts = "Alerts"

    var title: String { rawValue }

    var path: String {
        switch self {
        case .overview: "/"
        case .requests: "/requests"
        case .keys: "/keys"
        case .budgets: "/budgets"
        case .customers: "/customers"
        case .routes: "/routes"
        case .experiments: "/experiments"
        case .playground: "/playground"
        case .alerts: "/alerts"
        }
    }
}
