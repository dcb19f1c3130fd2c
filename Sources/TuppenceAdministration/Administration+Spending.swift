import TuppenceAnalysis
import TuppenceCore
import TuppenceGateway
import TuppenceStore

extension Administration {
    /// As many entries are read for one question about users and tags at the most: a few seconds.
    package static let mostEntries = 5_000_000

    /// What was spent, put back to whole hours, or to whole days where keys or customers are told apart.
    ///
    /// - Parameters:
    ///   - forecasting: whether to say what the present month will have cost.
    ///   - most: of more entries than this users and tags are not told apart.
    package func spending(
        at now: Timestamp, by dimensions: [SpendingDimension] = [.sums(.key), .sums(.model)],
        from start: Timestamp? = nil, until end: Timestamp? = nil, forecasting: Bool = false,
        reading most: Int = Administration.mostEntries
    ) throws -> SpendReport {
        let groupings = dimensions.compactMap(\.grouping)
        var report = try SpendReport(
            store: store, rules: try current(at: now).configuration.policy.budgets, now: now, by: groupings,
            from: start, until: end)
        if groupings.count < dimensions.count {
            let finest = SpendingSpan.finest(for: groupings)
            try addUp(
                dimensions, in: &report, from: finest.start(containing: start ?? Timestamp(seconds: 0)),
                until: finest.start(containing: end ?? .distantFuture), reading: most)
        }
        if forecasting { report.forecast = try forecast(at: now) }
        return report
    }

    /// Users and tags are what callers make up, so that no sums are kept of them: the entries of that time are read.
    private func addUp(
        _ dimensions: [SpendingDimension], in report: inout SpendReport, from start: Timestamp, until end: Timestamp,
        reading most: Int
    ) throws {
        var first = start
        if let checkpoint = try store.journalCheckpoint(), checkpoint.isAfter(start) {
            first = checkpoint.at
            report.countedFrom = first.iso8601
        }
        let attempts = try store.spending(by: [.total], from: first, until: end)[.total]?.first?.spending.attempts
        guard (attempts ?? 0) <= most else {
            throw AdministrationError(
                .invalid,
                "Users and tags are added up from one attempt after the other, of \(most.grouped(by: ",")) at the most, and there are \((attempts ?? 0).grouped(by: ",")) of that time. Ask for less of it, by 'since' and 'until'."
            )
        }
        var sums = EntrySums(by: dimensions)
        try store.forEachEntry(from: start, until: end) { sums.add($0) }
        report.take(sums)
    }

    /// What the present month will have cost at its end; nil where there is no whole day yet to tell it by.
    package func forecast(at now: Timestamp) throws -> SpendReport.Forecast? {
        var overview = SpendOverview(from: SpendOverview.forecastStart(at: now), until: now, by: .day)
        try store.forEachCost(in: overview.stretch) { overview.add($1, ofHour: $0) }
        return overview.forecast(at: now).map {
            SpendReport.Forecast(spent: $0.spent, expected: $0.expected, range: $0.range, days: $0.days)
        }
    }
}
