import TuppenceCore

/// Which lines of the ledger are meant; what is nil makes no difference.
package struct LedgerQuery: Sendable {
    package var key: String?
    package var customer: String?
    package var user: String?
    package var route: String?
    package var provider: String?
    /// Its name, or `provider/model`.
    package var model: String?
    package var endpoint: String?
    package var outcome: AttemptOutcome?
    /// From this time on, and before that one.
    package var since: Timestamp?
    package var until: Timestamp?

    package init() {}

    /// Whether a line is meant. What depends on the question alone is worked out once.
    var matcher: (LedgerEntry) -> Bool {
        let target = model.flatMap { Target($0) }
        return { entry in
            func fits(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
            return fits(key, entry.key) && fits(customer, entry.customer) && fits(user, entry.user)
                && fits(route, entry.route) && fits(provider, entry.target.provider)
                && (fits(model, entry.target.model) || target == entry.target)
                && fits(endpoint, entry.endpoint) && (outcome == nil || outcome == entry.outcome)
                && (since.map { entry.at >= $0 } ?? true) && (until.map { entry.at < $0 } ?? true)
        }
    }

    /// The same of what was refused, of which neither a provider nor an outcome is known.
    func matches(_ refused: RefusedRequest) -> Bool {
        func fits(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
        return fits(key, refused.key) && fits(customer, refused.customer) && fits(user, refused.user)
            && fits(route, refused.asked) && fits(model, refused.asked) && fits(endpoint, refused.endpoint)
            && provider == nil && outcome == nil
            && (since.map { refused.at >= $0 } ?? true) && (until.map { refused.at < $0 } ?? true)
    }
}
