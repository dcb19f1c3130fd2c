import TuppenceGateway
import TuppenceStore

/// Whether anything stops what is spent, and whether all that is to do so can be in force.
enum BudgetChecks {
    private static let check = "budgets"

    /// - Parameter contents: of the store; nil where it can't be read.
    static func diagnoses(_ loaded: LoadedConfiguration, _ contents: StoreContents?) -> [Diagnosis] {
        let completed = loaded.completed(with: contents?.budgets ?? StoredBudgets(), keys: contents?.keys ?? [])
        let troubles = completed.problems.map { problem in
            let place = problem.line > 0 ? "\(problem.file):\(problem.line):\(problem.column)" : problem.file
            return Diagnosis.error(check, "\(place): \(problem.message)", problem.remedy)
        }
        guard troubles.isEmpty else { return troubles }
        let count = completed.loaded.configuration.policy.budgets.count
        guard count == 0 else { return [.ok(check, "\(count) in force.")] }
        let remedy =
            "Write one: budgets: [ { name: all, scope: { key: each }, limit: $10, per: day, hard: reject } ]"
        return [
            contents == nil
                ? .warning(
                    check, "There is no budget in the configuration, and those in the store could not be read.", remedy)
                : .warning(check, "There is no budget: nothing stops what is spent.", remedy)
        ]
    }
}
