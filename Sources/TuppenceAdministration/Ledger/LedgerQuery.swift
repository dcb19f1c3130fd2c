import TuppenceCore

/// Which lines of the ledger are meant; what is nil makes no difference.
package struct LedgerQuery: Sendable {
    package var key: String?
    package var customer: String?
    package var user: String?
    package var tag: TagQuery?
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
            guard tag?.fits(entry.tags) ?? true else { return false }
            func fits(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
            return fits(key, entry.key) && fits(customer, entry.customer) && fits(user, entry.user)
                && fits(route, entry.route) && fits(provider, entry.target.provider)
                && (fits(model, entry.target.model) || target == entry.target)
                && fits(endpoint, entry.endpoint) && (outcome == nil || outcome == entry.outcome)
                && (since.map { entry.at >= $0 } ?? true) && (until.map { entry.at < $0 } ?? true)
        }
    }

    /// The same of what was refused, of which neither tags nor a provider nor an outcome are known.
    func matches(_ refused: RefusedRequest) -> Bool {
        guard tag == nil, provider == nil, outcome == nil else { return false }
        func fits(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
        return fits(key, refused.key) && fits(customer, refused.customer) && fits(user, refused.user)
            && fits(route, refused.asked) && fits(model, refused.asked) && fits(endpoint, refused.endpoint)
            && (since.map { refused.at >= $0 } ?? true) && (until.map { refused.at < $0 } ?? true)
    }
}
