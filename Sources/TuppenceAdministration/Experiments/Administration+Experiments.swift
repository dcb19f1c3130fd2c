import TuppenceAnalysis
import TuppenceCore

extension Administration {
    /// What the ledger says of routes, their targets and the arms of what is tried out on them.
    ///
    /// Every entry of that time is read: some seconds for a few million.
    ///
    /// - Parameter route: nil for all.
    package func routeReport(
        from start: Timestamp, until end: Timestamp, route: String? = nil
    ) throws -> RouteReport {
        var report = RouteReport(from: start, until: end, route: route, scores: try store.scores(since: start))
        try store.forEachEntry(from: start) { report.add($0) }
        report.finish()
        return report
    }
}
