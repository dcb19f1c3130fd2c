import TuppenceAdministration
import TuppenceCore

/// What somebody asks of spending, as it stands in the address: of which time, and told by what.
struct SpendingQuestion: Sendable {
    enum Span: String, CaseIterable, Sendable {
        case day = "24h"
        case week = "7d"
        case thirtyDays = "30d"
        case month

        var title: String {
            switch self {
            case .day: "The last 24 hours"
            case .week: "The last 7 days"
            case .thirtyDays: "The last 30 days"
            case .month: "This month"
            }
        }

        fileprivate func start(at now: Timestamp) -> Timestamp {
            switch self {
            case .day: now + .seconds(-86_400)
            case .week: now + .seconds(-7 * 86_400)
            case .thirtyDays: now + .seconds(-30 * 86_400)
            case .month: BudgetWindow(.month, containing: now).start
            }
        }
    }

    var span = Span.month
    var dimension = SpendingDimension.sums(.model)

    /// What is asked where nothing is said.
    init() {}

    /// - Throws: for a time or a dimension that there is not.
    init(range: String?, by: String?) throws(AdministrationError) {
        if let range {
            guard let span = Span(rawValue: range) else {
                throw AdministrationError(
                    .invalid,
                    "'range' is one of \(Span.allCases.map(\.rawValue).joined(separator: ", ")), not '\(range.prefix(40))'."
                )
            }
            self.span = span
        }
        if let by {
            guard let dimension = SpendingDimension(by) else {
                throw AdministrationError(
                    .invalid,
                    "'by' is one of \(SpendingDimension.names.joined(separator: ", ")) or tag:NAME, not '\(by.prefix(80))'."
                )
            }
            self.dimension = dimension
        }
    }

    /// From when on is counted: put back to the beginning of an hour, or of a day where keys or customers are told apart, as
    /// there are no finer sums of those.
    func start(at now: Timestamp) -> Timestamp {
        SpendingSpan.finest(for: [dimension].compactMap(\.grouping)).start(containing: span.start(at: now))
    }

    static func address(_ span: Span, by dimension: SpendingDimension) -> String {
        "/spending?range=\(span.rawValue)&by=\(PercentEncoding.encoded(dimension.description))"
    }
}
