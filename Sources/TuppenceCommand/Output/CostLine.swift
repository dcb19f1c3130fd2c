import TuppenceAdministration
import TuppenceCore
import TuppenceDialects

/// What a usage costs, for programs. Amounts are nanodollars; kinds that were not used are left out.
struct CostLine: Encodable {
    struct Helper: Encodable {
        var target: String
        var usage: [String: Int]
        var costNanodollars: Int64?
    }

    var target: String
    var dialect: String
    /// The model that answered, as the provider names it.
    var model: String?
    var service: String?
    var usage: [String: Int] = [:]
    /// What other models used for the answer; their cost is in the sum.
    var helpers: [Helper]?
    var inputNanodollars: Int64?
    var outputNanodollars: Int64?
    var requestNanodollars: Int64?
    /// The sum; nil where a price is not known.
    var costNanodollars: Int64?
    var reportedCostNanodollars: Int64?
    var rateCard: String?
    var error: String?

    init(target: Target, dialect: UsageDialect, error: String) {
        self.target = target.description
        self.dialect = dialect.rawValue
        self.error = error
    }

    init(target: Target, dialect: UsageDialect, report: UsageReport, prices: PriceSheet) {
        self.init(target: target, dialect: dialect, error: "")
        error = nil
        model = report.model
        service = report.service.rawValue
        usage = Self.counts(report.usage)
        reportedCostNanodollars = report.reportedCost?.nanodollars
        var total: Money?
        if let card = prices.listing(of: target)?.rates {
            let cost = card.cost(of: report.usage, service: report.service)
            inputNanodollars = cost.input.nanodollars
            outputNanodollars = cost.output.nanodollars
            requestNanodollars = cost.request.nanodollars
            rateCard = card.version
            total = cost.total
        } else {
            error = "no price is known"
        }
        for helper in report.helpers {
            let helperTarget = Target(provider: target.provider, model: helper.model)
            let cost = prices.listing(of: helperTarget)?.rates.cost(of: helper.usage, service: report.service).total
            helpers =
                (helpers ?? []) + [
                    Helper(
                        target: helperTarget.description, usage: Self.counts(helper.usage),
                        costNanodollars: cost?.nanodollars)
                ]
            if cost == nil { error = "no price is known for \(helperTarget)" }
            total = total.flatMap { total in cost.map { total + $0 } }
        }
        costNanodollars = total?.nanodollars
    }

    private static func counts(_ usage: Usage) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: UsageKind.allCases.filter { usage[$0] > 0 }.map { ($0.rawValue, usage[$0]) })
    }

    /// For people: a line for each kind, and the sum.
    var text: String {
        var table = Table(["kind", "count"], numeric: [1])
        for kind in UsageKind.allCases {
            if let count = usage[kind.rawValue] { table.add([kind.rawValue, "\(count)"]) }
        }
        for helper in helpers ?? [] {
            let tokens = helper.usage.values.reduce(0, +)
            table.add([helper.target, "\(tokens)"])
        }
        let sum = Money(nanodollars: costNanodollars ?? 0)
        let tier = service == "standard" ? "" : ", \(service ?? "")"
        return "\(table.text)\n\n\(target)\(tier): \(sum)"
    }
}
