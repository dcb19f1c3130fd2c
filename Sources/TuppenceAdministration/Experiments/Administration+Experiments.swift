import TuppenceAnalysis
import TuppenceConfiguration
import TuppenceCore

extension Administration {
    /// What the ledger says of routes, their targets and the arms of what is tried out on them.
    ///
    /// Every entry of that time is read: some seconds for a few million.
    ///
    /// - Parameter route: nil for all.
    /// - Throws: ``AdministrationError`` where neither the configuration nor the ledger has a route or a target of that name.
    package func routeReport(
        from start: Timestamp, until end: Timestamp, route: String? = nil
    ) throws -> RouteReport {
        var report = RouteReport(from: start, until: end, route: route, scores: try store.scores(since: start))
        try store.forEachEntry(from: start) { report.add($0) }
        report.finish()
        if let route, report.targets.isEmpty { try check(isKnown: route) }
        return report
    }

    /// Nothing can be said of a route that nobody has heard of, as of one without requests.
    private func check(isKnown route: String) throws {
        let policy = loaded.configuration.policy
        let booked = try store.spending(by: [.route, .model])
        // Requests that no route was asked for are told by their targets.
        let names = booked.values.flatMap { $0.map(\.name) }.filter { !$0.isEmpty }
        guard !names.contains(route), (try? policy.route(for: route)) == nil else { return }
        let suggestion = Suggestion.sentence(for: route, among: Set(names).union(policy.routes.keys).sorted())
        throw AdministrationError(
            .notFound,
            "There is no route '\(route)', neither in the configuration nor in the ledger. \(suggestion.isEmpty ? "List them: tuppence routes" : suggestion)"
        )
    }
}
