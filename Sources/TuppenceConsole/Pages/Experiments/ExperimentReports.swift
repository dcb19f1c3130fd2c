import TuppenceAdministration
import TuppenceAnalysis
import TuppenceCore

/// What experiments have come to: on a desk of its own, since the first reading takes a while, for which nobody else is to wait.
struct ExperimentReports {
    private let desk: AdministrationDesk
    private let figures = ArmFigures()

    init(_ desk: AdministrationDesk) { self.desk = desk }

    func reports(of days: ExperimentDays, at now: Timestamp) async throws -> [ExperimentReport] {
        try await desk.ask { [figures] in
            try figures.experiments(ofDays: days.count, in: $0.store, at: now)
        }
    }
}
