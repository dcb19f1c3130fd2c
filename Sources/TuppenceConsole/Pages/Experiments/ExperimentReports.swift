import TuppenceAdministration
import TuppenceAnalysis
import TuppenceCore

/// What experiments have come to: on a queue of its own, since the first reading takes a while, for which nobody else is to wait.
struct ExperimentReports {
    private let administration: AdministrationQueue
    private let figures = ArmFigures()

    init(_ administration: AdministrationQueue) { self.administration = administration }

    func reports(of days: ExperimentDays, at now: Timestamp) async throws -> [ExperimentReport] {
        try await administration.ask { [figures] in
            try figures.experiments(ofDays: days.count, in: $0.store, at: now)
        }
    }
}
