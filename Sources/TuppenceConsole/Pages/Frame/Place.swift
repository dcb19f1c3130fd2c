/// A page that all others lead to.
///
/// A page of another kind is a case here, in its place among the others.
enum Place: String, CaseIterable {
    case overview = "Overview"
    case spending = "Spending"
    case requests = "Requests"
    case keys = "Keys"
    case budgets = "Budgets"
    case customers = "Customers"
    case routes = "Routes"
    case whatIf = "What if"
    case experiments = "Experiments"
    case playground = "Playground"
    case alerts = "Alerts"
    case audit = "Audit log"

    var title: String { rawValue }

    var path: String {
        switch self {
        case .overview: "/"
        case .spending: "/spending"
        case .requests: "/requests"
        case .keys: "/keys"
        case .budgets: "/budgets"
        case .customers: "/customers"
        case .routes: "/routes"
        case .whatIf: "/routes/explain"
        case .experiments: "/experiments"
        case .playground: "/playground"
        case .alerts: "/alerts"
        case .audit: "/audit"
        }
    }
}
