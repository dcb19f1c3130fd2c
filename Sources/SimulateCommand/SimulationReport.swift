import Foundation
import TuppenceSimulation

/// What came of all worlds, for people and for programs.
struct SimulationReport: Encodable {
    struct Finding: Encodable {
        let seed: UInt64
        let discrepancies: [String]
        let replay: String
    }

    let worlds: Int
    let exchanges: Int
    let figures: Figures
    /// Of one world, in hexadecimal: the same for the same history.
    let trace: String?
    let worldsWithFindings: Int
    let findings: [Finding]
    let seconds: Double

    init(_ simulation: Simulation, trace: UInt64?, took time: Duration) {
        worlds = simulation.worlds
        exchanges = simulation.exchanges
        figures = simulation.figures
        self.trace = trace.map { String($0, radix: 16) }
        worldsWithFindings = simulation.worldsWithFindings
        findings = simulation.findings.map {
            Finding(seed: $0.seed, discrepancies: $0.discrepancies, replay: $0.replay)
        }
        seconds = time / .seconds(1)
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    var text: String {
        var lines = [
            """
            seeds               \(worlds)
            exchanges           \(exchanges)
            attempts sent       \(figures.sent)
            settled             \(figures.settled)
            denied              \(figures.denied)
            without the store   \(figures.allowed) admitted, \(figures.refused) refused
            sent elsewhere      \(figures.degraded)
            beside another      \(figures.hedged), \(figures.overtaken) overtaken
            expired             \(figures.expired)
            thresholds passed   \(figures.thresholds)
            overshoot           \(figures.overshoot) nanodollars
            drift               \(figures.drift) nanodollars in \(figures.counted) attempts with the provider's count, \(figures.countedLate) of them late
            estimated           \(figures.estimatedCost) nanodollars for \(figures.estimatedBill) billed, in \(figures.estimated) attempts without
            settled late        \(figures.lateCost) nanodollars in \(figures.late) attempts whose holds had ended
            limits ignored      \(figures.beyondLimit) nanodollars that providers charged beyond what was held
            lost in crashes     \(figures.lostBill) nanodollars billed for \(figures.lost) attempts that nobody settled
            holds left          \(figures.holdsLeft)
            failed              \(figures.failedRequests) requests, after attempts that no other target could make good
            left alone          \(figures.cooled) times that a provider asked for it
            tries               \(figures.tries) of targets that had gone behind the others, \(figures.foundAgain) of which answered
            retries in doubt    \(figures.retriesInDoubt)
            with all down       \(figures.attemptsInBlackout) attempts for \(figures.requestsInBlackout) requests
            wall time           \(String(format: "%.1f", seconds)) s
            exchanges a second  \(Int(Double(exchanges) / max(seconds, 0.001)))
            """
        ]
        if let trace { lines.append("trace               \(trace)") }
        for finding in findings {
            lines.append("\nseed \(finding.seed):\n  " + finding.discrepancies.joined(separator: "\n  "))
            lines.append("replay: \(finding.replay)")
        }
        if worldsWithFindings > 0 { lines.append("\n\(worldsWithFindings) of \(worlds) worlds do not add up.") }
        return lines.joined(separator: "\n")
    }
}
