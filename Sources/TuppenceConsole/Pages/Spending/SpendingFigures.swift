import TuppenceCore
import TuppenceGateway

/// Of a report what one dimension has, the dearest first.
struct SpendingFigures: Sendable {
    struct Figure: Sendable {
        /// Empty for what has no such name.
        let name: String
        let cost: Money
        let requests: Int
        let tokens: Int
    }

    let figures: [Figure]
    /// Of users or values of tags that are not told apart; nil where all are.
    let others: Figure?
    let total: Figure
    /// From when on entries are there, where they are not for all of the time.
    let countedFrom: String?

    init(figures: [Figure], others: Figure? = nil, total: Figure, countedFrom: String? = nil) {
        self.figures = figures
        self.others = others
        self.total = total
        self.countedFrom = countedFrom
    }

    init(_ report: SpendReport, by dimension: SpendingDimension) {
        let groups: [SpendReport.Group]?
        var others: SpendReport.Group? = nil
        switch dimension {
        case .sums(.key): groups = report.keys
        case .sums(.customer): groups = report.customers
        case .sums(.provider): groups = report.providers
        case .sums(.model): groups = report.models
        case .sums(.family): groups = report.families
        case .sums(.route): groups = report.routes
        case .sums(.total): groups = [report.total]
        case .user:
            groups = report.users
            others = report.otherUsers
        case .tag:
            groups = report.tags
            others = report.otherTags
        }
        self.init(
            figures: (groups ?? []).map { Figure($0, by: dimension) }
                .sorted { ($1.cost, $0.name) < ($0.cost, $1.name) },
            others: others.map { Figure($0, by: dimension) }, total: Figure(report.total, by: .sums(.total)),
            countedFrom: report.countedFrom)
    }
}

extension SpendingFigures.Figure {
    fileprivate init(_ group: SpendReport.Group, by dimension: SpendingDimension) {
        let name: String? =
            switch dimension {
            case .sums(.key): group.key
            case .sums(.customer): group.customer
            case .sums(.provider): group.provider
            case .sums(.model): group.model
            case .sums(.family): group.family
            case .sums(.route): group.route
            case .sums(.total): nil
            case .user: group.user
            case .tag: group.value.flatMap { $0.isEmpty ? nil : "\(group.tag ?? "")=\($0)" }
            }
        self.init(
            name: name ?? "", cost: Money(nanodollars: group.costNanodollars), requests: group.requests,
            tokens: group.inputTokens.saturatingSum(group.outputTokens))
    }
}
