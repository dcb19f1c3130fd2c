import TuppenceAnalysis
import TuppenceCore

extension Administration {
    /// What the ledger says of routes, their targets and the arms of what is tried out on them.
    ///
    /// Every entry of that time is read: some seconds for a few million.
    ///
    /// - Parameters:
    ///   - route: nil for all.
    ///   - armsOnly: whether nothing but experiments is wanted, so that no more is kept in memory.
    package func routeReport(
        from start: Timestamp, until end: Timestamp, route: String? = nil, armsOnly: Bool = false
    ) throws -> RouteReport {
        var report = RouteReport(
            from: start, until: end, route: route, armsOnly: armsOnly, scores: try store.scores(since: start))
        try store.forEachEntry(from: start, until: .distantFuture) { report.add($0) }
        report.finish()
        return report
    }
}
