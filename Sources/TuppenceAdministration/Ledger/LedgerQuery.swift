import TuppenceCore

/// Which lines of the ledger are meant; what is nil makes no difference.
package struct LedgerQuery: Sendable {
    package var key: String?
    package var customer: String?
    package var user: String?
    package var route: String?
    package var provider: String?
    package var model: String?
    package var endpoint: String?
    package var outcome: AttemptOutcome?
    /// From this time on, and before that one.
    package var since: Timestamp?
    package var until: Timestamp?

    package init() {}

    func matches(_ entry: LedgerEntry) -> Bool {
        func fits(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
        return fits(key, entry.key) && fits(customer, entry.customer) && fits(user, entry.user)
            && fits(route, entry.route) && fits(provider, entry.target.provider) && fits(model, entry.target.model)
            && fits(endpoint, entry.endpoint) && (outcome == nil || outcome == entry.outcome)
            && (since.map { entry.at >= $0 } ?? true) && (until.map { entry.at < $0 } ?? true)
    }
}
