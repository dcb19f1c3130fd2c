import TuppenceConfiguration
import TuppenceGateway

/// A budget: what it is, and how it stands.
package struct BudgetLine: Encodable, Sendable {
    package var name: String
    /// `store` for one that is changed here, `configuration` for one that stands in a file.
    package var source: String
    package var definition: BudgetDefinition
    /// The file and the line that it stands in.
    package var place: String?
    /// Of one in the store.
    package var version: Int64?
    package var createdAt: String?
    package var changedAt: String?
    package var changedBy: String?
    /// Why what the store has of it is not in force; nil where it is.
    package var trouble: String?
    /// Its present window; of one for each value, that of every value that has a balance.
    package var accounts: [SpendReport.Budget]

    package var isStored: Bool { version != nil }
}
