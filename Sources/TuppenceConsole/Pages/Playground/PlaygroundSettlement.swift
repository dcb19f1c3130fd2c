import TuppenceAdministration
import TuppenceCore

/// What a request of the playground has come to, once every attempt is settled.
struct PlaygroundSettlement: Encodable, Sendable {
    let isSettled: Bool
    let attempts: Int
    /// How the last one ended.
    let status: String?
    let estimated: Bool
    let inputTokens: Int
    let outputTokens: Int
    /// As people read it, exactly.
    let cost: String
    /// What is charged, where that is something else.
    let price: String?

    init(_ records: RequestRecords) {
        let entries = records.attempts.map(\.entry)
        isSettled = !entries.isEmpty && records.open.isEmpty
        attempts = entries.count
        status = entries.last?.outcome.rawValue
        estimated = entries.contains { $0.estimated }
        inputTokens = entries.reduce(0) { $0 + $1.usage.totalInput }
        outputTokens = entries.reduce(0) { $0 + $1.usage.totalOutput }
        let (cost, price) = entries.reduce((Money.zero, Money.zero)) { ($0.0 + $1.cost, $0.1 + $1.price) }
        self.cost = cost.description
        self.price = price == cost ? nil : price.description
    }
}
