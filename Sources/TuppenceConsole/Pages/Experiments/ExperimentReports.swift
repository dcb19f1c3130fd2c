import TuppenceAdministration
import TuppenceAnalysis
import TuppenceCore

/// What experiments have come to, which takes a reading of all that was booked in its time: on a desk of its own, for which nobody
/// else waits, and once however many ask at a time.
actor ExperimentReports {
    private let desk: AdministrationDesk
    private var underWay: [ExperimentDays: Task<RouteReport, any Error>] = [:]

    init(_ desk: AdministrationDesk) { self.desk = desk }

    func report(of days: ExperimentDays, before now: Timestamp) async throws -> RouteReport {
        if let reading = underWay[days] { return try await reading.value }
        let reading = Task { [desk] in
            try await desk.ask { try $0.routeReport(from: days.start(before: now), until: now, armsOnly: true) }
        }
        underWay[days] = reading
        defer { underWay[days] = nil }
        return try await reading.value
    }
}
