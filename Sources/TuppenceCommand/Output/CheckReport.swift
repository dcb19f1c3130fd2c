import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

/// What `check --json` says.
struct CheckReport: Encodable {
    struct Mistake: Encodable {
        let file: String
        /// Both from 1; nil where the file as a whole is concerned.
        let line: Int?
        let column: Int?
        let message: String
        /// Empty where the message says it all.
        let remedy: String
    }

    struct Budget: Encodable {
        let name: String
        let scope: String
        let limitUsd: String
        let per: String
        let timezone: String?
    }

    /// One that will count.
    struct PriceToCome: Encodable {
        let from: String
        let target: String
        let rateCard: String
    }

    let good: Bool
    let file: String?
    private(set) var mistakes: [Mistake] = []
    private(set) var warnings: [String] = []
    private(set) var providers: [String] = []
    private(set) var keys: [String] = []
    private(set) var routes: [RouteLine] = []
    private(set) var budgets: [Budget] = []
    private(set) var pricesToCome: [PriceToCome] = []

    /// Of one that is not good.
    init(_ error: ConfigurationError, file: String?) {
        good = false
        self.file = file
        mistakes = error.problems.map { problem in
            Mistake(
                file: problem.file, line: problem.line > 0 ? problem.line : nil,
                column: problem.line > 0 ? problem.column : nil, message: problem.message,
                remedy: problem.remedy)
        }
    }

    init(_ loaded: LoadedConfiguration, warnings: [String]) {
        let configuration = loaded.configuration
        good = true
        file = loaded.path
        self.warnings = warnings
        providers = loaded.isSandbox ? ["sandbox"] : configuration.providers.map(\.id)
        keys = configuration.keys.map(\.name)
        routes = RouteLine.all(of: configuration.policy)
        budgets = configuration.policy.budgets.map { rule in
            Budget(
                name: rule.name, scope: rule.scopeText, limitUsd: rule.limit.usd, per: rule.period.rawValue,
                timezone: rule.zone?.name)
        }
        pricesToCome = configuration.priceChanges.map { change in
            PriceToCome(
                from: change.time, target: change.target.description, rateCard: change.listing.rates.version)
        }
    }
}
