/// A page that all others lead to.
///
/// A page of another kind is a case here, in its place among the others.
enum Place: String, CaseIterable {
    case overview = "Overview"

    var title: String { rawValue }

    var path: String {
        switch self {
        case .overview: "/"
        }
    }
}
